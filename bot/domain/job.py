"""The job: one request's life, as a record and a table of the moves it may make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, TypedDict

from bot.domain.generation import GenerationRequest
from bot.domain.moderation import Verdict
from bot.domain.redaction import Redaction
from bot.domain.request import VideoRequest
from bot.domain.result_place import ResultPlace
from bot.domain.story import Shot
from bot.text import Message, Text, text


class JobState(StrEnum):
    """Where a job is. Drawn in ARCHITECTURE.md."""

    ACCEPTED = "accepted"
    """Reserved and written down; the user is being answered."""
    PREPARED = "prepared"
    """Its conversation is open and its references are the bot's own attachments there."""
    SUBMITTING = "submitting"
    """The request to Oxen is on its way, or its answer was lost."""
    RUNNING = "running"
    """Oxen has it, and its generation id is known."""
    DELIVERING = "delivering"
    """Oxen finished it; the video is being fetched and sent."""
    UNDELIVERABLE = "undeliverable"
    """The video exists, but no place took it, or its file did not open; its owner may have it sent again."""
    DELIVERED = "delivered"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    """Undeliverable for so long that it was given up."""


TRANSITIONS: Mapping[JobState, frozenset[JobState]] = {
    JobState.ACCEPTED: frozenset({JobState.PREPARED, JobState.FAILED, JobState.CANCELLED}),
    JobState.PREPARED: frozenset({JobState.SUBMITTING, JobState.FAILED, JobState.CANCELLED}),
    JobState.SUBMITTING: frozenset({JobState.SUBMITTING, JobState.RUNNING, JobState.FAILED, JobState.CANCELLED}),
    JobState.RUNNING: frozenset({JobState.DELIVERING, JobState.FAILED, JobState.CANCELLED}),
    JobState.DELIVERING: frozenset({JobState.DELIVERED, JobState.UNDELIVERABLE, JobState.FAILED}),
    JobState.UNDELIVERABLE: frozenset({JobState.DELIVERING, JobState.EXPIRED}),
    JobState.DELIVERED: frozenset(),
    JobState.FAILED: frozenset(),
    JobState.CANCELLED: frozenset(),
    JobState.EXPIRED: frozenset(),
}

ENDED = frozenset(state for state, moves in TRANSITIONS.items() if not moves)
"""States that nothing leaves: the reservation is resolved."""

ACTIVE = frozenset(JobState) - ENDED - {JobState.UNDELIVERABLE}
"""States that count against the number of jobs running at once."""

CANCELLABLE = frozenset({JobState.ACCEPTED, JobState.PREPARED, JobState.SUBMITTING, JobState.RUNNING})

TOLD_NOWHERE: Final = 0
"""Stands for the id of the message that tells an outcome, where no place was left for one."""
BEING_POSTED: Final = 0
"""Stands for the id of the second message, while it is being sent or may have been sent."""


def state_name(state: JobState) -> Text:
    """A state in words, for whoever runs the bot."""
    return text(f"command.choice.state.{state}")


class Phase(StrEnum):
    """What the status card says of a job: coarser than its state, so that it is edited seldom."""

    STARTING = "starting"
    WAITING = "waiting"
    """In Oxen's queue; not begun."""
    MAKING = "making"
    SLOW = "slow"
    """Being made, for longer than most."""
    CANCELLING = "cancelling"
    """Oxen was asked to stop, and has not confirmed it yet."""
    FETCHING = "fetching"
    UNOPENED = "unopened"
    """The finished video is there, but its file does not open yet."""
    FITTING = "fitting"
    KEPT = "kept"
    DONE = "done"
    DELETED = "deleted"
    """The video was delivered, and its message deleted since."""
    FAILED = "failed"
    CANCELLED = "cancelled"


class Remover(StrEnum):
    """Who had the message with a result deleted."""

    OWNER = "owner"
    MODERATOR = "moderator"


_PHASES: Mapping[JobState, Phase] = {
    JobState.ACCEPTED: Phase.STARTING,
    JobState.PREPARED: Phase.STARTING,
    JobState.SUBMITTING: Phase.STARTING,
    JobState.RUNNING: Phase.MAKING,
    JobState.DELIVERING: Phase.FETCHING,
    JobState.UNDELIVERABLE: Phase.KEPT,
    JobState.DELIVERED: Phase.DONE,
    JobState.FAILED: Phase.FAILED,
    JobState.CANCELLED: Phase.CANCELLED,
    JobState.EXPIRED: Phase.FAILED,
}


class LedgerKind(StrEnum):
    """What a ledger entry does with a reservation."""

    RESERVE = "reserve"
    SETTLE = "settle"
    RELEASE = "release"


def ledger_entry(state: JobState) -> LedgerKind | None:
    """The ledger entry that entering a state brings with it: settled if delivered, else released."""
    if state not in ENDED:
        return None
    return LedgerKind.SETTLE if state is JobState.DELIVERED else LedgerKind.RELEASE


class PaymentKind(StrEnum):
    """What became of the dollars that were held for a job."""

    SPENT = "spent"
    """Oxen has it in the making, or made it, or nobody can tell."""
    FREE = "free"
    """Oxen said that nothing was made."""
    ACTUAL = "actual"
    """What Oxen's history says that it charged, in the place of the estimate."""


_NEVER_SENT = frozenset({JobState.ACCEPTED, JobState.PREPARED})


def payment_entry(before: JobState, to: JobState, *, nothing_made: bool) -> PaymentKind | None:
    """The payment that entering a state brings with it. ``nothing_made``: Oxen said so, or was never asked.

    Dollars are not given back by courtesy: what was delivered to nobody, cancelled late or lost sight of is spent.
    """
    if to not in ENDED:
        return None
    return PaymentKind.FREE if nothing_made or before in _NEVER_SENT else PaymentKind.SPENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One request's life. ``seconds`` is the length of the video; ``quota_seconds`` is what it holds of its user's
    quota, where that is another number.

    ``model`` is the id of the model that makes it. ``leader_id`` is the job whose card and thread it shares, where
    several videos of one request are made.

    ``guild_id`` is 0 in direct messages. ``place_id`` is the thread or channel where the job is told
    about. ``urls`` maps each picture's key to the address Oxen fetches, and ``board`` to where it stays
    (``bot.domain.picture_addresses``). ``outcome_place_id`` is where the outcome was last claimed to be sent;
    ``outcome_message_id`` is set once it is seen there (0: there was no place left to tell it).
    ``running_at`` is when Oxen took it, where that is known.
    ``done_about`` is when half of such jobs are delivered, ``slow_after`` when nine in ten are (``None``: too few
    are known).
    ``may_land_until`` is until when a request to Oxen that was not answered may still take effect, ``fetch_until``
    until when a result that does not open yet is tried. ``reason`` is why it failed or is kept.
    ``redaction`` is what its messages leave out; ``is_hidden`` says that a rule puts it behind a spoiler,
    ``has_plain_title`` that no prompt names its thread. ``removed_by`` is who had the message with its result
    deleted. ``shot`` is its place in its user's story, if it is of one.
    ``verdict`` is what a moderation service or the provider said of it, if one was asked. ``locale`` is
    Discord's name of the language that its channel reads, ``user_locale`` of the one of its user (``None``: unknown).
    ``hint`` is a line on its card for its user.
    ``posts_own_card`` says that its card is a message of the bot's own, which can be posted at any time, and no answer
    to an interaction: a mention asked for it, or it waited for its turn.
    ``poster`` and ``last_frame`` are the addresses of stills of its video, as far as they are kept;
    ``is_marked_spoiler`` says that somebody hid the video after it was posted. ``copy_message_id`` is the second
    message that shows it, in its channel (0: being sent).
    ``results`` is where its server wanted results when it was accepted. ``ahead`` is how many videos of this bot's
    Oxen will begin before its own, as far as that was just seen; it is not written down.
    """

    id: str
    user_id: int
    guild_id: int
    channel_id: int
    state: JobState
    request: VideoRequest
    seconds: int
    created_at: datetime
    updated_at: datetime
    model: str | None = None
    leader_id: str | None = None
    card_message_id: int | None = None
    card_phase: Phase | None = None
    place_id: int | None = None
    urls: Mapping[str, str] = field(default_factory=dict)
    board: Mapping[str, str] = field(default_factory=dict)
    generation_request: GenerationRequest | None = None
    submitted_at: datetime | None = None
    submit_attempts: int = 0
    may_land_until: datetime | None = None
    generation_id: str | None = None
    running_at: datetime | None = None
    done_about: datetime | None = None
    slow_after: datetime | None = None
    fetch_until: datetime | None = None
    cancel_requested_by: int | None = None
    reason: Text | None = None
    outcome_place_id: int | None = None
    outcome_message_id: int | None = None
    price_micros: int | None = None
    redaction: Redaction = Redaction.NOTHING
    locale: str | None = None
    user_locale: str | None = None
    is_hidden: bool = False
    has_plain_title: bool = False
    removed_by: Remover | None = None
    verdict: Verdict | None = None
    posts_own_card: bool = False
    hint: Text | None = None
    poster: str | None = None
    last_frame: str | None = None
    is_marked_spoiler: bool = False
    copy_message_id: int | None = None
    results: ResultPlace = ResultPlace.THREAD
    shot: Shot | None = None
    quota_seconds: int | None = None
    ahead: int | None = None

    @property
    def counted_seconds(self) -> int:
        """What it holds of its user's quota, in seconds."""
        return self.seconds if self.quota_seconds is None else self.quota_seconds

    @property
    def cost_micros(self) -> int | None:
        """What it costs in micro-dollars, by the price of a second as it was then; ``None`` where that was unknown."""
        return None if self.price_micros is None else self.price_micros * self.seconds

    @property
    def is_spoiler(self) -> bool:
        """Whether its video is hidden until it is pressed: by a rule, by a wish, or for a picture of it."""
        return self.hides_everything or self.is_marked_spoiler or self.request.first_spoiler is not None

    @property
    def hides_everything(self) -> bool:
        """Whether each of its pictures is hidden, too."""
        return self.is_hidden or self.request.is_spoiler or self.verdict is Verdict.HIDDEN

    @property
    def is_judged(self) -> bool:
        """Whether its prompt may be shown: no moderation service refused it, or is still to be asked."""
        return self.verdict not in (Verdict.PENDING, Verdict.REFUSED)

    @property
    def may_be_repeated(self) -> bool:
        """Whether the same request, unchanged, may be made again."""
        return self.verdict not in (Verdict.REFUSED, Verdict.REFUSED_BY_PROVIDER)

    @property
    def phase(self) -> Phase:
        """What its card should say now; ``card_phase`` is what it says."""
        if self.state is JobState.DELIVERING and self.fetch_until is not None:
            return Phase.UNOPENED
        if self.state is JobState.DELIVERED and self.removed_by is not None:
            return Phase.DELETED
        return _PHASES[self.state]

    @property
    def may_have_gone_out(self) -> bool:
        """Whether it may be at Oxen although it was not sent yet as far as is known: its database was restored."""
        return self.state in _NEVER_SENT and self.may_land_until is not None

    @property
    def has_ended(self) -> bool:
        """Whether nothing can change its state any more."""
        return self.state in ENDED

    @property
    def has_video(self) -> bool:
        """Whether its video was delivered, and its message not deleted since."""
        return self.state is JobState.DELIVERED and self.removed_by is None

    @property
    def is_made(self) -> bool:
        """Whether its video is there to be fetched by its user, who has it or is about to."""
        return self.has_video or self.state is JobState.DELIVERING

    @property
    def is_told(self) -> bool:
        """Whether its outcome is where its user can see it."""
        return self.outcome_message_id is not None

    @property
    def taken_at(self) -> datetime:
        """When Oxen took it, where it has it: as near as that is known."""
        return self.running_at or self.updated_at

    @property
    def outcome_link(self) -> Message | None:
        """The message that told its outcome, where it is known."""
        if not self.outcome_message_id or self.outcome_place_id is None:
            return None
        return Message(self.guild_id, self.outcome_place_id, self.outcome_message_id)

    @property
    def is_apart(self) -> bool:
        """Whether its outcome is in a thread, and not in the channel where it was asked for."""
        return self.in_guild and self.outcome_place_id == self.place_id != self.channel_id

    @property
    def in_guild(self) -> bool:
        """Whether it was asked for in a server rather than in a direct message."""
        return self.guild_id != 0


class JobChanges(TypedDict, total=False):
    """What may be written of a job once it was accepted, beside its state: the fields of ``Job`` by their names."""

    card_message_id: int | None
    card_phase: Phase
    place_id: int | None
    urls: Mapping[str, str]
    board: Mapping[str, str]
    generation_request: GenerationRequest
    submitted_at: datetime
    submit_attempts: int
    may_land_until: datetime
    generation_id: str
    running_at: datetime
    done_about: datetime
    slow_after: datetime
    fetch_until: datetime | None
    reason: Text | None
    outcome_place_id: int | None
    outcome_message_id: int
    redaction: Redaction
    is_hidden: bool
    removed_by: Remover
    verdict: Verdict | None
    poster: str | None
    last_frame: str | None
    is_marked_spoiler: bool
    copy_message_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """One line of a job's append-only history."""

    at: datetime
    from_state: JobState | None
    to_state: JobState
    why: str
