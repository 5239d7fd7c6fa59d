"""**More** under a result, and what it shows in private: what is done less often than by the buttons there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

import discord
from discord import ui

from bot.domain.job import Job
from bot.domain.redaction import Redaction
from bot.domain.result_place import ResultPlace
from cogs.ui import custom_ids
from cogs.ui.cards import Layout
from cogs.ui.custom_ids import JobCustomId
from cogs.ui.plain_button import plain_button
from cogs.ui.prompts import begin_prompt
from cogs.ui.story_parts import story_buttons
from cogs.ui.texts import ENGLISH, Texts

_PROMPT_CHARS: Final = 80
_A_ROW: Final = 3
"""Buttons beside each other; five would be allowed, and break on a phone."""


class ResultChoice(StrEnum):
    """One thing to do with a result."""

    ORIGINAL = "original"
    VIDEOS = "videos"
    SHARE = "share"
    SPOILER = "spoiler"
    DELETE = "delete"
    REPORT = "report"


_LABELS: Final[Mapping[ResultChoice, str]] = {
    ResultChoice.ORIGINAL: "menu.original",
    ResultChoice.VIDEOS: "button.my_videos",
    ResultChoice.SHARE: "menu.share",
    ResultChoice.SPOILER: "menu.spoiler",
    ResultChoice.REPORT: "button.report",
    ResultChoice.DELETE: "button.delete_result",
}


def result_menu(job: Job, texts: Texts = ENGLISH, *, mark: JobCustomId = custom_ids.MENU) -> Layout:
    """What is shown in private behind that button: the beginning of the prompt, and a button for each thing."""
    is_shown = job.is_judged and job.redaction is Redaction.NOTHING
    title = begin_prompt(job.request.prompt, _PROMPT_CHARS) if is_shown else ""
    buttons = [
        choice_button(choice, custom_ids.result_choice_custom_id(choice, job.id), texts)
        for choice in _LABELS
        if _is_offered(choice, job, mark)
    ]
    if story_buttons(job):  # its row under the result may have no room for it
        buttons.insert(1, plain_button(texts("button.edit_again"), custom_ids.EDIT.of(job.id)))
    told = f"-# {title or texts('thread.unnamed', made=job.request.media)}"
    return Layout(ui.TextDisplay(told), *button_rows(buttons))


def button_rows(buttons: Sequence[ui.Button[ui.LayoutView]]) -> list[ui.ActionRow[ui.LayoutView]]:
    """Buttons in rows that do not break on a phone."""
    return [ui.ActionRow(*buttons[at : at + _A_ROW]) for at in range(0, len(buttons), _A_ROW)]


def choice_button(choice: ResultChoice, custom_id: str, texts: Texts) -> ui.Button[ui.LayoutView]:
    """The button for one thing to do, under whatever it is done to."""
    style = discord.ButtonStyle.danger if choice is ResultChoice.DELETE else discord.ButtonStyle.secondary
    return plain_button(texts(_LABELS[choice]), custom_id, style)


def _is_offered(choice: ResultChoice, job: Job, mark: JobCustomId) -> bool:
    match choice:
        case ResultChoice.SHARE:
            return mark is custom_ids.MENU and job.is_apart and job.results is not ResultPlace.BOTH
        case ResultChoice.SPOILER:
            return not job.is_spoiler
        case _:
            return True
