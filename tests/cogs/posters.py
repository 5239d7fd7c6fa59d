"""The posters on cards, and how they are looked at."""

from pathlib import Path
from typing import Any

from bot.store import data_folders
from sandbox.texts import saying
from sandbox.world import World
from tests.cogs.videos import told
from tests.support import walk

DELETED = "deleted by its owner"


async def card(here: World, says: str | None = None) -> Any:
    """The card in the channel, once it says something: that the video is done."""
    words = says or saying("card.done")
    return await here.until(lambda: told(here, here.channel, words))


def shown_on(message: Any) -> list[dict[str, Any]]:
    """What a card shows beside its text."""
    return [part for part in walk(message.components) if part["type"] == 11]


def posters(folder: Path) -> list[Path]:
    """The files of posters that are kept."""
    return list(data_folders.pictures(data_folders.pictures_folder(folder / "bot.sqlite3")))
