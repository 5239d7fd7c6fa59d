"""What holds for every test: how many run at once, and which of the Makefile's targets run it."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import nullcontext
from pathlib import Path
from shutil import disk_usage
from typing import Any

import pytest
from hypothesis import settings

from sandbox.interpreter import VARIABLE
from sandbox.world import World, world

_MEMORY = Path("/dev/shm")
_ROOM = 4 * 1024**3
_SLOW_FOLDERS = ("benchmarks", "faults", "process", "sandbox")
_NOT_SLOW = "not slow"
_CELLS = 24
"""Of the cells of a fault matrix, `make check` tries one in so many; which ones differs from test to test."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Say of what this suite can be told besides."""
    parser.addoption("--pseudo-locale", action="store_true", help="let every world's bot speak the pseudo-locale")


def pytest_configure(config: pytest.Config) -> None:
    """Tell the worlds of this process (`sandbox/interpreter.py`), and let no test fail for its time.

    Files are made in memory where there is room: the commits of two thousand databases wait for a disk otherwise.
    """
    if _MEMORY.is_dir() and disk_usage(_MEMORY).free >= _ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))
    settings.register_profile("untimed", deadline=None)
    settings.load_profile("untimed")
    if config.getoption("--pseudo-locale"):
        os.environ[VARIABLE] = "1"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show what a test recorded as its ``table``, though it passed."""
    for report in terminalreporter.getreports("passed"):
        for table in (value for name, value in report.user_properties if name == "table"):
            terminalreporter.section(report.nodeid.rpartition("::")[2].replace("_", " "))
            terminalreporter.write_line(str(table))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Two workers a core: most tests wait for a socket, a commit or a process."""
    return 2 * (os.cpu_count() or 1)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Do not even import what a folder says is slow, where only the others are to run."""
    is_slow = collection_path.parent == Path(__file__).parent and collection_path.name in _SLOW_FOLDERS
    return True if is_slow and config.option.markexpr == _NOT_SLOW else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what a folder says of its tests, and keep most cells of the fault matrix out of `make check`."""
    here = Path(__file__).parent
    folder_of = {item: item.path.relative_to(here).parts[0] for item in items}
    cells = [item for item in items if folder_of[item] == "faults" and hasattr(item, "callspec")]
    for item in (cell for number, cell in enumerate(cells) if number % _CELLS):
        item.add_marker(pytest.mark.exhaustive)
    for item in items:
        if folder_of[item] in _SLOW_FOLDERS or item.get_closest_marker("exhaustive"):
            item.add_marker(pytest.mark.slow)


def pytest_collection_finish() -> None:
    """Take what the suite itself consists of out of garbage collections, which walk through it for nothing."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    """Undo what a command for a terminal did that was run within the test: it disables logging for its process."""
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[World]:
    """A world in ``tmp_path``, as ``sandbox.world`` has it when it is told nothing else.

    It is opened and closed within one task, as SimCord wants it: a fixture has one for each.
    """
    is_open: asyncio.Future[World] = asyncio.get_running_loop().create_future()
    may_close = asyncio.Event()

    async def hold() -> None:
        async with world(tmp_path) as opened:
            is_open.set_result(opened)
            await may_close.wait()

    holding = asyncio.create_task(hold(), name="world")
    ends: set[asyncio.Future[Any]] = {is_open, holding}
    await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    if not is_open.done():
        await holding
    yield is_open.result()
    may_close.set()
    await holding


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Let a test read the clock of the world that it is given."""
    given = getattr(item, "funcargs", {}).get("here")
    with given.env.time_context() if isinstance(given, World) else nullcontext():
        return (yield)
