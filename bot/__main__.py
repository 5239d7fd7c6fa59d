"""``python -m bot`` runs the bot; ``python -m bot health`` says by its exit status whether one is alive."""

from __future__ import annotations

import asyncio
import logging
import sys

from bot.config import load_settings
from bot.errors import SettingsError, StoreError
from bot.health import is_alive
from bot.logs import set_up_logging


def main(arguments: list[str]) -> int:
    """Run; 0 after an ordered stop, 2 where a setting is missing or bad, 1 after an error that nobody foresaw."""
    if arguments not in ([], ["health"]):
        print("Usage: python -m bot [health]", file=sys.stderr)  # noqa: T201
        return 2
    try:
        settings = load_settings()
        if arguments:
            return 0 if is_alive(settings.database_path) else 1
        from bot.app import run  # only here: the health check, run every half minute, does without discord.py

        secrets = (settings.discord_token.get_secret_value(), settings.oxen_api_key.get_secret_value())
        set_up_logging(settings.log_level, settings.log_format, secrets)
        asyncio.run(run(settings))
    except (SettingsError, StoreError) as error:
        print(error, file=sys.stderr)  # noqa: T201 - for the operator, who may not have logging yet
        return 1 if arguments else 2
    except Exception:
        logging.getLogger(__name__).critical("The bot ended with an unexpected error", exc_info=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
