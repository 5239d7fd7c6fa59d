"""Rules and what comes of them, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cogs.ui.texts.message import Plural

MESSAGES: Final[Mapping[str, str | Plural]] = {
    "policy.rule": "{parts:unit}",
    "policy.rule.none": "no limits set",
    "policy.rule.blocked": "blocked",
    "policy.rule.unlimited": "unlimited",
    "policy.rule.limit.daily_seconds": "{number}\u00a0s per day",
    "policy.rule.limit.monthly_seconds": "{number}\u00a0s per month",
    "policy.rule.limit.max_active": "{number} at a time",
    "policy.rule.limit.max_duration": "{number}\u00a0s max per video",
    "policy.blocked": "Blocked ({source})",
    "policy.limit.daily_seconds": "Daily limit: {number}\u00a0s ({source})",
    "policy.no_limit.daily_seconds": "Daily limit: none ({source})",
    "policy.limit.monthly_seconds": "Monthly limit: {number}\u00a0s ({source})",
    "policy.no_limit.monthly_seconds": "Monthly limit: none ({source})",
    "policy.limit.max_active": "Videos at a time: {number} ({source})",
    "policy.no_limit.max_active": "Videos at a time: no limit ({source})",
    "policy.limit.max_duration": "Longest video: {number}\u00a0s ({source})",
    "policy.no_limit.max_duration": "Longest video: no limit ({source})",
    "policy.source.user": "set for this user",
    "policy.source.role": "from a role",
    "policy.source.server": "server default",
    "policy.source.operator": "bot default",
    "policy.model.not_allowed": "can't be used here",
    "policy.model.factor": "1\u00a0s counts as {factor}\u00a0s",
    "policy.model.plain": "every second counts as one",
    "policy.everyone": "everyone in this server",
}
