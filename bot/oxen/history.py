"""Oxen's history of generations: what each was charged. Source: Oxen's OpenAPI description. No I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from bot.domain.generation import GenerationStatus
from bot.domain.money import MICROS, micros
from bot.errors import OxenUncertain
from bot.oxen.queue_rows import usable_id

PAGE_SIZE: Final = 200
_MAX_COST: Final = 10_000 * MICROS


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargePage:
    """Micro-dollars by generation, for those whose charge is named; whether it was the last page."""

    micros: Mapping[str, int]
    is_last: bool


def charge_page(payload: Mapping[str, object], page: int) -> ChargePage:
    """A page of the history; raises `OxenUncertain` for an answer that is none."""
    rows = payload.get("generations")
    if not isinstance(rows, list):
        raise OxenUncertain("Oxen's history has no list of generations")
    found = {}
    for row in rows:
        generation_id, charged = usable_id(row), charge_of(row)
        if generation_id is not None and charged is not None:
            found[generation_id] = charged
    pages = payload.get("total_pages")
    is_last = page >= pages if isinstance(pages, int) else len(rows) < PAGE_SIZE
    return ChargePage(micros=found, is_last=is_last or not rows)


def charge_of(row: object) -> int | None:
    """What a generation was charged, in micro-dollars; ``None`` where that is not said.

    Nothing, for one that succeeded, is not said yet rather than free.
    """
    if not isinstance(row, Mapping):
        return None
    said = row.get("cost")
    if isinstance(said, bool) or not isinstance(said, str | int | float):
        return None
    try:
        cost = Decimal(str(said))
    except InvalidOperation:
        return None
    if not cost.is_finite() or not 0 <= micros(cost) <= _MAX_COST:
        return None
    is_ended_without = row.get("status") in (GenerationStatus.FAILED, GenerationStatus.CANCELLED)
    return micros(cost) if cost or is_ended_without else None
