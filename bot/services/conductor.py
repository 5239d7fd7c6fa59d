"""The conductor: drives every job from where it is to where it must wait, one task a job at most.

A job that waits at Oxen has no task at all. It is driven when something rings: it was accepted, an
event came, a sweep saw it end, somebody pressed Cancel, the process started.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from dataclasses import dataclass, field

from bot.domain.generation import Completion
from bot.domain.job import Job, JobState
from bot.errors import ConversationError, DiscordUnavailable, StoppingError
from bot.services.deliver import TOLD_NOWHERE, Delivering
from bot.services.enqueue import Enqueuing
from bot.services.follow import Following
from bot.services.nudge import Nudge
from bot.services.pace import Pace
from bot.services.ports import Conversations
from bot.services.prepare import Preparing
from bot.services.shelter import Shelter
from bot.services.turns import Turns
from bot.store.store import Store

_log = logging.getLogger(__name__)
_GIVE_UP_AFTER = 5
_AT_ONCE = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """What can be done for a job, one service for each stretch of its way."""

    preparing: Preparing
    enqueuing: Enqueuing
    following: Following
    delivering: Delivering


@dataclass(slots=True)
class _Drive:
    nudge: Nudge = field(default_factory=Nudge)
    faults: int = 0


class Conductor:
    """Owns the tasks of all jobs that have something to do now."""

    def __init__(self, store: Store, steps: Steps, conversations: Conversations, shelter: Shelter, pace: Pace) -> None:
        self._store = store
        self._steps = steps
        self._conversations = conversations
        self._shelter = shelter
        self._pace = pace
        self._drives: dict[str, _Drive] = {}
        self._new: asyncio.Queue[str] = asyncio.Queue()
        self._turns = Turns(_AT_ONCE)

    def ring(self, job_id: str, completion: Completion | None = None) -> None:
        """Have a job looked at soon; ``completion`` is what Oxen said of it, if it did."""
        drive = self._drives.get(job_id)
        if drive is None:
            drive = self._drives[job_id] = _Drive()
            self._new.put_nowait(job_id)
        drive.nudge.ring(completion)

    def drives(self, job_id: str) -> bool:
        """Whether a job is being driven now."""
        return job_id in self._drives

    async def run(self) -> None:
        """Drive jobs until cancelled."""
        try:
            async with asyncio.TaskGroup() as tasks:
                while True:
                    job_id = await self._new.get()
                    tasks.create_task(self._drive(job_id, self._drives[job_id]), name=f"job-{job_id}")
        finally:  # nothing is driven any more: the next run, if there is one, hears of it from the sweep
            self._drives.clear()
            self._new = asyncio.Queue()

    async def recover(self) -> int:
        """Take up every unfinished job where it was; how many there are.

        Jobs that merely wait at Oxen are left to the first sweep: one list call serves them all.
        """
        jobs = await self._store.unfinished()
        for job in (*jobs, *await self._store.with_stale_cards()):
            if job.state is not JobState.RUNNING or job.is_due:
                self.ring(job.id)
        return len(jobs)

    async def _drive(self, job_id: str, drive: _Drive) -> None:
        while drive.nudge.is_rung:
            try:
                await self._follow_through(job_id, drive)
            except Exception as fault:  # noqa: BLE001 - one job's fault must not end the others
                if isinstance(fault, ExceptionGroup) and fault.subgroup(StoppingError) is not None:
                    break
                await self._recover_from_fault(job_id, drive, fault)
        del self._drives[job_id]

    async def _follow_through(self, job_id: str, drive: _Drive) -> None:
        completion = drive.nudge.take()
        job: Job | None = await self._store.find(job_id)
        while job is not None and not self._shelter.is_closed:
            async with drive.nudge.turn(self._turns), asyncio.TaskGroup() as tasks:
                tasks.create_task(self._show_card(job))  # a slow edit of the card must not hold up the job
                step = tasks.create_task(self._step(job, completion, drive.nudge))
            job = step.result()
            drive.faults = 0

    async def _step(self, job: Job, completion: Completion | None, nudge: Nudge) -> Job | None:
        """One step of a job; ``None`` where there is nothing to do but wait."""
        steps = self._steps
        match job.state:
            case JobState.ACCEPTED:
                return await steps.preparing.prepare(job, nudge)
            case JobState.PREPARED:
                return await steps.enqueuing.send(job, nudge)
            case JobState.SUBMITTING:
                return await steps.enqueuing.resolve(job, nudge)
            case JobState.RUNNING:
                return await steps.following.look(job, completion, nudge)
            case JobState.DELIVERING:
                return await steps.delivering.deliver(job, nudge)
            case JobState.FAILED | JobState.CANCELLED | JobState.EXPIRED if not job.is_told:
                return await steps.delivering.tell_end(job, nudge)
            case _:
                return None

    async def _show_card(self, job: Job) -> None:
        if not job.has_stale_card:
            return
        try:
            await self._conversations.show_card(job, job.phase)
        except DiscordUnavailable as error:
            _log.info("A card could not be changed now (%s)", error, extra={"job": job.id})
            return
        except ConversationError as error:
            _log.info("A card can no longer be changed (%s)", error, extra={"job": job.id})
        except Exception:  # noqa: BLE001 - a card is no reason to stop its job
            _log.exception("Unexpected error while a card was changed", extra={"job": job.id})
        await self._store.change(job, card_phase=job.phase)

    async def _recover_from_fault(self, job_id: str, drive: _Drive, fault: BaseException) -> None:
        """An error that nobody foresaw: log it with an id, wait, try again; at last fail the job."""
        error_id = secrets.token_hex(4)
        fields = {"job": job_id, "error_id": error_id}
        _log.error("Unexpected error %s in a job", error_id, exc_info=fault, extra=fields)
        drive.faults += 1
        if drive.faults >= _GIVE_UP_AFTER:
            try:
                await self._give_up(job_id, error_id)
            except Exception:  # noqa: BLE001 - the database itself may be what fails (a full disk)
                _log.exception("The job could not even be failed; it is tried again", extra={"job": job_id})
        await drive.nudge.pause(min(self._pace.retry_first * 2**drive.faults, self._pace.retry_cap))
        drive.nudge.ring()

    async def _give_up(self, job_id: str, error_id: str) -> None:
        job = await self._store.find(job_id)
        if job is not None and job.state in (JobState.ACCEPTED, JobState.PREPARED, JobState.DELIVERING):
            reason = f"Something went wrong on my side (error {error_id})."
            await self._store.move(job, JobState.FAILED, f"unexpected error {error_id}", reason=reason)
        elif job is not None and job.has_ended and not job.is_told:
            await self._store.change(job, outcome_message_id=TOLD_NOWHERE)
            fields = {"job": job.id, "error_id": error_id}
            _log.error("A job's end could not be told (error %s); it is left at that", error_id, extra=fields)
