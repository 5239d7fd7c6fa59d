"""Bursts: how often one person may ask in a short while, so that nobody floods the database or Discord."""

from __future__ import annotations

from typing import Final

import discord
from limits import RateLimitItem, RateLimitItemPerMinute, RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from cogs.replies import Interaction, try_to_answer

TOO_MANY: Final = "That's a lot at once. Please wait a few seconds. Nothing was charged."
_WINDOW_SECONDS: Final = 10


class CommandRateLimit:
    """How often each user may ask for something: half of a minute's within ten seconds. A restart forgets them."""

    def __init__(self, per_minute: int) -> None:
        self._bursts: tuple[RateLimitItem, ...] = (
            RateLimitItemPerSecond(max(1, per_minute // 2), _WINDOW_SECONDS),
            RateLimitItemPerMinute(per_minute),
        )
        self._words = RateLimitItemPerMinute(1, namespace="words")
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def take(self, user_id: int) -> bool:
        """Take one; whether there was one."""
        return all(self._limiter.hit(burst, str(user_id)) for burst in self._bursts)

    def take_words(self, user_id: int) -> bool:
        """Whether to tell somebody in public that it was too much: once a minute."""
        return self._limiter.hit(self._words, str(user_id))

    async def check(self, interaction: Interaction) -> bool:
        """Let a command or a press through, or say that it was too many. Completing what is typed is free.

        What Discord delivers a second time has its answer already.
        """
        if interaction.type is discord.InteractionType.autocomplete:
            return True
        if not interaction.client.is_new(interaction.id):
            return False
        if self.take(interaction.user.id):
            return True
        await try_to_answer(interaction, TOO_MANY)
        return False
