"""The workers that open strangers' files: whether they start, and how far they are shut in."""

from __future__ import annotations

from collections.abc import AsyncIterator

from bot.media.worker.pool import WorkerPool
from bot.media.worker.process import WorkerUnavailable
from bot.operations.doctor.finding import Finding, fail, ok, warn

_NAME = "worker sandbox"
_KERNEL = "Run the bot on Linux 5.13 or newer with Landlock and seccomp, and let its container have both."


async def check_workers() -> AsyncIterator[Finding]:
    """Start one, in a folder of its own, and ask it."""
    pool = WorkerPool()
    try:
        isolation = await pool.isolation()
    except (WorkerUnavailable, OSError) as error:
        yield fail(_NAME, f"no worker starts ({error}).", "Reinstall the packages of requirements/run.txt.")
        return
    finally:
        await pool.close()
    files = f"files and network are out of reach (Landlock {isolation.landlock})" if isolation.landlock else ""
    calls = "system calls are filtered" if isolation.has_filter else ""
    holds = " and ".join(part for part in (files, calls) if part)
    if isolation.is_complete:
        yield ok(_NAME, f"in force: {holds}.")
    elif holds:
        yield warn(_NAME, f"in force in part only: {holds}.", _KERNEL)
    else:
        yield warn(_NAME, "not in force: a picture made to harm could reach files and network.", _KERNEL)
