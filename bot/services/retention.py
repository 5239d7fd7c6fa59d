"""Retention: what is kept, for how long, and what goes on request."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final

from bot.domain.clock import Clock
from bot.errors import StoreError
from bot.store.erasure import ErasureStore
from bot.store.pending_requests import PendingRequestStore

_log = logging.getLogger(__name__)
_FIRST: Final = 60.0
_EVERY: Final = 3_600.0


class Retention:
    """Prunes what is old, and forgets who asked to be forgotten. ``tidy`` removes files that nothing uses."""

    def __init__(
        self,
        erasure: ErasureStore,
        pending: PendingRequestStore,
        collect_garbage: Callable[[], Awaitable[None]],
        clock: Clock,
        *,
        days: int,
    ) -> None:
        self._erasure = erasure
        self._pending = pending
        self._tidy = collect_garbage
        self._clock = clock
        self.days = days

    async def forget(self, user_id: int) -> int:
        """Remove a user's data; how many videos are still in the making, whose prompts go afterwards."""
        running = await self._erasure.forget(user_id)
        await self._tidy()
        return running

    async def reconcile(self) -> int:
        """Remove what is due; how many old jobs went."""
        await self._pending.prune()
        await self._erasure.forget_all()
        count = 0
        while pruned := await self._erasure.prune(self._clock() - timedelta(days=self.days)):
            count += pruned
        await self._erasure.scrub()
        return count

    async def run(self) -> None:
        """Sweep every hour, until cancelled; first when the start is over."""
        await asyncio.sleep(_FIRST)
        while True:
            try:
                if count := await self.reconcile():
                    _log.info("Removed %d videos' prompts that were older than %d days", count, self.days)
            except StoreError as error:
                _log.error("Old data could not be removed (%s); the next look tries again", error)
            await asyncio.sleep(_EVERY)
