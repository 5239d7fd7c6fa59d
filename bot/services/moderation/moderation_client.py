"""Asking the operator's moderation service: what is sent, and how its answer is read (docs/moderation.md)."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

import aiohttp
from yarl import URL

from bot.plain_text import without_controls
from bot.public_web import PublicWeb

_VERSION: Final = 1
_ANSWER_BYTES: Final = 64 * 1024
_REASON_CHARS: Final = 200


class Answer(StrEnum):
    """What a service may answer, from the mildest to the strictest."""

    ALLOW = "allow"
    SPOILER = "spoiler"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeratedPicture:
    """A picture as Oxen would get it. ``name`` is its option in ``/video``: ``image1`` for ``@Image1``."""

    name: str
    content_type: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """An answer, and the service's own sentence about it, for whoever asked; empty where it gave none."""

    answer: Answer
    reason: str = ""


class ModerationFailed(Exception):  # noqa: N818 - what happened, as in its siblings
    """The service gave no answer that can be used. Its text is for the log."""


class Moderator(Protocol):
    """Judges what somebody asked for."""

    async def judge(self, job_id: str, prompt: str, pictures: Sequence[ModeratedPicture]) -> Judgement:
        """What becomes of a request.

        Raises:
            ModerationFailed: it was not judged.
        """


class ModerationClient:
    """A moderation service over HTTP."""

    def __init__(self, url: str, web: PublicWeb, *, timeout_seconds: float) -> None:
        self._url = URL(url)
        self._web = web
        self._timeout = aiohttp.ClientTimeout(total=timeout_seconds)

    async def judge(self, job_id: str, prompt: str, pictures: Sequence[ModeratedPicture]) -> Judgement:
        """Send a prompt with its pictures, and read the answer."""
        body = json.dumps(
            {
                "version": _VERSION,
                "job": job_id,
                "prompt": prompt,
                "pictures": [
                    {
                        "name": picture.name,
                        "content_type": picture.content_type,
                        "data": base64.b64encode(picture.data).decode(),
                    }
                    for picture in pictures
                ],
            }
        ).encode()
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        try:
            async with self._web.post(self._url, body, timeout=self._timeout, headers=headers) as response:
                if response.status != 200:
                    raise ModerationFailed(f"it answered with status {response.status}")
                data = await response.content.read(_ANSWER_BYTES + 1)
                while len(data) <= _ANSWER_BYTES and (more := await response.content.read(_ANSWER_BYTES + 1)):
                    data += more
        except TimeoutError as error:
            raise ModerationFailed("it did not answer in time") from error
        except (aiohttp.ClientError, OSError) as error:
            raise ModerationFailed(f"it could not be asked ({type(error).__name__}: {error})") from error
        return read_judgement(data)


def read_judgement(data: bytes) -> Judgement:
    """Read an answer.

    Raises:
        ModerationFailed: it is none.
    """
    if len(data) > _ANSWER_BYTES:
        raise ModerationFailed("its answer is too long")
    try:
        said = json.loads(data)
        answer = Answer(said["verdict"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ModerationFailed("its answer names no verdict") from error
    reason = said.get("reason", "")
    words = " ".join(without_controls(reason).split()) if isinstance(reason, str) else ""
    return Judgement(answer=answer, reason=words if len(words) <= _REASON_CHARS else words[: _REASON_CHARS - 1] + "…")
