"""Idempotency keys: what tells a new wish for a video from the same one sent twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

KEPT_FOR: Final = timedelta(days=1)
"""How long a key is remembered: as long as forms and pending requests can be answered, and longer."""
_SAME_PRESS: Final = timedelta(seconds=5)
"""Discord waits 3 s for an answer. Who sees none presses again; who has seen one needs longer to wish for another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdempotencyKey:
    """A key, and for how long after its last use it stands for the same wish."""

    value: str
    holds_for: timedelta = KEPT_FOR


def run_again_key(user_id: int, job_id: str) -> IdempotencyKey:
    """One user's press of **Run again** for one video: pressed anew after a few seconds' pause, it is a new wish."""
    return IdempotencyKey(value=f"run:{user_id}:{job_id}", holds_for=_SAME_PRESS)


def form_key(form_id: str) -> IdempotencyKey:
    """A form that was opened once: it makes one video, however often it is sent off."""
    return IdempotencyKey(value=f"form:{form_id}")


def pending_key(pending_id: str) -> IdempotencyKey:
    """A request that waited for its user: it is made once."""
    return IdempotencyKey(value=f"pending:{pending_id}")
