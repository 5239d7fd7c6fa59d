"""``books``: what our books say was spent in a month beside what Oxen charged, and where they differ."""

from __future__ import annotations

import asyncio
import csv
import logging
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import aiohttp

from bot.config import Settings
from bot.domain.books import BookEntry, BookEntryKind, OxenCharge, compare_books
from bot.domain.money import MICROS, dollars
from bot.errors import OxenError
from bot.oxen.client import OxenClient
from bot.store.books import read_booked_jobs

_CALL_SECONDS: Final = 30.0
_MARGIN: Final = timedelta(days=2)
_COLUMNS: Final = ("compared", "job", "generation", "state", "at", "ours_usd", "oxen_usd")


def show_books(settings: Settings, month: str, *, as_csv: bool) -> int:
    """Compare the books of a month (``2026-11``, UTC) and print them; the process's status.

    Raises:
        StoreError: the database cannot be read.
    """
    logging.disable()  # what is to be known of it is said
    begin = datetime.strptime(month, "%Y-%m").replace(tzinfo=UTC)
    end = (begin + timedelta(days=32)).replace(day=1)
    jobs = read_booked_jobs(settings.database_path, begin - _MARGIN, end + _MARGIN)
    try:
        charges = asyncio.run(_read_history(settings))
    except OxenError as error:
        print(f"Oxen's history cannot be read: {error}. Nothing was compared.", file=sys.stderr)  # noqa: T201
        return 2
    entries = compare_books(jobs, charges, month)
    if as_csv:
        writer = csv.writer(sys.stdout)
        writer.writerow(_COLUMNS)
        writer.writerows(map(_row, entries))
    else:
        sys.stdout.writelines(f"{line}\n" for line in _lines(entries, month))
    forgotten = datetime.now(UTC) - timedelta(days=settings.retention_days)
    if begin < forgotten:
        sentence = f"Videos from before {forgotten:%Y-%m-%d} are forgotten here (RETENTION_DAYS): unknown to us."
        print(sentence, file=sys.stderr)  # noqa: T201
    return 0


async def _read_history(settings: Settings) -> dict[str, OxenCharge]:
    """Everything that Oxen charged to this key or namespace, by generation."""
    async with aiohttp.ClientSession() as session:
        client = OxenClient(
            session=session,
            base_url=settings.api_url,
            api_key=settings.oxen_api_key.get_secret_value,
            timeout_seconds=_CALL_SECONDS,
        )
        charges: dict[str, OxenCharge] = {}
        page = 1
        while True:
            read = await client.history(page, namespace=settings.oxen_target_namespace)
            before = len(charges)
            charges |= {charge.generation_id: charge for charge in read.charges}
            if read.is_last or len(charges) == before:
                return charges
            page += 1


def _lines(entries: Sequence[BookEntry], month: str) -> Iterator[str]:
    ours, theirs = sum(entry.ours for entry in entries), sum(entry.theirs for entry in entries)
    counts = Counter(entry.kind for entry in entries)
    yield f"{month}: {len(entries)} videos. Our books: {dollars(ours)}. Oxen charged: {dollars(theirs)}."
    difference = theirs - ours
    if difference:
        yield f"Oxen charged {dollars(abs(difference))} {'more' if difference > 0 else 'less'} than our books say."
    for kind in BookEntryKind:
        if kind is BookEntryKind.SAME or not counts[kind]:
            continue
        found = [entry for entry in entries if entry.kind is kind]
        charged = dollars(sum(entry.theirs for entry in found))
        yield f"{kind}: {counts[kind]} ({charged} at Oxen, {dollars(sum(entry.ours for entry in found))} here)"
        yield from (f"  {_line(entry)}" for entry in found)
    if counts.total() == counts[BookEntryKind.SAME]:
        yield "Both books say the same of every video."


def _line(entry: BookEntry) -> str:
    compared, job, generation, state, at, _, _ = _row(entry)
    del compared
    return f"{job or '-':<16}  {generation or '-'}  {state}  {at}  {dollars(entry.ours)} here, {dollars(entry.theirs)}"


def _row(entry: BookEntry) -> tuple[str, ...]:
    job, charge = entry.job, entry.charge
    generation = job.generation_id if job is not None else charge.generation_id if charge is not None else ""
    state = str(job.state) if job is not None else str(charge.status or "") if charge is not None else ""
    return (
        entry.kind,
        "" if job is None else job.id,
        generation,
        state,
        "" if entry.at is None else f"{entry.at:%Y-%m-%dT%H:%M:%SZ}",
        f"{entry.ours / MICROS:.6f}",
        f"{entry.theirs / MICROS:.6f}",
    )
