"""Saved elements and drafts count in megabytes, each user's and all together, and never fill the disk."""

from pathlib import Path

import pytest

from bot.domain.reference_draft import with_more
from bot.errors import RequestError
from bot.services.library.picture_storage import PictureStorage, StorageLimits
from bot.store.library import LibraryStore
from bot.store.picture_files import PictureFiles
from sandbox.unchanged_pictures import UnchangedPictures
from sandbox.world import World, world
from tests.cogs.saved_elements import pictures_in, save
from tests.support import NOON, picture


class Read:
    """Every picture is 400,000 bytes of its own number."""

    async def read(self, one: object) -> bytes:
        return str(one).encode().ljust(400_000, b" ")


@pytest.mark.slow
async def test_a_user_saves_no_more_than_their_megabytes_and_deleting_makes_room(here: World) -> None:
    library = LibraryStore(here.parts.store.database, lambda: NOON, max_bytes_of_user=1_000_000)
    stored = [picture(n, url=f"stored:{n:064x}.png", size=400_000) for n in range(3)]
    await library.change_draft(7, lambda draft: with_more(draft, stored[:2]))
    with pytest.raises(RequestError, match="no_room"):
        await library.change_draft(7, lambda draft: with_more(draft, stored[2:]))
    assert len(await library.draft(7)) == 2
    await library.change_draft(8, lambda draft: with_more(draft, stored[2:]))
    await library.change_draft(7, lambda _: ())
    await library.change_draft(7, lambda draft: with_more(draft, stored[2:]))


async def test_the_same_picture_counts_once(tmp_path: Path, here: World) -> None:
    await save(here, "bloxy")
    [size] = [path.stat().st_size for path in (tmp_path / "bot.sqlite3.pictures").iterdir()]
    library = LibraryStore(here.parts.store.database, lambda: NOON, max_bytes_of_user=size + 10)
    mine = (await library.named(here.alice.id, 0, ["bloxy"]))["bloxy"].element.front
    await library.change_draft(here.alice.id, lambda draft: with_more(draft, [mine]))


async def test_all_users_together_save_no_more_than_the_operator_allows(tmp_path: Path) -> None:
    async with world(tmp_path, max_saved_mb=1) as here:
        storage = PictureStorage(
            Read(),
            UnchangedPictures(),
            PictureFiles(tmp_path / "pictures"),
            LibraryStore(here.parts.store.database, lambda: NOON),
            StorageLimits(most=1_000_000, least_free=0),
        )
        for number in range(2):
            [ready] = await storage.normalize([("front", picture(number))], user_id=number)
            await storage.put(ready)
        [ready] = await storage.normalize([("front", picture(3))], user_id=3)
        with pytest.raises(RequestError, match="storage_full"):
            await storage.put(ready)


async def test_where_the_disk_is_nearly_full_nothing_is_read_or_saved(tmp_path: Path, here: World) -> None:
    storage = PictureStorage(
        Read(),
        UnchangedPictures(),
        PictureFiles(tmp_path / "pictures"),
        LibraryStore(here.parts.store.database, lambda: NOON),
        StorageLimits(least_free=10**18),
    )
    with pytest.raises(RequestError, match="disk_full"):
        await storage.normalize([("front", picture(1))], user_id=7)
    assert pictures_in(tmp_path) == []
