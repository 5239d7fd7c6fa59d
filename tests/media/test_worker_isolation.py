"""Somebody who got a decoder to do as he likes reaches no secret, no file, no network and no other process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.media.worker.pool import Kind
from tests.media.hostile_tasks import ALLOWED, REFUSED

PROJECT = Path(__file__).parents[2]
NOBODY = 65_534


needs_kernel = pytest.mark.skipif(
    subprocess.run(
        [sys.executable, "-c", "from bot.media.worker.isolation import isolate; exit(not isolate().is_complete)"],
        cwd=PROJECT,
        check=False,
    ).returncode
    != 0,
    reason="this kernel has no Landlock, or there is no filter for this machine",
)


def attempts(how: str) -> dict[str, Any]:
    """What comes of each attempt, in a process with a secret in its environment."""
    answer = subprocess.run(
        [sys.executable, "-m", "tests.media.hostile_tasks", how],
        cwd=PROJECT,
        env={"DISCORD_TOKEN": "a-very-secret-token", "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.PIPE,
        check=True,
    )
    outcomes: dict[str, Any] = json.loads(answer.stdout)
    return outcomes


def reached(outcomes: dict[str, Any]) -> dict[str, Any]:
    return {name: outcomes[name] for name in REFUSED if "refused" not in outcomes[name]}


def test_how_far_a_process_can_be_shut_in_is_known_before_one_is() -> None:
    code = (
        "from bot.media.worker.isolation import available_isolation, isolate;"
        "before = available_isolation(); print(before == isolate())"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, stdout=subprocess.PIPE, text=True, check=True)
    assert done.stdout == "True\n"


@needs_kernel
@pytest.mark.slow
def test_a_worker_for_videos_reaches_nothing_but_what_it_was_lent() -> None:
    outcomes = attempts(Kind.LOOKS)
    assert reached(outcomes) == {}
    assert [outcomes[name].get("result") for name in ALLOWED] == ["[1]", "lent", "made"]
    assert outcomes["files"] == {"database": "database", "lent": "lent", "made": "made"}


@needs_kernel
@pytest.mark.slow
def test_a_worker_for_pictures_cannot_even_write_a_byte() -> None:
    outcomes = attempts(Kind.PICTURES)
    assert reached(outcomes) == {}
    assert "refused" in outcomes["write_what_was_asked_for"]
    assert outcomes["files"] == {"database": "database", "lent": "lent", "made": ""}


@pytest.mark.slow
@needs_kernel
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user, and every other one is none")
def test_a_worker_of_a_user_without_rights_reaches_no_more() -> None:
    outcomes = attempts(str(NOBODY))
    assert reached(outcomes) == {}
    assert [outcomes[name].get("result") for name in ALLOWED] == ["[1]", "lent", "made"]
    assert outcomes["files"] == {"database": "database", "lent": "lent"}


@pytest.mark.slow
def test_nobody_else_reads_the_environment_of_a_process_that_hides_its_memory() -> None:
    code = (
        "import os, sys\n"
        "from bot.media.worker.isolation import hide_memory\n"
        "if os.geteuid() == 0:\n"
        f"    os.setgid({NOBODY}); os.setuid({NOBODY})\n"
        "import ctypes\n"
        "ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)\n"
        "if sys.argv[1] == 'hidden':\n"
        "    hide_memory()\n"
        "path = f'/proc/{os.getpid()}/environ'\n"
        "if not os.fork():\n"
        "    try:\n"
        "        print('secret' in open(path).read())\n"
        "    except PermissionError:\n"
        "        print('refused')\n"
        "    sys.stdout.flush()\n"
        "    os._exit(0)\n"
        "os.wait()\n"
    )
    said = [
        subprocess.run(
            [sys.executable, "-c", code, how],
            cwd=PROJECT,
            env={"DISCORD_TOKEN": "a-very-secret-token"},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        ).stdout.strip()
        for how in ("open", "hidden")
    ]
    assert said == ["True", "refused"]
