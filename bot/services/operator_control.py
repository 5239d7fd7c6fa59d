"""What ``/operator`` does: seeing the money go, and stopping it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.domain.ceilings import Ceilings
from bot.domain.usage import Spent, SpentInAll
from bot.errors import ConversationError, NotAllowedError, RequestError
from bot.services.access import AccessControl, Directory
from bot.services.drain import Drain
from bot.services.operator_defaults import OperatorDefaults
from bot.services.spending.prices import PriceMonitor
from bot.store.access import Bans
from bot.store.operator_reports import OperatorReports
from bot.store.operator_state import OperatorStateStore
from bot.store.sql.operator_state import SERVER, USER
from bot.text import text

_log = logging.getLogger(__name__)
_SPENDERS_SHOWN: Final = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class BotStatus:
    """How the bot stands: its ceilings and what is spent of them, its price, the models beside the default
    whose price is in doubt, and what stops everybody."""

    ceilings: Ceilings
    spent: SpentInAll
    price: int | None
    is_price_doubted: bool
    doubted_models: Sequence[str]
    paused_since: datetime | None
    out_of_credit_since: datetime | None
    servers: int
    bans: Bans


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerStatus:
    """A server that the bot is in, whether it works there, and what was spent there this month."""

    guild_id: int
    name: str
    works: bool
    is_banned: bool
    spent: Spent | None


class OperatorControl:
    """For the application's owner and the members of its team alone: each method checks that first."""

    def __init__(
        self,
        access: AccessControl,
        directory: Directory,
        reports: OperatorReports,
        state: OperatorStateStore,
        prices: PriceMonitor,
        operator: OperatorDefaults,
        drain: Drain,
    ) -> None:
        self._access = access
        self._directory = directory
        self._reports = reports
        self._state = state
        self._prices = prices
        self._operator = operator
        self._drain = drain

    async def check(self, user_id: int) -> None:
        """Check that somebody operates the bot.

        Raises:
            NotAllowedError: they do not.
        """
        if not await self._access.is_operator(user_id):
            raise NotAllowedError(text("operator.only"))

    async def status(self, user_id: int) -> BotStatus:
        """How the bot stands."""
        await self.check(user_id)
        return BotStatus(
            ceilings=self._operator.ceilings,
            spent=await self._reports.in_all(),
            price=self._prices.per_second,
            is_price_doubted=self._prices.is_doubted,
            doubted_models=self._prices.doubted_models,
            paused_since=await self._state.paused_since(),
            out_of_credit_since=await self._state.out_of_credit_since(),
            servers=len(self._directory.guild_ids()),
            bans=await self._access.bans(),
        )

    async def servers(self, user_id: int) -> Sequence[ServerStatus]:
        """The servers that the bot is in, those that spent most at first; direct messages are server 0."""
        await self.check(user_id)
        spent, bans = await self._reports.by_server(), await self._access.bans()
        found = [
            ServerStatus(
                guild_id=guild_id,
                name=self._directory.name_of(guild_id) if guild_id else "",
                works=not guild_id or await self._access.works_in(guild_id),
                is_banned=guild_id in bans.servers,
                spent=spent.get(guild_id),
            )
            for guild_id in (0, *self._directory.guild_ids())
        ]
        return sorted(found, key=lambda one: (-(one.spent.micros if one.spent else 0), one.name))

    async def spenders(self, user_id: int) -> Sequence[Spent]:
        """Who spent most this month, over all servers."""
        await self.check(user_id)
        return await self._reports.by_person(_SPENDERS_SHOWN)

    async def pause(self, user_id: int) -> bool:
        """Accept no more requests; whether they were accepted until now. What is in the making goes on."""
        await self.check(user_id)
        done = await self._state.pause(user_id)
        _log.warning("Paused by %s: no more requests are accepted", user_id)
        return done

    async def resume(self, user_id: int) -> bool:
        """Accept requests again; whether they were not accepted until now."""
        await self.check(user_id)
        done = await self._state.resume()
        _log.warning("Resumed by %s", user_id)
        return done

    async def drain(self, user_id: int) -> int | None:
        """Accept no more requests, and stop the bot once nothing is in the making.

        How many videos that waits for; ``None`` if it was draining already.
        """
        await self.check(user_id)
        if self._drain.is_on:
            return None
        count = await self._drain.count_left()
        _log.warning("Drained by %s", user_id)
        self._drain.begin()
        return count

    async def ban(self, user_id: int, *, user: int | None, server: int | None) -> bool:
        """Ban a user or a server everywhere; whether that is new.

        Raises:
            NotAllowedError: it is no operator who asks.
            RequestError: not exactly one is named, or it is an operator.
        """
        await self.check(user_id)
        kind, subject_id = _one_of(user, server)
        if kind == USER and await self._access.is_operator(subject_id):
            raise RequestError(text("operator.not_an_operator"))
        done = await self._access.ban(kind, subject_id, user_id)
        _log.warning("The %s %s was banned by %s", kind, subject_id, user_id)
        return done

    async def unban(self, user_id: int, *, user: int | None, server: int | None) -> bool:
        """Undo that; whether there was such a ban. Raises as `ban` does."""
        await self.check(user_id)
        kind, subject_id = _one_of(user, server)
        done = await self._access.unban(kind, subject_id)
        _log.warning("The %s %s was unbanned by %s", kind, subject_id, user_id)
        return done

    async def leave(self, user_id: int, server: int) -> str:
        """Leave a server; its name.

        Raises:
            NotAllowedError: it is no operator who asks.
            RequestError: the bot is not in it, or Discord does not let it leave now.
        """
        await self.check(user_id)
        name = self._directory.name_of(server)
        try:
            await self._access.leave(server)
        except ConversationError as error:
            _log.warning("A server could not be left (%s)", error)
            raise RequestError(text("operator.not_left", id=str(server))) from error
        _log.warning("Left the server %s (%s), as %s asked", name, server, user_id)
        return name


def _one_of(user: int | None, server: int | None) -> tuple[str, int]:
    if user is not None and server is None:
        return USER, user
    if server is not None and user is None:
        return SERVER, server
    raise RequestError(text("operator.user_or_server"))
