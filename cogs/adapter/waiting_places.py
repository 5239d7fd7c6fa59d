"""Where requests that waited were asked, on Discord: who their users are now, and telling that one was not made."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any, Final

import discord

from bot.domain.actor import Actor
from bot.domain.waiting_request import WaitingRequest
from bot.errors import DiscordUnavailable, PlaceGone, WordsRefused
from bot.services.jobs.waiting_requests import Place
from bot.text import Text, User, text
from cogs.adapter.messages import translated
from cogs.interaction_context import is_age_restricted, parent_of, role_ids
from cogs.permissions import may_use_commands, missing_permissions, own_permissions
from cogs.replies import pending_buttons, without_cost
from cogs.ui.texts import Catalogues, Texts

_TRY_AGAIN: Final = text("answer.try_again")


class DiscordWaitingPlaces:
    """Implements ``bot.services.jobs.waiting_requests.Places`` with a discord.py client."""

    def __init__(self, client: discord.Client, catalogues: Catalogues) -> None:
        self._client = client
        self._catalogues = catalogues

    async def look_up(self, waiting: WaitingRequest) -> Place:
        """The place and its user as they are now; roles are asked for, since none are kept."""
        if not self._client.is_ready():
            raise DiscordUnavailable("not connected yet")
        actor = Actor(
            user_id=waiting.user_id,
            guild_id=waiting.guild_id,
            channel_id=waiting.channel_id,
            is_answered_in_public=True,
            guild_locale=waiting.locale,  # what the channel read when it was asked
            user_locale=waiting.user_locale,
        )
        if not waiting.guild_id:
            return Place(actor=actor)
        guild = self._client.get_guild(waiting.guild_id)
        if guild is None:
            raise PlaceGone(f"not in a server {waiting.guild_id}")
        async with translated():
            channel = guild.get_channel_or_thread(waiting.channel_id) or await guild.fetch_channel(waiting.channel_id)
            member = await guild.fetch_member(waiting.user_id)
        granted = own_permissions(channel)
        return Place(
            actor=replace(
                actor,
                parent_id=parent_of(channel),
                role_ids=role_ids(member),
                can_use_commands=may_use_commands(member, channel),
                is_age_restricted=is_age_restricted(channel),
            ),
            missing=() if granted is None else tuple(missing_permissions(granted, channel)),
        )

    async def tell_refusal(self, waiting: WaitingRequest) -> None:
        """Say it in the channel, else in a direct message; it pings its user alone."""
        if not self._client.is_ready():
            raise DiscordUnavailable("not connected yet")
        place = self._client.get_partial_messageable(waiting.channel_id, guild_id=waiting.guild_id or None)
        try:
            await self._tell(waiting, place, self._catalogues.of(waiting.locale))
        except PlaceGone:
            if not waiting.guild_id:
                raise
            async with translated():
                direct = await self._client.create_dm(discord.Object(waiting.user_id))
            await self._tell(waiting, direct, self._catalogues.of(waiting.user_locale or waiting.locale))

    async def _tell(self, waiting: WaitingRequest, place: discord.abc.Messageable, texts: Texts) -> None:
        try:
            await self._send(waiting, place, texts, waiting.refusal)
        except WordsRefused:
            await self._send(waiting, place, texts, None)

    async def _send(
        self, waiting: WaitingRequest, place: discord.abc.Messageable, texts: Texts, why: Text | None
    ) -> None:
        user = User(waiting.user_id)
        said = text("waiting.not_made", user=user) if why is None else text("waiting.refused", user=user, why=why)
        sent: dict[str, Any] = {"view": pending_buttons(waiting.id, texts, make=_TRY_AGAIN)}
        mentions = discord.AllowedMentions(everyone=False, roles=False, users=[discord.Object(waiting.user_id)])
        nonce = hashlib.sha256(f"waiting/{waiting.id}/{waiting.queued_at}".encode()).hexdigest()[:24]
        async with translated():
            await place.send(without_cost(texts.render(said), texts), nonce=nonce, allowed_mentions=mentions, **sent)
