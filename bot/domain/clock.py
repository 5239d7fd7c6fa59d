"""The present, as a thing that is handed in: rules and stores ask for it, and tests give their own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Gives the present, aware, in UTC."""


def utc_now() -> datetime:
    """The present, aware, in UTC."""
    return datetime.now(UTC)
