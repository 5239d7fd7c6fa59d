"""Logging: two formats, no secret in either, and nothing that a terminal would obey."""

from __future__ import annotations

import contextlib
import json
import logging
import sys
import threading
import time
from collections.abc import Iterable
from typing import Any, Literal, TextIO

from bot.plain_text import on_one_line
from bot.redaction import Redactor

_PLAIN_FIELDS = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "color_message"}
_CHATTY = ("discord.gateway", "discord.http", "discord.webhook", "discord.client", "aiosqlite", "asyncio")
_INDENT = "    "


class _SafeFormatter(logging.Formatter):
    """Gives what is about to be written without secrets, tracebacks included. Times are in UTC."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__(datefmt="%Y-%m-%d %H:%M:%S")
        self._redactor = Redactor(secrets)

    @staticmethod
    def converter(seconds: float | None = None) -> time.struct_time:
        return time.gmtime(seconds)

    def redact(self, text: str) -> str:
        return self._redactor.redact(text)

    def _traceback(self, record: logging.LogRecord) -> str:
        traced = [self.formatException(record.exc_info)] if record.exc_info and record.exc_info[0] else []
        if record.stack_info:
            traced.append(self.formatStack(record.stack_info))
        return self.redact("\n".join(traced))


class ConsoleFormatter(_SafeFormatter):
    """One line a record, for people; fields given as ``extra`` follow the message, a traceback stands below, indented.

    Whatever came from outside can begin no line, and is shown escaped where it cannot be seen.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Format a record."""
        fields = " ".join(f"{key}={value}" for key, value in _extra(record).items())
        message = f"{record.getMessage()} [{fields}]" if fields else record.getMessage()
        head = f"{self.formatTime(record, self.datefmt)} {record.levelname:<7} {record.name}: {message}"
        lines = [on_one_line(self.redact(head))]
        lines += [_INDENT + on_one_line(line) for line in self._traceback(record).splitlines()]
        return "\n".join(lines)


class JsonFormatter(_SafeFormatter):
    """One JSON object a line, for machines."""

    def format(self, record: logging.LogRecord) -> str:
        """Format a record."""
        entry: dict[str, object] = {
            "time": f"{self.formatTime(record, '%Y-%m-%dT%H:%M:%S')}.{int(record.msecs):03d}Z",
            "level": record.levelname,
            "logger": record.name,
            "message": self.redact(record.getMessage()),
            **_extra(record),
        }
        if traceback := self._traceback(record):
            entry["traceback"] = traceback
        # What is not seen is escaped: no control character is left that a terminal would obey.
        line = self.redact(json.dumps(entry, default=str, ensure_ascii=False))
        return line if line.isprintable() else "".join(c if c.isprintable() else _escaped(c) for c in line)


def _escaped(char: str) -> str:
    """A character as JSON writes it in ASCII."""
    return json.dumps(char)[1:-1]


class _SafeHandler(logging.StreamHandler[TextIO]):
    """Writes records to a stream; of one that cannot be written it says so, without what it holds."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own
        kind = type(sys.exception()).__name__
        where = f"{record.name}, line {record.lineno} of {record.filename}"
        lost = logging.makeLogRecord({"name": __name__, "levelno": logging.ERROR, "levelname": "ERROR"})
        lost.msg = f"A line of the log could not be written ({kind}): {where}"
        with contextlib.suppress(OSError, ValueError):  # there is nowhere left to say it
            self.stream.write(self.format(lost) + self.terminator)


def _extra(record: logging.LogRecord) -> dict[str, object]:
    return {key: value for key, value in vars(record).items() if key not in _PLAIN_FIELDS}


def set_up_logging(level: str, style: Literal["console", "json"], secrets: Iterable[str]) -> None:
    """Log to standard error. Libraries that log payloads stay at INFO: tokens are in those."""
    handler = _SafeHandler(sys.stderr)
    handler.setFormatter(JsonFormatter(secrets) if style == "json" else ConsoleFormatter(secrets))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(max(logging.INFO, logging.getLevelName(level)))
    logging.captureWarnings(capture=True)
    _log_what_nobody_caught()


def _log_what_nobody_caught() -> None:
    """Python writes these to standard error by itself, past every formatter."""
    log = logging.getLogger(__name__)

    def in_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None and not issubclass(args.exc_type, SystemExit):
            log.error("A thread ended with an error", exc_info=args.exc_value)

    def unraisable(args: Any) -> None:  # noqa: ANN401 - sys.UnraisableHookArgs exists for type checkers alone
        log.error("An error that nobody could catch: %s", args.err_msg or "ignored", exc_info=args.exc_value)

    threading.excepthook = in_thread
    sys.unraisablehook = unraisable
