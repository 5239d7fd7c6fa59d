"""``python -m bot doctor --make``: whoever sets up a key makes one video from the command line."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from sandbox.oxen import SimulatedOxen
from sandbox.process import BotProcess

pytestmark = pytest.mark.exhaustive

WAYS = ("sync", "queue", "events")


class Made(NamedTuple):
    """A command that ended."""

    status: int
    stdout: str
    stderr: str


def environment(oxen: SimulatedOxen) -> dict[str, str]:
    return {
        "DISCORD_TOKEN": "secret-token",
        "OXEN_API_KEY": oxen.api_key,
        "OXEN_API_URL": oxen.url,
        "RESULT_HOSTS_ALLOW_PRIVATE": "true",
    }


@asynccontextmanager
async def making(oxen: SimulatedOxen, target: Path, *arguments: str, **settings: str) -> AsyncIterator[BotProcess]:
    line = ("-m", "bot", "doctor", "--output", str(target), *arguments)
    async with BotProcess(environment(oxen) | settings, arguments=line, is_forked=True) as process:
        yield process


async def make(oxen: SimulatedOxen, target: Path, *arguments: str, **settings: str) -> Made:
    async with making(oxen, target, *arguments, **settings) as process:
        status = await process.exited(timeout=60)
        return Made(status, process.stdout, process.stderr)


@pytest.mark.parametrize("way", WAYS)
async def test_each_way_says_the_price_makes_one_video_and_saves_it(tmp_path: Path, way: str) -> None:
    async with SimulatedOxen() as oxen:
        made = await make(oxen, tmp_path / "first.mp4", "--make", way, "--yes")
        assert (made.status, made.stderr) == (0, "")
        assert "$0.56" in made.stdout
        assert (tmp_path / "first.mp4").read_bytes()[4:8] == b"ftyp"
        assert oxen.started == 1
        assert oxen.api_key not in made.stdout


@pytest.mark.parametrize("way", WAYS)
async def test_without_a_yes_the_price_is_said_and_nothing_is_made(tmp_path: Path, way: str) -> None:
    async with SimulatedOxen() as oxen:
        made = await make(oxen, tmp_path / "first.mp4", "--make", way)
        assert made.status == 2
        assert "$0.56" in made.stdout
        assert "--yes" in made.stderr
        assert oxen.started == 0
        assert os.listdir(tmp_path) == []  # noqa: PTH208 - an async test


@pytest.mark.parametrize("way", WAYS)
async def test_a_refusal_is_a_sentence_and_leaves_no_file(tmp_path: Path, way: str) -> None:
    async with SimulatedOxen(credits_micro_usd=0) as oxen:
        made = await make(oxen, tmp_path / "first.mp4", "--make", way, "--yes")
        assert made.status == 1
        assert "run out of credits" in made.stderr
        assert "Traceback" not in made.stderr
        assert os.listdir(tmp_path) == []  # noqa: PTH208 - an async test


@pytest.mark.parametrize("way", ["queue", "events"])
async def test_a_generation_that_fails_says_why(tmp_path: Path, way: str) -> None:
    async with SimulatedOxen(seconds=None) as oxen:
        async with making(oxen, tmp_path / "first.mp4", "--make", way, "--yes") as process:
            generation = await oxen.wait_for_generation()
            await process.wrote("Oxen took it")
            oxen.fail(generation.id, "the ox ran away")
            assert await process.exited() == 1
        assert "the ox ran away" in process.stderr


def emit_without_address(oxen: SimulatedOxen, generation_id: str) -> None:
    said = f'{{"generation_id": "{generation_id}", "status": "succeeded", "url": null}}'
    oxen.emit(f"event: media_generation_completed\ndata: {said}\n\n".encode())


@pytest.mark.parametrize(
    "happening",
    [
        pytest.param(lambda _oxen, _generation_id: None, id="never came"),
        pytest.param(emit_without_address, id="names no address"),
        pytest.param(lambda oxen, _generation_id: oxen.drop_streams(), id="was lost with its connection"),
    ],
)
async def test_an_event_that_was_lost_or_names_no_address_is_made_up_for(
    tmp_path: Path, happening: Callable[[SimulatedOxen, str], None]
) -> None:
    async with SimulatedOxen(seconds=None) as oxen:
        line = ("--make", "events", "--yes")
        async with making(oxen, tmp_path / "first.mp4", *line, STREAM_SILENCE_SECONDS="1") as process:
            generation = await oxen.wait_for_generation()
            await process.wrote("Oxen took it")
            oxen.succeed(generation.id, announce=False)
            happening(oxen, generation.id)
            assert await process.exited() == 0
        assert (tmp_path / "first.mp4").read_bytes()[4:8] == b"ftyp"
        assert oxen.started == 1


async def test_a_file_that_is_there_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "first.mp4").write_text("mine")
    async with SimulatedOxen() as oxen:
        made = await make(oxen, tmp_path / "first.mp4", "--make", "queue", "--yes")
        assert (made.status, oxen.started) == (2, 0)
        assert "is there already" in made.stderr
        assert (tmp_path / "first.mp4").read_text() == "mine"


@pytest.mark.parametrize("arguments", [("--yes",), ("--make", "wish"), ("--make",)])
async def test_a_command_line_that_makes_no_sense_makes_nothing(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    async with SimulatedOxen() as oxen:
        made = await make(oxen, tmp_path / "first.mp4", *arguments)
        assert (made.status, made.stdout, oxen.requests) == (2, "", [])
        assert "usage" in made.stderr
