"""How the message that tells a job's outcome is known among others, in every simulated Discord."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from cogs.ui.custom_ids import OUTCOME_MARKS

_PREFIXES: Final = frozenset(mark.prefix for mark in OUTCOME_MARKS)


def told_job(parts: Iterable[Mapping[str, Any]]) -> str | None:
    """The id of the job whose outcome a message tells, by all its components; ``None`` where it tells none."""
    for part in parts:
        prefix, _, job_id = str(part.get("custom_id", "")).rpartition(":")
        if prefix in _PREFIXES:
            return job_id
    return None
