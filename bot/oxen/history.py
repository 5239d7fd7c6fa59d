"""Oxen's history (``GET /ai/generations``): what was charged for each generation. No I/O.

From Oxen's OpenAPI description; not every key may read it, and whatever a row lacks is taken as unsaid.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Final

from bot.domain.books import OxenCharge
from bot.domain.generation import GenerationStatus
from bot.domain.money import micros
from bot.errors import OxenUncertain
from bot.oxen.queue_rows import usable_id

PAGE_SIZE: Final = 1_000
_HIGHEST_COST: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPage:
    """Some of the history; ``is_last`` says that there is no more."""

    charges: tuple[OxenCharge, ...]
    is_last: bool


def history_page(payload: Mapping[str, object], page: int) -> HistoryPage:
    """One page; raises `OxenUncertain` for an answer that is none."""
    rows = payload.get("generations")
    if not isinstance(rows, list):
        raise OxenUncertain("Oxen's answer has no list of generations")
    pages = payload.get("total_pages")
    is_last = page >= pages if isinstance(pages, int) else len(rows) < PAGE_SIZE
    charges = (charge for row in rows if (charge := _charge(row)) is not None)
    return HistoryPage(charges=tuple(charges), is_last=is_last or not rows)


def cost_of(row: Mapping[str, object]) -> int | None:
    """What a row says was charged, in micro-dollars: a decimal in text or a number; ``None`` where it says nothing."""
    said = row.get("cost")
    if isinstance(said, bool) or not isinstance(said, str | int | float):
        return None
    try:
        cost = Decimal(str(said))
    except InvalidOperation:
        return None
    return micros(cost) if cost.is_finite() and 0 <= cost <= _HIGHEST_COST else None


def _charge(row: object) -> OxenCharge | None:
    if not isinstance(row, Mapping):
        return None
    generation_id = usable_id(row) or usable_id({"generation_id": row.get("id")})  # no page names the field
    if generation_id is None:
        return None
    try:
        status: GenerationStatus | None = GenerationStatus(str(row.get("status")))
    except ValueError:
        status = None
    said = row.get("enqueued_at") or row.get("created_at")
    return OxenCharge(generation_id=generation_id, status=status, cost=cost_of(row), at=_moment(said))


def _moment(said: object) -> datetime | None:
    """A moment in Unix seconds or in ISO 8601."""
    try:
        if isinstance(said, int | float) and not isinstance(said, bool):
            return datetime.fromtimestamp(said, UTC)
        if isinstance(said, str):
            moment = datetime.fromisoformat(said)
            return moment.astimezone(UTC) if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        pass
    return None
