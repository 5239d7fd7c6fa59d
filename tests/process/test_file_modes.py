"""What the bot leaves on a disk: for its own user alone, and nowhere but beside its database."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.discord import Upload
from sandbox.process import BotProcess
from tests.process.harness import Harness, harness
from tests.support import picture_bytes

pytestmark = pytest.mark.exhaustive

PROJECT = Path(__file__).parents[2]


@pytest.fixture
def open_umask() -> Iterator[None]:
    """Whatever is started from here lets everybody read and write what it makes, unless it sees to it itself."""
    before = os.umask(0)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, str]:
    """The mode of a folder and of all that is in it, by its name."""
    paths = [folder, *sorted(folder.rglob("*"))]
    return {path.name: f"{stat.S_IMODE(path.stat().st_mode):04o}" for path in paths}


def contents(*folders: Path) -> dict[Path, int]:
    """Every file and folder in these, and when it was last changed."""
    return {path: path.stat().st_mtime_ns for folder in folders for path in folder.rglob("*")}


async def use_everything(here: Harness) -> Any:
    """Have an element saved and a video made, so that every file there can be is there; the video's message."""
    front = Upload(filename="ox.png", data=picture_bytes(1), content_type="image/png")
    saved = await here.discord.slash(here.channel, here.alice, "element save", {"name": "bloxy", "front": front})
    await saved.answered()
    await here.discord.wait_for(lambda: any((here.folder / "data").glob("*.pictures/*.png")))
    await here.ask()
    here.oxen.succeed(await here.made())
    return await here.outcome()


@pytest.mark.usefixtures("open_umask")
async def test_every_file_is_for_the_bots_own_user_alone_whatever_the_umask(tmp_path: Path) -> None:
    async with harness(tmp_path) as here, here.bot(quick=False) as bot:
        await use_everything(here)
        found = modes(tmp_path / "data")
        assert {"bot.sqlite3", "bot.sqlite3-wal", "bot.sqlite3.lock", "bot.sqlite3.pictures"} <= found.keys()
        assert {name: mode for name, mode in found.items() if mode not in ("0600", "0700")} == {}
        assert await bot.stop() == 0


@pytest.mark.usefixtures("open_umask")
async def test_files_that_an_earlier_version_let_others_read_are_taken_from_them(tmp_path: Path) -> None:
    async with harness(tmp_path) as here:
        async with here.bot(quick=False) as bot:
            await use_everything(here)
            assert await bot.stop() == 0
        for path in (tmp_path / "data").rglob("*"):
            path.chmod(0o777 if path.is_dir() else 0o666)
        async with here.bot(quick=False) as bot:
            found = modes(tmp_path / "data")
            assert {name: mode for name, mode in found.items() if mode not in ("0600", "0700")} == {}
            assert await bot.stop() == 0


async def test_nothing_is_written_outside_the_databases_folder(tmp_path: Path) -> None:
    image, home, temporary = tmp_path / "app", tmp_path / "home", tmp_path / "tmp"
    for source in ("bot", "cogs"):
        shutil.copytree(PROJECT / source, image / source, ignore=shutil.ignore_patterns("__pycache__"))
    home.mkdir()
    temporary.mkdir()
    for folder in (home, image, *filter(Path.is_dir, image.rglob("*"))):
        folder.chmod(0o555)
    before = contents(image, home)
    async with harness(tmp_path) as here:
        environment = {
            **here.discord.environment(guild_ready_seconds=0.05),
            "OXEN_API_KEY": here.oxen.api_key,
            "OXEN_API_URL": here.oxen.url,
            "RESULT_HOSTS_ALLOW_PRIVATE": "true",
            "DATABASE_PATH": str(tmp_path / "data" / "bot.sqlite3"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "HOME": str(home),
            "TMPDIR": str(temporary),
        }
        async with BotProcess(environment, folder=image) as bot:
            await here.discord.wait_ready()
            await here.oxen.wait_for_listener()
            outcome = await use_everything(here)
            assert outcome.attachments
            assert await bot.stop() == 0
            assert "Traceback" not in bot.output
    assert contents(image, home) == before
    assert contents(temporary) == {}
