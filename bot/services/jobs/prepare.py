"""Preparing: the conversation is opened and the references become the bot's own attachments in it."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.clock import Clock
from bot.domain.job import TOLD_NOWHERE, Job, JobState
from bot.domain.moderation import Verdict
from bot.errors import (
    ConversationError,
    DiscordUnavailable,
    FileRefused,
    FileTooLarge,
    PlaceGone,
    RequestError,
    SlowMode,
    WordsRefused,
)
from bot.services.jobs.announce import SLOW_MODE_TRIES
from bot.services.jobs.wakeup import WakeUp
from bot.services.moderation.moderation_client import ModerationFailed
from bot.services.moderation.request_moderation import RequestModeration
from bot.services.ports import Conversations
from bot.services.timing import Timing
from bot.store.job_store import Store
from bot.text import Quote, Text, text

_NO_DISCORD = text("reason.discord_unreachable")
_UNSEEN = text("reason.card_unseen")


class JobPreparer:
    """Takes an accepted job to prepared. Every step looks for what is already there, so it can be repeated."""

    def __init__(
        self,
        store: Store,
        conversations: Conversations,
        job_timeout: int,
        timing: Timing,
        clock: Clock,
        *,
        moderation: RequestModeration | None = None,
    ) -> None:
        self._store = store
        self._conversations = conversations
        self._job_timeout = timedelta(seconds=job_timeout)
        self._timing = timing
        self._clock = clock
        self._moderation = moderation

    async def prepare(self, job: Job, wakeup: WakeUp) -> Job | None:
        """Open the job's place and post its references there; ``None`` while it waits for the job that it follows.

        A job whose answer its user never saw (a crash came between) is not started, but told as failed.
        """
        delays = self._timing.delays()
        away_since = None
        slowed = 0
        while True:
            if job.cancel_requested_by is not None:
                return await self._store.move(job, JobState.CANCELLED, "cancelled before it was sent")
            try:
                return await self._attempt(job)
            except RequestError as error:
                return await self._store.move(job, JobState.FAILED, "a picture was gone", reason=error.sentence)
            except DiscordUnavailable as error:
                slowed += isinstance(error, SlowMode)
                if slowed >= SLOW_MODE_TRIES and (outside := await self._leave_thread(job)) is not None:
                    job = outside
                    continue
                away_since = away_since or self._clock()
                now = self._clock()
                if now - away_since > self._job_timeout or now - job.created_at > 2 * self._job_timeout:
                    why = f"Discord took nothing in time: {error}"
                    return await self._store.move(job, JobState.FAILED, why, reason=_NO_DISCORD)
                await wakeup.pause(next(delays))
                job = await self._store.job(job.id)
            except ConversationError as error:
                may_move = not isinstance(error, (FileTooLarge, FileRefused))
                if may_move and (outside := await self._leave_thread(job)) is not None:
                    job = outside
                    continue
                job = await self._store.job(job.id)
                why = f"references refused: {error}"
                return await self._store.move(job, JobState.FAILED, why, reason=_reason(error))

    async def _leave_thread(self, job: Job) -> Job | None:
        """Go on in the channel, which may take what the thread does not; ``None`` if the job was in no thread."""
        job = await self._store.job(job.id)
        if job.place_id in (None, job.channel_id):
            return None
        return await self._store.change(job, place_id=job.channel_id)

    async def _attempt(self, job: Job) -> Job | None:
        if job.leader_id is not None and job.place_id is None:
            following = await self._follow_leader(job, await self._store.find(job.leader_id))
            if following is None or following.has_ended:
                return following
            return await self._post_references(following, again=False)
        if job.card_message_id is None:
            card = await self._conversations.find_card(job)
            if card is None and job.posts_own_card:
                card = await self._conversations.post_card(job)
            if card is None:
                return await self._store.move(job, JobState.FAILED, "its answer was never seen", reason=_UNSEEN)
            job = await self._store.change(job, card_message_id=card, card_phase=job.phase)
        if job.verdict is Verdict.PENDING:
            job = await self._moderate(job)
            if job.has_ended:
                return job
        again = job.place_id is not None
        if not again:
            job = await self._store.change(job, place_id=await self._conversations.open_place(job))
        return await self._post_references(job, again=again)

    async def _follow_leader(self, job: Job, leader: Job | None) -> Job | None:
        """Share the card and the thread of the job that it follows, once there are; else its end."""
        if leader is None:
            return await self._store.move(job, JobState.FAILED, "its first video is gone", reason=_UNSEEN)
        if leader.state is JobState.ACCEPTED:
            return None
        if leader.has_ended and leader.generation_request is None:
            return await self._store.move(
                job,
                leader.state,
                "its first video ended before it was sent",
                reason=leader.reason,
                verdict=leader.verdict,
                outcome_message_id=TOLD_NOWHERE,
            )
        return await self._store.change(
            job,
            place_id=leader.place_id,
            card_message_id=leader.card_message_id,
            redaction=leader.redaction,
            verdict=leader.verdict,
        )

    async def _post_references(self, job: Job, *, again: bool) -> Job:
        may_be_there = again or job.may_have_gone_out
        posted = await self._conversations.post_references(job, again=may_be_there)
        return await self._store.move(
            job,
            JobState.PREPARED,
            "references posted",
            urls={key: picture.url for key, picture in posted.items()},
            board={key: str(picture.source) for key, picture in posted.items()},
        )

    async def _moderate(self, job: Job) -> Job:
        """Have the request judged, before anything of it is shown; the job as it is then, failed if it is refused."""
        if self._moderation is None:  # switched off since the job was accepted
            return await self._store.change(job, verdict=Verdict.ALLOWED)
        try:
            verdict, said = await self._moderation.judge(job)
        except ModerationFailed as error:
            reason = text("reason.moderation.unavailable")
            return await self._store.move(job, JobState.FAILED, f"not judged: {error}", reason=reason)
        if verdict is not Verdict.REFUSED:
            return await self._store.change(job, verdict=verdict)
        reason = text("reason.moderation.said", said=Quote(said)) if said else text("reason.moderation")
        why = "refused by the moderation service"
        return await self._store.move(job, JobState.FAILED, why, reason=reason, verdict=verdict)


def _reason(error: ConversationError) -> Text:
    """What the user is told of a refusal."""
    match error:
        case FileTooLarge():
            return text("reason.pictures_too_large")
        case FileRefused():
            return text("reason.pictures_explicit")
        case WordsRefused():
            return text("reason.words_refused")
        case PlaceGone():
            return text("reason.place_gone")
        case _:
            return text("reason.pictures_refused")
