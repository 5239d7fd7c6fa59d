"""The real bot as a program, with waiting times for tests."""

import asyncio
import os
import sys
from dataclasses import replace
from datetime import timedelta

from bot.app import run
from bot.config import load_settings
from bot.logs import set_up_logging
from sandbox.pseudo_locale import marked_catalogues
from sandbox.timing import QUICK

if __name__ == "__main__":
    settings = load_settings()
    set_up_logging(settings.log_level, settings.log_format, settings.secrets)
    settle = float(os.environ.get("CARD_SETTLE_SECONDS", QUICK.card_settle))
    kept = float(os.environ.get("KEEP_UNDELIVERABLE_SECONDS", QUICK.keep_undeliverable.total_seconds()))
    timing = replace(QUICK, card_settle=settle, keep_undeliverable=timedelta(seconds=kept))
    # How long something is down before it is told: as long as in earnest, but for what a test takes down.
    timing = replace(
        timing,
        alert_every=float(os.environ.get("ALERT_EVERY_SECONDS", timing.alert_every)),
        alert_stream=float(os.environ.get("ALERT_STREAM_SECONDS", timing.alert_stream)),
        alert_shard=float(os.environ.get("ALERT_SHARD_SECONDS", timing.alert_shard)),
    )
    marked = os.environ.get("MARKED_LANGUAGES", "").split()
    catalogues = marked_catalogues(*marked) if marked else None
    asyncio.run(run(settings, timing=timing, catalogues=catalogues))
    sys.exit(0)
