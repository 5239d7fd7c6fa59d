"""A usage report as a picture and as a table.

Pillow is loaded when the first chart is drawn: a bot whose admins never look has no need of it.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import BytesIO, StringIO
from typing import TYPE_CHECKING, Final

from bot.domain.money import MICROS
from bot.domain.usage import Report

if TYPE_CHECKING:
    from PIL import ImageDraw, ImageFont

_SIZE: Final = (960, 360)
_LEFT, _TOP, _RIGHT, _BOTTOM = 70, 24, 24, 40
_PAPER, _FAINT, _LINE = "#1e1f22", "#9a9da3", "#3a3c42"
_USED, _HELD = "#4f7cff", "#e0a030"


COLUMNS: Final = (
    "user_id",
    "videos",
    "failed",
    "cancelled",
    "seconds_delivered",
    "seconds_held",
    "usd_spent",
    "usd_held",
    "usd_undelivered",
)


def table(report: Report, headings: Sequence[str] = COLUMNS) -> bytes:
    """A line for each user as CSV; dollars with six places. User 0 is everybody whose name was removed.

    ``headings`` are what the columns are called.
    """
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(headings)
    for user in report.users:
        sums = user.sums
        writer.writerow(
            [
                user.user_id,
                sums.jobs,
                sums.failed,
                sums.cancelled,
                sums.used,
                sums.held,
                f"{sums.micros_used / MICROS:.6f}",
                f"{sums.micros_held / MICROS:.6f}",
                f"{sums.micros_undelivered / MICROS:.6f}",
            ]
        )
    # Without the mark at its front, spreadsheets take letters beyond ASCII for others.
    return text.getvalue().encode("utf-8" if all(map(str.isascii, headings)) else "utf-8-sig")


def chart(report: Report) -> bytes:
    """Seconds by day as bars (delivered, and held on top of them), as a PNG of 960 by 360. Takes a while.

    There are no words in it: no font has the letters of every language.
    """
    from PIL import Image, ImageDraw, ImageFont

    picture = Image.new("RGB", _SIZE, _PAPER)
    draw = ImageDraw.Draw(picture)
    small = ImageFont.load_default(14)
    top = _round_up(max((day.sums.used + day.sums.held for day in report.days), default=0))
    _grid(draw, small, top)
    width = (_SIZE[0] - _LEFT - _RIGHT) / len(report.days)
    every = max(1, round(len(report.days) / 10))
    for number, day in enumerate(report.days):
        left = _LEFT + number * width
        gap = min(width * 0.15, 20)
        used, both = _y(day.sums.used, top), _y(day.sums.used + day.sums.held, top)
        if day.sums.used:
            draw.rectangle((left + gap, used, left + width - gap, _y(0, top)), fill=_USED)
        if day.sums.held:
            draw.rectangle((left + gap, both, left + width - gap, used), fill=_HELD)
        if number % every == 0:
            place = (left + width / 2, _SIZE[1] - _BOTTOM + 10)
            draw.text(place, day.day[5:], font=small, fill=_FAINT, anchor="ma")
    buffer = BytesIO()
    picture.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _grid(draw: ImageDraw.ImageDraw, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, top: int) -> None:
    for part in range(5):
        seconds = top * part // 4
        y = _y(seconds, top)
        draw.line((_LEFT, y, _SIZE[0] - _RIGHT, y), fill=_LINE)
        draw.text((_LEFT - 10, y), f"{seconds}", font=font, fill=_FAINT, anchor="rm")


def _y(seconds: int, top: int) -> float:
    height = _SIZE[1] - _TOP - _BOTTOM
    return _SIZE[1] - _BOTTOM - height * seconds / top


def _round_up(seconds: int) -> int:
    """The next number that four lines divide evenly."""
    step = 4
    while step * 10 < seconds:
        step *= 10
    return max(step, -(-seconds // step) * step)
