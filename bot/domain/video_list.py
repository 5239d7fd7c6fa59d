"""The list of one's videos: what of it is shown."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from bot.domain.job import ACTIVE, Job, JobState

MAX_SEARCH_CHARS: Final = 40
"""What is searched for stands in the custom id of each button of the list, beside everything else."""


class VideoGroup(StrEnum):
    """States that people tell apart; the value stands in a custom id."""

    DONE = "d"
    RUNNING = "r"
    READY = "u"
    """Made, and to be posted where its user wants it."""
    FAILED = "f"

    @property
    def states(self) -> Collection[JobState]:
        """What belongs to it."""
        return _STATES[self]


_STATES: Final = {
    VideoGroup.DONE: frozenset({JobState.DELIVERED}),
    VideoGroup.RUNNING: ACTIVE,
    VideoGroup.READY: frozenset({JobState.UNDELIVERABLE}),
    VideoGroup.FAILED: frozenset({JobState.FAILED, JobState.CANCELLED, JobState.EXPIRED}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoFilter:
    """Which of one's videos are shown: those for which all of it holds. ``page`` counts from 0.

    ``element`` is the number of a saved element, ``model`` a key as ``model_key`` makes it.
    """

    search: str = ""
    group: VideoGroup | None = None
    story_id: str | None = None
    element: int | None = None
    model: str | None = None
    page: int = 0

    @property
    def shows_everything(self) -> bool:
        """Whether nothing is left out."""
        return replace(self, page=0) == VideoFilter()

    @property
    def words(self) -> tuple[str, ...]:
        """What is searched for: each of these stands in a prompt."""
        return tuple(self.search.split())


def searched(typed: str) -> str:
    """What somebody typed as it is searched for: one line, not too long."""
    return " ".join(typed.split())[:MAX_SEARCH_CHARS].strip()


def model_key(model_id: str) -> str:
    """A model's id as eight characters."""
    return f"{zlib.crc32(model_id.encode()):08x}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A story as one chooses it: ``first`` is its first video that is still known, ``count`` how many shots it has."""

    first: Job
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoPage:
    """A page of one's videos, and what can be chosen to see others. ``elements`` are names by their numbers."""

    jobs: Sequence[Job]
    has_more: bool
    stories: Sequence[Story] = ()
    elements: Sequence[tuple[int, str]] = ()
