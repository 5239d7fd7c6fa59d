"""What holds at the start, in three lines of the log: Oxen, money, files. No call is made for it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from typing import Final

from bot.config import Settings
from bot.domain.money import dollars
from bot.operations.alerts.conditions import OxenAccount
from bot.operations.doctor.finding import Finding, Level
from bot.operations.doctor.machine import check_disk, check_modes
from bot.operations.doctor.settings import check_backups, check_budget
from bot.services.spending.prices import PriceMonitor

_log = logging.getLogger(__name__)
_PATIENCE: Final = 20.0


class StartChecks:
    """Says what holds once Oxen has answered, or has not for a while. ``doctor`` says more."""

    def __init__(self, settings: Settings, account: OxenAccount, prices: PriceMonitor) -> None:
        self._settings = settings
        self._account = account
        self._prices = prices

    async def run(self) -> None:
        """Say it, once."""
        _log_line("Money", [check_budget(self._settings)])
        _log_line("Files", list(await asyncio.to_thread(lambda: list(self._files()))))
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._account.known.wait()
                if not self._account.is_refused:
                    await self._prices.known()
        except TimeoutError:
            pass
        self._say_oxen()

    def _files(self) -> Iterator[Finding]:
        yield check_disk(self._settings.database_path)
        yield from check_modes(self._settings.database_path)
        yield check_backups(self._settings)

    def _say_oxen(self) -> None:
        model, price = self._settings.oxen_model, self._prices.per_second
        costs = f"a second of {model} costs {dollars(price)}" if price else f"it named no price of {model} yet"
        if self._account.is_refused:
            _log.warning("Oxen: it refuses the key; set OXEN_API_KEY to one that works")
        elif not self._account.known.is_set():
            _log.warning("Oxen: it has not taken the key yet; run python -m bot doctor")
        else:
            _log.log(logging.INFO if price else logging.WARNING, "Oxen: it takes the key, and %s", costs)


def _log_line(about: str, findings: list[Finding]) -> None:
    """One line: what is not well where something is not, with what to do, else all of it."""
    bad = [finding for finding in findings if finding.level is not Level.OK]
    parts = (f"{finding.text} {finding.to_do}".strip() for finding in bad or findings)
    _log.log(logging.WARNING if bad else logging.INFO, "%s: %s", about, " ".join(parts))
