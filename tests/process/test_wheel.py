"""The built wheel, alone in an empty environment, is a bot: ``pip install``, ``pipx run oxen-video-bot``."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path
from zipfile import ZipFile

import pytest

from sandbox.process import BotProcess
from tests.process.harness import harness

PROJECT = Path(__file__).parents[2]
UV = Path(sys.executable).with_name("uv")
NETWORK = ("network", "connect", "dns", "resolve", "timed out", "offline", "fetch")

pytestmark = pytest.mark.slow


def run(*arguments: str | Path) -> str:
    """Run a tool to its end; skip the test where it would need a network that is not there."""
    done = subprocess.run(list(map(str, arguments)), capture_output=True, text=True, timeout=300, check=False)
    if done.returncode and any(word in done.stderr.lower() for word in NETWORK):
        pytest.skip(f"{Path(arguments[0]).name} needs a package index: {done.stderr.strip().splitlines()[-1]}")
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, as a release has it."""
    if not UV.exists():
        pytest.skip("uv is not installed here")
    folder = tmp_path_factory.mktemp("wheel")
    run(UV, "build", "--wheel", "--out-dir", folder, PROJECT)
    [built] = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the programs of an environment that has the wheel, what it depends on, and nothing else."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    run(UV, "pip", "install", "--quiet", "--python", folder / "bin" / "python", wheel)
    return folder / "bin"


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
        for arguments, status in ((("doctor",), 0), (("jobs",), 2), (("books", "--month", "soon"), 2)):
            async with BotProcess(here.environment(), arguments=arguments, folder=tmp_path, program=program) as bot:
                assert await bot.exited(timeout=60) == status, bot.output
