"""Retention: what is kept, for how long, and what goes on request."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from datetime import timedelta
from typing import Final

from bot.domain.clock import Clock
from bot.errors import OxenError, OxenNotFound, OxenRefused, StoreError
from bot.oxen.client import OxenClient
from bot.store.erasure import ErasureStore
from bot.store.pending_requests import PendingRequestStore

_log = logging.getLogger(__name__)
_FIRST: Final = 60.0
_EVERY: Final = 3_600.0
_AFTER_LEAVING: Final = timedelta(days=30)


class Retention:
    """Prunes what is old, and forgets who asked for it. ``collect_garbage`` removes files that nothing uses."""

    def __init__(
        self,
        erasure: ErasureStore,
        pending: PendingRequestStore,
        collect_garbage: Callable[[], Awaitable[None]],
        clock: Clock,
        *,
        days: int,
        client: OxenClient | None = None,
        present: Callable[[], Collection[int] | None] = lambda: None,
    ) -> None:
        self._erasure = erasure
        self._pending = pending
        self._collect_garbage = collect_garbage
        self._clock = clock
        self._client = client
        self._present = present
        self.days = days

    async def forget(self, user_id: int) -> int:
        """Remove a user's data; how many videos are still in the making, whose prompts go afterwards."""
        running = await self._erasure.forget(user_id)
        await self._collect_garbage()
        return running

    async def reconcile(self) -> int:
        """Remove what is due; how many old jobs went."""
        await self._pending.prune()
        await self._erasure.forget_all()
        await self._erasure.prune_drafts(self._clock() - timedelta(days=self.days))
        if (guild_ids := self._present()) is not None:
            await self._erasure.note_presence(guild_ids)
        if gone := await self._erasure.forget_departed(self._clock() - _AFTER_LEAVING):
            _log.info("Removed what was kept of %d servers that the bot left", gone)
        count = 0
        while pruned := await self._erasure.prune(self._clock() - timedelta(days=self.days)):
            count += pruned
        await self._erasure.scrub()
        return count

    async def delete_results(self) -> None:
        """Delete at Oxen what belongs to people who were forgotten, as far as Oxen lets us; else the log says so."""
        for generation_id in await self._erasure.result_deletions():
            try:
                if self._client is not None:
                    url = (await self._client.generation(generation_id)).result_url
                    if url is not None and not await self._client.delete_result(url):
                        _log.warning(
                            "Oxen keeps a video whose owner was forgotten: its link names no file in a repository"
                        )
            except OxenNotFound:
                pass
            except OxenRefused as error:
                _log.warning("Oxen keeps a video whose owner was forgotten (%s)", error)
            except OxenError as error:
                _log.info("A video could not be deleted at Oxen now (%s); the next look tries again", error)
                continue
            await self._erasure.result_deleted(generation_id)

    async def run(self) -> None:
        """Sweep every hour, until cancelled; first when the start is over."""
        await asyncio.sleep(_FIRST)
        while True:
            try:
                if count := await self.reconcile():
                    _log.info("Removed %d videos' prompts that were older than %d days", count, self.days)
                await self.delete_results()
            except StoreError as error:
                _log.error("Old data could not be removed (%s); the next look tries again", error)
            await asyncio.sleep(_EVERY)
