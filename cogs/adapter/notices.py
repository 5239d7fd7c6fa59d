"""Notices on Discord: a text in a channel, which pings nobody."""

from __future__ import annotations

from typing import Final

import discord

from bot.errors import DiscordUnavailable, PlaceGone
from bot.text import Text
from cogs.adapter.messages import translated
from cogs.ui.texts import PLAIN_ENGLISH, texts_of_channel

_MESSAGE_CHARS: Final = 2_000


class DiscordNoticeBoard:
    """Implements ``bot.services.spending.notices.NoticeBoard`` with a discord.py client."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client

    def in_plain_words(self, text: Text) -> str:
        """A text as it stands in a log."""
        return PLAIN_ENGLISH.render(text)

    async def post(self, channel_id: int, text: Text, *, nonce: str) -> None:
        """Send it, with the bot's own token."""
        if not self._client.is_ready():
            raise DiscordUnavailable("not connected yet")
        async with translated():
            channel = self._client.get_channel(channel_id) or await self._client.fetch_channel(channel_id)
            if not isinstance(channel, discord.abc.Messageable):
                raise PlaceGone(f"channel {channel_id} takes no messages")
            for number, part in enumerate(_parts(texts_of_channel(channel_id).render(text))):
                part_nonce = f"{nonce}-{number}" if number else nonce
                await channel.send(part, allowed_mentions=discord.AllowedMentions.none(), nonce=part_nonce)


def _parts(words: str) -> list[str]:
    """A text in pieces that each fit in a message."""
    return [words[start : start + _MESSAGE_CHARS] for start in range(0, len(words), _MESSAGE_CHARS)]
