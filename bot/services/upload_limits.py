"""Upload limits: what a server says, unless it was seen to take less."""

from __future__ import annotations

from bot.domain.clock import Clock
from bot.domain.uploads import limit_now, next_rung
from bot.store.store import Store


class UploadLimits:
    """Learns from refusals, so that the next video does not try again; and from successes above what it learned."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def limit(self, guild_id: int, says: int) -> int:
        """How many bytes a file may have in a server that says so many."""
        return limit_now(says, await self._store.upload_limit(guild_id), self._clock())

    async def refused(self, guild_id: int, size: int, says: int) -> int:
        """A file of this size was refused where so many bytes are said to fit: remember the next rung, and give it.

        No server has a limit below the last rung. A refusal there has another cause, so nothing is learned from it.
        """
        rung = next_rung(size)
        if rung:
            await self._store.lower_upload_limit(guild_id, rung, says)
        return rung

    async def accepted(self, guild_id: int, size: int, says: int) -> None:
        """A file of this size was taken: what was learned cannot be less."""
        learned = await self._store.upload_limit(guild_id)
        if learned is not None and learned.max_bytes < size:
            await self._store.lift_upload_limit(guild_id, size, says)
