"""Whatever a picture does to the process that reads it, the bot stays up and the next picture is normalized."""

import asyncio
import os
import select
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest
from PIL import Image

from bot.errors import RequestError, StoppingError
from bot.media.pictures.normalized_picture import PictureRefused, Refusal
from bot.media.pictures.picture_pool import PicturePool
from bot.media.worker.pool import WorkerPool
from cogs.ui.texts import ENGLISH
from tests.media.hostile_pictures import hopeless, mendable, noise, picture, saved
from tests.media.picture_checks import is_upright, opened

pytestmark = pytest.mark.exhaustive

PROJECT = Path(__file__).parents[2]
GOOD = saved(picture())
PATIENT = 60.0
MIB = 1024 * 1024
STARTED: list[int] = []
"""The process ids of the workers of the pool that is looked at: worlds of this process have others."""


@asynccontextmanager
async def a_desk(
    *,
    workers: int = 1,
    seconds: float = PATIENT,
    wall_seconds: float = PATIENT,
    memory_mb: int = 400,
    idle_seconds: float = PATIENT,
    max_bytes: int = 25 * MIB,
    tasks_a_worker: int = 1_000,
) -> AsyncIterator[PicturePool]:
    STARTED.clear()
    pool = WorkerPool(
        picture_workers=workers,
        picture_mb=memory_mb,
        idle_seconds=idle_seconds,
        started=STARTED.append,
        tasks_a_worker=tasks_a_worker,
    )
    try:
        yield PicturePool(pool, seconds=seconds, wall_seconds=wall_seconds, max_bytes=max_bytes)
    finally:
        await pool.close()


def workers_of(process: psutil.Process) -> list[psutil.Process]:
    return [child for child in process.children() if any("bot.media.worker.main" in word for word in child.cmdline())]


def own_workers() -> list[psutil.Process]:
    """Those of this module's pools; other tests' worlds have theirs in this process as well."""
    return [child for child in workers_of(psutil.Process()) if child.pid in STARTED]


def the_worker() -> psutil.Process:
    [worker] = own_workers()
    return worker


def wait_for_the_end(process: psutil.Process) -> bool:
    """Whether it ended in time; its exit status is left for whoever started it."""
    try:
        handle = os.pidfd_open(process.pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], PATIENT)[0])
    finally:
        os.close(handle)


async def test_a_folder_of_hostile_pictures_that_can_be_mended() -> None:
    async with a_desk() as pool:
        for name, data in mendable():
            try:
                opened(await pool.normalize(data))
            except PictureRefused as refused:
                pytest.fail(f"{name}: {refused}")


async def test_a_folder_of_hostile_pictures_that_are_refused_with_a_sentence() -> None:
    files = hopeless()
    async with a_desk() as pool:
        for name, data in files:
            try:
                await pool.normalize(data)
            except PictureRefused as refused:
                sentence = ENGLISH.render(refused.named("image3").user_message or "")
                assert sentence.startswith("image3 ")
                assert sentence.endswith(".")
                assert "{" not in sentence
            else:
                pytest.fail(f"{name} was normalized")


async def test_no_hostile_picture_costs_a_worker() -> None:
    files = hopeless()  # made before there is a worker, which would go when nobody asks for long
    async with a_desk() as pool:
        await pool.normalize(GOOD)
        first = the_worker()
        for _, data in files:
            with pytest.raises(PictureRefused):
                await pool.normalize(data)
        assert the_worker() == first


async def test_a_refusal_is_an_error_of_the_request() -> None:
    async with a_desk() as pool:
        with pytest.raises(RequestError, match=r"picture\.refused\.unreadable"):
            await pool.normalize(b"no picture")


async def test_a_file_over_the_cap_is_refused_without_a_look() -> None:
    async with a_desk(max_bytes=MIB) as pool:
        with pytest.raises(PictureRefused, match=r"picture\.refused\.too_heavy.*1048576"):
            await pool.normalize(bytes(MIB + 1))
        assert own_workers() == []


async def test_one_worker_serves_many_pictures_and_is_replaced_in_the_end() -> None:
    async with a_desk(tasks_a_worker=20) as pool:
        seen = []
        for _ in range(21):
            await pool.normalize(GOOD)
            seen += own_workers()
        assert len(set(seen[:19])) == 1
        assert len(set(seen)) == 2


async def test_a_picture_that_needs_too_much_memory_is_refused_and_the_next_one_is_mended() -> None:
    async with a_desk(memory_mb=150) as pool:
        with pytest.raises(PictureRefused) as refused:
            await pool.normalize(saved(picture((5600, 5600))))
        assert refused.value.reason is Refusal.TOO_COSTLY
        assert is_upright(opened(await pool.normalize(GOOD)))


async def test_a_picture_that_needs_too_much_time_is_refused_and_the_next_one_is_mended() -> None:
    async with a_desk(seconds=0.15) as pool:
        with pytest.raises(PictureRefused) as refused:
            await pool.normalize(saved(picture((5600, 5600))))
        assert refused.value.reason is Refusal.TOO_COSTLY
        assert is_upright(opened(await pool.normalize(GOOD)))


async def test_a_worker_that_hangs_is_ended_and_the_next_picture_is_mended() -> None:
    async with a_desk(wall_seconds=3) as pool:
        await pool.normalize(GOOD)
        hanging = the_worker()
        hanging.send_signal(signal.SIGSTOP)
        with pytest.raises(PictureRefused) as refused:
            await pool.normalize(GOOD)
        assert refused.value.reason is Refusal.TOO_COSTLY
        assert not hanging.is_running()
        assert is_upright(opened(await pool.normalize(GOOD)))


async def test_a_worker_that_is_killed_at_work_is_a_refusal_and_the_next_picture_is_mended() -> None:
    async with a_desk() as pool:
        await pool.normalize(GOOD)
        killed = the_worker()
        killed.send_signal(signal.SIGSTOP)
        asked = asyncio.create_task(pool.normalize(GOOD))
        await asyncio.sleep(0)
        killed.kill()
        with pytest.raises(PictureRefused):
            await asked
        assert is_upright(opened(await pool.normalize(GOOD)))


async def test_a_worker_that_went_to_rest_costs_no_picture() -> None:
    async with a_desk(idle_seconds=0.05) as pool:
        await pool.normalize(GOOD)
        resting = the_worker()
        assert await asyncio.to_thread(wait_for_the_end, resting)
        assert is_upright(opened(await pool.normalize(GOOD)))


async def test_a_picture_that_hangs_does_not_hold_up_one_of_another_worker() -> None:
    async with a_desk(workers=2) as pool:
        await pool.normalize(GOOD)
        hanging = the_worker()
        hanging.send_signal(signal.SIGSTOP)
        first = asyncio.create_task(pool.normalize(GOOD))
        await asyncio.sleep(0)
        assert is_upright(opened(await pool.normalize(GOOD)))
        assert not first.done()
        hanging.send_signal(signal.SIGCONT)
        assert is_upright(opened(await first))


async def test_who_comes_later_with_one_picture_does_not_wait_for_all_of_somebody_elses() -> None:
    done: list[str] = []
    async with a_desk() as pool:

        async def normalize(user: str) -> None:
            await pool.normalize(GOOD, user=user)
            done.append(user)

        async with asyncio.TaskGroup() as group:
            for user in ("many", "many", "many", "many", "few", "third"):
                group.create_task(normalize(user))
    assert done == ["many", "many", "few", "third", "many", "many"]


async def test_one_who_gives_up_waiting_leaves_the_turn_to_the_next() -> None:
    async with a_desk() as pool:
        first, second, third = (asyncio.create_task(pool.normalize(GOOD, user=user)) for user in "abc")
        await asyncio.sleep(0)
        second.cancel()
        assert is_upright(opened(await first))
        assert is_upright(opened(await third))


async def test_seven_pictures_at_once_come_back_each_as_itself() -> None:
    async with a_desk(workers=2) as pool:
        given = [saved(Image.new("RGB", (300 + number, 300), (number * 30, 0, 0))) for number in range(7)]
        assert [normalized.data for normalized in await asyncio.gather(*map(pool.normalize, given))] == given


async def test_nobody_waits_for_a_picture_that_was_given_up() -> None:
    async with a_desk() as pool:
        await pool.normalize(GOOD)
        hanging = the_worker()
        hanging.send_signal(signal.SIGSTOP)
        asked = asyncio.create_task(pool.normalize(GOOD))
        await asyncio.sleep(0)
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
        assert not hanging.is_running()
        assert is_upright(opened(await pool.normalize(GOOD)))


async def test_a_closed_desk_has_no_process_and_takes_no_picture() -> None:
    async with a_desk() as pool:
        await pool.normalize(GOOD)
        worker = the_worker()
    assert not worker.is_running()
    with pytest.raises(StoppingError):
        await pool.normalize(GOOD)


async def test_closing_lets_the_picture_in_work_be_finished() -> None:
    async with a_desk() as pool:
        await pool.normalize(GOOD)
        in_work = asyncio.create_task(pool.normalize(saved(noise((1900, 1900)), compress_level=0)))
        waiting = asyncio.create_task(pool.normalize(GOOD))
        await asyncio.sleep(0)
    opened(await in_work)
    with pytest.raises(StoppingError):
        await waiting
    assert own_workers() == []


async def test_the_worker_sees_no_secret_of_the_bot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OXEN_API_KEY", "secret")
    async with a_desk() as pool:
        await pool.normalize(GOOD)
        assert the_worker().environ() == {"MALLOC_ARENA_MAX": "2"}


def test_the_bot_itself_never_loads_what_opens_pictures() -> None:
    code = "import sys, bot.media.pictures.picture_pool; sys.exit('PIL' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=PROJECT, check=False).returncode == 0


def test_a_worker_does_not_outlive_a_bot_that_is_killed() -> None:
    code = (
        "import asyncio\n"
        "from bot.media.pictures.picture_pool import PicturePool\n"
        "from bot.media.worker.pool import WorkerPool\n"
        "async def main():\n"
        f"    await PicturePool(WorkerPool(), seconds=60).normalize({GOOD!r})\n"
        "    print('up', flush=True)\n"
        "    await asyncio.Event().wait()\n"
        "asyncio.run(main())\n"
    )
    bot = subprocess.Popen([sys.executable, "-c", code], cwd=PROJECT, stdout=subprocess.PIPE)
    assert bot.stdout is not None
    with bot.stdout:
        assert bot.stdout.readline() == b"up\n"
        [worker] = workers_of(psutil.Process(bot.pid))
        bot.kill()
        bot.wait()
        assert wait_for_the_end(worker)
