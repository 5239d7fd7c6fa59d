"""What the operator lets everybody have: the last level of every policy, and the ceilings over everything."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.domain.ceilings import Ceilings
from bot.domain.policy import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorDefaults:
    """The operator's settings. ``channel_id`` is where the operator is told what happens to the money; 0: the log."""

    policy: Policy
    ceilings: Ceilings = field(default_factory=Ceilings)
    channel_id: int = 0
