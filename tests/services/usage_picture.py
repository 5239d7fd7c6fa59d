"""The picture of ``/admin usage`` in the README: ``python -m tests.services.usage_picture`` writes it anew.

Four weeks of a herd's videos, through the real store, the real report and the real chart.
"""

from __future__ import annotations

import asyncio
import random
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.domain.job import JobState
from bot.domain.policy import Policy
from bot.domain.usage import Report, Span
from bot.services.spending.usage_report import chart
from bot.store.job_store import Store
from bot.store.quota import QuotaStore
from sandbox.new_database import place_new_database
from tests.support import job, request

PICTURE = Path(__file__).parents[2] / "docs" / "images" / "usage.png"
POLICY = Policy(daily_seconds=100_000, max_active=1_000)
TO_DELIVERING = (JobState.PREPARED, JobState.SUBMITTING, JobState.RUNNING, JobState.DELIVERING)
PRICE = 112_000


async def herd_report(folder: Path) -> Report:
    """What a herd of five made in August, until the twenty-fourth at noon."""
    now = [datetime(2026, 8, 1, 12, tzinfo=UTC)]
    store = await Store.open(place_new_database(folder / "bot.sqlite3"), lambda: now[0])
    rng = random.Random(8)
    number = 0
    for day in range(24):
        now[0] = datetime(2026, 8, 1, 12, tzinfo=UTC) + timedelta(days=day)
        weekend = now[0].weekday() > 4
        for _ in range(rng.randrange(2, 8 if weekend else 5)):
            number += 1
            seconds = rng.choice((5, 5, 10))
            asked = job(
                number,
                user_id=rng.randrange(1, 6),
                seconds=seconds,
                price_micros=PRICE,
                request=request(duration=seconds),
                created_at=now[0],
                updated_at=now[0],
            )
            await store.accept(asked, POLICY)
            if day == 23:
                continue
            current = await store.job(asked.id)
            if rng.random() < 0.1:
                await store.move(current, JobState.FAILED, "test")
                continue
            for state in TO_DELIVERING:
                current = await store.move(current, state, "test")
            await store.deliver(current, "sent", message_id=1)
    report = await QuotaStore(store.database, lambda: now[0]).usage(9, Span.MONTH)
    await store.close()
    return report


def main() -> None:
    """Write the picture."""
    with tempfile.TemporaryDirectory() as folder:
        report = asyncio.run(herd_report(Path(folder)))
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    PICTURE.write_bytes(chart(report))


if __name__ == "__main__":
    main()
