"""The drawn dashboard: its expressions mean what Prometheus means by them, and its picture is of what it shows now."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

from sandbox.dashboard.__main__ import recorded_source, source_of_panels
from sandbox.dashboard.expressions import ExpressionError, Moment, Vector, parse
from sandbox.dashboard.picture import draw, lines_of, panels
from sandbox.dashboard.samples import Samples

PICTURE = Path(__file__).parents[2] / "docs" / "images" / "dashboard.png"


def scraped(*scrapes: str) -> Samples:
    """Scrapes that are ten seconds apart, the first at 1,000."""
    samples = Samples()
    for number, lines in enumerate(scrapes):
        samples.add("\n".join(line.strip() for line in lines.split(";")) + "\n", 1_000.0 + 10 * number)
    return samples


def value(expression: str, samples: Samples) -> Vector:
    """What an expression is at the last moment."""
    at = samples.span[1]
    return parse(expression)(Moment(samples=samples, at=at, rate_interval=60.0, stale=5.0))


def plain(vector: Vector) -> dict[str, float]:
    return {" ".join(word for _, word in sorted(labels)): number for labels, number in vector.items()}


def test_a_metric_is_its_newest_value_and_gone_once_it_is_stale() -> None:
    assert plain(value("m", scraped("m 1", "m 2"))) == {"": 2}
    assert plain(value("m", scraped("m 1", "other 2"))) == {}
    assert plain(value('m{a="x"}', scraped('m{a="x"} 1; m{a="y"} 2'))) == {"x": 1}


def test_a_counter_that_was_begun_anew_goes_on_growing() -> None:
    samples = scraped("m_total 10", "m_total 14", "m_total 1", "m_total 3")
    assert plain(value("increase(m_total[1h])", samples)) == {"": 4 + 1 + 2}
    assert plain(value("rate(m_total[$__rate_interval])", samples)) == {"": pytest.approx(7 / 30)}


def test_sums_quotients_differences_and_comparisons() -> None:
    samples = scraped('m{a="x",b="1"} 1; m{a="x",b="2"} 2; m{a="y",b="1"} 4; n 2; o 0')
    assert plain(value("sum by (a) (m)", samples)) == {"x": 3, "y": 4}
    assert plain(value("sum(m)", samples)) == {"": 7}
    assert plain(value("n / n", samples)) == {"": 1}
    assert plain(value("time() - (n > 0)", samples)) == {"": 998}
    assert plain(value("time() - (o > 0)", samples)) == {}


def test_a_quantile_is_where_it_lies_within_its_bucket() -> None:
    samples = scraped('b{le="1"} 0; b{le="2"} 10; b{le="4"} 20; b{le="+Inf"} 20')
    assert plain(value("histogram_quantile(0.25, sum by (le) (b))", samples)) == {"": 1.5}
    assert plain(value("histogram_quantile(0.75, sum by (le) (b))", samples)) == {"": 3}
    assert plain(value("histogram_quantile(0.5, sum by (le) (b))", scraped('b{le="1"} 0; b{le="+Inf"} 0'))) == {}


@pytest.mark.parametrize("expression", ["sum by (a", "m[5m", "m ! n", "m n", "histogram_quantile(m, n)"])
def test_what_is_not_understood_is_said(expression: str) -> None:
    with pytest.raises((ExpressionError, ValueError)):
        parse(expression)


def test_every_panel_of_the_dashboard_is_drawn_with_a_line_for_all_that_it_asks_for() -> None:
    names = {name for panel in panels() for t in panel["targets"] for name in re.findall(r"videobot_\w+", t["expr"])}
    labels = 'state="a",end="a",stage="a",call="a",result="a",limit="a",kind="a",format="a",reason="a",connected="a"'
    scrape = ";".join(
        f'{name}{{{labels},period="{period}",made="{made}",le="{le}"}} NUMBER'
        for name in sorted(names)
        for period in ("day", "month")
        for made in ("yes", "no")
        for le in ("1", "+Inf")
    )
    samples = scraped(*(scrape.replace("NUMBER", str(number)) for number in (1, 2, 3)))
    for panel in panels():
        assert lines_of(panel, samples), panel["title"]
        assert all(math.isfinite(number) for line in lines_of(panel, samples) for _, number in line.points)
    assert draw(samples).size == (1296, 1872)


def test_the_picture_in_the_docs_is_of_this_dashboard() -> None:
    assert recorded_source(PICTURE) == source_of_panels(), "python -m sandbox.dashboard docs/images/dashboard.png"
