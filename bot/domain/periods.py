"""Days and months as a server's clock has them, also over a change of clocks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.errors import RequestError
from bot.text import text

_SPAN: Final = re.compile(r"(?P<number>[1-9][0-9]{0,3}) ?(?P<unit>h|d|w)[a-z]*", re.IGNORECASE)
_UNITS: Final = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


@dataclass(frozen=True, slots=True)
class Calendar:
    """Whose midnight counts. A day is named ``2026-08-08``, a month ``2026-08``."""

    zone: ZoneInfo

    def date_of(self, moment: datetime) -> date:
        """The date that a moment has there."""
        return moment.astimezone(self.zone).date()

    def day(self, moment: datetime) -> str:
        """The name of the day that a moment belongs to."""
        return self.date_of(moment).isoformat()

    def month(self, moment: datetime) -> str:
        """The name of the month that a moment belongs to."""
        return month_of(self.day(moment))

    def day_end(self, moment: datetime) -> datetime:
        """When its day ends: the next midnight there, or what comes in its place when the clock skips it."""
        return self._midnight(self.date_of(moment) + timedelta(days=1))

    def month_end(self, moment: datetime) -> datetime:
        """When its month ends."""
        first = self.date_of(moment).replace(day=1)
        return self._midnight((first + timedelta(days=31)).replace(day=1))

    def days_of_week(self, moment: datetime) -> list[str]:
        """The days of its week so far, from Monday."""
        today = self.date_of(moment)
        return [(today - timedelta(days=back)).isoformat() for back in range(today.weekday(), -1, -1)]

    def days_of_month(self, moment: datetime) -> list[str]:
        """The days of its month so far, from the first."""
        today = self.date_of(moment)
        return [today.replace(day=number).isoformat() for number in range(1, today.day + 1)]

    def end_of(self, day: date) -> datetime:
        """When a day ends there."""
        return self._midnight(day + timedelta(days=1))

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), tzinfo=self.zone).astimezone(UTC)


def month_of(day: str) -> str:
    """The name of the month of a day's name."""
    return day[:7]


def calendar(zone: str) -> Calendar:
    """The calendar of a time zone, by its name in the IANA database (``Europe/Berlin``).

    Raises:
        RequestError: there is no such zone; the sentence says what to write.
    """
    try:
        return Calendar(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise RequestError(text("admin.time_zone_unknown")) from None


UTC_CALENDAR: Final = Calendar(ZoneInfo("UTC"))


def parse_expiry(written: str, now: datetime, calendar: Calendar) -> datetime:
    """When something expires: after a span (``12h``, ``30d``, ``2w``), or at the end of a date (``2026-12-31``).

    Raises:
        RequestError: it can't be read, or is over; the sentence says what to write.
    """
    written = written.strip()
    if (span := _SPAN.fullmatch(written)) is not None:
        return now + int(span["number"]) * _UNITS[span["unit"].lower()]
    try:
        expires = calendar.end_of(date.fromisoformat(written))
    except (ValueError, OverflowError):
        raise RequestError(text("admin.date_unreadable")) from None
    if expires <= now:
        raise RequestError(text("admin.date_passed"))
    return expires
