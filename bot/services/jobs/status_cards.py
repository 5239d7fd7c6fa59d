"""Status cards: edited beside the jobs, in what Discord's limits leave, and never in a job's way."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from bot.domain.clock import Clock, utc_now
from bot.domain.job import Job, Phase
from bot.domain.job_update import JobUpdate
from bot.domain.rate_window import RateWindow, RateWindows
from bot.errors import ConversationError, DiscordUnavailable, StoreError
from bot.services.ports import Conversations
from bot.services.timing import Timing
from bot.store.job_store import Store

_log = logging.getLogger(__name__)
_FINAL: Final = frozenset({Phase.KEPT, Phase.DONE, Phase.DELETED, Phase.FAILED, Phase.CANCELLED})
_AT_OXEN: Final = frozenset({Phase.STARTING, Phase.WAITING, Phase.MAKING, Phase.SLOW})
_EDITS_PER_CHANNEL: Final = 4
"""In ``Timing.card_window``. Discord takes five; the fifth is room for a clock that differs."""
_EDITS_PER_SECOND: Final = 10
"""Over all channels. Discord takes fifty calls of all kinds: the rest is for what is waited for."""
_EDIT_SECONDS: Final = 30.0
_KEEPING_SECONDS: Final = 1.0
_LAST_WRITE_SECONDS: Final = 2.0
"""How long the end of the bot waits for a database that another process has locked."""


@dataclass(slots=True)
class _Card:
    """What a card should say next, and not before ``due`` (the loop's clock)."""

    job: Job
    phase: Phase
    due: float
    delays: Iterator[float]
    was_tried: bool = False

    @property
    def rank(self) -> tuple[bool, float]:
        """Which of several that are due goes first: what is final, then what waits for longest."""
        return self.phase not in _FINAL, self.due


@dataclass(slots=True)
class _Channel:
    """The cards of one channel that are to be edited, by their jobs' ids, and the one that is being edited."""

    cards: dict[str, _Card] = field(default_factory=dict)
    edited: _Card | None = None
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def next(self, now: float) -> _Card:
        """The card to edit next."""
        due = [card for card in self.cards.values() if card.due <= now]
        return min(due, key=lambda card: card.rank) if due else min(self.cards.values(), key=lambda card: card.due)

    async def pause(self, seconds: float) -> None:
        """Wait, but no longer than until another card wants to be edited."""
        self.changed.clear()
        try:
            async with asyncio.timeout(seconds):
                await self.changed.wait()
        except TimeoutError:
            return


class StatusCards:
    """Makes every card say what its job does now.

    The latest phase wins; one edit at a time in a channel; what is final goes first; a phase that is over within
    ``Timing.card_settle`` is never shown. What a card says is written down with the job's next write, or with that of
    other cards after a while. A card that cannot be edited is tried once more, at the end; while Discord is away, again
    and again.
    """

    def __init__(self, store: Store, conversations: Conversations, timing: Timing, clock: Clock = utc_now) -> None:
        self._store = store
        self._conversations = conversations
        self._timing = timing
        self._clock = clock
        self._channels: dict[int, _Channel] = {}
        self._channel_edits = RateWindows(_EDITS_PER_CHANNEL, timing.card_window)
        self._edits = RateWindow(_EDITS_PER_SECOND, 1.0)
        self._says: dict[str, Phase | None] = {}
        self._final: set[str] = set()
        self._lost: set[str] = set()
        self._slow: dict[str, asyncio.TimerHandle] = {}
        self._held: dict[str, float] = {}
        self._new: asyncio.Queue[int] = asyncio.Queue()
        self._unwritten = asyncio.Event()
        self._unwritten_final = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._is_running = False
        self._is_finishing = False
        self.edits = 0
        """How many cards were edited."""
        self.coalesced = 0
        """How many edits were never sent, since a later one came before their turn."""

    def follow(self, update: JobUpdate) -> None:
        """Show what a write made of a job. An end is shown once it was told: its message goes first.

        What a card that waits for its turn, or is tried again, shows is the job as it was written last.
        """
        job = update.after
        channel = self._channels.get(job.channel_id)
        if channel is not None:
            for card in (channel.cards.get(job.id), channel.edited):
                if card is not None and card.job.id == job.id:
                    card.job = job
        if job.has_ended and not job.is_told:
            self._drop(job)
        elif update.is_transition or (update.before is not None and job.is_told and not update.before.is_told):
            self.show(job)

    def show(self, job: Job, phase: Phase | None = None) -> None:
        """Have a job's card say this (by default what its state says) soon. It never waits."""
        phase = phase or job.phase
        if job.card_message_id is None or job.leader_id is not None:
            return
        if (timer := self._slow.pop(job.id, None)) is not None:
            timer.cancel()
        if phase is Phase.MAKING and job.slow_after is not None:
            seconds = (job.slow_after - self._clock()).total_seconds()
            if seconds > 0:
                self._slow[job.id] = asyncio.get_running_loop().call_later(seconds, self.show, job, Phase.SLOW)
            else:
                phase = Phase.SLOW
        if phase not in _FINAL and (self._is_finishing or job.id in self._lost):
            return
        if phase is self._says.get(job.id, job.card_phase):
            self._drop(job)
            return
        now = asyncio.get_running_loop().time()
        channel = self._channel(job.channel_id)
        pending = channel.cards.get(job.id)
        if pending is not None and pending.phase is phase:
            pending.job = job
            return
        self.coalesced += pending is not None
        due = now if phase in _FINAL else now + self._timing.card_settle
        if phase is Phase.DONE:
            due = max(due, self._held.get(job.id, due))
        delays = self._timing.delays() if pending is None else pending.delays
        channel.cards[job.id] = _Card(job=job, phase=phase, due=due, delays=delays)
        channel.changed.set()

    def show_waiting(self, job: Job, ahead: int | None) -> None:
        """Have a job's card say how many of ours are before it at Oxen; ``None``: that it is being made.

        It was seen a moment ago: a card that says more by now stays as it is.
        """
        channel = self._channels.get(job.channel_id)
        pending = None if channel is None else channel.cards.get(job.id)
        says = self._says.get(job.id, job.card_phase) if pending is None else pending.phase
        if says not in _AT_OXEN:
            return
        if ahead is None:
            self.show(job)
            return
        if self._says.get(job.id, job.card_phase) is Phase.WAITING:
            self._says[job.id] = None  # what it says of the others has changed
        self.show(replace(job, ahead=ahead), Phase.WAITING)

    def hold(self, job: Job) -> None:
        """Have a job's card wait for its poster, if it is to say that the video is done.

        It waits until ``release``, or for somewhat longer than ``Timing.card_poster``: a poster that is cut in time
        still has to be kept.
        """
        if not self._is_finishing:
            self._held[job.id] = asyncio.get_running_loop().time() + self._timing.card_poster + _KEEPING_SECONDS

    def release(self, job: Job) -> None:
        """Have a job's card wait no longer. It is no further edit where it was made."""
        channel = self._channels.get(job.channel_id)
        card = None if channel is None else channel.cards.get(job.id)
        is_held = self._held.pop(job.id, None) is not None
        if is_held and channel is not None and card is not None and card.phase is Phase.DONE and not card.was_tried:
            card.due = asyncio.get_running_loop().time()
            channel.changed.set()

    def show_anew(self, job: Job) -> None:
        """Have a job's card edited although it says what its state says: what it shows has changed."""
        self._says[job.id] = None
        self.show(job)

    async def run(self) -> None:
        """Edit cards until cancelled."""
        self._new = asyncio.Queue()
        self._is_running = True
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._write_down(), name="cards-written")
                for channel_id in self._channels:
                    self._new.put_nowait(channel_id)
                while True:
                    channel_id = await self._new.get()
                    tasks.create_task(self._serve(channel_id), name=f"cards-{channel_id}")
        finally:
            self._is_running = False

    async def finish(self, within: float) -> None:
        """Show what is final, if there is time for it (seconds); whatever is left is made right at the next start."""
        self._is_finishing = True
        for timer in self._slow.values():
            timer.cancel()
        self._slow.clear()
        for channel in self._channels.values():
            for card in list(channel.cards.values()):
                if card.phase not in _FINAL or card.was_tried:
                    self._drop(card.job)
                else:
                    self.release(card.job)
        if self._is_running:
            try:
                async with asyncio.timeout(within):
                    await self._idle.wait()
            except TimeoutError:
                _log.info("Some cards could not be changed in time; the next start makes them right")
        await self._write(within=_LAST_WRITE_SECONDS)

    def _channel(self, channel_id: int) -> _Channel:
        channel = self._channels.get(channel_id)
        if channel is None:
            channel = self._channels[channel_id] = _Channel()
            self._idle.clear()
            self._new.put_nowait(channel_id)
        return channel

    def _drop(self, job: Job) -> None:
        if job.has_ended and (timer := self._slow.pop(job.id, None)) is not None:
            timer.cancel()
        channel = self._channels.get(job.channel_id)
        if channel is not None and channel.cards.pop(job.id, None) is not None:
            self.coalesced += 1
            channel.changed.set()

    async def _serve(self, channel_id: int) -> None:
        """Edit the cards of a channel, one after the other, until none is left."""
        loop = asyncio.get_running_loop()
        channel = self._channels[channel_id]
        while channel.cards:
            now = loop.time()
            card = channel.next(now)
            wait = max(card.due - now, self._channel_edits.wait(channel_id, now), self._edits.wait(now))
            if wait > 0:
                await channel.pause(wait)
                continue
            self._channel_edits.take(channel_id, now)
            self._edits.take(now)
            channel.edited = channel.cards.pop(card.job.id)
            is_settled = False
            try:
                is_settled = await self._edit(card)
            finally:
                channel.edited = None
                if not is_settled:
                    self._retry(channel, card)
        del self._channels[channel_id]
        if not self._channels:
            self._idle.set()

    def _retry(self, channel: _Channel, card: _Card) -> None:
        """Try a card again later, unless it should say something else by now or there is no later."""
        self._says[card.job.id] = None
        if card.job.id not in channel.cards and not self._is_finishing:
            card.was_tried = True
            card.due = asyncio.get_running_loop().time() + next(card.delays)
            channel.cards[card.job.id] = card

    async def _edit(self, card: _Card) -> bool:
        """Edit a card; whether that is settled, be it because it cannot be edited."""
        job, phase = card.job, card.phase
        self._says[job.id] = phase
        try:
            async with asyncio.timeout(_EDIT_SECONDS):
                await self._conversations.show_card(job, phase)
            self.edits += 1
        except (DiscordUnavailable, TimeoutError) as error:
            _log.info("A card could not be changed now (%s)", error or "no answer", extra={"job": job.id})
            return False
        except ConversationError as error:
            _log.info("A card can no longer be changed (%s)", error, extra={"job": job.id})
            self._lost.add(job.id)
        except Exception:  # noqa: BLE001 - a card is no reason to stop the others
            _log.exception("Unexpected error while a card was changed", extra={"job": job.id})
        self._store.note_card_phase(job.id, phase)
        self._unwritten.set()
        if phase in _FINAL:
            self._final.add(job.id)
            self._unwritten_final.set()
        return True

    async def _write_down(self) -> None:
        """Write down what no write of a job has carried: soon where no other is to come, else after a while."""
        while True:
            await self._unwritten.wait()
            try:
                async with asyncio.timeout(self._timing.card_write_every):
                    await self._unwritten_final.wait()
            except TimeoutError:
                pass
            else:
                await asyncio.sleep(self._timing.card_write_final)
            self._unwritten.clear()
            self._unwritten_final.clear()
            for delay in self._timing.delays():
                if await self._write():
                    break
                await asyncio.sleep(delay)

    async def _write(self, *, within: float | None = None) -> bool:
        """Write down what cards say, and forget of those that say their last; whether that could be done."""
        final = set(self._final)
        try:
            await self._store.write_card_phases(within=within)
        except StoreError as error:
            _log.warning("What cards say could not be written down now (%s)", error)
            return False
        self._final -= final
        self._lost -= final
        for job_id in final:
            if self._says.get(job_id) in _FINAL:
                del self._says[job_id]
        return True
