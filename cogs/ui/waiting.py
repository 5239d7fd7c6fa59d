"""Requests that wait until one of their user's videos is done: what is said of them, and their buttons."""

from __future__ import annotations

from typing import Final

from discord import ui

from bot.domain.gate import Purpose
from bot.domain.waiting_request import WaitingRequest
from bot.text import text
from cogs.interaction_context import actor_of
from cogs.replies import Buttons, Interaction, answer_privately
from cogs.ui import custom_ids
from cogs.ui.button_base import ButtonBase
from cogs.ui.prompts import begin_prompt
from cogs.ui.texts import Texts, texts_of

_PROMPT_CHARS: Final = 80


async def let_it_wait(interaction: Interaction, pending_id: str) -> None:
    """Have a refused request wait for its turn, and say in private where it stands.

    Raises:
        BotError: with a sentence; it does not wait.
    """
    ahead = await interaction.client.services.waiting_requests.add(pending_id, actor_of(interaction))
    await answer_with_standing(interaction, pending_id, ahead)


async def answer_with_standing(interaction: Interaction, waiting_id: str, ahead: int) -> None:
    """Say in private how many go first, with a button to cancel."""
    texts = texts_of(interaction)
    said = texts("waiting.ahead", ahead=ahead) if ahead else texts("waiting.queued")
    buttons = Buttons(_cancel_button(waiting_id, texts("waiting.cancel")))
    await answer_privately(interaction, f"{said}\n-# {texts('common.cost.none_yet')}", buttons=buttons)


async def show_waiting(interaction: Interaction) -> None:
    """Say in private what of one's own waits, each with a button to cancel it; nothing where nothing does."""
    waiting = await interaction.client.services.waiting_requests.of_user(interaction.user.id)
    if waiting:
        texts = texts_of(interaction)
        labels = [texts("waiting.cancel_one", number=number) for number in range(1, len(waiting) + 1)]
        buttons = [_cancel_button(one.id, label) for one, label in zip(waiting, labels, strict=True)]
        await answer_privately(interaction, waiting_lines(waiting, texts), buttons=Buttons(*buttons))


def waiting_lines(waiting: list[WaitingRequest], texts: Texts) -> str:
    """What waits, a line for each request."""
    lines = [
        f"{number}. {begin_prompt(one.request.prompt, _PROMPT_CHARS)}" for number, one in enumerate(waiting, start=1)
    ]
    return "\n".join([texts("waiting.list", count=len(waiting)), *lines])


def _cancel_button(waiting_id: str, label: str) -> ui.Button[ui.View]:
    return ui.Button(label=label, custom_id=custom_ids.waiting_custom_id(waiting_id))


class CancelWaitingButton(ButtonBase, template=custom_ids.WAITING):
    """Under what waits: take it out of the queue."""

    purpose = Purpose.OWN

    async def press(self, interaction: Interaction) -> None:
        """Cancel it."""
        await interaction.client.services.waiting_requests.cancel(self.given["waiting"], interaction.user.id)
        await answer_privately(interaction, text("waiting.canceled"))
