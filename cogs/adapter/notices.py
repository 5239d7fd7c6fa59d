"""Notices on Discord: a text in a channel, which pings nobody."""

from __future__ import annotations

from typing import Final

import discord

from bot.errors import DiscordUnavailable, PlaceGone
from bot.services.languages import Languages
from bot.text import Text
from cogs.adapter.messages import translated
from cogs.ui.texts import PLAIN_ENGLISH, Catalogues, Texts, server_locale

_MESSAGE_CHARS: Final = 2_000


class DiscordNoticeBoard:
    """Implements ``bot.services.spending.notices.NoticeBoard`` with a discord.py client."""

    def __init__(
        self, client: discord.Client, languages: Languages | None = None, catalogues: Catalogues | None = None
    ) -> None:
        self._client = client
        self._languages = languages
        self._catalogues = catalogues or Catalogues()

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
            texts = await self._texts_of(channel)
            for number, part in enumerate(_parts(texts.render(text))):
                part_nonce = f"{nonce}-{number}" if number else nonce
                await channel.send(part, allowed_mentions=discord.AllowedMentions.none(), nonce=part_nonce)

    async def _texts_of(self, channel: object) -> Texts:
        """The texts in the language of the server that a channel is in."""
        if self._languages is None:
            return self._catalogues.of(None)
        return self._catalogues.of(await server_locale(getattr(channel, "guild", None), self._languages))


def _parts(words: str) -> list[str]:
    """A text in pieces that each fit in a message."""
    return [words[start : start + _MESSAGE_CHARS] for start in range(0, len(words), _MESSAGE_CHARS)]
