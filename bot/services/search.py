"""Finding a generation whose answer was lost, by the image URLs that only its job has."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

from bot.domain.generation import Generation, GenerationStatus
from bot.domain.job import Job
from bot.oxen.client import OxenClient

_STATUSES = (None, GenerationStatus.SUCCEEDED, GenerationStatus.FAILED, GenerationStatus.CANCELLED)
"""``None`` lists the active rows. Active first: a row that ends while we look is then found among the ended."""


class QueueSearch:
    """Looks through Oxen's queue. Many who look at once share one look, begun after the last of them asked."""

    def __init__(self, client: OxenClient) -> None:
        self._client = client
        self._one_at_a_time = asyncio.Lock()
        self._begun = 0
        self._model: str | None = None
        self._rows: list[Generation] = []

    async def find(self, job: Job) -> Generation | None:
        """The generation that was started for a job, if Oxen has one.

        ``None`` is certain only once every call has answered, which it then has.

        Raises:
            OxenError: a call failed, so nothing is certain.
        """
        sent = job.generation_request
        if sent is None:
            return None
        ours = _paths(sent.image_urls)
        for row in await self._all_rows(sent.model):
            if row.image_urls and _paths(row.image_urls) == ours:
                return row
        return None

    async def _all_rows(self, model: str) -> list[Generation]:
        wanted = self._begun + 1
        async with self._one_at_a_time:
            if self._begun >= wanted and self._model == model:
                return self._rows
            self._begun += 1
            self._model = None
            self._rows = [
                row for status in _STATUSES for row in await self._client.generations(model=model, status=status)
            ]
            self._model = model
            return self._rows


def _paths(urls: frozenset[str]) -> frozenset[str]:
    """Addresses without their query: a signature may be echoed anew, the path is the attachment's own."""
    return frozenset(urlsplit(url)._replace(query="", fragment="").geturl() for url in urls)
