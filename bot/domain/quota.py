"""Quota: what one person has, what is left of it, and what a video takes. Counted in seconds of video."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.ceilings import Everywhere
from bot.domain.model_rule import ModelRule
from bot.domain.model_spec import Media
from bot.domain.periods import Calendar
from bot.domain.policy import NO_LIMIT, Policy
from bot.errors import Limit, QuotaError
from bot.text import Text, text

__all__ = ["Charge", "Grant", "Policy", "QuotaView", "Standing", "Tally", "check_quota"]


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
    """What ``/quota`` shows: a policy and what was used of it, side by side, under the operator's ceiling.

    ``models`` are the rules about models by their ids, where there are any.
    """

    policy: Policy
    standing: Standing
    day_ends: datetime
    month_ends: datetime
    is_server: bool = True
    everywhere: Everywhere = field(default_factory=Everywhere)
    models: Mapping[str, ModelRule] = field(default_factory=dict)

    def rule_of(self, model: str | None) -> ModelRule:
        """What holds for a model."""
        return self.models.get(model or "", ModelRule())

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
        return 0 if self.policy.is_blocked else min(self.here_left, self.everywhere.left)

    @property
    def here_left(self) -> int:
        """Seconds that this server's limits have left, and grants."""
        return self.own_left + self.granted_left


def _left(limit: int, tally: Tally) -> int:
    return NO_LIMIT if limit >= NO_LIMIT else max(0, limit - tally.used - tally.held)


def view_quota(
    policy: Policy,
    standing: Standing,
    now: datetime,
    calendar: Calendar,
    *,
    is_server: bool = True,
    everywhere: Everywhere | None = None,
    models: Mapping[str, ModelRule] | None = None,
) -> QuotaView:
    """Put a policy and what was used of it side by side."""
    return QuotaView(
        policy=policy,
        standing=standing,
        day_ends=calendar.day_end(now),
        month_ends=calendar.month_end(now),
        is_server=is_server,
        everywhere=everywhere or Everywhere(),
        models=models or {},
    )


def check_quota(
    view: QuotaView, seconds: int, count: int = 1, *, counted: int | None = None, made: Media = Media.VIDEO
) -> Charge:
    """Check that ``count`` videos of ``seconds`` more fit, and say what pays for one: the period's own, then grants.

    ``counted`` is what one takes of the server's quota, where that is not its length; ``made`` is what is made.

    Raises:
        QuotaError: the sentence says which limit it is, when there is more (if ever), and who can change it.
    """
    policy, standing = view.policy, view.standing
    who = text("quota.who.admin" if view.is_server else "quota.who.operator")
    if policy.is_blocked:
        raise QuotaError(text("quota.blocked", who=who), limit=Limit.ACCESS)
    if seconds > policy.max_duration:
        raise QuotaError(
            text("quota.too_long", seconds=seconds, limit=policy.max_duration, who=who), limit=Limit.DURATION
        )
    if policy.max_active <= 0:
        raise QuotaError(text("quota.none_at_once", who=who), limit=Limit.ACTIVE)
    if standing.active >= policy.max_active:
        running = text("quota.at_once", active=standing.active, limit=policy.max_active, who=who, made=made)
        raise QuotaError(running, limit=Limit.ACTIVE, can_wait=count <= policy.max_active)
    if standing.active + count > policy.max_active:
        told = text("quota.too_many_at_once", count=count, active=standing.active, limit=policy.max_active, who=who)
        raise QuotaError(told, limit=Limit.ACTIVE, can_wait=count <= policy.max_active)
    taken = seconds if counted is None else counted
    if count * taken > view.here_left:
        raise QuotaError(_too_little(view, count * taken, who, made))
    if count * seconds > view.everywhere.left:
        raise QuotaError(_too_little_everywhere(view.everywhere, count * seconds, made), limit=Limit.PERSON)
    return _charge(view, taken)


def _too_little(view: QuotaView, seconds: int, who: Text, made: Media) -> Text:
    """Which limit it is, and when there is more: a time is named only if the video fits then."""
    policy, standing = view.policy, view.standing
    granted = text("quota.plus_granted", seconds=view.granted_left) if view.granted_left else ""
    if view.day_left <= view.month_left and _left_at(view, view.day_ends) >= seconds:
        left, limit, tally, period, ends = view.day_left, policy.daily_seconds, standing.day, "day", view.day_ends
    elif _left_at(view, view.month_ends) >= seconds:
        left, limit, tally, period, ends = (
            view.month_left, policy.monthly_seconds, standing.month, "month", view.month_ends
        )  # fmt: skip
    else:
        limit, period = min((policy.daily_seconds, "day"), (policy.monthly_seconds, "month"))
        return text(f"quota.too_small.{period}", seconds=seconds, limit=limit, granted=granted, who=who, made=made)
    held = text("quota.reserved", seconds=tally.held) if tally.held else ""
    values = {"seconds": seconds, "left": left, "limit": limit, "held": held, "granted": granted, "made": made}
    return text(f"quota.too_little.{period}", **values, ends_at=ends, who=who)


def _too_little_everywhere(everywhere: Everywhere, seconds: int, made: Media) -> Text:
    if seconds > everywhere.limit:
        return text("quota.everywhere.too_small", seconds=seconds, limit=everywhere.limit, made=made)
    return text(
        "quota.everywhere.too_little",
        seconds=seconds,
        left=everywhere.left,
        limit=everywhere.limit,
        ends_at=everywhere.ends,
        made=made,
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
