"""The strip on a card: what a video is being made from, seen in the channel."""

from __future__ import annotations

import io
from collections.abc import Hashable, Sequence
from pathlib import Path
from typing import Any

from PIL import Image

from bot.store.picture_files import PictureFiles
from cogs.adapter.messages import JobMessages
from cogs.adapter.reference_board import ReferenceBoard
from sandbox.texts import saying
from sandbox.unchanged_pictures import UnchangedPictures
from sandbox.world import World, world
from tests.cogs.videos import ask
from tests.support import alternative_texts, media_of, png, text_of, walk

MAKING = saying("card.making")


async def card(here: World, words: str) -> Any:
    """The card, once it says this."""
    return await here.until(lambda: next((m for m in here.channel.history() if words in text_of(m)), None))


async def test_a_card_shows_the_references_in_one_strip_until_the_video_is_done(tmp_path: Path) -> None:
    async with world(tmp_path, seconds=None) as here:
        await ask(here, image2=png(seed=2), element1_front=png(seed=3), element1_angle1=png(seed=4))
        generation = await here.oxen.wait_for_generation()
        shown = await card(here, MAKING)
        [url] = media_of(shown)
        assert url.endswith("/references.webp")
        assert alternative_texts(shown) == ["@Image1, @Image2, @Element1"]
        data = here.env.backend.cdn.get(url)
        assert data is not None
        strip = Image.open(io.BytesIO(data))
        assert (strip.height, strip.width // strip.height) == (96, 4)
        here.oxen.start(generation.id)
        here.oxen.succeed(generation.id)
        done = await card(here, saying("card.done"))
        assert "references.webp" not in str(done.components)
        assert [one.filename for one in done.attachments] in ([], ["poster.jpg"])


async def test_a_strip_is_hidden_where_the_references_are(tmp_path: Path) -> None:
    async with world(tmp_path, seconds=None) as here:
        await ask(here, spoiler=True)
        shown = await card(here, MAKING)
        assert [url.rpartition("/")[2] for url in media_of(shown)] == ["SPOILER_references.webp"]
        [gallery] = [item for item in walk(shown.components) if item["type"] == 12]
        assert gallery["items"][0]["spoiler"]


async def test_a_card_goes_without_a_strip_where_there_are_no_thumbnails(tmp_path: Path) -> None:
    async with world(tmp_path, seconds=None, normalizer=UnchangedPictures()) as here:
        await ask(here)
        assert media_of(await card(here, MAKING)) == []


async def test_after_a_restart_the_strip_is_taken_from_the_card(tmp_path: Path) -> None:
    async with world(tmp_path, seconds=None) as here:
        await ask(here, prompt="@Image1 beside @Image2", image2=png(seed=2))
        [url] = media_of(await card(here, MAKING))
        [job] = await here.parts.store.unfinished()
        board = fresh_board(here, tmp_path)
        assert await board.strip(job) == here.env.backend.cdn.get(url)
        assert board.forget(job)


async def test_after_a_restart_a_card_without_a_strip_stays_as_it_is(tmp_path: Path) -> None:
    async with world(tmp_path, seconds=None, normalizer=UnchangedPictures()) as here:
        await ask(here)
        await card(here, MAKING)
        [job] = await here.parts.store.unfinished()
        assert await fresh_board(here, tmp_path).strip(job) is None


async def test_a_strip_is_made_once_however_often_its_card_is_edited(tmp_path: Path) -> None:
    async with world(tmp_path, seconds=None) as here:
        here.parts.discord.adapter.board.strips = strips = CountedStrips()
        await ask(here)
        shown = await card(here, MAKING)
        [job] = await here.parts.store.unfinished()
        assert await here.parts.discord.adapter.board.strip(job) == here.env.backend.cdn.get(media_of(shown)[0])
        assert strips.made == 1


class CountedStrips:
    """A maker of strips that counts them."""

    def __init__(self) -> None:
        self.made = 0

    async def strip(self, thumbnails: Sequence[bytes], *, user: Hashable = None) -> bytes:
        """The first thumbnail."""
        self.made += 1
        return thumbnails[0]


def fresh_board(here: World, folder: Path) -> ReferenceBoard:
    """The board as it is after a restart: it remembers nothing."""
    return ReferenceBoard(
        JobMessages(here.parts.bot), UnchangedPictures(), PictureFiles(folder / "pictures"), here.parts.media.web
    )
