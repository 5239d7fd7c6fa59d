"""The discord.py client: what it asks of Discord, and what it does when it is let in."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import discord
from discord.ext import commands

from bot.call_rate import CallRate
from bot.services.pace import Pace

_log = logging.getLogger(__name__)
_SEEN = 1_000


class VideoBot(commands.Bot):
    """A bot with slash commands alone: no privileged intent, no prefix, no help command, no pings."""

    def __init__(self, pace: Pace | None = None) -> None:
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # no voice here, so no advice on it
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            intents=discord.Intents(guilds=True, guild_messages=True, dm_messages=True),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            http_trace=CallRate().trace(),
        )
        self.logged_in = asyncio.Event()
        """Set once calls to Discord can be made."""
        self.is_connected = False
        """Whether Discord can reach the bot now; ``is_ready`` goes on saying so when the connection is lost."""
        self._pace = pace or Pace()
        self._seen: dict[int, None] = {}
        self._on_setup: Callable[[], Awaitable[None]] | None = None
        self._telling: asyncio.Task[None] | None = None

    def when_set_up(self, add: Callable[[], Awaitable[None]]) -> None:
        """Have the cogs added before the first connection."""
        self._on_setup = add

    async def setup_hook(self) -> None:
        """Add the cogs, once however often the bot logs in; telling Discord of the commands holds up nothing."""
        self.logged_in.set()
        if self._telling is not None:
            return
        if self._on_setup is not None:
            await self._on_setup()
        self._telling = asyncio.create_task(self._tell_commands(), name="commands")

    async def close(self) -> None:
        """Close the connection, and stop what this started."""
        if self._telling is not None:
            self._telling.cancel()
            await asyncio.wait({self._telling})
        await super().close()

    async def _tell_commands(self) -> None:
        """Tell Discord which commands there are, again and again until it takes them or refuses them for good."""
        for delay in self._pace.delays():
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

    async def on_connect(self) -> None:
        """Note that Discord let the bot in."""
        self.is_connected = True

    async def on_resumed(self) -> None:
        """Note that the connection is back."""
        self.is_connected = True

    async def on_disconnect(self) -> None:
        """Note that the connection is lost, or that another attempt at it failed."""
        if self.is_connected:
            _log.info("The connection to Discord is lost; connecting again")
        self.is_connected = False

    def dispatch(self, event_name: str, /, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - discord.py's own
        """Let every event through but a message that Discord delivers a second time: a mention pays, too.

        Nothing gets through once the bot is closed: a stop right after the start met the ready event.
        """
        if self.is_closed():
            return
        if event_name != "message" or not self._is_named_in(args[0]) or self.is_new(args[0].id):
            super().dispatch(event_name, *args, **kwargs)

    def _is_named_in(self, message: discord.Message) -> bool:
        return self.user is not None and self.user.id in message.raw_mentions

    def is_new(self, delivered_id: int) -> bool:
        """Whether an interaction or a message was not asked about before: delivered twice, it must not pay twice."""
        if delivered_id in self._seen:
            return False
        self._seen[delivered_id] = None
        while len(self._seen) > _SEEN:
            del self._seen[next(iter(self._seen))]
        return True

    async def on_ready(self) -> None:
        """Say that Discord told of every server."""
        _log.info("Ready in %d servers", len(self.guilds))

    async def on_message(self, message: discord.Message, /) -> None:
        """Take no message for a command with a prefix: a mention of the bot is one of the ways in, and a cog's."""

    async def on_error(self, event_method: str, /, *_args: Any, **_kwargs: Any) -> None:  # noqa: ANN401
        """Log what no handler caught."""
        _log.exception("Unexpected error in %s", event_method)


def _is_final(error: Exception) -> bool:
    """Whether asking Discord again would give the same answer."""
    if isinstance(error, discord.HTTPException):
        return 400 <= error.status < 500 and error.status not in (408, 429)
    return isinstance(error, discord.DiscordException) and not isinstance(error, discord.RateLimited)
