"""Finding a generation whose answer was lost, by the image URLs that only its job has; without any, by its prompt."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.domain.generation import PROMPT, GenerationRequest, GenerationStatus
from bot.domain.job import Job
from bot.errors import OxenUncertain
from bot.oxen.client import OxenClient
from bot.oxen.queue_rows import QueueRows

_STATUSES = (None, GenerationStatus.SUCCEEDED, GenerationStatus.FAILED, GenerationStatus.CANCELLED)
"""``None`` lists the active rows. Active first: a row that ends while we look is then found among the ended."""

_SKEW: Final = timedelta(minutes=2)
"""By how much Oxen's clock may be behind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What a list is asked for: where the request was sent, which may be elsewhere than requests go now."""

    model: str
    namespace: str | None
    status: GenerationStatus | None


class QueueSearch:
    """Looks through Oxen's queue. Many who look at once share one look, begun after the last of them asked.

    ``is_taken`` says whether a generation belongs to another job than this one.
    """

    def __init__(self, client: OxenClient, is_taken: Callable[[str, Job], Awaitable[bool]]) -> None:
        self._client = client
        self._is_taken = is_taken
        self._lists: dict[_Asked, _SharedList] = {}

    async def find(self, job: Job) -> str | None:
        """The id of the generation that was started for a job, if Oxen has one.

        ``None`` is certain: every call has answered in full, and no row could be the job's.

        Raises:
            OxenError: a call failed, or what may be the job's row cannot be read; so nothing is certain.
        """
        sent = job.generation_request
        if sent is None:
            return None
        ours = sent.image_urls
        if not ours:
            return await self._find_by_prompt(job, sent)
        is_certain = True
        for status in _STATUSES:
            listed = await self._look(sent, status)
            is_certain = is_certain and listed.is_whole
            for row in listed.rows:
                if not row.mentions(ours):
                    continue
                if row.id is not None and row.holds(ours):
                    return row.id
                is_certain = False
        if not is_certain:
            raise OxenUncertain("Oxen's list may hold this job's generation where it cannot be read")
        return None

    async def _find_by_prompt(self, job: Job, sent: GenerationRequest) -> str | None:
        """The generation of a job without pictures: of the same prompt, from when it was sent, and of no other job."""
        since = None if job.submitted_at is None else (job.submitted_at - _SKEW).timestamp()
        prompt = sent.parameters.get(PROMPT)
        is_certain = True
        for status in _STATUSES:
            listed = await self._look(sent, status)
            is_certain = is_certain and listed.is_whole
            for row in listed.rows:
                if row.prompt != prompt or (since is not None and (row.enqueued_at or since) < since):
                    continue
                if row.id is None:
                    is_certain = False
                elif not await self._is_taken(row.id, job):
                    return row.id
        if not is_certain:
            raise OxenUncertain("Oxen's list may hold this job's generation where it cannot be read")
        return None

    async def _look(self, sent: GenerationRequest, status: GenerationStatus | None) -> QueueRows:
        asked = _Asked(model=sent.model, namespace=sent.target_namespace, status=status)
        return await self._lists.setdefault(asked, _SharedList(self._client, asked)).look()


class _SharedList:
    """One list call at a time; who asks during one waits for the next."""

    def __init__(self, client: OxenClient, asked: _Asked) -> None:
        self._client = client
        self._asked = asked
        self._one_at_a_time = asyncio.Lock()
        self._begun = 0
        self._answered = 0
        self._listed = QueueRows(rows=(), is_whole=False)

    async def look(self) -> QueueRows:
        """The rows, as of a call that begins now or later."""
        wanted = self._begun + 1
        async with self._one_at_a_time:
            if self._answered < wanted:
                self._begun += 1
                begun = self._begun
                asked = self._asked
                self._listed = await self._client.generations(
                    model=asked.model, namespace=asked.namespace, status=asked.status
                )
                self._answered = begun
            return self._listed
