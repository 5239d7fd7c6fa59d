"""The real bot as a program, with waiting times for tests."""

import asyncio
import os
import sys
from dataclasses import replace

from bot.app import run
from bot.config import load_settings
from bot.logs import set_up_logging
from sandbox.timing import QUICK

if __name__ == "__main__":
    settings = load_settings()
    secrets = (settings.discord_token.get_secret_value(), settings.oxen_api_key.get_secret_value())
    set_up_logging(settings.log_level, settings.log_format, secrets)
    settle = float(os.environ.get("CARD_SETTLE_SECONDS", QUICK.card_settle))
    asyncio.run(run(settings, timing=replace(QUICK, card_settle=settle)))
    sys.exit(0)
