"""How far one machine goes: a month of many servers in virtual time, and what gives way first when there are more.

python -m benchmarks.month [--quick] [--jobs 1000] [--days 30] [--encoders 1] [--seed 1]

The month's demand is drawn once, seeded. Its jobs go through the real store (SQLite, every transaction, group commit)
with a clock that follows them; Oxen, downloads, encoders and Discord's limits are simulated with the times measured
elsewhere in this folder. Then there is less and more of the same demand, to see when something gives way.
"""

from __future__ import annotations

import argparse
import asyncio
import heapq
import math
import random
import resource
import tempfile
import time
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Final

from bot.domain.job import Job, JobState
from bot.domain.policy import Policy
from bot.domain.request import Picture, VideoRequest
from bot.store.job_store import Store

BEGIN: Final = datetime(2026, 11, 1, tzinfo=UTC)
PRICE_MICROS: Final = 112_000
HOURS: Final = (2, 1, 1, 1, 1, 1, 2, 3, 4, 4, 5, 5, 6, 6, 6, 7, 8, 9, 11, 13, 14, 13, 9, 5)
"""How the day's requests are spread over its hours: most of them in the evening."""
BURST: Final = 40
"""Requests that come in one server within a minute, once an evening: somebody showed it to a crowd."""
FAILING: Final = 0.05
OXEN_SECONDS: Final = (250.0, 0.4)
"""Median and spread (of the logarithm) of a generation: another host publishes an average of 250 s for this model."""
RESULT_MB: Final = 47.0
DOWNLOAD_MB_PER_SECOND: Final = 100.0
ENCODE_SECONDS: Final = {5: 8.4, 10: 13.0}
"""By the clock on two cores: a fifth above the means of the table "Fitting a video under an upload limit"."""
ENCODE_CPU_SECONDS: Final = {5: 14.3, 10: 21.6}
LOOP_CPU_SECONDS: Final = 0.0106
"""Of the bot's own loop, for a job from its command to its delivery: 6.4 ms + 4.2 ms."""
CALLS: Final = {"accept": (0.0, 2), "prepare": (0.4, 2), "card": (3.0, 1), "end": (0.0, 2)}
"""Calls to Discord that count against the 50 a second: seconds after the stage began, and how many."""
DISCORD_PER_SECOND: Final = 45
POLICY: Final = Policy(daily_seconds=10_000_000, max_active=1_000)
PICTURE: Final = Picture(url="https://cdn.example/1/2/ox.png", filename="ox.png", content_type="image/png", size=20_000)
AT_ONCE: Final = 64


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: seconds since the month began, who, where, how long a video, and what becomes of it."""

    at: float
    user: int
    server: int
    seconds: int
    oxen_seconds: float
    fails: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What a month's demand comes to on one machine, at its busiest. Seconds, unless named otherwise."""

    jobs_per_day: float
    dollars_per_day: float
    encoders_needed: int
    """So many that four fifths of them are busy in the busiest hour."""
    encoder_busy: float
    encoder_wait_95: float
    encoder_wait_most: float
    calls_most: int
    call_wait_most: float
    database_busy: float
    loop_busy: float
    megabits: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What the real store did with the month's jobs."""

    jobs: int
    seconds: float
    cpu_seconds: float
    slowest_accept: float
    bytes: int

    @property
    def write_seconds(self) -> float:
        """Per job, with as many at once as there were."""
        return self.seconds / self.jobs


def draw(jobs_per_day: int, days: int, users: int, servers: int, seed: int) -> list[Asked]:
    """A month's requests in order. A few people ask for most of them."""
    rng = random.Random(seed)
    ends = list(accumulate(HOURS))
    found = []
    for day in range(days):
        weekend = 1.3 if (BEGIN + timedelta(days=day)).weekday() >= 5 else 0.9
        moments: list[tuple[float, int | None]] = []
        for _ in range(round(jobs_per_day * weekend)):
            hour = bisect_right(ends, rng.random() * ends[-1])
            moments.append((day * 86_400 + hour * 3_600 + rng.random() * 3_600, None))
        crowd, start = rng.randrange(servers), day * 86_400 + 20 * 3_600 + rng.random() * 3_600
        moments += [(start + rng.random() * 60, crowd) for _ in range(min(BURST, jobs_per_day))]
        found += [_asked(at, place, users, servers, rng) for at, place in moments]
    return sorted(found, key=lambda asked: asked.at)


def _asked(at: float, place: int | None, users: int, servers: int, rng: random.Random) -> Asked:
    user = int(users * rng.random() ** 3)
    median, spread = OXEN_SECONDS
    return Asked(
        at=at,
        user=1_000_000 + user,
        server=1_000 + (user % servers if place is None else place),
        seconds=10 if rng.random() < 0.3 else 5,
        oxen_seconds=rng.lognormvariate(math.log(median), spread),
        fails=rng.random() < FAILING,
    )


def multiplied(month: Sequence[Asked], factor: float, seed: int) -> list[Asked]:
    """So many times the demand: some of it, or more of it at slightly other moments."""
    rng = random.Random(seed)
    if factor < 1:
        return [asked for asked in month if rng.random() < factor]
    copies = (
        replace(asked, at=abs(asked.at + rng.uniform(-900, 900))) for asked in month for _ in range(round(factor) - 1)
    )
    return sorted([*month, *copies], key=lambda asked: asked.at)


def load_of(month: Sequence[Asked], days: int, encoders: int, write_seconds: float) -> Load:
    """What one machine has to do for it."""
    waits, ends = _encode(month, encoders)
    calls = Counter(int(at) for at in _calls(month, ends))
    busiest = max(Counter(int(asked.at // 3_600) for asked in month).values())
    encoding = sum(ENCODE_SECONDS[asked.seconds] for asked in month if not asked.fails) / len(month)
    waits.sort()
    delivered = sum(asked.seconds for asked in month if not asked.fails)
    return Load(
        jobs_per_day=len(month) / days,
        dollars_per_day=delivered * PRICE_MICROS / 1e6 / days,
        encoders_needed=math.ceil(busiest * encoding / 3_600 / 0.8),
        encoder_busy=busiest * encoding / encoders / 3_600,
        encoder_wait_95=waits[int(len(waits) * 0.95)],
        encoder_wait_most=waits[-1],
        calls_most=max(calls.values()),
        call_wait_most=_longest_call_wait(calls),
        database_busy=busiest * write_seconds / 3_600,
        loop_busy=busiest * LOOP_CPU_SECONDS / 3_600,
        megabits=busiest * (RESULT_MB + 10) * 8 / 3_600,
    )


def _encode(month: Sequence[Asked], encoders: int) -> tuple[list[float], list[float]]:
    """The wait of each video for an encoder, and when each job ends; encoders take the one that came first."""
    came = sorted((asked.at + asked.oxen_seconds + RESULT_MB / DOWNLOAD_MB_PER_SECOND, asked) for asked in month)
    free = [0.0] * encoders
    waits, ends = [], []
    for at, asked in came:
        if asked.fails:
            ends.append(at)
            continue
        begun = max(at, heapq.heappop(free))
        heapq.heappush(free, begun + ENCODE_SECONDS[asked.seconds])
        waits.append(begun - at)
        ends.append(begun + ENCODE_SECONDS[asked.seconds])
    return waits, ends


def _calls(month: Sequence[Asked], ends: Sequence[float]) -> Iterator[float]:
    for name, (after, count) in CALLS.items():
        for at in ends if name == "end" else (asked.at for asked in month):
            yield from (at + after for _ in range(count))


def _longest_call_wait(calls: Counter[int]) -> float:
    """How long a call is held back at the worst, where no more than Discord's rate goes out."""
    waiting, last, most = 0.0, 0, 0.0
    for second in sorted(calls):
        waiting = max(0.0, waiting - (second - last) * DISCORD_PER_SECOND) + calls[second]
        most, last = max(most, waiting / DISCORD_PER_SECOND - 1), second
    return max(0.0, most)


class MovingClock:
    """The time in the month, as the jobs move it."""

    def __init__(self) -> None:
        self.now = BEGIN

    def __call__(self) -> datetime:
        return self.now


async def store_month(month: Sequence[Asked], folder: Path) -> Stored:
    """Take the month's jobs through the real store, as many at once as a busy evening has."""
    clock, slowest, waiting = MovingClock(), [0.0], iter(enumerate(month))
    store = await Store.open(folder / "bot.sqlite3", clock)
    begun, cpu = time.perf_counter(), _cpu_seconds()

    async def work() -> None:
        for number, asked in waiting:
            clock.now = max(clock.now, BEGIN + timedelta(seconds=asked.at))
            await _one_job(store, number, asked, clock, slowest)

    try:
        async with asyncio.TaskGroup() as tasks:
            for _ in range(AT_ONCE):
                tasks.create_task(work())
        taken, cpu = time.perf_counter() - begun, _cpu_seconds() - cpu
    finally:
        await store.close()
    size = (folder / "bot.sqlite3").stat().st_size
    return Stored(jobs=len(month), seconds=taken, cpu_seconds=cpu, slowest_accept=slowest[0], bytes=size)


async def _one_job(store: Store, number: int, asked: Asked, clock: MovingClock, slowest: list[float]) -> None:
    images = {1: PICTURE}
    request = VideoRequest(prompt="The ox of @Image1 dances", images=images, elements={}, duration=asked.seconds)
    job = Job(
        id=f"{number:016x}",
        user_id=asked.user,
        guild_id=asked.server,
        channel_id=asked.server,
        state=JobState.ACCEPTED,
        request=request,
        seconds=asked.seconds,
        price_micros=PRICE_MICROS,
        created_at=clock.now,
        updated_at=clock.now,
    )
    begun = time.perf_counter()
    await store.accept(job, POLICY)
    slowest[0] = max(slowest[0], time.perf_counter() - begun)
    job = await store.change(job, card_message_id=number + 1)
    for state, why in (
        (JobState.PREPARED, "references posted"),
        (JobState.SUBMITTING, "about to ask Oxen"),
        (JobState.RUNNING, "Oxen took it"),
    ):
        job = await store.move(job, state, why)
    if asked.fails:
        job = await store.move(job, JobState.FAILED, "Oxen failed it")
        await store.change(job, outcome_message_id=number + 1)
    else:
        job = await store.move(job, JobState.DELIVERING, "Oxen finished it", outcome_place_id=asked.server)
        await store.deliver(job, "the video was sent", number + 1)


def _cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


FACTORS: Final = (0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 32, 64, 128, 256)
MANY_DAYS: Final = 3
"""So many days stand for the month where there is more demand: they differ by little."""
LIMITS: Final[Mapping[str, Callable[[Load], bool]]] = {
    "encoder": lambda load: load.encoder_wait_95 > 120 or load.encoder_busy > 1,
    "Discord's calls": lambda load: load.call_wait_most > 3,
    "database": lambda load: load.database_busy > 0.8,
    "event loop": lambda load: load.loop_busy > 0.8,
    "network (1 Gbit/s)": lambda load: load.megabits > 800,
}
"""What gives way, and from when on: users wait for two minutes, a command is late, nothing is left."""


def report(month: Sequence[Asked], stored: Stored, days: int, encoders: int, seed: int) -> None:
    """The tables."""
    base = load_of(month, days, encoders, stored.write_seconds)
    encoding = sum(ENCODE_CPU_SECONDS[asked.seconds] for asked in month if not asked.fails)
    print("| the month | |\n| --- | --- |")
    print(f"| jobs, of which failed | {len(month):,}, {sum(asked.fails for asked in month):,} |")
    print(f"| dollars of Oxen, a day | ${base.dollars_per_day * days:,.0f}, ${base.dollars_per_day:,.0f} |")
    print(f"| CPU: encoders | {encoding / 3600:,.0f} h |")
    print(f"| CPU: the bot's loop, the store's threads | {len(month) * LOOP_CPU_SECONDS / 60:,.0f} min,", end=" ")
    print(f"{stored.cpu_seconds / stored.jobs * len(month) / 60:,.0f} min |")
    print(f"| database (with {stored.jobs:,} jobs) | {stored.bytes / 1e6:,.0f} MB |")
    print(f"| slowest command in the store, {AT_ONCE} jobs at once | {stored.slowest_accept * 1000:,.0f} ms |")
    print(f"| calls to Discord in the busiest second | {base.calls_most} |\n")
    heads = (
        "×",
        "$ a day",
        "jobs a day",
        "encoder busy",
        "wait, 95 % (most)",
        "encoders needed",
        "calls/s (held back)",
    )
    print(
        "| " + " | ".join((*heads, "database", "loop", "Mbit/s", "gives way")) + " |\n|" + " --- |" * (len(heads) + 4)
    )
    known: set[str] = set()
    for factor in FACTORS:
        shown = min(days, days if factor <= 1 else MANY_DAYS)
        some = [asked for asked in month if asked.at < shown * 86_400]
        load = load_of(multiplied(some, factor, seed), shown, encoders, stored.write_seconds)
        gone = [name for name, is_over in LIMITS.items() if is_over(load)]
        new = ", ".join(f"**{name}**" if name not in known else name for name in gone)
        known |= set(gone)
        cells = (
            f"{factor:g}",
            f"{load.dollars_per_day:,.0f}",
            f"{load.jobs_per_day:,.0f}",
            f"{load.encoder_busy:.0%}",
            f"{load.encoder_wait_95:,.0f} s ({load.encoder_wait_most:,.0f} s)",
            f"{load.encoders_needed}",
            f"{load.calls_most} ({load.call_wait_most:.1f} s)",
            f"{load.database_busy:.1%}",
            f"{load.loop_busy:.1%}",
            f"{load.megabits:,.0f}",
            new,
        )
        print("| " + " | ".join(cells) + " |")


def main() -> None:
    """Draw, store, multiply, and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.month", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two days, to see that it works")
    parser.add_argument("--jobs", type=int, default=1_000, help="requests a day: 1 in 50 users asks")
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--users", type=int, default=50_000)
    parser.add_argument("--servers", type=int, default=10_000)
    parser.add_argument("--encoders", type=int, default=1, help="VIDEO_WORKERS: one on a machine of two cores")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    days = 2 if chosen.quick else chosen.days
    jobs = 100 if chosen.quick else chosen.jobs
    who = f"{chosen.servers:,} servers, {chosen.users:,} users"
    print(f"Seed {chosen.seed}: {who}, {days} days, {chosen.encoders} encoder\n")
    month = draw(jobs, days, chosen.users, chosen.servers, chosen.seed)
    with tempfile.TemporaryDirectory() as folder:
        stored = asyncio.run(store_month(month, Path(folder)))
    report(month, stored, days, chosen.encoders, chosen.seed)


if __name__ == "__main__":
    main()
