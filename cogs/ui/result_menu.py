"""The list under a video: what is done with it less often than its buttons do."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

import discord
from discord import ui

from bot.domain.job import Job
from bot.domain.result_place import ResultPlace
from bot.services.ports import Original
from bot.text import Bytes
from cogs.ui import custom_ids
from cogs.ui.custom_ids import JobCustomId
from cogs.ui.texts import Texts


class ResultChoice(StrEnum):
    """A line of the list."""

    ORIGINAL = "original"
    VIDEOS = "videos"
    SHARE = "share"
    SPOILER = "spoiler"
    DELETE = "delete"
    REPORT = "report"


_LABELS: Final[Mapping[ResultChoice, str]] = {
    ResultChoice.VIDEOS: "button.my_videos",
    ResultChoice.SHARE: "menu.share",
    ResultChoice.SPOILER: "menu.spoiler",
    ResultChoice.DELETE: "button.delete_result",
    ResultChoice.REPORT: "button.report",
}


def result_menu(
    job: Job, original: Original | None, texts: Texts, *, mark: JobCustomId = custom_ids.MENU
) -> ui.Select[ui.LayoutView]:
    """The list for a job's video; ``original`` is what there is beside what its message shows."""
    options = []
    if original is not None:
        options.append(discord.SelectOption(label=_original_label(original, texts), value=ResultChoice.ORIGINAL))
    options += [
        discord.SelectOption(label=texts(key), value=choice)
        for choice, key in _LABELS.items()
        if _is_offered(choice, job, mark)
    ]
    return ui.Select(custom_id=mark.of(job.id), placeholder=texts("menu.more"), options=options)


def _is_offered(choice: ResultChoice, job: Job, mark: JobCustomId) -> bool:
    match choice:
        case ResultChoice.SHARE:
            return mark is custom_ids.MENU and job.is_apart and job.results is not ResultPlace.BOTH
        case ResultChoice.SPOILER:
            return not job.is_spoiler
        case _:
            return True


def _original_label(original: Original, texts: Texts) -> str:
    size = Bytes(original.size)
    if original.lines:
        return texts("button.original", lines=str(original.lines), size=size)
    return texts("button.original_size", size=size)
