"""``python -m bot jobs``, ``fail``, ``resend`` and ``resume``: a video that is stuck is mended from a terminal."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest

from bot.domain.policy import Policy
from bot.store.job_store import Store
from sandbox.discord.permissions import Permission
from sandbox.oxen.generations import GenerationStatus
from sandbox.process import BotProcess
from tests.process.harness import Harness, harness
from tests.process.jobs import REASON, audit, in_state, rows
from tests.support import job

pytestmark = pytest.mark.exhaustive


class Ended(NamedTuple):
    """A command that ended."""

    status: int
    stdout: str
    stderr: str


async def operate(here: Harness, *arguments: str) -> Ended:
    """Run a command of the bot beside whatever runs."""
    environment = {
        "DISCORD_TOKEN": "secret-token",
        "OXEN_API_KEY": "secret-key",
        "DATABASE_PATH": str(here.folder / "data" / "bot.sqlite3"),
    }
    async with BotProcess(environment, arguments=("-m", "bot", *arguments), is_forked=True) as command:
        status = await command.exited(timeout=90)
        return Ended(status, command.stdout, command.stderr)


async def test_a_video_in_the_making_is_listed_by_state_user_and_age(tmp_path: Path) -> None:
    async with harness(tmp_path) as here, here.bot():
        await here.ask(prompt="The private ox of @Image1 dances")
        await here.made()
        job_id = await in_state(here, "running")
        shown = await operate(here, "jobs")
        assert (shown.status, shown.stderr, shown.stdout.count("\n")) == (0, "", 1)
        assert shown.stdout.startswith(f"{job_id}  running")
        assert "private" not in shown.stdout
        for matching in (("--state", "running"), ("--user", str(here.alice.id)), ("--older", "0s")):
            assert (await operate(here, "jobs", *matching)).stdout.startswith(job_id)
        for other in (("--state", "failed"), ("--user", "1"), ("--older", "1h"), ("--older", "999999999d")):
            assert (await operate(here, "jobs", *other)).stdout == ""


async def test_a_video_is_failed_beside_the_running_bot_and_its_user_is_told_why(tmp_path: Path) -> None:
    async with harness(tmp_path) as here, here.bot():
        await here.ask()
        generation = await here.made()
        job_id = await in_state(here, "running")
        done = await operate(here, "fail", job_id, "--reason", REASON)
        assert (done.status, done.stderr) == (0, "")
        assert "Oxen was asked to stop" in done.stdout
        assert REASON in (await here.outcome()).text
        assert here.ledger() == {"reserve": 5, "release": 5}
        assert here.oxen.generations[generation].status is GenerationStatus.CANCELLED
        assert audit(here) == [(0, "operator fail")]
        assert rows(here.folder, "SELECT * FROM operator_requests") == []
        again = await operate(here, "fail", job_id, "--reason", REASON)
        assert (again.status, again.stdout) == (2, "")
        assert "ended already" in again.stderr
        assert audit(here) == [(0, "operator fail")]


async def test_a_video_that_waits_for_a_discord_that_does_not_answer_can_be_failed(tmp_path: Path) -> None:
    async with harness(tmp_path) as here, here.bot():
        here.discord.faults.refuse("POST", "/channels/*/messages/*/threads", status=500, times=10_000)
        asked = await here.ask()
        await asked.answered()
        job_id = await in_state(here, "accepted")
        done = await operate(here, "fail", job_id, "--reason", REASON)
        assert (done.status, done.stderr) == (0, "")
        assert REASON in (await here.outcome()).text
        assert here.oxen.started == 0
        assert here.ledger() == {"reserve": 5, "release": 5}
        here.discord.faults.clear()
        await here.ask()
        await here.made()
        assert len(here.discord.threads(here.channel)) == 1  # nobody goes on with the first one


async def test_a_video_that_no_place_took_is_sent_again(tmp_path: Path) -> None:
    async with harness(tmp_path) as here, here.bot():
        here.alice.accepts_messages = False
        await here.ask()
        generation = await here.made()
        job_id = await in_state(here, "running")
        here.discord.deny(here.channel, Permission.VIEW_CHANNEL)
        here.oxen.succeed(generation)
        await in_state(here, "undeliverable")
        here.discord.allow(here.channel, Permission.VIEW_CHANNEL)
        done = await operate(here, "resend", job_id)
        assert (done.status, done.stderr) == (0, "")
        await here.outcome()
        await in_state(here, "delivered")
        assert len(here.outcomes()) == 1
        assert audit(here) == [(0, "operator resend")]
        assert (await operate(here, "resend", job_id)).status == 2


async def test_a_video_that_is_resumed_is_delivered_once(tmp_path: Path) -> None:
    async with harness(tmp_path) as here, here.bot():
        await here.ask()
        generation = await here.made()
        job_id = await in_state(here, "running")
        done = await operate(here, "resume", generation)
        assert (done.status, done.stderr) == (0, "")
        assert "running" in done.stdout
        here.oxen.succeed(generation)
        await in_state(here, "delivered")
        assert len(here.outcomes()) == 1
        assert here.oxen.started == 1
        assert audit(here) == [(0, "operator resume")]
        assert (await operate(here, "resume", job_id)).status == 2


async def test_what_was_failed_while_no_bot_ran_is_told_at_the_next_start(tmp_path: Path) -> None:
    async with harness(tmp_path) as here:
        async with here.bot() as bot:
            await here.ask()
            await here.made()
            job_id = await in_state(here, "running")
            assert await bot.stop() == 0
        done = await operate(here, "fail", job_id, "--reason", REASON)
        assert (done.status, done.stderr) == (0, "")
        assert "when the bot starts" in done.stdout
        assert here.ledger() == {"reserve": 5, "release": 5}
        assert audit(here) == [(0, "operator fail")]
        async with here.bot():
            assert REASON in (await here.outcome()).text
            assert len(here.outcomes()) == 1


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("fail", "no-such-job", "--reason", REASON), "no-such-job"),
        (("resend", job().id), "accepted"),
        (("resume", job().id), "takes up every unfinished video"),
        (("fail", job().id), "--reason"),
        (("fail", job().id, "--reason", " "), "sentence"),
        (("fail", job().id, "--reason", "x" * 301), "sentence"),
        (("jobs", "--state", "stuck"), "stuck"),
        (("jobs", "--older", "soon"), "soon"),
        (("jobs", "--older", "1w"), "1w"),
        (("jobs", "--user", "alice"), "alice"),
        (("jobs", "--limit", "0"), "0"),
        (("resume",), "JOB"),
    ],
)
async def test_a_command_that_cannot_be_carried_out_says_why_and_changes_nothing(
    tmp_path: Path, arguments: tuple[str, ...], word: str
) -> None:
    async with harness(tmp_path) as here:
        store = await Store.open(tmp_path / "data" / "bot.sqlite3")
        await store.accept(job(), Policy(daily_seconds=60, max_active=9))
        await store.close()
        before = dump(tmp_path)
        ended = await operate(here, *arguments)
        assert (ended.status, ended.stdout) == (2, "")
        assert word in ended.stderr
        assert "Traceback" not in ended.stderr
        assert dump(tmp_path) == before


async def test_a_bot_that_does_not_answer_changes_nothing_later(tmp_path: Path) -> None:
    async with harness(tmp_path) as here:
        store = await Store.open(tmp_path / "data" / "bot.sqlite3")  # holds the database, and takes no request
        await store.accept(job(), Policy(daily_seconds=60, max_active=9))
        ended = await operate(here, "fail", job().id, "--reason", REASON)
        await store.close()
        assert (ended.status, ended.stdout) == (2, "")
        assert "Nothing was changed" in ended.stderr
        assert rows(tmp_path, "SELECT * FROM operator_requests") == []
        assert rows(tmp_path, "SELECT state FROM jobs") == [("accepted",)]


def dump(folder: Path) -> list[str]:
    """Everything in the database."""
    with closing(sqlite3.connect(folder / "data" / "bot.sqlite3")) as connection:
        return list(connection.iterdump())
