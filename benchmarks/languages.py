"""Measure what it costs that people read different languages: ``python -m benchmarks.languages [--quick]``.

The bot is a process of its own, as in ``benchmarks.latency``. The same person asks for their quota in English and in a
language that is another one each time, in turns, so that what slows the machine slows both.
"""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import sys
from collections.abc import AsyncIterator
from itertools import cycle
from pathlib import Path
from typing import Final

from benchmarks.harness import harness
from benchmarks.table import Line, below, run, spread
from cogs.ui.texts.catalogues import LOCALES, NAMES

_ENGLISH: Final = "en-US"
_WARM_UP: Final = 24
_MOST_MS: Final = 1.0
"""What nobody can tell from the noise of an answer through Discord."""
_LOADED: Final = """
import psutil
from cogs.ui.texts import catalogues
resident = psutil.Process().memory_info().rss
loaded = catalogues.load_catalogues()
for texts in loaded.by_locale.values():
    texts("common.cost.none")
print(psutil.Process().memory_info().rss - resident)
"""


async def measure(folder: Path, *, quick: bool) -> AsyncIterator[Line]:
    """Everything here, line by line."""
    async with harness(folder / "services", 1) as here:
        here.folder.mkdir()
        async with here.bot():
            await here.ready()
            [person] = here.people
            others = cycle(LOCALES)
            for _ in range(_WARM_UP):
                person.locale = next(others)
                await here.quota_time()
            english, switching = [], []
            for _ in range(30 if quick else 300):
                person.locale = _ENGLISH
                english.append(await here.quota_time())
                person.locale = next(others)
                switching.append(await here.quota_time())
    yield Line(what="command to answer, in English", measured=spread(english))
    yield Line(what=f"the same, in one of {len(LOCALES)} languages, another each time", measured=spread(switching))
    added = statistics.median(switching) - statistics.median(english)
    yield Line(
        what="what switching adds to the median",
        measured=f"{added:+.2f} ms",
        goal="none that can be measured",
        is_met=added < _MOST_MS,
    )
    loaded = await asyncio.create_subprocess_exec(sys.executable, "-c", _LOADED, stdout=subprocess.PIPE)
    told, _ = await loaded.communicate()
    yield below(f"the catalogues of all {len(NAMES)} languages, resident", int(told) / 1e6, 4, "MB")


if __name__ == "__main__":
    run(measure, about=__doc__ or "")
