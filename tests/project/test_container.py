"""What the image is made of is enough, and no more than that gets into it."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path, PurePosixPath

import pytest

PROJECT = Path(__file__).parents[2]
DOCKERFILE = (PROJECT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
INSTRUCTIONS = [line.split(maxsplit=1) for line in DOCKERFILE.splitlines() if re.match(r"[A-Z]+ ", line)]


def instructions(name: str) -> list[str]:
    """What is written behind each instruction of a name, in order."""
    return [rest for instruction, rest in INSTRUCTIONS if instruction == name]


def copied() -> list[str]:
    """What the image takes from the project, its lock file aside."""
    sources = [rest.split()[0] for rest in instructions("COPY") if not rest.startswith("--from")]
    return [source.rstrip("/") for source in sources if not source.startswith("requirements/")]


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """A folder with what the image has of the project, and nothing else."""
    for source in copied():
        shutil.copytree(PROJECT / source, tmp_path / "app" / source, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "app"


def run_in(folder: Path, command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command in exec form, as Docker would run it there."""
    program, *arguments = json.loads(command)
    assert program == "python"
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={"PATH": os.defpath, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def health_command() -> str:
    """The health check in exec form."""
    return instructions("HEALTHCHECK")[0].partition("CMD ")[2]


def test_the_dockerfile_passes_hadolint() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    checked = subprocess.run([hadolint, "Dockerfile"], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stdout) == (0, "")


def test_the_dockerfile_asks_hadolint_to_ignore_nothing() -> None:
    assert "hadolint ignore" not in DOCKERFILE
    assert not (PROJECT / ".hadolint.yaml").exists()


def test_every_stage_is_made_from_one_image_that_is_named_by_its_digest() -> None:
    image, *others = instructions("FROM")
    assert re.fullmatch(r"python:3\.11\.\d+-slim-\w+@sha256:[0-9a-f]{64} AS base", image)
    assert [other.split()[0] for other in others] == ["base", "base"]


def test_the_container_of_the_readme_may_do_little() -> None:
    readme = (PROJECT / "README.md").read_text(encoding="utf-8").replace("\\\n", " ")
    [command] = re.findall(r"^    docker run -d (.+)$", readme, re.MULTILINE)
    given = " ".join(command.split())
    for option in (
        *("--read-only", "--tmpfs /tmp", "--cap-drop ALL", "--security-opt no-new-privileges"),
        *(r"--memory \d+g", r"--pids-limit \d+"),
    ):
        assert re.search(rf"(?:^| ){option} ", given), option


def test_only_the_bot_and_its_cogs_are_copied() -> None:
    assert copied() == ["bot", "cogs"]


def test_the_builder_is_given_only_what_is_copied() -> None:
    lines = (PROJECT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    let_in = {rule.removeprefix("!").rstrip("/") for rule in rules if rule.startswith("!")}
    assert let_in == {*copied(), "requirements/run.txt"}


def test_packages_come_from_the_lock_file_with_their_hashes() -> None:
    [install] = [rest for rest in instructions("RUN") if "pip install" in rest]
    assert "--require-hashes" in install
    assert "COPY requirements/run.txt /tmp/run.txt" in DOCKERFILE
    assert "--requirement /tmp/run.txt" in install


def test_the_process_is_nobody_special() -> None:
    last_user = instructions("USER")[-1]
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", last_user)


def test_the_database_is_on_the_volume() -> None:
    [path] = re.findall(r"DATABASE_PATH=(\S+)", DOCKERFILE)
    [volume] = instructions("VOLUME")
    assert PurePosixPath(volume) in PurePosixPath(path).parents


@pytest.mark.slow
def test_the_image_without_settings_says_what_is_missing_and_ends_with_2(image: Path) -> None:
    ended = run_in(image, instructions("CMD")[-1])
    assert ended.returncode == 2, ended.stderr
    [sentence] = ended.stderr.splitlines()
    assert "DISCORD_TOKEN and OXEN_API_KEY are not set" in sentence


@pytest.mark.exhaustive
def test_the_health_check_fails_until_there_is_a_sign_of_life(image: Path, tmp_path: Path) -> None:
    settings = {"DISCORD_TOKEN": "token-1", "OXEN_API_KEY": "key-1", "DATABASE_PATH": str(tmp_path / "bot.sqlite3")}
    before = run_in(image, health_command(), **settings)
    (tmp_path / "bot.sqlite3.alive").touch()
    after = run_in(image, health_command(), **settings)
    assert (before.returncode, after.returncode) == (1, 0)


def test_the_bot_is_stopped_by_the_signal_that_it_obeys() -> None:
    assert instructions("STOPSIGNAL") == ["SIGTERM"]
