"""The metrics' names: the dashboard and the alert rules ask for none that the bot lacks."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.operations.metrics import Metrics
from bot.store.figures import read_figures
from sandbox.world import world

DEPLOY = Path(__file__).parents[2] / "deploy"
NAME = re.compile(r"\bvideobot_[a-z_]+\b")


async def families(folder: Path) -> dict[str, set[str]]:
    """Every name that a scrape of a new bot has, with the labels of those that have samples."""
    async with world(folder, budget_usd_per_day=20, budget_usd_per_month=100) as here:
        sources = here.parts.operation.sources
        figures = await read_figures(sources.store.database, sources.clock)
        text = Metrics(sources).render(figures, database_bytes=1, free_bytes=1, newest_backup=0, now=0)
    found: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(text.decode()):
        ends = {"counter": ["_total"], "histogram": ["_bucket", "_count", "_sum"]}.get(family.type, [""])
        for end in ends:
            labels = {label for sample in family.samples if sample.name == family.name + end for label in sample.labels}
            found[family.name + end] = labels
    return found


def expressions() -> list[str]:
    """Every expression of the dashboard and of the alert rules."""
    dashboard = json.loads((DEPLOY / "grafana" / "dashboard.json").read_text(encoding="utf-8"))
    shown = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    rules = (DEPLOY / "prometheus" / "alerts.yaml").read_text(encoding="utf-8")
    return shown + re.findall(r"^ +expr: (.+)$", rules, re.MULTILINE)


async def test_whatever_the_dashboard_and_the_alerts_ask_for_is_there(tmp_path: Path) -> None:
    names = await families(tmp_path)
    asked = {name for expression in expressions() for name in NAME.findall(expression)}
    assert len(asked) > 20
    assert sorted(asked - names.keys()) == []


async def test_every_metric_has_a_place_on_the_dashboard_or_in_an_alert(tmp_path: Path) -> None:
    text = "\n".join(expressions())
    unseen = {name for name in await families(tmp_path) if not re.search(rf"\b{name}\b", text)}
    assert {name for name in unseen if not name.endswith(("_count", "_sum"))} == {
        "videobot_info",
        "videobot_jobs_accepted_total",
    }


def test_every_alert_says_what_is_wrong_and_what_to_do() -> None:
    rules = (DEPLOY / "prometheus" / "alerts.yaml").read_text(encoding="utf-8")
    alerts = rules.split("- alert: ")[1:]
    assert len(alerts) >= 10
    for alert in alerts:
        assert re.search(r"^ +expr: \S", alert, re.MULTILINE), alert
        assert re.search(r"^ +labels: \{severity: (page|ticket)\}$", alert, re.MULTILINE), alert
        assert re.search(r"^ +summary: \S", alert, re.MULTILINE), alert
        assert re.search(r"^ +action: \S", alert, re.MULTILINE), alert


@pytest.mark.parametrize("opening", ["()", "{}", "[]"])
def test_the_brackets_of_every_expression_are_paired(opening: str) -> None:
    for expression in expressions():
        assert expression.count(opening[0]) == expression.count(opening[1]), expression


def test_panels_do_not_lie_on_one_another() -> None:
    dashboard: dict[str, Any] = json.loads((DEPLOY / "grafana" / "dashboard.json").read_text(encoding="utf-8"))
    cells = [
        (x, y)
        for at in (panel["gridPos"] for panel in dashboard["panels"])
        for x in range(at["x"], at["x"] + at["w"])
        for y in range(at["y"], at["y"] + at["h"])
    ]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24
    assert len({panel["id"] for panel in dashboard["panels"]}) == len(dashboard["panels"])
