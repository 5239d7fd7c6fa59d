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
        self._lists: dict[tuple[str, GenerationStatus | None], _SharedList] = {}

    async def find(self, job: Job) -> Generation | None:
        """The generation that was started for a job, if Oxen has one.

        ``None`` is certain: every call has answered.

        Raises:
            OxenError: a call failed, so nothing is certain.
        """
        sent = job.generation_request
        if sent is None:
            return None
        ours = _paths(sent.image_urls)
        for status in _STATUSES:
            shared = self._lists.setdefault((sent.model, status), _SharedList(self._client, sent.model, status))
            for row in await shared.rows():
                if row.image_urls and _paths(row.image_urls) == ours:
                    return row
        return None


class _SharedList:
    """One list call at a time; who asks during one waits for the next."""

    def __init__(self, client: OxenClient, model: str, status: GenerationStatus | None) -> None:
        self._client = client
        self._model = model
        self._status = status
        self._one_at_a_time = asyncio.Lock()
        self._begun = 0
        self._answered = 0
        self._rows: list[Generation] = []

    async def rows(self) -> list[Generation]:
        """The rows, as of a call that begins now or later."""
        wanted = self._begun + 1
        async with self._one_at_a_time:
            if self._answered < wanted:
                self._begun += 1
                begun = self._begun
                self._rows = await self._client.generations(model=self._model, status=self._status)
                self._answered = begun
            return self._rows


def _paths(urls: frozenset[str]) -> frozenset[str]:
    """Addresses without their query: a signature may be echoed anew, the path is the attachment's own."""
    return frozenset(urlsplit(url)._replace(query="", fragment="").geturl() for url in urls)
