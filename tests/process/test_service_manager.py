"""The bot under systemd: it says when it is up, that it processes, and that it stops."""

from __future__ import annotations

import asyncio
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.process.harness import harness

pytestmark = pytest.mark.exhaustive


@pytest.fixture
def manager() -> Iterator[socket.socket]:
    """What systemd listens on. The folder's name is short: a socket's may have 107 bytes."""
    with tempfile.TemporaryDirectory(prefix="sd-") as folder, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as made:
        made.bind(str(Path(folder) / "notify"))
        made.setblocking(False)
        yield made


async def receive_completion(manager: socket.socket) -> str:
    """The next thing that systemd is told."""
    async with asyncio.timeout(30):
        return (await asyncio.get_running_loop().sock_recv(manager, 1024)).decode()


async def test_it_says_when_it_is_up_that_it_lives_and_that_it_stops(tmp_path: Path, manager: socket.socket) -> None:
    notify = str(manager.getsockname())
    async with harness(tmp_path, NOTIFY_SOCKET=notify, WATCHDOG_USEC="100000") as here, here.bot() as bot:
        assert [await receive_completion(manager) for _ in range(3)] == ["READY=1", "WATCHDOG=1", "WATCHDOG=1"]
        bot.terminate()
        while (said := await receive_completion(manager)) == "WATCHDOG=1":
            pass
        assert said == "STOPPING=1"
        assert await bot.exited() == 0


async def test_a_manager_that_is_gone_is_no_trouble(tmp_path: Path) -> None:
    notify = str(tmp_path / "none")
    async with harness(tmp_path, NOTIFY_SOCKET=notify, WATCHDOG_USEC="nonsense") as here, here.bot() as bot:
        assert await bot.stop() == 0
