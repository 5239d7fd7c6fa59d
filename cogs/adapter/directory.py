"""Who is where, as Discord says it: the application's owner and team, the bot's servers, and their members."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection
from typing import Final

import discord
from discord.ext import commands

from bot.errors import ConversationError, PlaceGone, StoreError
from bot.services.access import AccessControl
from cogs.adapter.messages import translated

_log = logging.getLogger(__name__)
_ASKED_EVERY: Final = 3_600.0
"""How long the owner and the team that Discord named count, in seconds."""


class DiscordDirectory:
    """Implements ``bot.services.access.Directory`` with a discord.py client."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client
        self._operators: frozenset[int] | None = None
        self._asked_at = 0.0

    async def operators(self) -> frozenset[int]:
        """The application's owner and the members of its team; what Discord said at the login, or in the last hour."""
        now = asyncio.get_running_loop().time()
        if self._operators is None and self._client.application is not None:
            self._operators, self._asked_at = _people_of(self._client.application), now
        if self._operators is None or now - self._asked_at > _ASKED_EVERY:
            try:
                async with translated():
                    self._operators = _people_of(await self._client.application_info())
            except Exception:
                if self._operators is None:
                    raise
            self._asked_at = now
        return self._operators

    def guild_ids(self) -> Collection[int]:
        """The servers that the bot is in."""
        return [guild.id for guild in self._client.guilds]

    def name_of(self, guild_id: int) -> str:
        """A server's name; its id where it has none that is known."""
        guild = self._client.get_guild(guild_id)
        return str(guild_id) if guild is None else getattr(guild, "name", "") or str(guild_id)

    def owner_of(self, guild_id: int) -> int | None:
        """Who owns a server, where the gateway told it."""
        guild = self._client.get_guild(guild_id)
        return None if guild is None else guild.owner_id

    async def is_member(self, guild_id: int, user_id: int) -> bool:
        """Whether somebody is a member of a server that the bot is in. It takes no privileged intent."""
        async with translated():
            try:
                await self._client.http.get_member(guild_id, user_id)
            except (discord.NotFound, discord.Forbidden):  # no such member; or the bot is not in that server
                return False
        return True

    async def leave(self, guild_id: int) -> None:
        """Leave a server."""
        guild = self._client.get_guild(guild_id)
        if guild is None:
            raise PlaceGone(f"not in a server {guild_id}")
        async with translated():
            await guild.leave()


def follow_servers(bot: commands.AutoShardedBot, access: AccessControl) -> None:
    """Have access hear of servers that the bot is added to and of those that it leaves."""

    async def joined(guild: discord.Guild) -> None:
        try:
            await access.joined(guild.id)
        except (ConversationError, StoreError) as error:
            _log.warning("A server could not be looked at (%s); it is when it is used", error)

    async def left(guild: discord.Guild) -> None:
        try:
            await access.left(guild.id)
        except StoreError as error:
            _log.warning("A server could not be forgotten (%s)", error)

    async def told() -> None:
        access.wake()

    bot.add_listener(told, "on_ready")
    bot.add_listener(joined, "on_guild_join")
    bot.add_listener(left, "on_guild_remove")


def _people_of(application: discord.AppInfo) -> frozenset[int]:
    """A team stands for its members that took its invitation; where there is none, there is one owner."""
    if application.team is None:
        return frozenset({application.owner.id})
    accepted = discord.TeamMembershipState.accepted
    return frozenset(member.id for member in application.team.members if member.membership_state is accepted)
