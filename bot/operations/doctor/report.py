"""The whole examination, and how it is shown."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections.abc import AsyncIterator, Sequence

from bot.config import Settings
from bot.domain.clock import utc_now
from bot.operations.doctor.discord import check_discord
from bot.operations.doctor.finding import Finding, Level, redact
from bot.operations.doctor.machine import check_machine
from bot.operations.doctor.oxen import check_oxen
from bot.operations.doctor.settings import check_settings
from bot.operations.doctor.workers import check_workers


async def examine(settings: Settings) -> list[Finding]:
    """Look at everything, at Discord and Oxen at the same time; nothing is paid and nothing written."""
    machine, workers, discord, oxen = await asyncio.gather(
        asyncio.to_thread(lambda: list(check_machine(settings, utc_now()))),
        _all(check_workers()),
        _all(check_discord(settings)),
        _all(check_oxen(settings)),
    )
    return redact([*check_settings(settings), *machine, *workers, *discord, *oxen], settings.secrets)


def show(findings: Sequence[Finding], *, as_json: bool) -> int:
    """Print what was found; the process's status, 1 where something has to be mended."""
    if as_json:
        print(json.dumps([finding.as_json() for finding in findings], indent=2, ensure_ascii=False))  # noqa: T201
    else:
        sys.stdout.writelines(f"{finding}\n" for finding in findings)
    return 1 if any(finding.level is Level.FAIL for finding in findings) else 0


def run_doctor(settings: Settings, *, as_json: bool) -> int:
    """Examine and show; the process's status."""
    logging.disable()  # what the libraries say of it is in the findings
    return show(asyncio.run(examine(settings)), as_json=as_json)


async def _all(findings: AsyncIterator[Finding]) -> list[Finding]:
    return [finding async for finding in findings]
