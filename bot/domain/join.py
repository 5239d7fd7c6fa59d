"""Joining: one video of the shots of a story, from the wish to the message that has it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from bot.domain.job import Job, JobState, Remover
from bot.domain.request import VideoRequest
from bot.errors import RequestError
from bot.text import Text, text

MAX_JOINED_SECONDS: Final = 60


class JoinState(StrEnum):
    """Where a join is."""

    ACCEPTED = "accepted"
    """Written down; its shots are fetched, joined and posted."""
    DELIVERED = "delivered"
    FAILED = "failed"
    """Nothing comes of it, and its user is told why."""


JOIN_TRANSITIONS: Final[Mapping[JoinState, frozenset[JoinState]]] = {
    JoinState.ACCEPTED: frozenset({JoinState.DELIVERED, JoinState.FAILED}),
    JoinState.DELIVERED: frozenset(),
    JoinState.FAILED: frozenset(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """One video to be made of several. ``job_ids`` are its shots, in order; ``channel_id`` is where it was asked for.

    ``outcome_place_id`` is where it was last claimed to be told, ``outcome_message_id`` is set once it is seen there
    (0: no place was left). ``copy_message_id`` is the second message that shows it (0: being sent), in
    ``copy_place_id``. ``removed_by`` is who had both deleted.
    """

    id: str
    user_id: int
    guild_id: int
    channel_id: int
    story_id: str
    job_ids: Sequence[str]
    created_at: datetime
    updated_at: datetime
    state: JoinState = JoinState.ACCEPTED
    is_spoiler: bool = False
    locale: str | None = None
    user_locale: str | None = None
    reason: Text | None = None
    outcome_place_id: int | None = None
    outcome_message_id: int | None = None
    copy_place_id: int | None = None
    copy_message_id: int | None = None
    removed_by: Remover | None = None

    @property
    def is_told(self) -> bool:
        """Whether its outcome is where its user can see it."""
        return self.outcome_message_id is not None

    def as_job(self) -> Job:
        """What a conversation needs of a job to talk about this as about one. No such job is written down."""
        return Job(
            id=self.id,
            user_id=self.user_id,
            guild_id=self.guild_id,
            channel_id=self.copy_place_id or self.channel_id,
            place_id=self.channel_id,
            state=JobState.DELIVERING,
            request=VideoRequest(prompt="", images={}, elements={}, is_spoiler=self.is_spoiler),
            seconds=1,
            created_at=self.created_at,
            updated_at=self.created_at,
            outcome_place_id=self.outcome_place_id,
            outcome_message_id=self.outcome_message_id,
            copy_message_id=self.copy_message_id,
            removed_by=self.removed_by,
            locale=self.locale,
            user_locale=self.user_locale,
        )


def joinable(story: Sequence[Job]) -> list[Job]:
    """The shots of a story that can be joined: those that are made.

    Raises:
        RequestError: they are too few, or too long together.
    """
    shots = [shot for shot in story if shot.is_made]
    if len(shots) < 2:
        raise RequestError(text("join.too_few"))
    seconds = sum(shot.seconds for shot in shots)
    if seconds > MAX_JOINED_SECONDS:
        raise RequestError(text("join.too_long", seconds=seconds, limit=MAX_JOINED_SECONDS))
    return shots
