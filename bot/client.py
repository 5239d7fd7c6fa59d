"""The discord.py client: what it asks of Discord, and what it does when it is let in."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import discord
from discord.ext import commands

_log = logging.getLogger(__name__)
_SEEN = 1_000


class VideoBot(commands.Bot):
    """A bot with slash commands alone: no privileged intent, no prefix, no help command, no pings."""

    def __init__(self) -> None:
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # no voice here, so no advice on it
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            intents=discord.Intents(guilds=True, guild_messages=True, dm_messages=True),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
        )
        self.logged_in = asyncio.Event()
        """Set once calls to Discord can be made."""
        self.has_told_commands = False
        """Whether Discord took, or refused for good, the list of commands."""
        self._seen: dict[int, None] = {}
        self._on_setup: Callable[[], Awaitable[None]] | None = None

    def when_set_up(self, add: Callable[[], Awaitable[None]]) -> None:
        """Have the cogs added before the first connection."""
        self._on_setup = add

    async def setup_hook(self) -> None:
        """Add the cogs and tell Discord which commands there are."""
        self.logged_in.set()
        if self._on_setup is not None:
            await self._on_setup()
        await self.tell_commands()

    async def tell_commands(self) -> None:
        """Tell Discord which commands there are. While it is away, those that it knows stay."""
        try:
            await self.tree.sync()
        except discord.HTTPException as error:
            self.has_told_commands = error.status < 500 and error.status != 429
            level = logging.ERROR if self.has_told_commands else logging.WARNING
            _log.log(level, "Discord did not take the commands (%s); those it knows stay", error)
        except (aiohttp.ClientError, OSError) as error:
            _log.warning("Discord could not be told the commands (%s); those it knows stay", error)
        else:
            self.has_told_commands = True

    def dispatch(self, event_name: str, /, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - discord.py's own
        """Let every event through but a message that Discord delivers a second time: a mention pays, too.

        Nothing gets through once the bot is closed: a stop right after the start met the ready event.
        """
        if self.is_closed():
            return
        if event_name != "message" or self.is_new(args[0].id):
            super().dispatch(event_name, *args, **kwargs)

    def is_new(self, delivered_id: int) -> bool:
        """Whether an interaction or a message was not asked about before: delivered twice, it must not pay twice."""
        if delivered_id in self._seen:
            return False
        self._seen[delivered_id] = None
        while len(self._seen) > _SEEN:
            del self._seen[next(iter(self._seen))]
        return True

    async def on_ready(self) -> None:
        """Say that Discord let the bot in."""
        _log.info("Ready in %d servers", len(self.guilds))

    async def on_message(self, message: discord.Message, /) -> None:
        """Take no message for a command with a prefix: a mention of the bot is one of the ways in, and a cog's."""

    async def on_error(self, event_method: str, /, *_args: Any, **_kwargs: Any) -> None:  # noqa: ANN401
        """Log what no handler caught."""
        _log.exception("Unexpected error in %s", event_method)
