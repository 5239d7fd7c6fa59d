"""The books of a month: what ours say beside what Oxen charged, job by job."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.generation import GenerationStatus
from bot.domain.job import ENDED, JobState


class BookEntryKind(StrEnum):
    """How an entry of both books compares."""

    SAME = "same"
    BILLED_AND_FAILED = "billed and failed"
    """Oxen charged for it, and nobody got a video."""
    PRICED_OTHERWISE = "priced otherwise"
    """Delivered, and Oxen charged another amount than was estimated, or none."""
    UNKNOWN_TO_US = "unknown to us"
    """Oxen charged for it, and no job here is known to be it."""
    UNKNOWN_TO_OXEN = "unknown to Oxen"
    """A job here was made by Oxen, and its history does not have it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BookedJob:
    """A job that Oxen took: what was estimated for it, and what our books say was spent (micro-dollars)."""

    id: str
    generation_id: str
    state: JobState
    asked_at: datetime
    estimated: int
    spent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OxenCharge:
    """A generation in Oxen's history: ``cost`` in micro-dollars, ``None`` where nothing was charged."""

    generation_id: str
    status: GenerationStatus | None
    cost: int | None
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BookEntry:
    """One job or generation in both books. ``job`` or ``charge`` is ``None`` where that book does not have it."""

    kind: BookEntryKind
    job: BookedJob | None
    charge: OxenCharge | None

    @property
    def ours(self) -> int:
        """What our books say was spent, in micro-dollars."""
        return 0 if self.job is None else self.job.spent

    @property
    def theirs(self) -> int:
        """What Oxen charged, in micro-dollars."""
        return 0 if self.charge is None else self.charge.cost or 0

    @property
    def at(self) -> datetime | None:
        """When it was asked for, or else when Oxen took it."""
        return self.job.asked_at if self.job is not None else self.charge.at if self.charge is not None else None


def compare_books(jobs: Iterable[BookedJob], charges: Mapping[str, OxenCharge], month: str) -> list[BookEntry]:
    """Every entry of a month (``2026-11``, UTC), by when it was asked for; what is still in the making is left out.

    ``jobs`` and ``charges`` (by generation) may hold more than the month: what is in one book on its last day may be in
    the other on the next.
    """
    known = {job.generation_id: job for job in jobs}
    entries = []
    for job in known.values():
        if _month(job.asked_at) == month and job.state in ENDED | {JobState.UNDELIVERABLE}:
            charge = charges.get(job.generation_id)
            if charge is None or charge.status is None or not charge.status.is_active:
                entries.append(BookEntry(kind=_compared(job, charge), job=job, charge=charge))
    for charge in charges.values():
        if charge.generation_id not in known and charge.at is not None and _month(charge.at) == month and charge.cost:
            entries.append(BookEntry(kind=BookEntryKind.UNKNOWN_TO_US, job=None, charge=charge))
    return sorted(entries, key=lambda entry: (entry.at is None, entry.at))


def _compared(job: BookedJob, charge: OxenCharge | None) -> BookEntryKind:
    if charge is None:
        return BookEntryKind.UNKNOWN_TO_OXEN
    if job.state is JobState.DELIVERED:
        return BookEntryKind.SAME if (charge.cost or 0) == job.estimated else BookEntryKind.PRICED_OTHERWISE
    return BookEntryKind.BILLED_AND_FAILED if charge.cost else BookEntryKind.SAME


def _month(moment: datetime) -> str:
    return f"{moment:%Y-%m}"
