"""Supervising: one service's unforeseen error ends neither the bot nor, for long, the service."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable

from bot.services.pace import Pace

_log = logging.getLogger(__name__)


async def supervised(name: str, run: Callable[[], Awaitable[None]], pace: Pace) -> None:
    """Run a service until it ends by itself or is cancelled.

    An error out of it is logged with an id, and it starts again after a growing wait; one that ran well for a while
    begins with the short wait again.
    """
    loop = asyncio.get_running_loop()
    delays = pace.delays()
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
        if loop.time() - begun > pace.retry_cap:
            delays = pace.delays()
        await asyncio.sleep(next(delays))
