"""The discord.py client: what it asks of Discord, and what it does when it is let in."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

import aiohttp
import discord
from discord import app_commands
from discord.ext import commands

from bot.call_rate import CallRate
from bot.http_calls import HttpCalls
from bot.refused_calls import RefusedCalls
from bot.services.services import Services
from bot.services.timing import Timing
from bot.shards import IdentifyPace, ShardStatus

_log = logging.getLogger(__name__)
_SEEN = 1_000
_OPENING: Final = frozenset({"READY", "RESUMED"})
"""Events without which a connection is of no use."""


class VideoBot(commands.AutoShardedBot):
    """A bot with slash commands alone: no privileged intent, no prefix, no help command, no pings.

    It has as many shards as it is told to follow, in one process. ``extensions`` are the modules with its commands,
    which ask it for its ``services``.
    """

    def __init__(
        self,
        timing: Timing | None = None,
        *,
        tree_cls: type[app_commands.CommandTree[Any]] = app_commands.CommandTree,
        extensions: Sequence[str] = (),
    ) -> None:
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # no voice here, so no advice on it
        rate, calls = CallRate(), HttpCalls()
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            tree_cls=tree_cls,
            intents=discord.Intents(guilds=True, guild_messages=True, dm_messages=True),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            http_trace=calls.follow(rate.trace()),
        )
        parsers = self._connection.parsers
        parsers |= {name: partial(_take, name, take) for name, take in parsers.items() if name not in _OPENING}
        self.refused_calls = RefusedCalls()
        calls.observe(self.refused_calls.note)
        self.call_rate = rate
        self.calls = calls
        """Calls to Discord over HTTP."""
        self.logged_in = asyncio.Event()
        """Set once calls to Discord can be made."""
        self.shard_status = ShardStatus()
        """Whether Discord can reach the bot now; ``is_ready`` goes on saying so when the connection is lost."""
        self._identify_pace = IdentifyPace()
        self._has_begun = False
        self._following: asyncio.Task[Any] | None = None
        self._timing = timing or Timing()
        self._seen: dict[int, None] = {}
        self._server_ids: set[int] | None = None
        """The servers that Discord told of when the bot was let in, and those that it was added to since."""
        self._to_load = extensions
        self._services: Services | None = None
        self._announcer: asyncio.Task[None] | None = None

    @property
    def services(self) -> Services:
        """What its commands and buttons call.

        Raises:
            RuntimeError: it was given none yet.
        """
        if self._services is None:
            raise RuntimeError("the bot has no services yet")
        return self._services

    @services.setter
    def services(self, services: Services) -> None:
        self._services = services

    async def setup_hook(self) -> None:
        """Load the extensions, once however often the bot logs in; telling Discord of the commands holds up nothing."""
        self.logged_in.set()
        if self._announcer is not None:
            return
        for name in self._to_load:
            await self.load_extension(name)
        self._announcer = asyncio.create_task(self._tell_commands(), name="commands")

    async def follow(self, shards: int, max_concurrency: int) -> None:
        """Follow the gateway with so many shards until the bot is closed, or until discord.py gives up on a shard.

        Then every shard is disconnected, but calls over HTTP go on, and the gateway can be followed again.

        Raises:
            discord.ConnectionClosed: Discord closed a shard for good; its ``code`` says why.
            discord.PrivilegedIntentsRequired: Discord refuses the intents.
            Exception: whatever discord.py did not foresee.
        """
        # What the shards of an earlier connection still wait to say goes to the queue that they had.
        await self._async_setup_hook()
        self.shard_count, self._identify_pace.max_concurrency = shards, max_concurrency
        self.shard_status.begin(shards, max_concurrency)
        self._following = asyncio.current_task()
        try:
            await self.connect(reconnect=True)
        finally:
            self._following = None
            if not self.is_closed():
                await self._disconnect_shards()

    async def _async_setup_hook(self) -> None:
        self._has_begun = True
        await super()._async_setup_hook()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:  # noqa: ARG002
        """Keep to the pace at which Discord lets shards in."""
        await self._identify_pace.wait(shard_id or 0)

    async def _disconnect_shards(self) -> None:
        for shard_id, shard in self.shards.items():
            await shard.disconnect()
            self._note_disconnect(shard_id)

    async def close(self) -> None:
        """Close the connection, and stop what this started."""
        if self._following is not None and self._following is asyncio.current_task():
            return  # discord.py gives up on the gateway; what is on its way over HTTP is not to be given up with it
        if self._announcer is not None:
            self._announcer.cancel()
            await asyncio.wait({self._announcer})
        if not self._has_begun:
            await self._async_setup_hook()  # discord.py cannot close what never began
        await super().close()

    async def _tell_commands(self) -> None:
        """Tell Discord which commands there are, again and again until it takes them or refuses them for good."""
        for delay in self._timing.delays():
            try:
                await self.tree.sync()
            except (aiohttp.ClientError, OSError, discord.DiscordException) as error:
                if _is_final(error):
                    _log.error("Discord refuses the commands (%s); those it knows stay", error)
                    return
                _log.warning("Discord did not take the commands (%s); trying again in %.0f s", error, delay)
            except Exception:  # noqa: BLE001 - an answer that discord.py did not understand
                _log.exception("Telling Discord the commands failed; trying again in %.0f s", delay)
            else:
                return
            await asyncio.sleep(delay)

    async def on_shard_connect(self, shard_id: int) -> None:
        """Note that Discord let a shard in."""
        self.shard_status.connect(shard_id)
        _log.info("Connected to Discord%s", self.shard_status.describe(shard_id))

    async def on_shard_resumed(self, shard_id: int) -> None:
        """Note that the connection of a shard is back."""
        self.shard_status.connect(shard_id)
        _log.info("The connection to Discord is back%s", self.shard_status.describe(shard_id))

    async def on_shard_disconnect(self, shard_id: int) -> None:
        """Note that the connection of a shard is lost, or that another attempt at it failed."""
        self._note_disconnect(shard_id)

    def _note_disconnect(self, shard_id: int) -> None:
        if self.shard_status.disconnect(shard_id):
            about = self.shard_status.describe(shard_id)
            _log.info("The connection to Discord is lost%s; connecting again", about)

    def dispatch(self, event_name: str, /, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - discord.py's own
        """Let every event through but a message to the bot that Discord delivers a second time: it pays, too.

        Nothing gets through once the bot is closed: a stop right after the start met the ready event.
        """
        if self.is_closed():
            return
        if event_name != "message" or not self._is_for_me(args[0]) or self.is_new(args[0].id):
            super().dispatch(event_name, *args, **kwargs)

    def _is_for_me(self, message: discord.Message) -> bool:
        """Whether a message names the bot, or is a direct message."""
        if isinstance(message.channel, discord.DMChannel):
            return True
        return self.user is not None and self.user.id in message.raw_mentions

    def is_new(self, delivered_id: int) -> bool:
        """Whether an interaction or a message was not asked about before: delivered twice, it must not pay twice."""
        if delivered_id in self._seen:
            return False
        self._seen[delivered_id] = None
        while len(self._seen) > _SEEN:
            del self._seen[next(iter(self._seen))]
        return True

    def expect_form(self, form: discord.ui.Modal) -> None:
        """Know a form that is about to be shown; discord.py does only once Discord has answered that it is."""
        self._connection.store_view(form)

    async def on_guild_available(self, guild: discord.Guild) -> None:
        """Take a new server for one that the bot was added to, though Discord tells of it like one that is back."""
        if self._server_ids is not None and guild.id not in self._server_ids:
            self.dispatch("guild_join", guild)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Note that the bot is in a server."""
        if self._server_ids is not None:
            self._server_ids.add(guild.id)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Note that the bot is no longer in a server."""
        if self._server_ids is not None:
            self._server_ids.discard(guild.id)

    async def on_ready(self) -> None:
        """Say that Discord told of every server."""
        self._server_ids = {guild.id for guild in self.guilds}
        shards = self.shard_status.count
        _log.info("Ready in %d servers%s", len(self.guilds), f" with {shards} shards" if shards > 1 else "")

    async def on_message(self, message: discord.Message, /) -> None:
        """Take no message for a command with a prefix: a mention of the bot is one of the ways in, and a cog's."""

    async def on_error(self, event_method: str, /, *_args: Any, **_kwargs: Any) -> None:  # noqa: ANN401
        """Log what no handler caught."""
        _log.exception("Unexpected error in %s", event_method)


def _take(name: str, take: Callable[[Any], None], data: Any) -> None:  # noqa: ANN401 - discord.py's own
    """Have discord.py take an event. One that it makes nothing of must not cost the connection and what else comes."""
    try:
        take(data)
    except Exception:  # noqa: BLE001 - whatever it was
        _log.exception("An event of Discord's was not understood, and is passed over: %s", name)


def _is_final(error: Exception) -> bool:
    """Whether asking Discord again would give the same answer."""
    if isinstance(error, discord.HTTPException):
        return 400 <= error.status < 500 and error.status not in (408, 429)
    return isinstance(error, discord.DiscordException) and not isinstance(error, discord.RateLimited)
