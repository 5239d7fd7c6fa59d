"""Notices on Discord: a text in a channel, which pings nobody."""

from __future__ import annotations

import discord

from bot.errors import DiscordUnavailable, PlaceGone
from bot.text import Text
from cogs.adapter.messages import translated
from cogs.ui.texts import ENGLISH


class DiscordNoticeBoard:
    """Implements ``bot.services.spending.notices.NoticeBoard`` with a discord.py client."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client

    def words(self, text: Text | str) -> str:
        """A text as it reads."""
        return ENGLISH.render(text)

    async def post(self, channel_id: int, text: str, *, nonce: str) -> None:
        """Send it, with the bot's own token."""
        if not self._client.is_ready():
            raise DiscordUnavailable("not connected yet")
        async with translated():
            channel = self._client.get_channel(channel_id) or await self._client.fetch_channel(channel_id)
            if not isinstance(channel, discord.abc.Messageable):
                raise PlaceGone(f"channel {channel_id} takes no messages")
            await channel.send(text, allowed_mentions=discord.AllowedMentions.none(), nonce=nonce)
