"""Moderating a request: everything that Oxen would get is judged first, before anything is paid or shown."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from enum import StrEnum
from typing import Final

from bot.domain.job import Job
from bot.domain.moderation import Verdict
from bot.domain.request import View
from bot.errors import ConversationError, DiscordUnavailable, RequestError
from bot.media.pictures.normalized_picture import NormalizedPicture, PictureRefused
from bot.services.moderation.moderation_client import Answer, Judgement, ModeratedPicture, ModerationFailed, Moderator
from bot.services.ports import PictureNormalizer, PictureReader
from bot.text import Quote, text

_log = logging.getLogger(__name__)
_AT_ONCE: Final = 2
"""Each holds its pictures in memory."""
_BYTES_A_CALL: Final = 20 * 1024 * 1024
_STRICTNESS: Final = list(Answer)
_TYPES: Final = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp"}


class OnFailure(StrEnum):
    """What becomes of a request that was not judged."""

    CLOSED = "closed"
    """It is refused."""
    OPEN = "open"
    """It is made."""


class RequestModeration:
    """Has a job's request judged by the operator's moderation service."""

    def __init__(
        self, moderator: Moderator, reader: PictureReader, normalizer: PictureNormalizer, on_failure: OnFailure
    ) -> None:
        self._moderator = moderator
        self._reader = reader
        self._normalizer = normalizer
        self._on_failure = on_failure
        self._turns = asyncio.Semaphore(_AT_ONCE)

    async def judge(self, job: Job) -> tuple[Verdict, str]:
        """What a job's request may be, and the service's sentence about it.

        Raises:
            ModerationFailed: nobody judged it, so it may not be made.
            RequestError: a picture cannot be read.
            DiscordUnavailable: the pictures cannot be read now.
        """
        try:
            async with self._turns:
                judgement = await self._judge(job)
        except ModerationFailed as error:
            _log.warning("The moderation service judged nothing: %s", error, extra={"job": job.id})
            if self._on_failure is OnFailure.CLOSED:
                raise
            return Verdict.ALLOWED, ""
        match judgement.answer:
            case Answer.ALLOW:
                return Verdict.ALLOWED, judgement.reason
            case Answer.SPOILER:
                return Verdict.HIDDEN, judgement.reason
            case Answer.REFUSE:
                return Verdict.REFUSED, judgement.reason

    async def _judge(self, job: Job) -> Judgement:
        """The strictest answer to some calls: so many that no call is too large."""
        strictest = Judgement(answer=Answer.ALLOW)
        async for pictures in self._batches(job):
            judgement = await self._moderator.judge(job.id, job.request.prompt, pictures)
            if _STRICTNESS.index(judgement.answer) > _STRICTNESS.index(strictest.answer):
                strictest = judgement
            if strictest.answer is Answer.REFUSE:
                break
        return strictest

    async def _batches(self, job: Job) -> AsyncIterator[list[ModeratedPicture]]:
        batch: list[ModeratedPicture] = []
        for view in job.request.views():
            picture = await self._normalized(job, view)
            if batch and sum(len(one.data) for one in batch) + len(picture.data) > _BYTES_A_CALL:
                yield batch
                batch = []
            batch.append(ModeratedPicture(name=view.key, content_type=_TYPES[picture.ending], data=picture.data))
        yield batch

    async def _normalized(self, job: Job, view: View) -> NormalizedPicture:
        try:
            return await self._normalizer.normalize(await self._reader.read(view.picture), user=job.user_id)
        except PictureRefused as error:
            raise error.named(view.key) from error
        except DiscordUnavailable:
            raise
        except ConversationError as error:
            raise RequestError(
                text("reason.picture_gone", label=view.label, name=Quote(view.picture.filename))
            ) from error
