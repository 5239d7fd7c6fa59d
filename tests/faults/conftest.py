"""Prints the fault matrix."""

from __future__ import annotations

import pytest

from tests.faults.harness import Fault
from tests.faults.report import table

_results = pytest.StashKey[dict[tuple[str, str, str], str]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_results] = {}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):  # type: ignore[no-untyped-def]  # noqa: ANN201
    report = yield
    params = getattr(getattr(item, "callspec", None), "params", {})
    if report.when == "call" and "cell" in params and "way" in params:
        cell, asked = params["cell"], params.get("asked")
        way = params["way"] if asked is None else f"{params['way']} by {asked.options.get('model', asked.command)}"
        item.config.stash[_results][way, cell.call, cell.fault] = "." if report.passed else "F"
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    results = config.stash[_results]
    if not results:
        return
    survived = sum(mark == "." for mark in results.values())
    terminalreporter.section(f"fault matrix: {survived} of {len(results)} cells survived")
    for way in dict.fromkeys(way for way, _, _ in results):
        for line in table(way, results, list(Fault)):
            terminalreporter.write_line(line)
