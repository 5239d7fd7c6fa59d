"""Private answers, and the one place where an error becomes a sentence."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence
from typing import Any, Final

import aiohttp
import discord
from discord import app_commands

from bot.errors import BotError
from cogs.cards import Layout

_log = logging.getLogger(__name__)
Interaction = discord.Interaction[Any]
_NOT_TO_BE_ANSWERED: Final = (10062, 40060)
"""Discord's codes for an interaction that is over (3 s have passed), and for one that was answered."""


async def answer_privately(interaction: Interaction, answer: Layout | str, files: Sequence[discord.File] = ()) -> None:
    """Answer with a card or with a sentence, so that nobody else sees it. ``files`` are those that a card shows."""
    content: dict[str, Any] = {"content": answer} if isinstance(answer, str) else {"view": answer}
    if files:
        content["files"] = list(files)
    mentions = discord.AllowedMentions.none()
    if interaction.response.is_done():
        await interaction.followup.send(**content, ephemeral=True, allowed_mentions=mentions)
    else:
        await interaction.response.send_message(**content, ephemeral=True, allowed_mentions=mentions)


async def answer_error(interaction: Interaction, error: BaseException) -> None:
    """Say what went wrong."""
    cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
    if isinstance(cause, discord.HTTPException) and cause.code in _NOT_TO_BE_ANSWERED:
        _log.warning("An answer came too late, or was there already (%s)", cause)
        return
    await try_to_answer(interaction, sentence_of(cause, channel_id=interaction.channel_id, user_id=interaction.user.id))


async def try_to_answer(interaction: Interaction, sentence: str) -> None:
    """Answer in private; where that fails, the log says so."""
    try:
        await answer_privately(interaction, sentence)
    except (discord.DiscordException, aiohttp.ClientError, OSError) as failed:
        _log.warning("A sentence could not be told: %s", failed)


def sentence_of(error: BaseException, *, channel_id: int | None, user_id: int) -> str:
    """The error's own sentence; or an id that is in the log beside the traceback."""
    sentence = error.user_message if isinstance(error, BotError) else None
    if sentence is not None:
        return sentence
    error_id = secrets.token_hex(4)
    fields = {"error_id": error_id, "user": user_id, "channel": channel_id}
    _log.error("Unexpected error %s in an interaction", error_id, exc_info=error, extra=fields)
    return f"Something went wrong on my side (error {error_id}). Nothing was charged for what you just did."
