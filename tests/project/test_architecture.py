"""ARCHITECTURE.md says what the code says."""

import re
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

from bot.domain.job import ENDED, TRANSITIONS, JobState

PROJECT = Path(__file__).parents[2]
TEXT = (PROJECT / "ARCHITECTURE.md").read_text(encoding="utf-8")
ONLY_FOR_OTHERS = ("PIL", "av", "babel", "aiohttp.web", "prometheus_client")


def diagram() -> list[tuple[str, str]]:
    """The arrows of the state diagram, ``[*]`` for the begin and the end."""
    [block] = re.findall(r"```mermaid\nstateDiagram-v2\n(.*?)```", TEXT, re.DOTALL)
    lines = [line.strip() for line in block.splitlines() if line.strip()]
    matches = [re.fullmatch(r"(\[\*\]|\w+) --> (\[\*\]|\w+)(?:: [^:;#]+)?", line) for line in lines]
    assert None not in matches, "a line of the diagram is no arrow"
    return [(match[1], match[2]) for match in matches if match is not None]


def rows_under(heading: str) -> list[list[str]]:
    """The rows of the one table under a heading, without its head."""
    section = TEXT.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_the_state_diagram_draws_exactly_the_moves_that_the_code_allows() -> None:
    drawn = [(a, b) for a, b in diagram() if "[*]" not in (a, b)]
    assert len(drawn) == len(set(drawn))
    assert set(drawn) == {(state.value, to.value) for state, moves in TRANSITIONS.items() for to in moves}


def test_the_state_diagram_begins_and_ends_where_a_job_does() -> None:
    assert [b for a, b in diagram() if a == "[*]"] == [JobState.ACCEPTED.value]
    assert {a for a, b in diagram() if b == "[*]"} == {state.value for state in ENDED}


def test_each_promise_names_where_it_is_kept() -> None:
    rows = rows_under("What always holds, and where it is kept")
    assert [promise.partition(".")[0] for promise, _ in rows] == [str(number) for number in range(1, 15)]
    for promise, kept_by in rows:
        assert re.search(r"`(?:bot|cogs)/[\w/]+\.(?:py|sql)`", kept_by), promise


def test_every_file_and_folder_that_is_named_is_there() -> None:
    named = set(re.findall(r"`((?:bot|cogs|sandbox|requirements)/[^`]*)`", TEXT))
    assert len(named) > 20
    assert sorted(name for name in named if not (PROJECT / name).exists()) == []


def test_every_module_that_is_named_can_be_imported() -> None:
    named = set(re.findall(r"`?\b(bot\.[a-z_]+(?:\.[a-z_]+)*)\b`?", TEXT)) - {"bot.sqlite3"}
    assert {"bot.app", "bot.client", "bot.services", "bot.domain"} <= named
    for name in named:
        import_module(name)


def test_the_drawn_order_of_the_rooms_is_the_one_that_is_checked() -> None:
    contracts = (PROJECT / ".importlinter").read_text(encoding="utf-8")
    layers = contracts.split("layers =\n")[1].split("\n\n")[0]
    [drawing] = [line for line in TEXT.splitlines() if line.startswith("    sandbox ─▶")]
    drawn = [re.split(r"\s*│\s*", step.strip()) for step in drawing.split("─▶")]
    assert drawn == [re.split(r"\s*\|\s*", line.strip()) for line in layers.splitlines()]


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = [re.split(r"[\[<>=!~ ;]", requirement)[0] for requirement in wanted]
    rows = rows_under("What each dependency is for")
    assert [row[0].strip("`") for row in rows] == names
    assert all(row[1] for row in rows)


@pytest.mark.slow
def test_a_bot_that_started_has_loaded_nothing_that_only_others_need() -> None:
    """Pillow and FFmpeg are the workers', Babel is for `make texts`, a server and its metrics for ``METRICS_PORT``."""
    code = f"""
import sys
from importlib import import_module
import bot.__main__, bot.app
from cogs.setup import EXTENSIONS
for name in EXTENSIONS:
    import_module(name)
print([name for name in {ONLY_FOR_OTHERS!r} if name in sys.modules])
"""
    loaded = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, timeout=60, check=True
    )
    assert loaded.stdout == "[]\n"


def test_every_task_that_runs_beside_the_others_is_named() -> None:
    tasks = set(re.findall(r'create_task\(.*?name="([\w-]+)"', (PROJECT / "bot/app.py").read_text(), re.DOTALL))
    [paragraph] = re.findall(r"^Sibling tasks: (.+?)\n\n", TEXT, re.MULTILINE | re.DOTALL)
    assert len(tasks) > 5
    assert set(re.findall(r"`([a-z-]+)`", paragraph)) == tasks
