"""The real bot as a program, with waiting times for tests."""

import asyncio
import os
import sys
from dataclasses import replace

from bot.app import run
from bot.config import load_settings
from bot.logs import set_up_logging
from sandbox.pseudo_locale import marked_catalogues
from sandbox.timing import QUICK

if __name__ == "__main__":
    settings = load_settings()
    set_up_logging(settings.log_level, settings.log_format, settings.secrets)
    settle = float(os.environ.get("CARD_SETTLE_SECONDS", QUICK.card_settle))
    timing = replace(QUICK, card_settle=settle)
    if alerts := os.environ.get("ALERT_SECONDS"):
        patience = float(alerts)
        timing = replace(timing, alert_every=patience / 5, alert_stream=patience, alert_shard=patience)
    marked = os.environ.get("MARKED_LANGUAGES", "").split()
    catalogues = marked_catalogues(*marked) if marked else None
    asyncio.run(run(settings, timing=timing, catalogues=catalogues))
    sys.exit(0)
