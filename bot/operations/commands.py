"""The commands of ``python -m bot`` for whoever runs it, beside ``health`` and ``history``.

Each ends with 0 where it did what was asked, else with a sentence: 2 where nothing was changed since it could not be.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from bot.config import Settings, load_settings
from bot.domain.clock import utc_now
from bot.errors import SettingsError, StoreError
from bot.store.backup import back_up, restore

_MIB = 1024 * 1024


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Read a command line. One that is not understood ends the process with its usage and status 2."""
    parser = argparse.ArgumentParser(prog="python -m bot", allow_abbrev=False)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    backup = commands.add_parser("backup", help="write the database and the kept pictures to one file")
    backup.add_argument("file", type=Path, metavar="FILE", help="a file that is not there yet")
    restoring = commands.add_parser("restore", help="put a backup in place of the database; the bot must be stopped")
    restoring.add_argument("file", type=Path, metavar="FILE", help="what `backup` wrote")
    doctor = commands.add_parser("doctor", help="look at everything that a bot needs, without paying anything")
    doctor.add_argument("--json", action="store_true", help="for machines")
    return parser.parse_args(arguments)


def run_command(command: argparse.Namespace) -> int:
    """Do what a command line asks for; the process's status.

    Raises:
        SettingsError: a setting is missing or bad.
    """
    if command.command == "doctor":
        return _examine(as_json=command.json)
    settings = load_settings()
    try:
        match command.command:
            case "backup":
                return _back_up(settings, command.file)
            case "restore":
                return _restore(settings, command.file)
    except StoreError as error:
        print(error.user_message or str(error), file=sys.stderr)  # noqa: T201 - for the operator at the terminal
        return 2
    raise AssertionError(command.command)


def _examine(*, as_json: bool) -> int:
    from bot.operations.doctor.finding import fail
    from bot.operations.doctor.report import run_doctor, show  # only here: it needs discord.py

    try:
        settings = load_settings()
    except SettingsError as error:
        return show([fail("settings", str(error), "See the README's table of settings.")], as_json=as_json)
    return run_doctor(settings, as_json=as_json)


def _back_up(settings: Settings, file: Path) -> int:
    made = back_up(settings.database_path, file, utc_now())
    _say(f"Backed up {made.jobs} videos and {made.pictures} kept pictures to {file} ({made.size / _MIB:.1f} MB).")
    return 0


def _restore(settings: Settings, file: Path) -> int:
    backup, kept = restore(file, settings.database_path, utc_now())
    when = f"{backup.made_at:%Y-%m-%d %H:%M} UTC"
    _say(f"Restored {backup.jobs} videos and {backup.pictures} kept pictures, as of {when}.")
    if kept is not None:
        _say(f"What was there before is in {kept}; remove it once all is well.")
    return 0


def _say(sentence: str) -> None:
    print(sentence)  # noqa: T201 - what was asked for
