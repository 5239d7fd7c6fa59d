"""Supervising: one service's unforeseen error ends neither the bot nor, for long, the service."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable

from bot.services.timing import Timing

_log = logging.getLogger(__name__)


async def supervised(run: Callable[[], Awaitable[None]], timing: Timing) -> None:
    """Run a service until it ends by itself or is cancelled; it is called what the current task is called.

    An error out of it is logged with an id, and it starts again after a growing wait; one that ran well for a while
    begins with the short wait again.
    """
    task, loop = asyncio.current_task(), asyncio.get_running_loop()
    assert task is not None
    name = task.get_name()
    delays = timing.delays()
    while True:
        begun = loop.time()
        try:
            await run()
        except Exception:  # noqa: BLE001 - whatever it is, the other services go on
            error_id = secrets.token_hex(4)
            fields = {"service": name, "error_id": error_id}
            _log.exception("Unexpected error %s in %s; it starts again", error_id, name, extra=fields)
        else:
            return
        if loop.time() - begun > timing.retry_cap:
            delays = timing.delays()
        await asyncio.sleep(next(delays))
