"""What is logged holds no secret, however it was written, and nothing that a terminal would obey."""

from __future__ import annotations

import base64
import json
import logging
import subprocess
import sys
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import quote, quote_plus

import pytest

from bot.config import Settings
from bot.logs import ConsoleFormatter, JsonFormatter
from bot.redaction import Redactor

TOKEN = 'Mzk4.Zm9v"b\\a/r~%+=&?#.t0k3n'
KEY = "oxen-k3y"
FORMATTERS = [ConsoleFormatter((TOKEN, KEY)), JsonFormatter((TOKEN, KEY))]
PROJECT = Path(__file__).parents[2]
both = pytest.mark.parametrize("formatter", FORMATTERS, ids=["console", "json"])


def written(formatter: logging.Formatter, message: str, *arguments: object, **extra: Any) -> str:
    """A record as it is written."""
    record = logging.LogRecord("bot.test", logging.INFO, __file__, 1, message, arguments or None, None)
    vars(record).update(extra)
    return formatter.format(record)


def failed(formatter: logging.Formatter, error: Exception) -> str:
    """A record with the traceback of this error, as it is written."""
    try:
        fail(error)
    except (ValueError, KeyError):
        record = logging.LogRecord("bot.test", logging.ERROR, __file__, 1, "It failed", None, sys.exc_info())
    return formatter.format(record)


def fail(error: Exception) -> NoReturn:
    """Raise it."""
    raise error


def spellings(secret: str) -> list[str]:
    """Ways in which programs write a text."""
    as_json = json.dumps(secret)[1:-1]
    return [
        secret,
        as_json,
        json.dumps(as_json)[1:-1],
        json.dumps(json.dumps({"token": secret})),
        as_json.replace("/", "\\/"),
        repr(secret)[1:-1],
        repr({"token": secret}),
        str(secret.encode()),
        repr(repr({"token": secret.encode()})),
        quote(secret),
        quote(secret, safe=""),
        quote_plus(secret),
        quote(secret, safe="").lower() if secret.islower() else quote(secret, safe=""),
        quote(quote(secret, safe=""), safe=""),
        "".join(f"\\u{ord(char):04x}" for char in secret),
        "".join(f"%{ord(char):02X}" for char in secret),
    ]


def shows(text: str, secret: str) -> bool:
    """Whether a good part of a secret can be read in a text."""
    plain = text.replace("\\", "")
    return any(secret[start : start + 6].replace("\\", "") in plain for start in range(len(secret) - 6))


@both
@pytest.mark.parametrize("secret", [TOKEN, KEY], ids=["token", "key"])
def test_no_spelling_of_a_secret_is_written(formatter: logging.Formatter, secret: str) -> None:
    for spelled in spellings(secret):
        for line in (
            written(formatter, f"before {spelled} after"),
            written(formatter, "before %s after", spelled),
            written(formatter, "before %r after", spelled),
            written(formatter, "said", answer=spelled),
            written(formatter, "said", answer={"deep": [spelled]}),
            failed(formatter, ValueError(f"before {spelled} after")),
            failed(formatter, KeyError(spelled)),
        ):
            assert not shows(line, secret), line
            assert "[secret]" in line


@both
def test_a_secret_that_comes_together_only_in_the_line_is_not_written(formatter: logging.Formatter) -> None:
    assert not shows(written(formatter, "%s%s", TOKEN[:9], TOKEN[9:]), TOKEN)
    assert not shows(written(formatter, f"Bot {TOKEN[:9]}%s", TOKEN[9:]), TOKEN)


@both
def test_a_secret_in_the_cause_of_an_error_is_not_written(formatter: logging.Formatter) -> None:
    error = ValueError("outer")
    error.__cause__ = RuntimeError(f"inner {TOKEN}")
    error.add_note(f"note {KEY}")
    line = failed(formatter, error)
    assert not shows(line, TOKEN)
    assert KEY not in line


@both
@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("Authorization: Bearer abc.def-ghi", "abc.def-ghi"),
        ("{'Authorization': 'Bearer abc.def-ghi'}", "abc.def-ghi"),
        ('{"authorization": "Bot abc.def-ghi"}', "abc.def-ghi"),
        ('"{\\"authorization\\": \\"bearer abc.def-ghi\\"}"', "abc.def-ghi"),
        ("bearer%20abc.def-ghi", "abc.def-ghi"),
        ("https://b.example/v?X-Amz-Date=1&X-Amz-Signature=0a1b2c&x=1", "0a1b2c"),
        ("https://b.example/v?X-Amz-Security-Token=0a1b2c%2Fd&x=1", "0a1b2c"),
        ("https://b.example/v?sig=0a1b2c%3D&se=1", "0a1b2c"),
        ("https://b.example/v?Expires=1&Signature=0a1b2c~__&Key-Pair-Id=K1", "0a1b2c"),
        ("https://b.example/v?u=https%3A%2F%2Fc.example%2F%3FSignature%3D0a1b2c%26y%3D1", "0a1b2c"),
        ('{"url": "https://b.example/v?a=1\\u0026X-Goog-Signature=0a1b2c"}', "0a1b2c"),
        ("GET /v?token=0a1b2c HTTP/1.1", "0a1b2c"),
        ("https://cdn.discordapp.com/attachments/1/2/a.png?ex=1&is=2&hm=0a1b2c&", "0a1b2c"),
        ("POST https://discord.com/api/v10/webhooks/12/aW50ZXJhY3Rpb246MQ/messages", "aW50ZXJhY3Rpb246MQ"),
        ("POST https://discord.com/api/v10/interactions/12/aW50ZXJhY3Rpb246MQ/callback", "aW50ZXJhY3Rpb246MQ"),
    ],
)
def test_what_gives_access_by_itself_is_not_written(formatter: logging.Formatter, text: str, hidden: str) -> None:
    for line in (
        written(formatter, "%s", text),
        written(formatter, "said", answer=text),
        failed(formatter, ValueError(text)),
    ):
        assert hidden not in line, line
        assert "[secret]" in line


@both
@pytest.mark.parametrize(
    "text", ["A signature is missing", "key: value", "Bot is ready", "job=1 sig=2", "/v?duration=5&aspect_ratio=1:1"]
)
def test_what_gives_no_access_is_written(formatter: logging.Formatter, text: str) -> None:
    assert text in written(formatter, text)


@both
@pytest.mark.parametrize(
    "char", ["\x00", "\x07", "\x1b[31m", "\x7f", "\x85", "\x9b2J", "\r", "\n", "\u2028", "\u202e", "\ud800"]
)
def test_a_record_is_one_line_without_control_characters(formatter: logging.Formatter, char: str) -> None:
    forged = f"ready{char}2026-08-08 12:00:00 INFO    bot.app: forged"
    for line in (
        written(formatter, "%s", forged),
        written(formatter, forged),
        written(formatter, "said", name=forged),
        written(formatter, "said", **{f"k{char}": 1}),
    ):
        assert line.isprintable(), line
        line.encode()


@pytest.mark.parametrize("char", ["\x1b[31m", "\n", "\r", "\u2028", "\x85", "\u202e"])
def test_a_traceback_begins_no_line_with_what_came_from_outside(char: str) -> None:
    head, *lines = failed(ConsoleFormatter(()), ValueError(f"x{char}2026-08-08 forged")).split("\n")
    assert head.endswith("bot.test: It failed")
    assert lines[0] == "    Traceback (most recent call last):"
    assert all(line.startswith("    ") and line.isprintable() for line in lines)


def test_a_line_for_machines_is_one_object_whatever_was_redacted_in_it() -> None:
    formatter = JsonFormatter((TOKEN, KEY))
    for spelled in (*spellings(TOKEN), *spellings(KEY)):
        for text in (f'"{spelled}"\n\\{spelled}\\', f"?sig={spelled}\\n", f"bearer {spelled}\\", f'n"{spelled}"n'):
            entry = json.loads(written(formatter, "%s", text, answer=text))
            assert {"time", "level", "logger", "message", "answer"} == entry.keys()


def test_the_traceback_and_the_extra_fields_are_in_the_object() -> None:
    entry = json.loads(failed(JsonFormatter(()), ValueError("why")))
    assert "ValueError: why" in entry["traceback"]
    assert json.loads(written(JsonFormatter(()), "said", job="1", left=2))["left"] == 2


def test_redaction_takes_no_long_time_for_any_text() -> None:
    redactor = Redactor((TOKEN, KEY, base64.b64encode(bytes(60)).decode()))
    for text in ("\\" * 20_000, "%25" * 10_000, "bearer " * 5_000, "?sig=" * 5_000, "authorization:" * 3_000):
        redactor.redact(text)


@pytest.mark.slow
def test_what_nobody_caught_and_what_cannot_be_formatted_is_logged_without_secrets() -> None:
    program = f"""
import logging, threading
from bot.config import Settings
from bot.logs import set_up_logging
set_up_logging("INFO", "console", ({KEY!r},))
def fail(): raise ValueError("in a thread \\x1b[31m {KEY}")
thread = threading.Thread(target=fail); thread.start(); thread.join()
class Odd:
    def __del__(self): raise ValueError("in a finalizer {KEY}")
Odd()
logging.getLogger("bot").info("%d", "not a number {KEY}")
logging.getLogger("bot").info("the end")
"""
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, timeout=60, check=True
    )
    assert KEY not in ended.stderr
    assert "\x1b" not in ended.stderr
    assert "in a thread" in ended.stderr
    assert "in a finalizer" in ended.stderr
    assert "A line of the log could not be written (TypeError)" in ended.stderr
    assert ended.stderr.splitlines()[-1].endswith("bot: the end")


@pytest.mark.parametrize(
    "said",
    [
        "https://judge:hunter2word@moderation.example/v1?tenant=acme-7&k=0pen%20sesame",
        "400, message='Bad', url='https://moderation.example/v1?tenant=acme-7&k=0pen%20sesame'",
        "https://moderation.example/v1?k=0pen+sesame",
        "k is '0pen sesame', who is judge, their word hunter2word",
    ],
)
def test_nothing_of_an_address_with_credentials_in_it_is_written(said: str) -> None:
    address = "https://judge:hunter2word@moderation.example/v1?tenant=acme-7&k=0pen%20sesame"
    settings = Settings.model_validate({"discord_token": TOKEN, "oxen_api_key": KEY, "moderation_url": address})
    for formatter in (ConsoleFormatter(settings.secrets), JsonFormatter(settings.secrets)):
        line = written(formatter, "It could not be asked (%s)", said)
        for part in ("hunter2word", "acme-7", "sesame"):
            assert part not in line


def test_an_address_that_gives_access_by_its_path_is_not_written_in_part_either() -> None:
    address = "https://chat.example/hooks/T012345/B0123456/aVeryLongSecretWord"
    settings = Settings.model_validate({"discord_token": TOKEN, "oxen_api_key": KEY, "alert_webhook_url": address})
    line = written(ConsoleFormatter(settings.secrets), "POST /hooks/T012345/B0123456/aVeryLongSecretWord failed")
    assert "aVeryLongSecretWord" not in line


def test_a_plain_path_or_a_short_value_of_an_address_is_no_secret() -> None:
    settings = Settings.model_validate(
        {"discord_token": TOKEN, "oxen_api_key": KEY, "moderation_url": "https://moderation.example/judge?v=1"}
    )
    assert "judge took 1 s" in written(ConsoleFormatter(settings.secrets), "judge took %s s", 1)
