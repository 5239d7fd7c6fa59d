"""What a provider said of a request that it did not make, found in whatever it comes wrapped in.

Oxen passes on the provider's own words: a plain sentence, ``Getting model response error: 422 - {…}``, a list of
``{"loc": […], "msg": "…", "type": "…"}``, JSON in a string in JSON, or an Elixir or Python value that looks like it.
All of it comes from outside, so it is read within bounds, and nothing of its structure is ever shown.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_MOST_CHARS: Final = 20_000
_MOST_VALUES: Final = 2_000
_MOST_STARTS: Final = 20
_MOST_DEPTH: Final = 8
_SENTENCE_CHARS: Final = 200
_TEXT_KEYS: Final = ("msg", "message", "detail", "error_message", "error", "reason", "title", "status_message")
_STARTS: Final = re.compile(r"[\[{]")
_STRUCTURE: Final = re.compile(r"%?[\[{]\s*(?:[\"'{\[%\\]|:?\w{1,40}[\"']?\s*(?::|=>)).*", re.DOTALL)
_SAID_IN_TEXT: Final = re.compile(
    r"\b(?:msg|message|detail)\\?[\"']?\s{0,3}(?:=>|:)\s{0,3}\\?[\"']([^\"'\\{\[]{1,400})"
)
_PREFIX: Final = re.compile(r"^(?:[\w ]{0,40}\berror\b[\w ]{0,20}:\s*)+|^\d{3}\b\s*[-:]?\s*", re.IGNORECASE)
_URL: Final = re.compile(r"https?://[^\s\"'<>\\\])}]{1,2000}")
_SENTENCE_END: Final = re.compile(r"(?<=[.!?])\s")
_LOC_IN_TEXT: Final = re.compile(
    r"\b(?:input_images?|elements)\b(?:[\"'\],.\s\[]{1,6}(?:\d{1,3}|frontal_image_url|reference_image_urls)\b){1,3}"
    r"|\b(?:body|loc)\W{1,12}prompt\b"
)
_LOC_PARTS: Final = re.compile(r"input_images?|elements|frontal_image_url|reference_image_urls|prompt|\d{1,3}")


class ProviderErrorKind(StrEnum):
    """What kinds of errors mean something else to whoever asked."""

    POLICY = "policy"
    UNREADABLE_PICTURE = "unreadable picture"
    SMALL_PICTURE = "small picture"
    LARGE_PICTURE = "large picture"
    TIMED_OUT = "timed out"
    BUSY = "busy"
    NO_CREDIT = "no credit"
    OTHER = "other"


_KINDS: Final[Mapping[ProviderErrorKind, re.Pattern[str]]] = {
    ProviderErrorKind.POLICY: re.compile(
        r"content[ _-]?policy|datainspectionfailed|inappropriate content|moderation|safety (?:system|filter|check)"
        r"|flagged (?:as|by|for)|sensitive (?:content|information|words)|nsfw|risk control",
        re.IGNORECASE,
    ),
    ProviderErrorKind.SMALL_PICTURE: re.compile(r"image_too_small|image (?:\S+ )?is too small", re.IGNORECASE),
    ProviderErrorKind.LARGE_PICTURE: re.compile(r"image_too_large|image (?:\S+ )?is too large", re.IGNORECASE),
    ProviderErrorKind.UNREADABLE_PICTURE: re.compile(
        r"file_download_error|image_load_error|(?:failed|unable|not able|could not|cannot|couldn't|can't)(?: to)?"
        r" (?:download|fetch|load|open|read|decode|access)|unsupported_image_format|invalid_image",
        re.IGNORECASE,
    ),
    ProviderErrorKind.TIMED_OUT: re.compile(r"generation_timeout|timed[ _-]?out|\btimeout\b", re.IGNORECASE),
    ProviderErrorKind.NO_CREDIT: re.compile(
        r"insufficient[ _]credits?|run out of credits?|out of credits?|insufficient (?:balance|funds)", re.IGNORECASE
    ),
    ProviderErrorKind.BUSY: re.compile(
        r"downstream_service_(?:error|unavailable)|internal_server_error|too many requests|rate[ _-]?limit"
        r"|service[ _]unavailable",
        re.IGNORECASE,
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderError:
    """What was said: its kind, the first sentence of it (empty where there was none), and what it was about.

    ``location`` is a path into the request as it was sent, names and indexes from 0 (``("input_image", 1)``,
    ``("prompt",)``); ``urls`` are the addresses in it.
    """

    kind: ProviderErrorKind
    sentence: str = ""
    location: tuple[str | int, ...] = ()
    urls: tuple[str, ...] = ()


def read_provider_error(text: str) -> ProviderError:
    """Read what a provider said. Whatever it is, something comes of it."""
    text = text[:_MOST_CHARS]
    values = list(_values(text, 0, [_MOST_VALUES]))
    everything = " ".join([text, *(value for value in values if isinstance(value, str))])
    kind = next((kind for kind, words in _KINDS.items() if words.search(everything)), ProviderErrorKind.OTHER)
    return ProviderError(
        kind=kind,
        sentence=_first_sentence(text, values),
        location=_location(text, values),
        urls=tuple(dict.fromkeys(_URL.findall(everything)))[:20],
    )


def _values(value: object, depth: int, left: list[int]) -> Iterator[object]:
    """Every mapping and text in a value, also in what is JSON inside of texts; outermost first."""
    if depth > _MOST_DEPTH or left[0] <= 0:
        return
    left[0] -= 1
    if isinstance(value, Mapping):
        yield value
        for inner in value.values():
            yield from _values(inner, depth + 1, left)
    elif isinstance(value, list):
        for inner in value:
            yield from _values(inner, depth + 1, left)
    elif isinstance(value, str):
        yield value
        for inner in _json_in(value):
            yield from _values(inner, depth + 1, left)


def _json_in(text: str) -> Iterator[object]:
    """The JSON in a text: a string that it is, and the objects and lists in it, one after the other."""
    decoder = json.JSONDecoder()
    if text.lstrip().startswith('"'):
        with contextlib.suppress(ValueError):
            yield decoder.raw_decode(text.lstrip())[0]
    end = 0
    for number, start in enumerate(_STARTS.finditer(text[:_MOST_CHARS])):
        if number >= _MOST_STARTS:
            return
        if start.start() < end:
            continue
        try:
            value, end = decoder.raw_decode(text, start.start())
        except (ValueError, RecursionError):
            continue
        yield value


def _first_sentence(text: str, values: list[object]) -> str:
    """The first words for people: those of a record in it, else what stands before any structure, or in it."""
    for value in values:
        if isinstance(value, Mapping):
            for key in _TEXT_KEYS:
                said = value.get(key)
                if isinstance(said, str) and (sentence := _plain(said)):
                    return sentence
    if sentence := _plain(text):
        return sentence
    match = _SAID_IN_TEXT.search(text)
    return _plain(match[1]) if match else ""


def _plain(text: str) -> str:
    """The first sentence of a text, without structure, addresses, and prefixes; at most 200 characters."""
    text = _STRUCTURE.sub("", _URL.sub("the file", text))
    text = _PREFIX.sub("", " ".join(text.split()))
    text = _PREFIX.sub("", text).strip(" -:,;'\"`\\")
    sentence = _SENTENCE_END.split(text, maxsplit=1)[0]
    if not any(char.isalpha() for char in sentence):
        return ""
    return sentence if len(sentence) <= _SENTENCE_CHARS else sentence[: _SENTENCE_CHARS - 1].rstrip() + "…"


def _location(text: str, values: list[object]) -> tuple[str | int, ...]:
    for value in values:
        loc = value.get("loc") if isinstance(value, Mapping) else None
        if isinstance(loc, list | str) and (found := _path(loc)):
            return found
    match = _LOC_IN_TEXT.search(" ".join([text, *(value for value in values if isinstance(value, str))]))
    return _path(match[0]) if match else ()


def _path(loc: list[object] | str) -> tuple[str | int, ...]:
    """The part of a path that is about the prompt or a picture."""
    parts = loc if isinstance(loc, list) else _LOC_PARTS.findall(loc)
    found: list[str | int] = []
    for part in parts[:20]:
        if isinstance(part, int) and not isinstance(part, bool):
            found.append(part)
        elif isinstance(part, str) and part.isdecimal() and part.isascii() and len(part) <= 3:
            found.append(int(part))
        elif isinstance(part, str) and len(pieces := _LOC_PARTS.findall(part)) > 1:
            found += [int(piece) if piece.isdecimal() else piece for piece in pieces]
        elif isinstance(part, str):
            found.append(part)
    known = next(
        (at for at, part in enumerate(found) if part in ("prompt", "input_image", "input_images", "elements")), None
    )
    return () if known is None else tuple(found[known : known + 4])
