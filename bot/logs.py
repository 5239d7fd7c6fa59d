"""Logging: two formats, and no secret in either."""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Iterable
from typing import Any, Literal

_PLAIN_FIELDS = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "color_message"}
_CHATTY = ("discord.gateway", "discord.http", "discord.webhook", "discord.client", "aiosqlite", "asyncio")


class _Redacting(logging.Formatter):
    """Replaces secrets in what is about to be written, tracebacks included."""

    def __init__(self, secrets: Iterable[str], *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - logging's own
        super().__init__(*args, **kwargs)
        self._secrets = tuple(secret for secret in secrets if secret)

    @staticmethod
    def converter(seconds: float | None = None) -> time.struct_time:
        return time.gmtime(seconds)

    def redact(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "[secret]")
        return text


class ConsoleFormatter(_Redacting):
    """One line a record, for people; fields given as ``extra`` follow the message."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__(secrets, "%(asctime)s %(levelname)-7s %(name)s: %(message)s", "%Y-%m-%d %H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:
        """Format a record."""
        text = super().format(record)
        first, newline, rest = text.partition("\n")
        fields = " ".join(f"{key}={value}" for key, value in _extra(record).items())
        return self.redact(f"{first} [{fields}]{newline}{rest}" if fields else text)


class JsonFormatter(_Redacting):
    """One JSON object a line, for machines."""

    def format(self, record: logging.LogRecord) -> str:
        """Format a record."""
        entry: dict[str, object] = {
            "time": f"{self.formatTime(record, '%Y-%m-%dT%H:%M:%S')}.{int(record.msecs):03d}Z",
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **_extra(record),
        }
        if record.exc_info:
            entry["traceback"] = self.formatException(record.exc_info)
        return self.redact(json.dumps(entry, ensure_ascii=False, default=str))


def _extra(record: logging.LogRecord) -> dict[str, object]:
    return {key: value for key, value in vars(record).items() if key not in _PLAIN_FIELDS}


def set_up_logging(level: str, style: Literal["console", "json"], secrets: Iterable[str]) -> None:
    """Log to standard error. Libraries that log payloads stay at INFO: tokens are in those."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter(secrets) if style == "json" else ConsoleFormatter(secrets))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(max(logging.INFO, logging.getLevelName(level)))
    logging.captureWarnings(capture=True)
