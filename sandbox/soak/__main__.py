"""`python -m sandbox.soak`: prints the seed first, and at the end what was survived; status 1 if anything is off."""

from __future__ import annotations

import argparse
import asyncio
import logging
import random
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from sandbox.soak.invariants import Wrong
from sandbox.soak.run import Report, soak


def _say(line: str) -> None:
    print(line, flush=True)


def _tell(report: Report) -> None:
    for line in report.tally.lines():
        _say(line)
    _say(f"jobs by their end: {report.jobs.total()}")
    for state, count in report.jobs.most_common():
        _say(f"  {count:>6}  {state}")
    _say(
        f"{report.jobs.total()} jobs, {report.generations} generations, {report.restarts} restarts,"
        f" {report.samples} samples of the books, {report.seconds:.0f} s, seed {report.seed}"
    )
    _say(", ".join(f"{report.count(kind)} {kind}" for kind in Wrong))


def main() -> int:
    """Run a soak; 0 if nothing is off."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.soak", description=__doc__)
    parser.add_argument("--jobs", type=int, default=1_000, help="how many jobs (1000)")
    parser.add_argument("--seed", type=int, help="what decides everything that is random (drawn, and printed)")
    parser.add_argument("--at-once", type=int, default=40, help="how many jobs are unfinished at most (40)")
    parser.add_argument("--keep", type=Path, help="a folder for the database and the logs of every process")
    chosen = parser.parse_args()
    # Connections that a killed process leaves behind are what this is about.
    logging.getLogger("aiohttp").addHandler(logging.NullHandler())
    logging.getLogger("aiohttp").propagate = False
    seed = chosen.seed if chosen.seed is not None else random.SystemRandom().randrange(1_000_000)
    _say(f"seed {seed}: {chosen.jobs} jobs, {chosen.at_once} at once")
    with ExitStack() as stack:
        folder = chosen.keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="oxen-video-soak-")))
        folder.mkdir(parents=True, exist_ok=True)
        report = asyncio.run(soak(chosen.jobs, seed, folder, _say, at_once=chosen.at_once))
    _tell(report)
    if report.is_well:
        return 0
    for problem in (*report.problems, *report.complaints):
        _say(f"! {problem}")
    _say(f"seed {seed}: something is off; --keep FOLDER keeps the database and the logs")
    return 1


if __name__ == "__main__":
    sys.exit(main())
