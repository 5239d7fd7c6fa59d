"""Boards of references, found again by a process that did not post them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bot.domain.job import Job
from bot.services.ports import Posted
from bot.store.picture_files import PictureFiles
from cogs.adapter.messages import JobMessages
from cogs.adapter.reference_board import ReferenceBoard
from sandbox.unchanged_pictures import UnchangedPictures
from sandbox.world import World


async def found_again(here: World, folder: Path) -> tuple[Job, Mapping[str, Posted]]:
    """The unfinished job, and its references as the next process has them when it posts them again."""
    [job] = await here.parts.store.unfinished()
    board = ReferenceBoard(JobMessages(here.parts.bot), UnchangedPictures(), PictureFiles(folder / "pictures"))
    return job, await board.post(job, again=True)
