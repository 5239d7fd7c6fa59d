"""The rules that the project set itself."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

import bot
from bot.store.database import migrations

PROJECT = Path(__file__).parents[2]
LOCKS = sorted((PROJECT / "requirements").glob("*.txt"))


def modules(*folders: str) -> Iterator[Path]:
    """Every module of these folders."""
    for folder in folders:
        yield from sorted((PROJECT / folder).rglob("*.py"))


def pins(lock: str) -> set[str]:
    """What a lock file pins, as ``name==version``."""
    text = (PROJECT / "requirements" / lock).read_text(encoding="utf-8")
    return set(re.findall(r"^([\w.-]+==[^\s;]+)", text, re.MULTILINE))


@pytest.mark.slow
def test_the_import_contracts_hold() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    checked = subprocess.run([lint, "--no-cache"], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "0 broken" in checked.stdout


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_file_names_no_index_host(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"^\s*(?:-i|-f|--(?:extra-)?index-url|--find-links|--trusted-host)\b", text, re.MULTILINE)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_pin_of_a_lock_file_has_its_hashes(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8").replace("\\\n", " ")
    pinned = [line for line in text.splitlines() if line and line.lstrip()[0] != "#"]
    assert pinned
    assert [line for line in pinned if "==" not in line or "--hash=sha256:" not in line] == []


def test_what_is_tested_is_what_is_run() -> None:
    run = pins("run.txt")
    assert run
    assert run - pins("dev.txt") == set()


def test_every_direct_dependency_is_locked() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for lock, wanted in (
        ("run.txt", project["dependencies"]),
        ("dev.txt", project["dependencies"] + project["optional-dependencies"]["dev"]),
    ):
        locked = {normal(pin.partition("==")[0]) for pin in pins(lock)}
        assert {normal(re.split(r"[\[<>=!~ ;]", requirement)[0]) for requirement in wanted} <= locked


def normal(name: str) -> str:
    """A package's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def imports_in(tree: ast.AST) -> Iterator[str]:
    """The packages that a module imports, wherever in it."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (name.name.partition(".")[0] for name in names)
            case ast.ImportFrom(module=str(module)):
                yield module.partition(".")[0]
            case _:
                pass


def imported_packages() -> set[tuple[str, str]]:
    """Each module of the bot with each package that it has from an index, as indexes call it."""
    distributions = packages_distributions()
    return {
        (str(path.relative_to(PROJECT)), normal(name))
        for path in modules("bot", "cogs")
        for package in imports_in(ast.parse(path.read_text(encoding="utf-8")))
        for name in distributions.get(package, ())
    }


@pytest.mark.slow
def test_the_bot_imports_what_it_depends_on_and_nothing_that_only_development_has() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {normal(re.split(r"[\[<>=!~ ;]", requirement)[0]) for requirement in project["dependencies"]}
    locked = {normal(pin.partition("==")[0]) for pin in pins("run.txt")}
    imported = imported_packages()
    assert wanted - {package for _, package in imported} == {"tzdata"}  # the standard library's
    only_texts = {f"cogs/ui/texts/{name}.py" for name in ("__main__", "check", "cldr")}
    assert {one for one in imported if one[1] not in locked} == {(module, "babel") for module in only_texts}


def test_migrations_are_numbered_without_a_gap_and_each_is_taken() -> None:
    files = sorted((PROJECT / "bot/store/migrations").glob("*"))
    assert all(re.fullmatch(r"\d{4}_[a-z0-9_]+\.sql", file.name) for file in files)
    assert [int(file.name[:4]) for file in files] == list(range(1, len(files) + 1))
    assert [number for number, _ in migrations()] == list(range(1, len(files) + 1))


def mocks_in(tree: ast.AST) -> Iterator[str]:
    """What a module uses of mocks and of patching."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (name.name for name in names if name.name.split(".")[0] == "mock" or "mock" in name.name)
            case ast.ImportFrom(module=module, names=names):
                yield from (f"{module}.{name.name}" for name in names if "mock" in f"{module}.{name.name}".lower())
            case ast.arg(arg="mocker"):
                yield node.arg
            case ast.Attribute(value=ast.Name(id="monkeypatch"), attr=attribute) if attribute != "setenv":
                yield f"monkeypatch.{attribute}"
            case ast.Attribute(attr="mock"):
                yield node.attr
            case _:
                pass


@pytest.mark.parametrize(
    "source",
    [
        "import unittest.mock",
        "from unittest import mock",
        "from unittest.mock import AsyncMock",
        "import mock as pretend",
        'monkeypatch.setattr(bot, "name", 1)',
        "monkeypatch.setitem(table, 1, 2)",
    ],
)
def test_a_mock_is_seen(source: str) -> None:
    assert list(mocks_in(ast.parse(source)))


@pytest.mark.slow
def test_nothing_is_tested_with_mocks() -> None:
    found = {
        str(path.relative_to(PROJECT)): uses
        for path in modules("tests", "sandbox", "benchmarks")
        if (uses := list(mocks_in(ast.parse(path.read_text(encoding="utf-8")))))
    }
    assert found == {}


def test_the_version_is_the_same_everywhere() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    changelog = (PROJECT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.findall(r"^## \[(.+?)\]", changelog, re.MULTILINE)[0]
    assert project["version"] == bot.__version__ == newest


def test_the_gate_of_the_pull_requests_is_the_gate_of_everybody() -> None:
    gate = PROJECT / ".ci/run"
    workflow = (PROJECT / ".github/workflows/ci.yml").read_text(encoding="utf-8")
    assert os.access(gate, os.X_OK)
    assert "make --no-print-directory --jobs=1 check" in gate.read_text(encoding="utf-8")
    assert re.findall(r"- run: (.+)", workflow) == [".ci/run"]
    assert re.search(r"^permissions:\n  contents: read$", workflow, re.MULTILINE)


def test_every_action_is_one_commit_with_its_version_beside() -> None:
    for workflow in (PROJECT / ".github/workflows").glob("*.yml"):
        actions = re.findall(r"uses: (.+)", workflow.read_text(encoding="utf-8"))
        assert actions
        assert [one for one in actions if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", one)] == []


def test_updates_are_proposed_for_whatever_is_pinned_by_commit_or_digest() -> None:
    text = (PROJECT / ".github/dependabot.yml").read_text(encoding="utf-8")
    assert set(re.findall(r"package-ecosystem: (\S+)", text)) == {"github-actions", "docker"}
    assert text.count("interval: weekly") == 2


def test_the_gate_reads_as_a_script() -> None:
    checked = subprocess.run(["bash", "-n", ".ci/run"], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")


def test_an_older_python_is_told_in_one_sentence_what_is_needed(tmp_path: Path) -> None:
    old = tmp_path / "python3.9"
    old.write_text(f'#!/bin/sh\nexec {sys.executable} -c "import sys; sys.version_info = (3, 9, 18)\n$2"\n')
    old.chmod(0o755)
    made = subprocess.run(
        ["make", "--silent", "setup", f"PYTHON={old}", f"VENV={tmp_path / 'venv'}"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    sentence, _its_own = made.stderr.splitlines()
    assert sentence.startswith(f"Python 3.11 or newer is needed, and {old} is 3.9.")
    assert made.returncode != 0
    assert not (tmp_path / "venv").exists()
