"""What a server's admins set for the server as a whole."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.domain.budget import Budget
from bot.domain.moderation import ContentSettings
from bot.domain.periods import UTC_CALENDAR, Calendar
from bot.domain.result_place import ResultPlace
from bot.errors import NotAllowedError
from bot.text import Channel, text


@dataclass(frozen=True, slots=True, kw_only=True)
class GuildSettings:
    """One server's settings. ``channels`` is empty where the bot may be used everywhere.

    ``results`` is where results are posted. ``language`` is Discord's name of the language that its channels read,
    where its admins chose one.
    """

    guild_id: int
    calendar: Calendar = UTC_CALENDAR
    notice_channel_id: int | None = None
    budget: Budget = field(default_factory=Budget)
    channels: frozenset[int] = frozenset()
    language: str | None = None
    results: ResultPlace = ResultPlace.THREAD
    content: ContentSettings = field(default_factory=ContentSettings)

    def check_channel(self, channel_ids: frozenset[int]) -> None:
        """Check that a channel (or its parent: ``channel_ids`` are both) is one where the bot may be used.

        Raises:
            NotAllowedError: it is not; the sentence says where.
        """
        if self.channels and not self.channels & channel_ids:
            where = tuple(map(Channel, sorted(self.channels)[:5]))
            raise NotAllowedError(text("refusal.channel", channels=where))
