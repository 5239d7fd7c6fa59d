"""The list under a video: what is done with it less often than its buttons do."""

from __future__ import annotations

from enum import StrEnum

import discord
from discord import ui

from bot.domain.job import Job
from bot.services.ports import Original
from bot.text import Bytes
from cogs.ui import custom_ids
from cogs.ui.texts import Texts


class ResultChoice(StrEnum):
    """A line of the list."""

    ORIGINAL = "original"
    VIDEOS = "videos"
    SHARE = "share"
    SPOILER = "spoiler"
    DELETE = "delete"
    REPORT = "report"


def result_menu(job: Job, original: Original | None, texts: Texts) -> ui.Select[ui.LayoutView]:
    """The list for a job's video; ``original`` is what there is beside what its message shows."""
    options = [
        discord.SelectOption(label=texts(f"menu.{choice}"), value=choice)
        for choice in ResultChoice
        if _is_offered(choice, original)
    ]
    if original is not None:
        options[0].label = _original_label(original, texts)
    return ui.Select(custom_id=custom_ids.MENU.of(job.id), placeholder=texts("menu.more"), options=options)


def _is_offered(choice: ResultChoice, original: Original | None) -> bool:
    match choice:
        case ResultChoice.ORIGINAL:
            return original is not None
        case ResultChoice.SHARE | ResultChoice.SPOILER:
            return False
        case _:
            return True


def _original_label(original: Original, texts: Texts) -> str:
    size = Bytes(original.size)
    if original.lines:
        return texts("button.original", lines=str(original.lines), size=size)
    return texts("button.original_size", size=size)
