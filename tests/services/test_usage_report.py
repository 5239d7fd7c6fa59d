"""A usage report as a picture and as a table."""

import csv
import io
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from bot.domain.usage import DayUsage, Report, Span, Sums, UserUsage
from bot.services.spending.usage_report import chart, table
from tests.services.usage_picture import PICTURE, herd_report


def report(*days: Sums) -> Report:
    named = [DayUsage(day=f"2026-08-{number:02}", sums=sums) for number, sums in enumerate(days, start=1)]
    return Report(
        span=Span.MONTH, first_day=named[0].day, last_day=named[-1].day, total=Sums(), users=[], days=named
    )  # fmt: skip


def colours(picture: bytes) -> set[tuple[int, int, int]]:
    """The colours of the plot, without the legend above it."""
    image = Image.open(io.BytesIO(picture)).convert("RGB").crop((70, 56, 936, 320))
    found = image.getcolors(1 << 20)
    assert found is not None
    return {colour for _, colour in found}  # type: ignore[misc]


USED, HELD = (0x4F, 0x7C, 0xFF), (0xE0, 0xA0, 0x30)


@pytest.mark.parametrize(
    ("sums", "seen"),
    [
        (Sums(), set()),
        (Sums(used=5), {USED}),
        (Sums(held=5), {HELD}),
        (Sums(used=500, held=100), {USED, HELD}),
    ],
)
def test_the_chart_shows_what_was_delivered_and_what_is_held(sums: Sums, seen: set[tuple[int, int, int]]) -> None:
    assert colours(chart(report(Sums(), sums))) & {USED, HELD} == seen


@pytest.mark.parametrize("days", [1, 7, 31])
@pytest.mark.parametrize("seconds", [0, 1, 3, 41, 399, 10**9])
def test_any_number_of_days_and_seconds_gives_a_chart_of_one_size(days: int, seconds: int) -> None:
    assert Image.open(io.BytesIO(chart(report(*[Sums(used=seconds)] * days)))).size == (960, 360)


def test_the_table_has_a_line_for_each_user_with_exact_dollars() -> None:
    users = [
        UserUsage(user_id=7, sums=Sums(jobs=3, failed=1, used=10, micros_used=1_120_001)),
        UserUsage(user_id=0, sums=Sums(jobs=1, cancelled=1)),
    ]
    whole = Report(span=Span.DAY, first_day="x", last_day="x", total=Sums(), users=users, days=[])
    first, second = csv.DictReader(io.StringIO(table(whole).decode()))
    assert first == {
        "user_id": "7",
        "videos": "3",
        "failed": "1",
        "cancelled": "0",
        "seconds_delivered": "10",
        "seconds_held": "0",
        "usd_spent": "1.120001",
        "usd_held": "0.000000",
        "usd_undelivered": "0.000000",
    }
    assert second["user_id"] == "0"


@pytest.mark.slow
async def test_the_picture_in_the_readme_is_what_the_chart_looks_like(tmp_path: Path) -> None:
    drawn = Image.open(io.BytesIO(chart(await herd_report(tmp_path)))).convert("RGB")
    shown = Image.open(PICTURE).convert("RGB")
    assert drawn.size == shown.size
    assert max(ImageStat.Stat(ImageChops.difference(drawn, shown)).mean) < 0.5
