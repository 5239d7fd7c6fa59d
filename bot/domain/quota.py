"""Quota: who may make how much. Counted in seconds of video, by UTC day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from bot.errors import QuotaError


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What one user may have in one server: seconds of video a day, and jobs at once."""

    daily_seconds: int
    max_active: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What one user has of a day: seconds ``used`` (delivered) and ``held`` (running); jobs ``active`` now."""

    used: int = 0
    held: int = 0
    active: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaView:
    """What ``/quota`` shows."""

    limit: int
    used: int
    held: int
    active: int
    max_active: int
    resets_at: datetime

    @property
    def left(self) -> int:
        """Seconds that can still be asked for today; never below zero."""
        return max(0, self.limit - self.used - self.held)


def day_of(moment: datetime) -> date:
    """The UTC day that a moment belongs to."""
    return moment.astimezone(UTC).date()


def next_reset(moment: datetime) -> datetime:
    """When the day of a moment ends: the next midnight, UTC."""
    return datetime.combine(day_of(moment) + timedelta(days=1), time(), tzinfo=UTC)


def view_quota(policy: Policy, usage: Usage, now: datetime) -> QuotaView:
    """Put a policy and what was used of it side by side."""
    return QuotaView(
        limit=policy.daily_seconds,
        used=usage.used,
        held=usage.held,
        active=usage.active,
        max_active=policy.max_active,
        resets_at=next_reset(now),
    )


def check_quota(policy: Policy, usage: Usage, seconds: int, now: datetime) -> None:
    """Check that ``seconds`` more fit.

    Raises:
        QuotaError: with a sentence that says what is left and when there is more.
    """
    view = view_quota(policy, usage, now)
    if usage.active >= policy.max_active:
        running = "1 video" if usage.active == 1 else f"{usage.active} videos"
        raise QuotaError(
            f"You have {running} in the making, and {policy.max_active} at once is the limit here. "
            "Please wait until one is done, or cancel one. Nothing was charged."
        )
    if seconds > view.left:
        held = f" ({view.held} s are held by videos in the making)" if view.held else ""
        raise QuotaError(
            f"This video takes {seconds} s, and you have {view.left} s of {view.limit} s left today{held}. "
            f"There is more <t:{int(view.resets_at.timestamp())}:R>. Nothing was charged."
        )
