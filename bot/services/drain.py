"""Draining: take no new video, finish those in the making, then stop. For an update that nobody notices."""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from bot.errors import DrainingError, StoreError
from bot.store.job_store import Store
from bot.store.joins import JoinStore

_log = logging.getLogger(__name__)
_LOOK_SECONDS: Final = 0.5


class Drain:
    """Off until it is begun, by a signal or a command; it cannot be taken back but by a restart."""

    def __init__(self, store: Store, joins: JoinStore) -> None:
        self._store = store
        self._joins = joins
        self._begun = asyncio.Event()

    @property
    def is_on(self) -> bool:
        """Whether nothing new is taken."""
        return self._begun.is_set()

    def begin(self) -> None:
        """Take nothing new from now on; the bot stops once nothing is left to do."""
        if not self.is_on:
            _log.info("Draining: no new video is taken, and the bot stops once those in the making are done")
        self._begun.set()

    def check(self) -> None:
        """Let something new in.

        Raises:
            DrainingError: nothing new is taken.
        """
        if self.is_on:
            raise DrainingError

    async def count_left(self) -> int:
        """How many videos have no end yet, or one that their user does not know.

        Raises:
            StoreError: the database refused.
        """
        return len(await self._store.unfinished()) + len(await self._joins.untold())

    async def finished(self) -> None:
        """Wait until it was begun, and every video has its end and its user knows it."""
        await self._begun.wait()
        left = -1
        while True:
            try:
                count = await self.count_left()
            except StoreError as error:
                _log.warning("What is in the making cannot be read now (%s)", error)
            else:
                if not count:
                    _log.info("Drained: nothing is in the making any more")
                    return
                if count != left:
                    left = count
                    _log.info("Draining: %d videos are in the making", count)
            await asyncio.sleep(_LOOK_SECONDS)
