"""Redaction: what nobody may read goes from a text, in whatever way it was written there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import parse_qsl, urlsplit

_MARK: Final = "[secret]"
_SECRET_CHARS: Final = 4
_LONG_PATH_CHARS: Final = 24
_LONG_WORD_CHARS: Final = 16
"""Shorter words of a path name something rather than give access to it."""
_SPACE: Final = r"(?:\s|%20|\+)"
_VALUE: Final = r"""(?:(?!%2[026]|%3B)[^\s&;"'<>\\,)\]}])+"""

# What gives access by itself, known by where it stands: a bearer, a signed address, an interaction's webhook.
_BEARER: Final = re.compile(
    rf"""(?i)\b(bearer{_SPACE}+|authorization\\?["']?\s*[:=]\s*\\?["']?(?:(?:bot|basic)\s+)?)(?!bearer\b){_VALUE}"""
)
_SIGNATURE: Final = re.compile(
    r"(?i)((?:[?&;]|%3F|%26|\\u0026)"
    r"(?:X-Amz-(?:Signature|Credential|Security-Token)|X-Goog-(?:Signature|Credential)|Signature|sig|hm|Policy"
    r"|Key-Pair-Id|(?:access_|id_|refresh_)?token|api_?key|key|secret|password)"
    rf"(?:=|%3D)){_VALUE}"
)
_WEBHOOK: Final = re.compile(r"(?i)(/(?:webhooks|interactions)/\d+/)[\w.~%-]+")


def secrets_of_address(address: str) -> tuple[str, ...]:
    """What nobody may read of an address that gives access: all of it, and each part that may do so by itself.

    Programs write addresses without their passwords, or but a part of them. What is too short to be a secret is left.
    """
    try:
        parts = urlsplit(address)
        user, password = parts.username, parts.password
        values = [value for _, value in parse_qsl(parts.query)]
    except ValueError:
        return (address,)
    found = [user, password, parts.query, *values, *(value.replace(" ", "+") for value in values)]
    long_path = [parts.path] if len(parts.path) >= _LONG_PATH_CHARS else []
    long_words = [word for word in parts.path.split("/") if len(word) >= _LONG_WORD_CHARS]
    return (address, *(part for part in found if part and len(part) >= _SECRET_CHARS), *long_path, *long_words)


class Redactor:
    """Replaces these secrets, and whatever else gives access, in texts that are about to be written.

    A secret is found plain, quoted or escaped as in JSON and Python, once or several times, and encoded as in URLs.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        known = sorted({secret for secret in secrets if secret}, key=len, reverse=True)
        self._secrets = re.compile("|".join(map(_any_spelling, known))) if known else None

    def redact(self, text: str) -> str:
        """The text without them."""
        if self._secrets is not None:
            text = self._secrets.sub(_MARK, text)
        for kind in (_BEARER, _SIGNATURE, _WEBHOOK):
            text = kind.sub(rf"\g<1>{_MARK}", text)
        return text


def _any_spelling(secret: str) -> str:
    return "".join(map(_spellings, secret))


def _spellings(char: str) -> str:
    """A pattern for one character: plain, behind backslashes, by its number in JSON or Python, or in a URL."""
    number = f"{ord(char):02x}"
    return rf"(?:\\{{0,8}}{re.escape(char)}|%(?:25){{0,4}}(?i:{number})|\\{{1,8}}(?:u00|x)(?i:{number}))"
