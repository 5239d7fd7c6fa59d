"""``python -m bot history JOB``: what happened to a video, for an operator who has its id from the log."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from bot.domain.job import JobState
from bot.domain.policy import Policy
from bot.store.job_store import Store
from tests.operations.terminal import type_command
from tests.support import job

pytestmark = pytest.mark.exhaustive

PROJECT = Path(__file__).parents[2]
SHOWN = """\
2026-08-08 12:00:00 UTC  new        accepted   accepted
2026-08-08 12:00:02 UTC  accepted   prepared   references posted
2026-08-08 12:00:04 UTC  prepared   prepared   Oxen is away
2026-08-08 12:00:06 UTC  prepared   cancelled  cancelled by 7
"""


def history(folder: Path, *arguments: str) -> CompletedProcess[str]:
    return type_command(folder, "history", *arguments)


@asynccontextmanager
async def cancelled_job(folder: Path) -> AsyncIterator[Store]:
    """A database with a job that was cancelled, while it is open."""
    now = [datetime(2026, 8, 8, 12, tzinfo=UTC)]
    opened = await Store.open(folder / "data" / "bot.sqlite3", lambda: now[0])
    await opened.accept(job(), Policy(daily_seconds=60, max_active=2))
    one = await opened.job(job().id)
    now[0] += timedelta(seconds=2)
    one = await opened.move(one, JobState.PREPARED, "references posted")
    now[0] += timedelta(seconds=2)
    await opened.note(one, "Oxen is away")
    now[0] += timedelta(seconds=2)
    await opened.move(one, JobState.CANCELLED, "cancelled by 7")
    try:
        yield opened
    finally:
        await opened.close()


async def test_it_is_shown_while_the_bot_runs(tmp_path: Path) -> None:
    async with cancelled_job(tmp_path):
        shown = history(tmp_path, job().id)
    assert (shown.returncode, shown.stdout, shown.stderr) == (0, SHOWN, "")


async def test_it_is_shown_while_the_bot_does_not_run_which_can_start_afterwards(tmp_path: Path) -> None:
    async with cancelled_job(tmp_path):
        pass
    shown = history(tmp_path, job().id)
    assert (shown.returncode, shown.stdout, shown.stderr) == (0, SHOWN, "")
    again = await Store.open(tmp_path / "data" / "bot.sqlite3")
    assert (await again.job(job().id)).state is JobState.CANCELLED
    await again.close()


@pytest.mark.parametrize("named", ["https://discord.com/channels/9/11/31", "32", "gen-33"])
async def test_a_link_to_one_of_its_messages_or_the_id_at_oxen_names_it_too(tmp_path: Path, named: str) -> None:
    async with cancelled_job(tmp_path) as store:
        await store.accept(job(2), Policy(daily_seconds=60, max_active=2))
        one = await store.job(job().id)
        await store.change(one, card_message_id=31, outcome_message_id=32, generation_id="gen-33")
        assert history(tmp_path, named).stdout == SHOWN


async def test_a_job_that_is_not_known_is_said_in_a_sentence(tmp_path: Path) -> None:
    async with cancelled_job(tmp_path):
        shown = history(tmp_path, "nonsense'")
    assert (shown.returncode, shown.stdout) == (2, "")
    [sentence] = shown.stderr.splitlines()
    assert "nonsense'" in sentence
    assert "RETENTION_DAYS" in sentence


@pytest.mark.parametrize("content", [None, b"this is not a database" * 100, b""])
def test_a_database_that_cannot_be_read_is_said_in_a_sentence_and_left_alone(
    tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "data" / "bot.sqlite3"
    if content is not None:
        path.parent.mkdir()
        path.write_bytes(content)
    shown = history(tmp_path, job().id)
    assert (shown.returncode, shown.stdout) == (2, "")
    [sentence] = shown.stderr.splitlines()
    assert "DATABASE_PATH" in sentence
    assert (path.read_bytes() if path.exists() else None) == content


@pytest.mark.parametrize("arguments", [(), ("a", "b")])
def test_without_one_id_it_says_how_it_is_used(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    shown = history(tmp_path, *arguments)
    assert shown.returncode == 2
    assert "history JOB" in shown.stderr


async def test_what_came_from_outside_cannot_steer_the_terminal_that_it_is_shown_on(tmp_path: Path) -> None:
    async with cancelled_job(tmp_path) as store:
        await store.note(await store.job(job().id), "it said \x1b[2J\u202eno\n2026-08-08 forged\x9b1A")
        *_, last = history(tmp_path, job().id).stdout.splitlines()
    assert last.endswith(r"it said \x1b[2J\u202eno\n2026-08-08 forged\x9b1A")
