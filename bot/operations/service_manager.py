"""Telling systemd that the bot is up, and that its event loop goes round; nothing where it was not started by it.

Source: sd_notify(3): datagrams to the socket that ``NOTIFY_SOCKET`` names; an ``@`` stands for a NUL.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

_log = logging.getLogger(__name__)


@asynccontextmanager
async def announced() -> AsyncIterator[None]:
    """Tell the service manager that the bot is up, then that it lives, as often as it wants; at the end that it stops.

    A Discord that is away keeps nobody from being up: starting again would not bring it back.
    """
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        yield
        return
    _tell(address, "READY=1")
    watching = asyncio.create_task(_keep_alive(address), name="watchdog")
    try:
        yield
    finally:
        _tell(address, "STOPPING=1")
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching


async def _keep_alive(address: str) -> None:
    """Say that the event loop goes round, twice in the time that the watchdog gives."""
    microseconds = os.environ.get("WATCHDOG_USEC", "")
    if not microseconds.isdecimal() or int(microseconds) == 0:
        return
    while True:
        _tell(address, "WATCHDOG=1")
        await asyncio.sleep(int(microseconds) / 2_000_000)


def _tell(address: str, state: str) -> None:
    target = "\0" + address[1:] if address.startswith("@") else address
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
            sender.settimeout(0.0)
            sender.sendto(state.encode(), target)
    except OSError as error:
        _log.warning("The service manager could not be told %s (%s)", state, error)
