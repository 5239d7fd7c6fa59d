"""What was scraped: samples by name, labels and moment, as Prometheus keeps them."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

Labels = frozenset[tuple[str, str]]
Points = list[tuple[float, float]]
"""Moments (Unix seconds, ascending) and values."""


@dataclass(slots=True)
class Samples:
    """Every series by its metric's name."""

    series: dict[str, dict[Labels, Points]] = field(default_factory=lambda: defaultdict(dict))

    def add(self, text: str, at: float) -> None:
        """Take in one scrape."""
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                labels = frozenset(sample.labels.items())
                self.series[sample.name].setdefault(labels, []).append((at, sample.value))

    def find(self, name: str, wanted: Mapping[str, str]) -> Iterator[tuple[Labels, Points]]:
        """The series of a metric that have these labels."""
        for labels, points in self.series.get(name, {}).items():
            if wanted.items() <= dict(labels).items():
                yield labels, points

    @property
    def span(self) -> tuple[float, float]:
        """The first and the last moment of all."""
        moments = [
            points[end][0] for by_labels in self.series.values() for points in by_labels.values() for end in (0, -1)
        ]
        return min(moments), max(moments)


async def scrape(url: str, samples: Samples, every: float) -> None:
    """Scrape until cancelled. A bot that is down leaves a gap."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=every)) as session:
        while True:
            begun = time.time()
            try:
                async with session.get(url) as answer:
                    if answer.status == 200:
                        samples.add(await answer.text(), begun)
            except (aiohttp.ClientError, TimeoutError, OSError):
                pass
            await asyncio.sleep(max(0.0, begun + every - time.time()))
