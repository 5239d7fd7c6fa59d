"""What holds around a worker for videos: its end, its order, its limits."""

from __future__ import annotations

import asyncio
import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psutil
import pytest

from bot.errors import ResultError
from bot.media.errors import CannotFit
from bot.media.video.fitter import Fitter
from bot.media.video.probe import inspect
from bot.media.video.video_info import VideoInfo
from bot.media.worker.pool import Kind, WorkerPool, available_cores
from bot.media.worker.process import Task
from tests.media.media_clips import files

pytestmark = pytest.mark.exhaustive

PROJECT = Path(__file__).parents[2]
LIMIT = 300_000


@pytest.fixture(scope="session")
def info(shelf: Path) -> VideoInfo:
    """Of the noisy clip, whose copy takes a while."""
    return inspect(shelf / "busy.mp4")


def is_gone(pid: int) -> bool:
    """Whether no process has this id, not even a dead one that nobody waited for."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


@asynccontextmanager
async def a_pool(**options: Any) -> AsyncIterator[WorkerPool]:
    pool = WorkerPool(**options)
    try:
        yield pool
    finally:
        await pool.close()


@pytest.mark.parametrize("kind", [signal.SIGKILL, signal.SIGSEGV])
async def test_an_encoder_that_dies_is_an_ordinary_error_and_leaves_nothing(
    shelf: Path, tmp_path: Path, info: VideoInfo, kind: signal.Signals
) -> None:
    pids: list[int] = []
    async with a_pool(started=pids.append) as pool:
        fitter = Fitter(pool)
        with pytest.raises(CannotFit):
            await fitter.fit(
                shelf / "busy.mp4", tmp_path / "copy.mp4", LIMIT, info, progress=lambda _: os.kill(pids[-1], kind)
            )
        assert files(tmp_path) == []
        assert is_gone(pids[0])
        again = await fitter.fit(shelf / "busy.mp4", tmp_path / "copy.mp4", LIMIT, info)
        assert again.size <= LIMIT


async def test_a_looker_that_dies_is_an_ordinary_error(shelf: Path) -> None:
    async with a_pool(started=lambda pid: os.kill(pid, signal.SIGKILL)) as pool:
        with pytest.raises(ResultError) as caught:
            await Fitter(pool).inspect(shelf / "plain.mp4")
        assert caught.value.retryable


async def test_an_encoder_that_hangs_is_ended_at_the_deadline(shelf: Path, tmp_path: Path) -> None:
    pids: list[int] = []
    async with a_pool(started=pids.append) as pool:
        fitter = Fitter(pool, deadline_seconds=2.5)
        info = await fitter.inspect(shelf / "plain.mp4")
        with pytest.raises(CannotFit):
            await fitter.fit(
                shelf / "plain.mp4",
                tmp_path / "copy.mp4",
                150_000,
                info,
                progress=lambda _: os.kill(pids[-1], signal.SIGSTOP),
            )
        assert files(tmp_path) == []
    assert all(is_gone(pid) for pid in pids)


async def test_cancelling_ends_the_encoder_and_leaves_nothing(shelf: Path, tmp_path: Path, info: VideoInfo) -> None:
    pids: list[int] = []
    encoding = asyncio.Event()
    async with a_pool(started=pids.append) as pool:
        task = asyncio.create_task(
            Fitter(pool).fit(shelf / "busy.mp4", tmp_path / "copy.mp4", LIMIT, info, progress=lambda _: encoding.set())
        )
        await encoding.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert is_gone(pids[0])
        assert files(tmp_path) == []


async def test_cancelling_one_that_waits_lets_the_next_one_through(
    shelf: Path, tmp_path: Path, info: VideoInfo
) -> None:
    async with a_pool(encoders=1) as pool:
        fitter = Fitter(pool)
        first, second, third = (
            asyncio.create_task(fitter.fit(shelf / "busy.mp4", tmp_path / f"{name}.mp4", LIMIT, info)) for name in "abc"
        )
        await asyncio.sleep(0)
        second.cancel()
        await asyncio.gather(first, third)
        assert files(tmp_path) == ["a.mp4", "c.mp4"]


async def test_one_worker_serves_first_come_first_served_one_at_a_time(
    shelf: Path, tmp_path: Path, info: VideoInfo
) -> None:
    told: list[str] = []
    async with a_pool(encoders=1) as pool:
        fitter = Fitter(pool)

        async def encode(name: str) -> None:
            await fitter.fit(shelf / "busy.mp4", tmp_path / name, LIMIT, info, progress=lambda _: told.append(name))

        async with asyncio.TaskGroup() as group:
            for name in "abc":
                group.create_task(encode(name))
    assert told == sorted(told)
    assert set(told) == set("abc")


async def test_there_are_never_more_encoders_than_workers(shelf: Path, tmp_path: Path, info: VideoInfo) -> None:
    pids: list[int] = []
    async with a_pool(encoders=2, started=pids.append) as pool:
        fitter = Fitter(pool)
        async with asyncio.TaskGroup() as group:
            for name in "abcd":
                group.create_task(fitter.fit(shelf / "busy.mp4", tmp_path / name, LIMIT, info))
    assert len(pids) == 2
    assert files(tmp_path) == list("abcd")


async def test_a_video_is_looked_at_while_others_are_encoded(shelf: Path, tmp_path: Path, info: VideoInfo) -> None:
    told: list[str] = []
    encoding = asyncio.Event()
    async with a_pool(encoders=1) as pool:
        fitter = Fitter(pool)

        async def encode(name: str) -> None:
            await fitter.fit(shelf / "busy.mp4", tmp_path / name, LIMIT, info, progress=lambda _: encoding.set())
            told.append(name)

        async with asyncio.TaskGroup() as group:
            for name in "abc":
                group.create_task(encode(name))
            await encoding.wait()
            await fitter.inspect(shelf / "plain.mp4")
            told.append("looked")
    assert told.index("looked") < told.index("c")


async def test_the_loop_serves_others_while_a_video_is_encoded(
    fitter: Fitter, shelf: Path, tmp_path: Path, info: VideoInfo
) -> None:
    fitting = asyncio.create_task(fitter.fit(shelf / "busy.mp4", tmp_path / "copy.mp4", LIMIT, info))
    served = 0
    while not fitting.done():
        await asyncio.sleep(0)
        served += 1
    assert (await fitting).size <= LIMIT
    assert served > 100


async def test_the_progress_is_told_in_parts_of_one_and_grows(
    fitter: Fitter, shelf: Path, tmp_path: Path, info: VideoInfo
) -> None:
    told: list[float] = []
    await fitter.fit(shelf / "busy.mp4", tmp_path / "copy.mp4", LIMIT, info, progress=told.append)
    assert told == sorted(told)
    assert 0 < told[0] <= told[-1] <= 1


@pytest.mark.parametrize("memory_mb", [200, 30])
async def test_too_little_memory_is_an_ordinary_error(
    shelf: Path, tmp_path: Path, info: VideoInfo, memory_mb: int
) -> None:
    async with a_pool(video_mb=memory_mb) as pool:
        with pytest.raises((CannotFit, ResultError)):
            await Fitter(pool).fit(shelf / "busy.mp4", tmp_path / "copy.mp4", LIMIT, info)
    assert files(tmp_path) == []


async def test_a_place_that_cannot_be_written_to_is_an_ordinary_error(
    fitter: Fitter, shelf: Path, tmp_path: Path, info: VideoInfo
) -> None:
    with pytest.raises(CannotFit):
        await fitter.fit(shelf / "busy.mp4", tmp_path / "missing" / "copy.mp4", LIMIT, info)


async def test_a_source_that_is_gone_is_an_ordinary_error(fitter: Fitter, tmp_path: Path, info: VideoInfo) -> None:
    with pytest.raises((CannotFit, ResultError)):
        await fitter.fit(tmp_path / "gone.mp4", tmp_path / "copy.mp4", LIMIT, info)
    with pytest.raises(ResultError):
        await fitter.inspect(tmp_path / "gone.mp4")
    assert files(tmp_path) == []


async def test_the_worker_sees_no_secret_and_is_polite(
    shelf: Path, tmp_path: Path, info: VideoInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OXEN_API_KEY", "a-very-secret-key")
    pids: list[int] = []
    seen: list[tuple[bytes, int]] = []

    def look(_: float) -> None:
        seen.append((Path(f"/proc/{pids[0]}/environ").read_bytes(), os.getpriority(os.PRIO_PROCESS, pids[0])))

    async with a_pool(started=pids.append) as pool:
        await Fitter(pool).fit(shelf / "busy.mp4", tmp_path / "copy.mp4", LIMIT, info, progress=look)
    environment, niceness = seen[0]
    assert environment.split(b"=")[0] == b"MALLOC_ARENA_MAX"
    assert b"a-very-secret-key" not in environment
    assert niceness > os.getpriority(os.PRIO_PROCESS, 0)


def test_encoders_of_a_bot_that_is_killed_end_and_what_they_left_goes_at_the_next_start(
    shelf: Path, tmp_path: Path, info: VideoInfo
) -> None:
    code = (
        "import asyncio, json, sys\n"
        "from pathlib import Path\n"
        "from bot.media.video.video_info import VideoInfo\n"
        "from bot.media.video.fitter import Fitter\n"
        "from bot.media.worker.pool import WorkerPool\n"
        "source, folder, info = sys.argv[1:]\n"
        "pool = WorkerPool(Path(folder), started=lambda pid: print(pid, flush=True))\n"
        "tell = lambda _: print('encoding', flush=True)\n"
        "target, info = Path(folder, 'copy.mp4'), VideoInfo(**json.loads(info))\n"
        f"asyncio.run(Fitter(pool).fit(Path(source), target, {LIMIT}, info, progress=tell))\n"
    )
    command = [sys.executable, "-c", code, str(shelf / "busy.mp4"), str(tmp_path), json.dumps(asdict(info))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=PROJECT) as bot:
        assert bot.stdout is not None
        pid = int(bot.stdout.readline())
        assert bot.stdout.readline() == b"encoding\n"
        worker = os.pidfd_open(pid)
        bot.kill()
        bot.wait()
        assert select.select([worker], [], [], 60)[0]
        os.close(worker)

    async def start_again() -> None:
        async with a_pool(folder=tmp_path) as pool:
            await Fitter(pool).inspect(shelf / "plain.mp4")

    asyncio.run(start_again())
    assert files(tmp_path) == []


async def test_a_worker_never_raises_a_limit_that_was_put_on_the_bot(shelf: Path) -> None:
    most = 4 * 2**30
    code = (
        "import asyncio, resource, sys\n"
        "from pathlib import Path\n"
        "from bot.media.video.fitter import Fitter\n"
        "from bot.media.worker.pool import WorkerPool\n"
        f"resource.setrlimit(resource.RLIMIT_AS, ({most}, {most}))\n"
        "async def main():\n"
        "    pids = []\n"
        f"    pool = WorkerPool(video_mb={2 * most // 2**20}, started=pids.append)\n"
        "    await Fitter(pool).inspect(Path(sys.argv[1]))\n"
        "    print(resource.prlimit(pids[0], resource.RLIMIT_AS))\n"
        "    await pool.close()\n"
        "asyncio.run(main())\n"
    )
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", code, str(shelf / "plain.mp4")), stdout=subprocess.PIPE, cwd=PROJECT
    )
    said, _ = await process.communicate()
    assert said.decode().strip() == str((most, most))


async def test_the_bot_itself_never_loads_ffmpeg() -> None:
    code = "import sys, bot.media.video.fitter, bot.app; sys.exit('av' in sys.modules or 'PIL' in sys.modules)"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, cwd=PROJECT)
    assert await process.wait() == 0


def test_there_is_always_a_core() -> None:
    assert 1 <= available_cores() <= (os.cpu_count() or 1)


async def test_what_a_task_took_of_threads_and_memory_is_free_for_the_next_ones(shelf: Path, tmp_path: Path) -> None:
    pids: list[int] = []
    info = inspect(shelf / "sound.mp4")
    arguments = {"limit_bytes": 60_000, "info": asdict(info), "cores": 1, "seconds": 30.0}
    fit = Task(
        name="fit",
        arguments=arguments,
        source=shelf / "sound.mp4",
        target=tmp_path / "copy.mp4",
        file_bytes=LIMIT,
        cpu_seconds=30.0,
        seconds=30.0,
    )
    async with a_pool(started=pids.append) as pool:
        for _ in range(4):
            await pool.run(Kind.LOOKS, fit)
            await Fitter(pool).frame(shelf / "plain.mp4", last=True)
        [looker] = pids
        assert psutil.Process(looker).num_threads() == 1
