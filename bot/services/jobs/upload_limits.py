"""Upload limits: what a server says, but never less than Discord's default; less for a day where it refused that."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.domain.clock import Clock
from bot.domain.job import Job
from bot.services.ports import Conversations

MIB: Final = 1024 * 1024
DEFAULT_LIMIT: Final = 20 * MIB
"""Discord's default since September 2026, in direct messages too; where it is not in force yet, it refuses."""
_STEPS: Final = tuple(size * MIB for size in (50, 25, 20, 10, 8, 5, 3))
_REMEMBERED_FOR: Final = timedelta(days=1)
_MOST_SERVERS: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Refusal:
    """What a server is taken to take (bytes) since it refused more; it counts while the server says the same."""

    limit: int
    said: int
    at: datetime


class UploadLimits:
    """The largest file for each server, in memory. Refusals are remembered for a day, and then tried again."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._refusals: dict[int, _Refusal] = {}

    def limit(self, guild_id: int, says: int) -> int:
        """How many bytes a file may have in a server (0: direct messages) that says so many."""
        limit = max(says, DEFAULT_LIMIT)
        refusal = self._known(guild_id, says)
        return limit if refusal is None else min(limit, refusal.limit)

    def refuse(self, guild_id: int, size: int, says: int) -> int:
        """Remember that a file of this size (bytes) was refused where so many are said to fit; the next limit to try.

        It is what the server says, or the next step below the size. Below the last step another cause must be behind
        the refusal: 0 is returned, and nothing remembered.
        """
        limit = says if size > says else next((step for step in _STEPS if step < size), 0)
        if limit:
            known = self._known(guild_id, says)
            self._refusals.pop(guild_id, None)  # so that the oldest stay first
            least = limit if known is None else min(limit, known.limit)
            self._refusals[guild_id] = _Refusal(limit=least, said=says, at=self._clock())
            if len(self._refusals) > _MOST_SERVERS:
                del self._refusals[next(iter(self._refusals))]
        return limit

    def _known(self, guild_id: int, says: int) -> _Refusal | None:
        refusal = self._refusals.get(guild_id)
        if refusal is None or refusal.said != says or self._clock() - refusal.at >= _REMEMBERED_FOR:
            return None
        return refusal


class FileLimit:
    """How many bytes the file of one message may have, less after each refusal; ``tried`` is the last one's size."""

    def __init__(self, limits: UploadLimits, conversations: Conversations) -> None:
        self._limits = limits
        self._conversations = conversations
        self._most = sys.maxsize
        self._guild_id = self._says = 0
        self.tried = 0

    async def of_place(self, job: Job, place_id: int) -> int:
        """The limit of the place that is tried next.

        Raises:
            DiscordUnavailable: Discord does not say now.
        """
        self._guild_id = self._conversations.guild_of(job, place_id)
        self._says = await self._conversations.upload_limit(job, place_id)
        return min(self._most, self._limits.limit(self._guild_id, self._says))

    def refuse(self) -> int:
        """Take less from now on, since the place refused what was tried; 0 where the size is not why."""
        self._most = self._limits.refuse(self._guild_id, self.tried, self._says)
        return self._most
