"""Alerts: what an operator has to know at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.text import Text


class AlertKind(StrEnum):
    """What is wrong. Each is told once when it begins, and once when it is over."""

    KEY_REFUSED = "key_refused"
    OUT_OF_CREDIT = "out_of_credit"
    STREAM_DOWN = "stream_down"
    FAILURES = "failures"
    """Several videos in a row failed in the same way."""
    DISK_FULL = "disk_full"
    JOB_OVERDUE = "job_overdue"
    BACKUP_FAILED = "backup_failed"
    SHARD_DOWN = "shard_down"


class AlertPlace(StrEnum):
    """Where alerts are told."""

    WEBHOOK = "webhook"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertMessage:
    """One thing to tell in one place: that something is wrong, or (``is_over``) that it no longer is."""

    id: int
    place: AlertPlace
    kind: AlertKind
    text: Text
    began_at: datetime
    ended_at: datetime | None
    is_over: bool
