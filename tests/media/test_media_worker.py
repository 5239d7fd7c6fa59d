"""What holds around the child process: its end, its order, its limits."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import signal
import subprocess
import sys
from dataclasses import asdict
from functools import partial
from pathlib import Path

import pytest

from bot.errors import ResultError
from bot.media.errors import CannotFit
from bot.media.facts import VideoFacts
from bot.media.fitter import Fitter, available_cores
from bot.media.probe import inspect
from tests.media.media_clips import files

LIMIT = 300_000


@pytest.fixture(scope="session")
def facts(shelf: Path) -> VideoFacts:
    """Of the noisy clip, whose copy takes a while."""
    return inspect(shelf / "busy.mp4")


def is_gone(pid: int) -> bool:
    """Whether no process has this id, not even a dead one that nobody waited for."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.mark.parametrize("kind", [signal.SIGKILL, signal.SIGSEGV])
async def test_an_encoder_that_dies_is_an_ordinary_error_and_leaves_nothing(
    shelf: Path, tmp_path: Path, facts: VideoFacts, kind: signal.Signals
) -> None:
    pids: list[int] = []
    fitter = Fitter(started=pids.append)
    with pytest.raises(CannotFit):
        await fitter.fit(
            shelf / "busy.mp4", tmp_path / "copy.mp4", LIMIT, facts, progress=lambda _: os.kill(pids[-1], kind)
        )
    assert files(tmp_path) == []
    assert is_gone(pids[0])
    again = await fitter.fit(shelf / "busy.mp4", tmp_path / "copy.mp4", LIMIT, facts)
    assert again.size <= LIMIT


async def test_a_looker_that_dies_is_an_ordinary_error(shelf: Path) -> None:
    fitter = Fitter(started=lambda pid: os.kill(pid, signal.SIGKILL))
    with pytest.raises(ResultError) as caught:
        await fitter.inspect(shelf / "plain.mp4")
    assert caught.value.retryable


async def test_an_encoder_that_hangs_is_ended_at_the_deadline(shelf: Path, tmp_path: Path) -> None:
    pids: list[int] = []
    fitter = Fitter(deadline_seconds=2.5, started=pids.append)
    facts = await fitter.inspect(shelf / "plain.mp4")
    with pytest.raises(CannotFit):
        await fitter.fit(
            shelf / "plain.mp4",
            tmp_path / "copy.mp4",
            150_000,
            facts,
            progress=lambda _: os.kill(pids[-1], signal.SIGSTOP),
        )
    assert files(tmp_path) == []
    assert all(is_gone(pid) for pid in pids)


async def test_cancelling_ends_the_encoder_and_leaves_nothing(shelf: Path, tmp_path: Path, facts: VideoFacts) -> None:
    pids: list[int] = []
    encoding = asyncio.Event()
    fitter = Fitter(started=pids.append)
    task = asyncio.create_task(
        fitter.fit(shelf / "busy.mp4", tmp_path / "copy.mp4", LIMIT, facts, progress=lambda _: encoding.set())
    )
    await encoding.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert is_gone(pids[0])
    assert files(tmp_path) == []


async def test_cancelling_one_that_waits_lets_the_next_one_through(
    shelf: Path, tmp_path: Path, facts: VideoFacts
) -> None:
    fitter = Fitter(workers=1)
    first, second, third = (
        asyncio.create_task(fitter.fit(shelf / "busy.mp4", tmp_path / f"{name}.mp4", LIMIT, facts)) for name in "abc"
    )
    await asyncio.sleep(0)
    second.cancel()
    await asyncio.gather(first, third)
    assert files(tmp_path) == ["a.mp4", "c.mp4"]


async def test_one_worker_serves_first_come_first_served_one_at_a_time(
    shelf: Path, tmp_path: Path, facts: VideoFacts
) -> None:
    told: list[str] = []
    fitter = Fitter(workers=1)

    async def encode(name: str) -> None:
        await fitter.fit(shelf / "busy.mp4", tmp_path / name, LIMIT, facts, progress=lambda _: told.append(name))

    async with asyncio.TaskGroup() as group:
        for name in "abc":
            group.create_task(encode(name))
    assert told == sorted(told)
    assert set(told) == set("abc")


async def test_there_are_never_more_encoders_than_workers(shelf: Path, tmp_path: Path, facts: VideoFacts) -> None:
    pids: list[int] = []
    alive: list[int] = []

    def started(pid: int) -> None:
        pids.append(pid)
        alive.append(sum(not is_gone(each) for each in pids))

    fitter = Fitter(workers=2, started=started)
    async with asyncio.TaskGroup() as group:
        for name in "abcd":
            group.create_task(fitter.fit(shelf / "busy.mp4", tmp_path / name, LIMIT, facts))
    assert max(alive) == 2
    assert len(pids) == 4


async def test_a_video_is_looked_at_while_others_are_encoded(shelf: Path, tmp_path: Path, facts: VideoFacts) -> None:
    told: list[str] = []
    encoding = asyncio.Event()
    fitter = Fitter(workers=1)

    async def encode(name: str) -> None:
        await fitter.fit(shelf / "busy.mp4", tmp_path / name, LIMIT, facts, progress=lambda _: encoding.set())
        told.append(name)

    async with asyncio.TaskGroup() as group:
        for name in "abc":
            group.create_task(encode(name))
        await encoding.wait()
        await fitter.inspect(shelf / "plain.mp4")
        told.append("looked")
    assert told.index("looked") < told.index("c")


async def test_the_loop_serves_others_while_a_video_is_encoded(shelf: Path, tmp_path: Path, facts: VideoFacts) -> None:
    fitting = asyncio.create_task(Fitter().fit(shelf / "busy.mp4", tmp_path / "copy.mp4", LIMIT, facts))
    served = 0
    while not fitting.done():
        await asyncio.sleep(0)
        served += 1
    assert (await fitting).size <= LIMIT
    assert served > 100


async def test_the_progress_is_told_in_parts_of_one_and_grows(shelf: Path, tmp_path: Path, facts: VideoFacts) -> None:
    told: list[float] = []
    await Fitter().fit(shelf / "busy.mp4", tmp_path / "copy.mp4", LIMIT, facts, progress=told.append)
    assert told == sorted(told)
    assert 0 < told[0] <= told[-1] <= 1


async def test_too_little_memory_is_an_ordinary_error(shelf: Path, tmp_path: Path, facts: VideoFacts) -> None:
    with pytest.raises(CannotFit):
        await Fitter(memory_mb=200).fit(shelf / "busy.mp4", tmp_path / "copy.mp4", LIMIT, facts)
    with pytest.raises(ResultError):
        await Fitter(memory_mb=30).inspect(shelf / "plain.mp4")
    assert files(tmp_path) == []


async def test_a_place_that_cannot_be_written_to_is_an_ordinary_error(
    shelf: Path, tmp_path: Path, facts: VideoFacts
) -> None:
    with pytest.raises(CannotFit):
        await Fitter().fit(shelf / "busy.mp4", tmp_path / "missing" / "copy.mp4", LIMIT, facts)


async def test_a_source_that_is_gone_is_an_ordinary_error(tmp_path: Path, facts: VideoFacts) -> None:
    with pytest.raises((CannotFit, ResultError)):
        await Fitter().fit(tmp_path / "gone.mp4", tmp_path / "copy.mp4", LIMIT, facts)
    assert files(tmp_path) == []


async def test_the_worker_sees_no_secret_and_is_polite(
    shelf: Path, tmp_path: Path, facts: VideoFacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OXEN_API_KEY", "a-very-secret-key")
    pids: list[int] = []
    seen: list[tuple[bytes, int]] = []

    def look(_: float) -> None:
        seen.append((Path(f"/proc/{pids[0]}/environ").read_bytes(), os.getpriority(os.PRIO_PROCESS, pids[0])))

    await Fitter(started=pids.append).fit(shelf / "busy.mp4", tmp_path / "copy.mp4", LIMIT, facts, progress=look)
    environment, niceness = seen[0]
    assert b"PATH" in environment
    assert b"a-very-secret-key" not in environment
    assert niceness > os.getpriority(os.PRIO_PROCESS, 0)


def test_a_worker_whose_parent_died_ends_and_leaves_nothing(shelf: Path, tmp_path: Path, facts: VideoFacts) -> None:
    task = {
        "do": "fit",
        "source": str(shelf / "busy.mp4"),
        "target": str(tmp_path / "copy.mp4.part"),
        "limit_bytes": LIMIT,
        "facts": asdict(facts),
        "cores": 2,
        "seconds": 60,
        "memory_bytes": 2**30,
    }
    command = [sys.executable, "-m", "bot.media.worker"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as worker:
        assert worker.stdin is not None
        assert worker.stdout is not None
        worker.stdin.write(json.dumps(task).encode() + b"\n")
        worker.stdin.flush()
        assert b"progress" in worker.stdout.readline()
        worker.stdin.close()
        assert worker.wait() != 0
        assert b"done" not in worker.stdout.read()
    assert files(tmp_path) == []


def test_a_worker_never_raises_a_limit_that_was_put_on_the_bot(shelf: Path) -> None:
    most = 4 * 2**30
    task = {"do": "inspect", "source": str(shelf / "plain.mp4"), "cores": 1, "seconds": 20, "memory_bytes": 2 * most}
    command = [sys.executable, "-m", "bot.media.worker"]
    lower = partial(resource.setrlimit, resource.RLIMIT_AS, (most, most))
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, preexec_fn=lower) as worker:
        assert worker.stdin is not None
        assert worker.stdout is not None
        worker.stdin.write(json.dumps(task).encode() + b"\n")
        worker.stdin.flush()
        assert b"done" in worker.stdout.readline()
        assert resource.prlimit(worker.pid, resource.RLIMIT_AS) == (most, most)
        worker.stdin.close()


async def test_the_bot_itself_never_loads_ffmpeg() -> None:
    code = "import sys, bot.media.fitter; sys.exit('av' in sys.modules)"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code)
    assert await process.wait() == 0


def test_there_is_always_a_core() -> None:
    assert 1 <= available_cores() <= (os.cpu_count() or 1)
