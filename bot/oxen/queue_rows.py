"""Rows of Oxen's queue, read only as far as it takes to tell whose they are.

A row that was missed is a video that is paid twice. So nothing is expected of a row but texts: a status that nobody
knows, or a field by another name, hides no row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from bot.domain.generation import GenerationStatus
from bot.errors import OxenUncertain

_ID = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._:-]{0,199}")
_TYPED_BY_PEOPLE = "prompt"
_LAST_MOMENT = 4_102_444_800  # 2100-01-01


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    """One row: its id (``None`` where it has no usable one) and every text in it but the prompt.

    ``prompt``, ``enqueued_at`` and ``started_at`` (Unix seconds) are ``None`` where they cannot be read.
    """

    id: str | None
    texts: frozenset[str]
    prompt: str | None = field(default=None, repr=False)
    enqueued_at: float | None = None
    started_at: float | None = None

    @property
    def waits(self) -> bool:
        """Whether Oxen says that it has not begun it."""
        return self.started_at is None and GenerationStatus.QUEUED in self.texts

    def holds(self, urls: frozenset[str]) -> bool:
        """Whether all of these addresses are in it. A signature may be echoed anew, so queries do not count."""
        return {_bare(url) for url in urls} <= {_bare(text) for text in self.texts}

    def mentions(self, urls: frozenset[str]) -> bool:
        """Whether the path of any of these addresses occurs anywhere in it, however it is wrapped."""
        paths = {unquote(urlsplit(url).path).strip("/") or url for url in urls}
        return any(path in text for text in map(_unwrapped, self.texts) for path in paths)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRows:
    """A list of rows; ``is_whole`` unless it says itself that there are more."""

    rows: tuple[QueueRow, ...]
    is_whole: bool


def usable_id(row: object) -> str | None:
    """The generation id of a row, if it can be one part of a path."""
    value = row.get("generation_id") if isinstance(row, Mapping) else None
    return value if isinstance(value, str) and _ID.fullmatch(value) else None


def rows_of(payload: Mapping[str, object]) -> QueueRows:
    """Every row of a list; raises `OxenUncertain` for an answer that is none."""
    rows = payload.get("generations")
    if not isinstance(rows, list):
        raise OxenUncertain("Oxen's answer has no list of generations")
    count = payload.get("count")
    return QueueRows(
        rows=tuple(map(_row, rows)),
        is_whole=not isinstance(count, int) or count <= len(rows),
    )


def _row(row: object) -> QueueRow:
    said = row if isinstance(row, Mapping) else {}
    prompt = said.get(_TYPED_BY_PEOPLE)
    return QueueRow(
        id=usable_id(row),
        texts=frozenset(_texts(row)),
        prompt=prompt if isinstance(prompt, str) else None,
        enqueued_at=_moment(said.get("enqueued_at")),
        started_at=_moment(said.get("started_at")),
    )


def _moment(value: object) -> float | None:
    """A moment in seconds since 1970; none where it is no moment of this century."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value < _LAST_MOMENT:
        return None
    return float(value)


def _texts(row: object) -> Iterator[str]:
    todo = [row]
    while todo:
        value = todo.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, list):
            todo.extend(value)
        elif isinstance(value, dict):
            todo.extend(item for key, item in value.items() if key != _TYPED_BY_PEOPLE)
            yield from value


def _unwrapped(text: str) -> str:
    """The text as it reads without the escapes of JSON and of addresses."""
    text = text.replace("\\/", "/") if "\\" in text else text
    return unquote(text) if "%" in text else text


def _bare(url: str) -> str:
    return url.partition("#")[0].partition("?")[0]
