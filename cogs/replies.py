"""Private answers, and the one place where an error becomes a sentence."""

from __future__ import annotations

import logging
import secrets
from typing import Any

import discord
from discord import app_commands

from bot.errors import BotError
from cogs.cards import Layout

_log = logging.getLogger(__name__)
Interaction = discord.Interaction[Any]


async def answer_privately(interaction: Interaction, answer: Layout | str) -> None:
    """Answer with a card or with a sentence, so that nobody else sees it."""
    content: dict[str, Any] = {"content": answer} if isinstance(answer, str) else {"view": answer}
    mentions = discord.AllowedMentions.none()
    if interaction.response.is_done():
        await interaction.followup.send(**content, ephemeral=True, allowed_mentions=mentions)
    else:
        await interaction.response.send_message(**content, ephemeral=True, allowed_mentions=mentions)


async def answer_error(interaction: Interaction, error: BaseException) -> None:
    """Say what went wrong: the error's own sentence, or an id that is in the log beside the traceback."""
    cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
    sentence = cause.user_message if isinstance(cause, BotError) else None
    if sentence is None:
        error_id = secrets.token_hex(4)
        fields = {"error_id": error_id, "user": interaction.user.id, "channel": interaction.channel_id}
        _log.error("Unexpected error %s in an interaction", error_id, exc_info=cause, extra=fields)
        sentence = f"Something went wrong on my side (error {error_id}). Nothing was charged for what you just did."
    try:
        await answer_privately(interaction, sentence)
    except discord.HTTPException as failed:
        _log.warning("An error could not be told: %s", failed)
