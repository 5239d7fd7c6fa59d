"""The map of the project is the project."""

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
PAGE = (PROJECT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def table(heading: str) -> list[list[str]]:
    """The rows of the first table under a heading, cell by cell."""
    lines = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0].splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")][2:]


@pytest.mark.parametrize("where", [row[0] for row in table("The map")])
def test_every_place_on_the_map_is_there(where: str) -> None:
    paths = re.findall(r"`([\w/.]+)`", where)
    assert paths
    assert [path for path in paths if not (PROJECT / path).exists()] == []


def test_every_package_is_on_the_map() -> None:
    packages = {f"{package.parent.relative_to(PROJECT)}/" for package in PROJECT.glob("[bc]o[tg]*/*/__init__.py")}
    assert len(packages) > 8
    assert {package for package in packages if f"`{package}`" not in PAGE} == set()


@pytest.mark.parametrize("change", table("The ten most common changes"), ids=lambda change: change[0])
def test_each_common_change_has_one_place_that_is_there(change: list[str]) -> None:
    [path] = re.findall(r"`([\w/.]+)`", change[1])
    assert (PROJECT / path).exists()


def test_there_are_ten_of_them() -> None:
    assert len(table("The ten most common changes")) == 10
