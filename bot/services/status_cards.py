"""Status cards: what a job's card says, changed beside the job and never in its way."""

from __future__ import annotations

import asyncio
import logging

from bot.domain.job import Job, Phase
from bot.errors import BotError
from bot.services.ports import Conversations
from bot.store.store import Store

_log = logging.getLogger(__name__)


class StatusCards:
    """Makes cards say what is not told by their jobs' states."""

    def __init__(self, store: Store, conversations: Conversations) -> None:
        self._store = store
        self._conversations = conversations
        self._edits: set[asyncio.Task[None]] = set()

    def show(self, job: Job, phase: Phase | None = None) -> None:
        """Have a job's card say this (by default what its state says) soon. It never waits."""
        if job.card_message_id is None:
            return
        edit = asyncio.create_task(self._edit(job, phase or job.phase), name=f"card-{job.id}")
        self._edits.add(edit)
        edit.add_done_callback(self._edits.discard)

    async def _edit(self, job: Job, phase: Phase) -> None:
        try:
            await self._conversations.show_card(job, phase)
            await self._store.change(job, card_phase=phase)
        except BotError as error:
            _log.info("A card could not be changed (%s)", error, extra={"job": job.id})
