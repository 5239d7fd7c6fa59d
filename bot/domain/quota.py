"""Quota: what one person has, what is left of it, and what a video takes. Counted in seconds of video."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.periods import Calendar
from bot.domain.policy import NO_LIMIT, Policy
from bot.errors import Limit, QuotaError

__all__ = ["Charge", "Grant", "Policy", "QuotaView", "Standing", "Tally", "check_quota"]

NOTHING_CHARGED = "Nothing was charged."


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Seconds of one period that its own limit pays for: what grants paid is not in it."""

    used: int = 0
    held: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Extra seconds, ``left`` of ``seconds``; for good where ``expires_at`` is ``None``."""

    id: int
    seconds: int
    left: int
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What one user has in one server now. ``grants`` are those with seconds left, in the order of their use."""

    day: Tally = Tally()
    month: Tally = Tally()
    active: int = 0
    grants: Sequence[Grant] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """What a video takes: seconds of the period's own, and seconds of grants by their ids."""

    own: int
    grants: Sequence[tuple[int, int]] = ()

    @property
    def granted(self) -> int:
        """Seconds that grants pay."""
        return sum(seconds for _, seconds in self.grants)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaView:
    """What ``/quota`` shows: a policy and what was used of it, side by side."""

    policy: Policy
    standing: Standing
    day_ends: datetime
    month_ends: datetime
    is_server: bool = True

    @property
    def day_left(self) -> int:
        """Seconds that the day has left; never below zero."""
        return _left(self.policy.daily_seconds, self.standing.day)

    @property
    def month_left(self) -> int:
        """Seconds that the month has left; never below zero."""
        return _left(self.policy.monthly_seconds, self.standing.month)

    @property
    def own_left(self) -> int:
        """Seconds that day and month both have left."""
        return min(self.day_left, self.month_left)

    @property
    def granted_left(self) -> int:
        """Seconds that grants have left."""
        return sum(grant.left for grant in self.standing.grants)

    @property
    def left(self) -> int:
        """Seconds that can be asked for now."""
        return 0 if self.policy.is_blocked else self.own_left + self.granted_left


def _left(limit: int, tally: Tally) -> int:
    return NO_LIMIT if limit >= NO_LIMIT else max(0, limit - tally.used - tally.held)


def view_quota(
    policy: Policy, standing: Standing, now: datetime, calendar: Calendar, *, is_server: bool = True
) -> QuotaView:
    """Put a policy and what was used of it side by side."""
    return QuotaView(
        policy=policy,
        standing=standing,
        day_ends=calendar.day_end(now),
        month_ends=calendar.month_end(now),
        is_server=is_server,
    )


def check_quota(view: QuotaView, seconds: int) -> Charge:
    """Check that ``seconds`` more fit, and say what pays for them: the period's own first, then grants.

    Raises:
        QuotaError: with a sentence that says which limit it is, when there is more (if ever), and who can change it.
    """
    policy, standing = view.policy, view.standing
    who = "Someone who manages this server can change that" if view.is_server else "Whoever runs this bot sets that"
    if policy.is_blocked:
        raise QuotaError(f"You can't make videos in this server. {who}. {NOTHING_CHARGED}", limit=Limit.ACCESS)
    if seconds > policy.max_duration:
        raise QuotaError(
            f"A video may have {policy.max_duration} s here, and this one has {seconds} s. {who}. {NOTHING_CHARGED}",
            limit=Limit.DURATION,
        )
    if policy.max_active <= 0:
        raise QuotaError(
            f"No video may be in the making for you here: that limit is 0. {who}. {NOTHING_CHARGED}", limit=Limit.ACTIVE
        )
    if standing.active >= policy.max_active:
        running = "1 video" if standing.active == 1 else f"{standing.active} videos"
        raise QuotaError(
            f"You have {running} in the making, and {policy.max_active} at once is the limit here. "
            f"Please wait until one is done, or cancel one. {who}. {NOTHING_CHARGED}",
            limit=Limit.ACTIVE,
        )
    if seconds > view.left:
        raise QuotaError(f"{_too_little(view, seconds)} {who}. {NOTHING_CHARGED}")
    return _charge(view, seconds)


def _too_little(view: QuotaView, seconds: int) -> str:
    """Which limit it is, and when there is more: a time is named only if the video fits then."""
    policy, standing = view.policy, view.standing
    granted = f" and {view.granted_left} s granted" if view.granted_left else ""
    if view.day_left <= view.month_left and _left_at(view, view.day_ends) >= seconds:
        left, limit, tally, period, ends = view.day_left, policy.daily_seconds, standing.day, "today", view.day_ends
    elif _left_at(view, view.month_ends) >= seconds:
        left, limit, tally, period, ends = (
            view.month_left, policy.monthly_seconds, standing.month, "this month", view.month_ends
        )  # fmt: skip
    else:
        limit, each = min((policy.daily_seconds, "a day"), (policy.monthly_seconds, "a month"))
        return f"This video takes {seconds} s, and the limit here is {limit} s {each}{granted}."
    held = f" ({tally.held} s are held by videos in the making)" if tally.held else ""
    return (
        f"This video takes {seconds} s, and you have {left} s of {limit} s left {period}{held}{granted}. "
        f"There is more <t:{int(ends.timestamp())}:R>."
    )


def _left_at(view: QuotaView, moment: datetime) -> int:
    """Seconds that can be asked for when a day has just begun, if nothing else is used until then."""
    month = view.month_left if moment < view.month_ends else view.policy.monthly_seconds
    living = (grant for grant in view.standing.grants if grant.expires_at is None or grant.expires_at > moment)
    return min(view.policy.daily_seconds, month) + sum(grant.left for grant in living)


def _charge(view: QuotaView, seconds: int) -> Charge:
    own = min(seconds, view.own_left)
    rest, parts = seconds - own, []
    for grant in view.standing.grants:
        if (part := min(rest, grant.left)) > 0:
            parts.append((grant.id, part))
            rest -= part
    return Charge(own=own, grants=tuple(parts))
