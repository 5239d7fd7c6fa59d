"""A dashboard as a picture: its panels where Grafana would have them, each with its lines over time."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from PIL import Image, ImageDraw, ImageFont

from sandbox.dashboard.expressions import Moment, parse
from sandbox.dashboard.samples import Labels, Points, Samples

DASHBOARD: Final = Path(__file__).parents[2] / "deploy" / "grafana" / "dashboard.json"
SCRAPE_SECONDS: Final = 1.0
_RATE_INTERVAL: Final = 15 * SCRAPE_SECONDS
_STALE: Final = 5 * SCRAPE_SECONDS
_COLUMN, _ROW, _GAP = 54, 26, 4
_STEPS: Final = 160
_LEFT, _TOP, _RIGHT, _BOTTOM = 62, 30, 12, 48
_PAPER, _PANEL, _INK, _FAINT, _GRID = "#111217", "#181b1f", "#d8d9da", "#8e8e8e", "#2a2d33"
_COLORS: Final = ("#73bf69", "#f2cc0c", "#5794f2", "#ff780a", "#f2495c", "#b877d9", "#8ab8ff", "#ffa6b0", "#ca95e5")
_LEGEND_LINES: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a panel."""

    name: str
    points: Points


def panels() -> Sequence[Mapping[str, Any]]:
    """The panels of the dashboard."""
    found: Sequence[Mapping[str, Any]] = json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]
    return found


def draw(samples: Samples) -> Image.Image:
    """Draw every panel."""
    shown = panels()
    width = max(panel["gridPos"]["x"] + panel["gridPos"]["w"] for panel in shown) * _COLUMN
    height = max(panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in shown) * _ROW
    picture = Image.new("RGB", (width, height), _PAPER)
    for panel in shown:
        at = panel["gridPos"]
        drawn = _draw_panel(panel, samples, (at["w"] * _COLUMN - _GAP, at["h"] * _ROW - _GAP))
        picture.paste(drawn, (at["x"] * _COLUMN + _GAP // 2, at["y"] * _ROW + _GAP // 2))
    return picture


def lines_of(panel: Mapping[str, Any], samples: Samples) -> list[Line]:
    """What a panel shows, by the names of its legend."""
    first, last = samples.span
    lines: list[Line] = []
    for target in panel["targets"]:
        expression = parse(target["expr"])
        found: dict[Labels, Points] = {}
        for step in range(_STEPS + 1):
            at = first + (last - first) * step / _STEPS
            moment = Moment(samples=samples, at=at, rate_interval=_RATE_INTERVAL, stale=_STALE)
            for labels, value in expression(moment).items():
                if math.isfinite(value):
                    found.setdefault(labels, []).append((at, value))
        lines += [Line(name=_legend(target["legendFormat"], labels), points=points) for labels, points in found.items()]
    return sorted(lines, key=lambda line: line.name)


def _legend(pattern: str, labels: Labels) -> str:
    return re.sub(r"\{\{(\w+)\}\}", lambda found: dict(labels).get(found[1], ""), pattern)


def _draw_panel(panel: Mapping[str, Any], samples: Samples, size: tuple[int, int]) -> Image.Image:
    picture = Image.new("RGB", size, _PANEL)
    draw_on = ImageDraw.Draw(picture)
    small, title = ImageFont.load_default(11), ImageFont.load_default(13)
    draw_on.text((10, 8), panel["title"], font=title, fill=_INK)
    lines = lines_of(panel, samples)
    if not lines:
        draw_on.text((size[0] / 2, size[1] / 2), "No data", font=title, fill=_FAINT, anchor="mm")
        return picture
    first, last = samples.span
    top = _round_up(max(value for line in lines for _, value in line.points))
    unit = panel["fieldConfig"]["defaults"].get("unit", "short")
    right, bottom = size[0] - _RIGHT, size[1] - _BOTTOM
    for part in range(5):
        y = bottom - (bottom - _TOP) * part / 4
        draw_on.line((_LEFT, y, right, y), fill=_GRID)
        draw_on.text((_LEFT - 6, y), _written(top * part / 4, unit), font=small, fill=_FAINT, anchor="rm")
        seconds = (last - first) * part / 4
        x = _LEFT + (right - _LEFT) * part / 4
        anchor = "la" if not part else "ra" if part == 4 else "ma"
        draw_on.text(
            (x, bottom + 4), f"{seconds // 60:.0f}:{seconds % 60:02.0f}", font=small, fill=_FAINT, anchor=anchor
        )
    for number, line in enumerate(lines):
        _draw_line(draw_on, line, _COLORS[number % len(_COLORS)], (first, last), top, (right, bottom))
    _draw_legend(draw_on, small, [line.name for line in lines], size)
    return picture


def _draw_line(
    draw_on: ImageDraw.ImageDraw,
    line: Line,
    color: str,
    span: tuple[float, float],
    top: float,
    corner: tuple[int, int],
) -> None:
    """A line, with a gap wherever a step has no value."""
    (first, last), (right, bottom) = span, corner
    step = (last - first) / _STEPS
    before: tuple[float, tuple[float, float]] | None = None
    for at, value in line.points:
        place = (
            _LEFT + (right - _LEFT) * (at - first) / (last - first),
            bottom - (bottom - _TOP) * min(max(value, 0.0) / top, 1.0),
        )
        if before is not None and at - before[0] < 1.5 * step:
            draw_on.line((*before[1], *place), fill=color, width=2)
        else:
            draw_on.point(place, fill=color)
        before = (at, place)


def _draw_legend(
    draw_on: ImageDraw.ImageDraw,
    font: ImageFont.FreeTypeFont | ImageFont.ImageFont,
    names: Sequence[str],
    size: tuple[int, int],
) -> None:
    x, y, row = 10.0, size[1] - 30.0, 1
    for number, name in enumerate(names):
        width = draw_on.textlength(name, font=font) + 26
        if x + width > size[0] - 40 and x > 10:
            if row == _LEGEND_LINES:
                draw_on.text((x, y), f"+{len(names) - number}", font=font, fill=_FAINT)
                return
            x, y, row = 10.0, y + 14, row + 1
        draw_on.rectangle((x, y + 5, x + 10, y + 8), fill=_COLORS[number % len(_COLORS)])
        draw_on.text((x + 14, y), name, font=font, fill=_INK)
        x += width


def _round_up(value: float) -> float:
    """The next of 1, 2, 4, 8 times a power of ten."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(power * step for step in (1, 2, 4, 8, 10) if value <= power * step * (1 + 1e-9))


def _written(value: float, unit: str) -> str:
    match unit:
        case "s":
            return (
                f"{value * 1000:g} ms"
                if value < 1 and value
                else f"{value:g} s"
                if value < 600
                else f"{value / 60:g} min"
            )
        case "bytes" | "Bps":
            size, name = next(((s, n) for s, n in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")) if value >= s), (1, "B"))
            return f"{value / size:.3g} {name}{'/s' if unit == 'Bps' else ''}"
        case "currencyUSD":
            return f"${value:g}"
        case "reqps" | "ops":
            return f"{value:g}/s"
        case _:
            size, name = next(((s, n) for s, n in ((1e6, " M"), (1e3, " k")) if value >= s), (1, ""))
            return f"{value / size:g}{name}"
