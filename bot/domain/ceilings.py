"""Ceilings: what the operator lets anybody have, whatever a server's admins set. They divide what is below."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.domain.budget import WARN_AT_PERCENT, Budget
from bot.domain.policy import NO_LIMIT
from bot.errors import Limit, QuotaError
from bot.text import Text, text

_DISCORD_EPOCH_MILLIS: Final = 1_420_070_400_000
"""The first millisecond of 2015, from which Discord's ids count. Source: Discord, page "API Reference", Snowflakes."""
_LAST: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceilings:
    """The operator's ceilings. Money is in micro-dollars; days are UTC days.

    ``budget`` is over everything, ``share_per_day`` over one server (direct messages together are one more),
    ``person_seconds`` over one person everywhere.
    """

    budget: Budget = field(default_factory=Budget)
    share_per_day: int | None = None
    person_seconds: int = NO_LIMIT
    min_account_age: timedelta = timedelta()


@dataclass(frozen=True, slots=True, kw_only=True)
class Everywhere:
    """What one person has today over all servers: seconds held or paid for of the ceiling, and when the day ends."""

    limit: int = NO_LIMIT
    taken: int = 0
    ends: datetime = _LAST

    @property
    def left(self) -> int:
        """Seconds that can be asked for now."""
        return NO_LIMIT if self.limit >= NO_LIMIT else max(0, self.limit - self.taken)

    def hint(self, seconds: int) -> Text | None:
        """What somebody is told who takes so many seconds more: that most of what they may have is gone, if it is."""
        taken = self.taken + seconds
        if self.limit >= NO_LIMIT or taken * 100 < self.limit * WARN_AT_PERCENT:
            return None
        return text("quota.everywhere.nearly", taken=taken, limit=self.limit, ends_at=self.ends)


def account_created(user_id: int) -> datetime:
    """When an account was made, as its id says."""
    millis = (user_id >> 22) + _DISCORD_EPOCH_MILLIS
    try:
        return datetime.fromtimestamp(millis / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return _LAST


def check_account_age(user_id: int, least: timedelta, now: datetime) -> None:
    """Check that an account is old enough.

    Raises:
        QuotaError: it is too new; the sentence says when it is old enough.
    """
    if not least:
        return
    created = account_created(user_id)
    if created > now - least:
        starts = _LAST if created > _LAST - least else created + least
        raise QuotaError(text("access.new_account", starts=starts), limit=Limit.ACCESS)
