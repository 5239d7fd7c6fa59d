"""The bot's waiting times, for those who do not want to wait."""

from __future__ import annotations

from datetime import timedelta

from bot.services.timing import Timing

QUICK = Timing(
    oxen_timeout=5.0,
    landing_grace=1.0,
    settled_grace=0.5,
    search_every=0.1,
    search_cap=0.1,
    retry_first=0.01,
    retry_cap=0.05,
    confirm_seconds=0.2,
    confirm_every=0.1,
    stop_every=0.01,
    fetch_for=timedelta(seconds=3),
    fetch_told_after=0.2,
    finish_within=5.0,
    keep_undeliverable=timedelta(hours=24),
    card_settle=0.02,
    card_window=0.05,
    card_write_final=0.02,
    card_write_every=0.1,
    queue_told_after=0.0,
    waiting_every=0.2,
)
"""Waiting times for tests and the demo."""
