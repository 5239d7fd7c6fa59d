"""How long the bot of the soak waits, and how late the simulated Oxen may be."""

from __future__ import annotations

from datetime import timedelta

from bot.services.timing import Timing

LATEST_LANDING_SECONDS = 5.0
"""How long after it was sent a POST may take effect at the simulated Oxen, whatever its client does."""
TIMING = Timing(
    oxen_timeout=1.5,
    landing_grace=LATEST_LANDING_SECONDS + 1.0,
    settled_grace=1.0,
    search_every=0.5,
    search_cap=0.5,
    retry_first=0.02,
    retry_cap=0.3,
    confirm_seconds=1.5,
    confirm_every=0.5,
    stop_every=0.05,
    fetch_for=timedelta(seconds=20),
    fetch_told_after=2.0,
    finish_within=3.0,
    card_settle=0.1,
    card_write_final=0.05,
    card_write_every=0.5,
)
