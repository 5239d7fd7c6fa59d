"""The strip on a card: what a video is being made from, seen in the channel."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from PIL import Image

from sandbox.texts import saying
from sandbox.unchanged_pictures import UnchangedPictures
from sandbox.world import World, world
from tests.cogs.test_video import ask
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
