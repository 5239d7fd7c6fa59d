"""The card of a video that is done shows its poster, as its message shows the video: hidden, or not at all."""

from pathlib import Path

import pytest

from bot.domain.job import Phase
from bot.store import data_folders
from bot.store.picture_files import PictureFiles
from cogs.adapter.conversations import DiscordConversations
from sandbox.texts import saying
from sandbox.unchanged_pictures import UnchangedPictures
from sandbox.world import World
from tests.cogs.admins import rows
from tests.cogs.posters import DELETED, card, posters, shown_on
from tests.cogs.results import result
from tests.cogs.spoilers import HIDDEN
from tests.cogs.videos import ask, in_thread, made
from tests.support import choose, links_of, text_of


async def test_the_card_of_a_video_shows_its_poster_and_leads_to_it(tmp_path: Path, here: World) -> None:
    ready = await result(here)
    done = await card(here)
    [thumbnail] = shown_on(done)
    url = thumbnail["media"]["url"]
    assert url.endswith("poster.jpg")
    picture = here.env.backend.cdn.get(url)
    assert picture is not None
    assert picture[:2] == b"\xff\xd8"
    assert len(picture) < 100_000
    assert str(ready.id) in text_of(done)
    assert links_of(done) == []
    [(poster,)] = rows(tmp_path, "SELECT poster FROM jobs")
    assert poster.removeprefix("stored:") in [path.name for path in posters(tmp_path)]


async def test_the_poster_of_a_hidden_video_is_hidden(here: World) -> None:
    await ask(here, image1=HIDDEN)
    here.oxen.succeed(await made(here))
    [item] = shown_on(await card(here))
    assert item["spoiler"]
    assert item["media"]["url"].endswith("SPOILER_poster.jpg")


async def test_the_poster_goes_with_the_video(tmp_path: Path, here: World) -> None:
    ready = await result(here)
    assert shown_on(await card(here))
    await choose(here.alice, ready, "delete")
    gone = await card(here, DELETED)
    assert shown_on(gone) == []
    assert gone.attachments == []
    await here.parts.services.picture_storage.collect_garbage()
    assert posters(tmp_path) == []


async def test_what_discord_blocks_as_explicit_has_no_poster(tmp_path: Path, here: World) -> None:
    await ask(here)
    generation = await made(here)
    here.env.inject_error("POST", "/channels/*/messages", status=400, code=20009)
    here.oxen.succeed(generation)
    await in_thread(here, saying("result.blocked"))
    assert shown_on(await card(here)) == []
    assert posters(tmp_path) == []


async def test_a_poster_that_discord_refuses_costs_the_card_nothing_else(tmp_path: Path, here: World) -> None:
    await result(here)
    assert shown_on(await card(here))
    [(job_id,)] = rows(tmp_path, "SELECT id FROM jobs")
    files = PictureFiles(data_folders.pictures_folder(tmp_path / "bot.sqlite3"))
    bot = here.parts.bot
    conversations = DiscordConversations(bot, UnchangedPictures(), files, catalogues=bot.catalogues)
    here.env.inject_error("PATCH", "/channels/*/messages/*", status=400, code=20009)
    await conversations.show_card(await here.parts.store.job(job_id), Phase.DONE)
    assert shown_on(await card(here)) == []


@pytest.mark.slow
async def test_a_poster_is_forgotten_with_whoever_asked(tmp_path: Path, here: World) -> None:
    await result(here)
    await card(here)
    assert posters(tmp_path)
    await here.parts.jobs.cards.finish(5)
    assert await here.parts.services.retention.forget(here.alice.id) == 0
    assert posters(tmp_path) == []


async def test_a_poster_is_not_tidied_away_while_its_video_is_being_sent(tmp_path: Path, here: World) -> None:
    storage = here.parts.services.picture_storage
    async with storage.holding([b"poster"], "jpg"):
        await storage.collect_garbage()
        assert len(posters(tmp_path)) == 1
    await storage.collect_garbage()
    assert posters(tmp_path) == []
