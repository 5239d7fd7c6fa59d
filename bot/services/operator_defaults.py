"""What the operator lets everybody have: the last level of every policy, and the ceiling over everything."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.domain.budget import Budget
from bot.domain.policy import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorDefaults:
    """The operator's settings. ``channel_id`` is where the operator is told of budgets; 0 is the log alone."""

    policy: Policy
    budget: Budget = field(default_factory=Budget)
    channel_id: int = 0
