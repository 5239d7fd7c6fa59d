"""Greetings: what a server is told when the bot joins it, and its admins when they begin, each once."""

from __future__ import annotations

from bot.domain.actor import Actor
from bot.services.gate import Gate
from bot.services.operator_defaults import OperatorDefaults
from bot.store.greetings import GreetingStore


class Greetings:
    """Says whether somebody is to be greeted."""

    def __init__(self, store: GreetingStore, gate: Gate, operator: OperatorDefaults) -> None:
        self._store = store
        self._gate = gate
        self._operator = operator

    @property
    def daily_seconds(self) -> int:
        """What everybody has a day where a server's admins say nothing."""
        return self._operator.policy.daily_seconds

    async def is_first_join(self, guild_id: int) -> bool:
        """Whether to welcome a server: never twice, and not where the operator does not let the bot work.

        Raises:
            StoreError: the database refused.
        """
        let_in = await self._gate.is_let_in(Actor(user_id=0, guild_id=guild_id, channel_id=0))
        return let_in and await self._store.note(guild_id)

    async def is_first_command(self, guild_id: int, user_id: int) -> bool:
        """Whether it is the first command of an admin of a server.

        Raises:
            StoreError: the database refused.
        """
        return await self._store.note(guild_id, user_id)
