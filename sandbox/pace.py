"""The bot's waiting times, for those who do not want to wait."""

from __future__ import annotations

from datetime import timedelta

from bot.services.pace import Pace

QUICK = Pace(
    post_grace=1.0,
    search_every=0.1,
    retry_first=0.01,
    retry_cap=0.05,
    stop_every=0.01,
    finish_within=5.0,
    keep_undeliverable=timedelta(hours=24),
    card_settle=0.02,
    card_window=0.05,
    card_write_final=0.02,
    card_write_every=0.1,
)
"""Waiting times for tests and the demo."""
