"""The built wheel, alone in an empty environment, is a bot: ``pip install``, ``pipx run oxen-video-bot``.

No package index is needed: uv builds the wheel by itself, and what it depends on is lent from this environment, by
the lock file of what a bot runs with, and nothing else.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import venv
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from zipfile import ZipFile

import pytest

from sandbox.process import BotProcess
from tests.process.harness import harness

PROJECT = Path(__file__).parents[2]
UV = Path(sys.executable).with_name("uv")
LOCK = PROJECT / "requirements" / "run.txt"

pytestmark = pytest.mark.exhaustive


def run(*arguments: str | Path) -> str:
    """Run a tool to its end; what it wrote."""
    done = subprocess.run(list(map(str, arguments)), capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, as a release has it."""
    folder = tmp_path_factory.mktemp("wheel")
    run(UV, "build", "--offline", "--wheel", "--out-dir", folder, PROJECT)
    [built] = folder.glob("*.whl")
    return built


def locked_parts() -> set[Path]:
    """What the packages of the lock file have in this environment's folder of packages, as far as they are for it."""
    parts = set()
    for name in re.findall(r"^([a-z0-9.-]+)==", LOCK.read_text(encoding="utf-8"), re.MULTILINE):
        try:
            found = distribution(name)
        except PackageNotFoundError:
            continue
        tops = {file.parts[0] for file in found.files or () if file.parts[0] not in ("..", "__pycache__")}
        parts |= {Path(str(found.locate_file(top))) for top in tops}
    return parts


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the programs of an environment that has the wheel, what it depends on, and nothing else."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    run(UV, "pip", "install", "--offline", "--quiet", "--no-deps", "--python", python, wheel)
    [packages] = folder.glob("lib/python*/site-packages")
    for part in locked_parts():
        if part.suffix == ".dist-info":  # uv takes a link for no package
            shutil.copytree(part, packages / part.name)
        else:
            (packages / part.name).symlink_to(part)
    return folder / "bin"


def test_whatever_the_wheel_says_it_needs_is_what_is_locked_for_a_bot(installed: Path) -> None:
    assert "compatible" in run(UV, "pip", "check", "--offline", "--python", installed / "python")
    found = run(installed / "python", "-c", "import importlib.util as u; print(u.find_spec('pytest'))")
    assert found.strip() == "None", "only what a bot needs is there"


def test_the_wheel_has_all_that_is_not_code_and_nothing_of_the_tests(wheel: Path) -> None:
    names = set(ZipFile(wheel).namelist())
    wanted = {
        str(path.relative_to(PROJECT))
        for room in ("bot", "cogs")
        for path in (PROJECT / room).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert wanted <= names
    assert {name.split("/")[0] for name in names} == {"bot", "cogs", "oxen_video_bot-0.1.0.dist-info"}


async def test_it_makes_a_video_from_a_command_to_its_delivery(installed: Path, tmp_path: Path) -> None:
    async with harness(tmp_path, seconds=0.0) as here:
        program = str(installed / "oxen-video-bot")
        async with BotProcess(here.environment(), arguments=(), folder=tmp_path, program=program) as bot:
            await here.discord.wait_ready()
            await here.oxen.wait_for_listener()
            await here.ask()
            assert "Your video is ready" in (await here.outcome(timeout=40)).text
            assert await bot.stop() == 0
            assert "Traceback" not in bot.output


async def test_its_commands_are_there(installed: Path, tmp_path: Path) -> None:
    async with harness(tmp_path) as here:
        program = str(installed / "oxen-video-bot")
        for arguments, status in ((("doctor",), 0), (("jobs",), 0), (("books", "--month", "soon"), 2)):
            async with BotProcess(here.environment(), arguments=arguments, folder=tmp_path, program=program) as bot:
                assert await bot.exited(timeout=60) == status, bot.output
