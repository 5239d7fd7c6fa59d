"""A usage report as a picture and as a table.

Pillow is loaded when the first chart is drawn: a bot whose admins never look has no need of it.
"""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from typing import TYPE_CHECKING, Final

from bot.domain.money import MICROS, dollars
from bot.domain.usage import Report

if TYPE_CHECKING:
    from PIL import ImageDraw, ImageFont

_SIZE: Final = (960, 360)
_LEFT, _TOP, _RIGHT, _BOTTOM = 70, 56, 24, 40
_PAPER, _INK, _FAINT, _LINE = "#1e1f22", "#e6e7ea", "#9a9da3", "#3a3c42"
_USED, _HELD = "#4f7cff", "#e0a030"


def table(report: Report) -> bytes:
    """A line for each user as CSV; dollars with six places. User 0 is everybody whose name was removed."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(
        [
            "user_id",
            "videos",
            "failed",
            "cancelled",
            "seconds_delivered",
            "seconds_held",
            "usd_spent",
            "usd_held",
            "usd_undelivered",
        ]
    )
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
    return text.getvalue().encode()


def chart(report: Report) -> bytes:
    """Seconds by day as bars (delivered, and held on top of them), as a PNG of 960 by 360. Takes a while."""
    from PIL import Image, ImageDraw, ImageFont

    picture = Image.new("RGB", _SIZE, _PAPER)
    draw = ImageDraw.Draw(picture)
    title, small = ImageFont.load_default(20), ImageFont.load_default(14)
    spent = dollars(report.total.micros_used)
    draw.text((_LEFT, 16), f"{report.total.used} s delivered · {spent}", font=title, fill=_INK)
    _legend(draw, small)
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


def _legend(draw: ImageDraw.ImageDraw, font: ImageFont.FreeTypeFont | ImageFont.ImageFont) -> None:
    for x, colour, word in ((_SIZE[0] - 200, _USED, "delivered"), (_SIZE[0] - 90, _HELD, "held")):
        draw.rectangle((x, 22, x + 12, 34), fill=colour)
        draw.text((x + 18, 20), word, font=font, fill=_FAINT)


def _grid(draw: ImageDraw.ImageDraw, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, top: int) -> None:
    for part in range(5):
        seconds = top * part // 4
        y = _y(seconds, top)
        draw.line((_LEFT, y, _SIZE[0] - _RIGHT, y), fill=_LINE)
        draw.text((_LEFT - 10, y), f"{seconds} s", font=font, fill=_FAINT, anchor="rm")


def _y(seconds: int, top: int) -> float:
    height = _SIZE[1] - _TOP - _BOTTOM
    return _SIZE[1] - _BOTTOM - height * seconds / top


def _round_up(seconds: int) -> int:
    """The next number that four lines divide evenly."""
    step = 4
    while step * 10 < seconds:
        step *= 10
    return max(step, -(-seconds // step) * step)
