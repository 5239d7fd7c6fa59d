"""Charges: what Oxen's history says that it charged replaces what was estimated, once for each job."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from bot.domain.books import OxenCharge
from bot.domain.clock import Clock
from bot.domain.generation import GenerationStatus
from bot.errors import OxenError, OxenRefused, OxenUnreachable, StoreError
from bot.oxen.client import OxenClient
from bot.store.payments import PaymentStore

_log = logging.getLogger(__name__)
_LOOK_EVERY: Final = 30.0
_AGAIN_AFTER: Final = timedelta(minutes=10)
"""How soon a history that did not name a charge is read again."""
_REFUSED_FOR: Final = timedelta(minutes=30)
_ASKED_FOR: Final = timedelta(days=2)
_MOST_JOBS: Final = 1_000
_MOST_PAGES: Final = 10


class ChargeReconciler:
    """Asks Oxen what jobs that ended have cost. An Oxen without a history is lived with: the estimates stay."""

    def __init__(self, payments: PaymentStore, client: OxenClient, namespace: str | None, clock: Clock) -> None:
        self._payments = payments
        self._client = client
        self._namespace = namespace
        self._clock = clock
        self._asked: frozenset[str] = frozenset()
        self._not_before: datetime | None = None

    async def run(self) -> None:
        """Look every so often whether there is something to ask, until cancelled."""
        while True:
            await asyncio.sleep(_LOOK_EVERY)
            try:
                await self.reconcile()
            except OxenError as error:
                _log.info("Oxen's history could not be read (%s); the estimates stay for now", error)
                self._not_before = self._clock() + _AGAIN_AFTER
            except StoreError as error:
                _log.error("What Oxen charged could not be written (%s); trying again", error)

    async def reconcile(self) -> int:
        """Ask what is not known yet and write it down; of how many jobs it was learned.

        Raises:
            OxenError: Oxen does not say now.
            StoreError: the database refused.
        """
        now = self._clock()
        wanted = await self._payments.uncorrected(now - _ASKED_FOR, _MOST_JOBS)
        is_early = self._not_before is not None and now < self._not_before
        if not wanted or (is_early and wanted.keys() <= self._asked):
            return 0
        self._asked = frozenset(wanted)
        self._not_before = now + _AGAIN_AFTER
        jobs = {generation_id: job_id for job_id, generation_id in wanted.items()}
        try:
            charged = await self._read(frozenset(jobs))
        except (OxenRefused, OxenUnreachable) as error:
            self._not_before = now + _REFUSED_FOR
            _log.info("There is no history at Oxen for this key (%s); the estimates stay", error)
            return 0
        if not charged:
            return 0
        return await self._payments.correct({jobs[generation_id]: micros for generation_id, micros in charged.items()})

    async def _read(self, wanted: frozenset[str]) -> Mapping[str, int]:
        """What was charged for these generations, in micro-dollars, as far as the history names it."""
        charged: dict[str, int] = {}
        for page in range(1, _MOST_PAGES + 1):
            found = await self._client.history(page, namespace=self._namespace)
            for charge in found.charges:
                if charge.generation_id in wanted and (cost := cost_by_now(charge)) is not None:
                    charged[charge.generation_id] = cost
            if found.is_last or charged.keys() >= wanted:
                break
        return charged


def cost_by_now(charge: OxenCharge) -> int | None:
    """What a generation that ended was charged; nothing, for one that succeeded, is not said yet rather than free."""
    if charge.cost or charge.status in (GenerationStatus.FAILED, GenerationStatus.CANCELLED):
        return charge.cost
    return None
