"""One's own account: what is left, and what became of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from bot.domain.model_rule import ModelRule
from bot.domain.quota import QuotaView
from bot.domain.usage import Line
from bot.services.operator_defaults import OperatorDefaults
from bot.store.quota import QuotaStore

LINES_SHOWN: Final = 10


class QuotaReader:
    """What ``/quota`` shows."""

    def __init__(self, accounts: QuotaStore, operator: OperatorDefaults) -> None:
        self._accounts = accounts
        self._operator = operator

    async def quota(
        self, user_id: int, guild_id: int, role_ids: Collection[int] = ()
    ) -> tuple[QuotaView, Sequence[Line]]:
        """What a user has in a server, and the latest lines of the ledger."""
        operator = self._operator
        view = await self._accounts.quota(user_id, guild_id, role_ids, operator.policy, operator.ceilings)
        return view, await self._accounts.lines(user_id, guild_id, LINES_SHOWN)

    async def model_rules(self, guild_id: int) -> Mapping[str, ModelRule]:
        """What a server's admins say of models, by their ids."""
        return await self._accounts.model_rules(guild_id) if guild_id else {}
