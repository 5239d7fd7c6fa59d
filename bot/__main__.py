"""``python -m bot`` runs the bot. ``health`` says by its status whether one is alive, ``history`` what a job did.

The other commands are in ``bot.operations.commands``.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys

from bot.config import Settings, load_settings
from bot.errors import SettingsError, StoreError
from bot.health import is_alive
from bot.logs import set_up_logging
from bot.media.worker.isolation import available_isolation, hide_memory
from bot.plain_text import on_one_line

_OPERATIONS = ("backup", "restore", "doctor", "books", "jobs", "fail", "resend", "resume", "price", "models")


def main(arguments: list[str]) -> int:
    """Run; 0 after an ordered stop, 2 where a setting is missing or bad or the database cannot be used, else 1.

    What is asked besides ends with 2 where it cannot be done; only ``health`` answers with 1.
    """
    hide_memory()
    os.umask(0o077)  # whatever this process or one that it starts makes is for its own user alone
    try:
        match arguments:
            case []:
                _run(load_settings())
                return 0
            case ["health"]:
                return 0 if is_alive(load_settings().database_path) else 1
            case ["history", job]:
                return _history(load_settings(), job)
            case [name, *_] if name in _OPERATIONS:
                return _operate(arguments)
    except (SettingsError, StoreError) as error:
        # for the operator, who may not have logging yet
        _say(str(error.user_message or f"DATABASE_PATH: {error}"))
        return 1 if arguments == ["health"] else 2
    except Exception:
        logging.getLogger(__name__).critical("The bot ended with an unexpected error", exc_info=True)
        return 1
    _say(
        "Usage: python -m bot [health | history JOB | backup FILE | restore FILE | doctor | models | books | jobs"
        " | fail JOB --reason REASON | resend JOB | resume JOB | price [accept [USD]]]"
    )
    return 2


def _run(settings: Settings) -> None:
    from bot.app import run  # only here: the health check, run every half minute, does without discord.py
    from bot.store.data_folders import keep_private

    set_up_logging(settings.log_level, settings.log_format, settings.secrets)
    for warning in (*settings.warnings, *keep_private(settings.database_path)):
        logging.getLogger("bot").warning(warning)
    if not available_isolation().is_complete:
        logging.getLogger("bot").warning(
            "This system cannot keep a decoder from files and network; python -m bot doctor says more"
        )
    asyncio.run(run(settings))


def _operate(arguments: list[str]) -> int:
    from bot.operations.commands import parse, run_command

    return run_command(parse(arguments))


def _history(settings: Settings, job: str) -> int:
    from bot.store.job_list import history_line, read_history

    entries = read_history(settings.database_path, job)
    if not entries:
        _say(f"No video {job} is known. After RETENTION_DAYS it is forgotten.")
        return 2
    for entry in entries:
        print(on_one_line(history_line(entry)))  # noqa: T201 - what was asked for
    return 0


def _say(sentence: str) -> None:
    print(on_one_line(sentence), file=sys.stderr)  # noqa: T201


def run_from_shell() -> None:
    """Run as the installed program ``oxen-video-bot``."""
    sys.exit(main(sys.argv[1:]))


if __name__ == "__main__":
    run_from_shell()
