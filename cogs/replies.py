"""Private answers, and the one place where an error becomes a sentence."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence
from typing import Any, Final

import aiohttp
import discord
from discord import app_commands, ui

from bot.errors import BotError, RefusedError
from bot.text import Text, text
from cogs.adapter.discord_errors import Meaning, meaning_of
from cogs.client import TranslatedBot
from cogs.ui.cards import Layout
from cogs.ui.custom_ids import pending_custom_id
from cogs.ui.texts import Texts, texts_of

_log = logging.getLogger(__name__)
Interaction = discord.Interaction[TranslatedBot]
_WORDS_REFUSED: Final = text("error.words_refused")
_CONTENT_CHARS: Final = 2_000
"""What a message without components holds (Discord's page on messages)."""
_SENTENCE_CHARS: Final = 1_800
"""What an error may take of it, beside what it cost."""


class Buttons(ui.View):
    """Buttons under a sentence. They are found by their custom ids, so discord.py need not keep it."""

    def __init__(self, *buttons: ui.Button[ui.View]) -> None:
        super().__init__(timeout=None)
        for button in buttons:
            self.add_item(button)
        self.stop()


async def show_form(interaction: Interaction, form: ui.Modal) -> None:
    """Answer with a form. Who is quick sends it off before the bot hears that it is open, if it ever does."""
    interaction.client.expect_form(form)
    await interaction.response.send_modal(form)


async def answer_privately(
    interaction: Interaction,
    answer: Layout | Text | str,
    files: Sequence[discord.File] = (),
    buttons: Buttons | None = None,
) -> None:
    """Answer with a card or with a sentence, so that nobody else sees it.

    ``files`` are those that a card shows; ``buttons`` stand under a sentence.
    """
    content: dict[str, Any] = {"view": answer}
    if isinstance(answer, Text | str):
        content = {"content": texts_of(interaction).within(_CONTENT_CHARS, answer)}
    if buttons is not None:
        content["view"] = buttons
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
    if isinstance(cause, discord.HTTPException) and meaning_of(cause) is Meaning.INTERACTION_OVER:
        _log.warning("An answer came too late, or was there already (%s)", cause)
        return
    if isinstance(cause, discord.HTTPException) and meaning_of(cause) is Meaning.WORDS_REFUSED:
        await try_to_answer(interaction, _WORDS_REFUSED)
        return
    texts, buttons = texts_of(interaction), None
    if isinstance(cause, RefusedError):
        buttons = refused_buttons(cause, texts)
    sentence = sentence_of(cause, texts, channel_id=interaction.channel_id, user_id=interaction.user.id)
    await try_to_answer(interaction, sentence, buttons)


async def try_to_answer(interaction: Interaction, sentence: Text | str, buttons: Buttons | None = None) -> None:
    """Answer in private; where its words are refused, in general words; where that fails too, the log says so."""
    try:
        try:
            await answer_privately(interaction, sentence, buttons=buttons)
        except discord.HTTPException as failed:
            if meaning_of(failed) is not Meaning.WORDS_REFUSED:
                raise
            await answer_privately(interaction, _WORDS_REFUSED, buttons=buttons)
    except (discord.DiscordException, aiohttp.ClientError, OSError) as failed:
        _log.warning("A sentence could not be told: %s", failed)


def refused_buttons(refused: RefusedError, texts: Texts) -> Buttons:
    """What can be done about a request that has no room now."""
    again = text("answer.try_again")
    return pending_buttons(refused.pending_id, texts, make=again, can_wait=refused.can_wait)


def pending_buttons(
    pending_id: str, texts: Texts, *, make: Text, can_wait: bool = False, can_edit: bool = True, is_asked: bool = False
) -> Buttons:
    """What can be done about a request that was not taken yet; ``make`` is what making it is called.

    ``can_wait`` says that there is room for it once another video of its user's is done, ``can_edit`` that it has a
    workbench: one for a picture has none. ``is_asked`` says that it could be made, and is asked about. What helps most
    stands out: to wait, to make it where that is asked, to edit it where it was refused.
    """

    def button(label: str, what: str, *, stands_out: bool) -> ui.Button[ui.View]:
        style = discord.ButtonStyle.primary if stands_out else discord.ButtonStyle.secondary
        return ui.Button(label=label, style=style, custom_id=pending_custom_id(what, pending_id))

    buttons = [button(texts.render(make), "make", stands_out=is_asked)]
    if can_wait:
        buttons.insert(0, button(texts("waiting.make"), "wait", stands_out=True))
    if can_edit:
        buttons.append(button(texts("answer.edit"), "edit", stands_out=not can_wait and not is_asked))
    return Buttons(*buttons)


def without_cost(sentence: str, texts: Texts) -> str:
    """A sentence that is read in the place of a video: with a line that it took no seconds."""
    return f"{sentence}\n-# {texts('common.cost.none')}"


def sentence_of(error: BaseException, texts: Texts, *, channel_id: int | None, user_id: int) -> str:
    """The error's own sentence, with what it cost; or an id that is in the log beside the traceback."""
    if isinstance(error, BotError) and error.user_message is not None:
        sentence = texts.within(_SENTENCE_CHARS, error.user_message)
        return without_cost(sentence, texts) if error.came_instead_of_a_video else sentence
    error_id = secrets.token_hex(4)
    fields = {"error_id": error_id, "user": user_id, "channel": channel_id}
    _log.error("Unexpected error %s in an interaction", error_id, exc_info=error, extra=fields)
    return texts("error.unexpected", error_id=error_id)
