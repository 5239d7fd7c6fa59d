"""The commands of ``python -m bot`` for whoever runs it, beside ``health`` and ``history``.

Each ends with 0 where it did what was asked, else with a sentence: 2 where nothing was changed since it could not be.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path

from bot.config import Settings, load_settings
from bot.domain.age import parse_age
from bot.domain.clock import utc_now
from bot.domain.job import JobState
from bot.errors import CommandError, SettingsError, StoreError
from bot.store.backup import back_up, restore

_MIB = 1024 * 1024
_LONGEST_REASON = 300
_HIGHEST_PRICE = 1_000
_WAYS = ("sync", "queue", "events")


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
    doctor.add_argument("--make", choices=_WAYS, help="make one video of 5 s by one of Oxen's ways, and pay for it")
    doctor.add_argument("--yes", action="store_true", help="with --make: pay the price that it says")
    doctor.add_argument(
        "--output", type=Path, default=Path("first-video.mp4"), metavar="FILE", help="with --make: where to save it"
    )
    commands.add_parser("models", help="list the models: what each takes and costs, or why it is not usable")
    books = commands.add_parser("books", help="compare a month's spending with what Oxen charged")
    books.add_argument("--month", type=_month, metavar="YYYY-MM", help="a month in UTC; this one where it is left out")
    books.add_argument("--csv", action="store_true", help="every video, as a table for a spreadsheet")
    _add_jobs(commands)
    price = _add_price(commands)
    command = parser.parse_args(arguments)
    if command.command == "doctor" and command.make is None and command.yes:
        doctor.error("--yes goes with --make")
    if command.command == "price" and command.action == "show" and command.usd is not None:
        price.error("USD goes with accept")
    return command


def _add_jobs(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    jobs = commands.add_parser("jobs", help="list videos, newest first: those in the making, or in one state")
    jobs.add_argument("--state", type=JobState, metavar="STATE", help=", ".join(JobState))
    jobs.add_argument("--user", type=_positive, metavar="ID", help="only those of one user, by the id at Discord")
    jobs.add_argument("--older", type=_age, metavar="AGE", help="only those asked for that long ago: 30m, 2h, 1d")
    jobs.add_argument("--limit", type=_positive, default=50, metavar="NUMBER", help="at most so many (50)")
    named = "its id, Oxen's id of it, or a link to one of its messages"
    failing = commands.add_parser("fail", help="end a video that is stuck, and give its seconds back")
    failing.add_argument("job", metavar="JOB", help=named)
    failing.add_argument("--reason", type=_reason, required=True, help="a sentence for its user")
    commands.add_parser("resend", help="send a video that no place took once more").add_argument(
        "job", metavar="JOB", help=named
    )
    commands.add_parser("resume", help="take a video up again from where it is").add_argument(
        "job", metavar="JOB", help=named
    )


def _add_price(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    price = commands.add_parser("price", help="what a second of video costs; `accept` settles one that is in doubt")
    price.add_argument("action", nargs="?", choices=("show", "accept"), default="show", help="show (default) or accept")
    price.add_argument("usd", nargs="?", type=_price, metavar="USD", help="dollars a second; Oxen's word if left out")
    price.add_argument("--model", metavar="ID", help="the model that is meant; OXEN_MODEL if left out")
    return price


def _price(text: str) -> Decimal:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal(0)
    if not amount.is_finite() or not Decimal("0.000001") <= amount <= _HIGHEST_PRICE:
        raise argparse.ArgumentTypeError(f"{text!r} is no price above 0 and up to {_HIGHEST_PRICE}")
    return amount


def _positive(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or not 0 < int(text) < 2**63:
        raise argparse.ArgumentTypeError(f"{text!r} is no number above 0")
    return int(text)


def _month(text: str) -> str:
    try:
        month = datetime.strptime(text, "%Y-%m").replace(tzinfo=UTC)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no month; write for example 2026-11") from None
    if not 2000 <= month.year <= utc_now().year or month > utc_now():
        raise argparse.ArgumentTypeError(f"{text!r} is no month that there are books of")
    return f"{month:%Y-%m}"


def _age(text: str) -> timedelta:
    try:
        return parse_age(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _reason(text: str) -> str:
    reason = " ".join(text.split())
    if not reason or not reason.isprintable() or len(reason) > _LONGEST_REASON:
        raise argparse.ArgumentTypeError(f"it must be a sentence of at most {_LONGEST_REASON} characters")
    return reason


def run_command(command: argparse.Namespace) -> int:
    """Do what a command line asks for; the process's status.

    Raises:
        SettingsError: a setting is missing or bad.
    """
    if command.command == "doctor":
        return _examine(as_json=command.json) if command.make is None else _make(command)
    settings = load_settings()
    try:
        match command.command:
            case "backup":
                return _back_up(settings, command.file)
            case "restore":
                return _restore(settings, command.file)
            case "models":
                return _show_models(settings)
            case "books":
                from bot.operations.books import show_books

                return show_books(settings, command.month or f"{utc_now():%Y-%m}", as_csv=command.csv)
            case "jobs":
                return _list(settings, command)
            case "fail" | "resend" | "resume":
                return _do_by_hand(settings, command)
            case "price":
                return _see_to_price(settings, command)
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
        return show([fail("settings", str(error), "docs/settings.md has all settings.")], as_json=as_json)
    return run_doctor(settings, as_json=as_json)


def _make(command: argparse.Namespace) -> int:
    from bot.operations.first_video import Way, make_first_video

    return make_first_video(load_settings(), Way(command.make), command.output, may_pay=command.yes)


def _show_models(settings: Settings) -> int:
    from bot.operations.model_list import show_models  # only here: it needs an HTTP client

    return show_models(settings)


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


def _list(settings: Settings, command: argparse.Namespace) -> int:
    from bot.operations.jobs_by_hand import list_lines

    wanted = {"state": command.state, "user_id": command.user, "older": command.older, "limit": command.limit}
    lines = list(list_lines(settings.database_path, **wanted))
    sys.stdout.writelines(f"{line}\n" for line in lines)
    if not lines:
        print("There is no such video.", file=sys.stderr)  # noqa: T201
    return 0


def _do_by_hand(settings: Settings, command: argparse.Namespace) -> int:
    from bot.operations.jobs_by_hand import do_by_hand
    from bot.store.operator_requests import Action, OperatorRequest

    reason = command.reason if command.command == "fail" else ""
    request = OperatorRequest(action=Action(command.command), job_id=command.job, reason=reason)
    answer = do_by_hand(settings.database_path, request)
    print(answer.sentence, file=sys.stdout if answer.is_done else sys.stderr)
    return 0 if answer.is_done else 2


def _see_to_price(settings: Settings, command: argparse.Namespace) -> int:
    from bot.operations.prices import accept_price, describe_prices

    if command.action == "show":
        default, *others = (command.model,) if command.model else (*settings.model_ids, *settings.image_model_ids)
        in_use = None if settings.offers_favorites and not command.model else others
        for line in describe_prices(settings.database_path, default, in_use):
            _say(line)
        return 0
    try:
        _say(accept_price(settings.database_path, command.model or settings.oxen_model, command.usd))
    except CommandError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2
    return 0


def _say(sentence: str) -> None:
    print(sentence)  # noqa: T201 - what was asked for
