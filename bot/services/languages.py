"""Which language a server's channels and a person read, kept in memory since every card asks for it."""

from __future__ import annotations

from typing import Final

from bot.domain.actor import Actor
from bot.store.quota import QuotaStore

_REMEMBERED: Final = 10_000


class Languages:
    """The languages that admins chose and that people use Discord in, by Discord's names of them (``pt-BR``)."""

    def __init__(self, accounts: QuotaStore) -> None:
        self._accounts = accounts
        self._servers: dict[int, str | None] = {}
        self._people: dict[int, str] = {}

    async def of_server(self, guild_id: int) -> str | None:
        """The language that a server's admins chose; ``None`` where they chose none, and in direct messages.

        Raises:
            StoreError: it cannot be read now.
        """
        if not guild_id:
            return None
        if guild_id not in self._servers:
            self.note_server(guild_id, (await self._accounts.server(guild_id)).language)
        return self._servers[guild_id]

    async def of_channel(self, actor: Actor) -> str | None:
        """The language that a channel reads of what somebody does there: its server's, else their own.

        Raises:
            StoreError: it cannot be read now.
        """
        return await self.of_server(actor.guild_id) or actor.guild_locale or actor.user_locale

    def note_server(self, guild_id: int, language: str | None) -> None:
        """Note what a server's admins chose."""
        self._servers[guild_id] = language
        while len(self._servers) > _REMEMBERED:
            del self._servers[next(iter(self._servers))]

    def of_person(self, user_id: int) -> str | None:
        """The language that somebody used Discord in when they last gave a command, for what they write without one."""
        return self._people.get(user_id)

    def note_person(self, user_id: int, language: str) -> None:
        """Note the language of somebody who gives a command. Nothing is written down."""
        self._people.pop(user_id, None)
        self._people[user_id] = language
        while len(self._people) > _REMEMBERED:
            del self._people[next(iter(self._people))]
