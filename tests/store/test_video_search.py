"""Searching in one's videos: the right ones, whatever is typed, and nobody else's."""

import random
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.job import Job, JobState
from bot.domain.moderation import Verdict
from bot.domain.policy import Policy
from bot.domain.redaction import Redaction
from bot.domain.request import Element
from bot.domain.saved_element import SavedElement
from bot.domain.video_list import MAX_SEARCH_CHARS, VideoFilter, VideoGroup, model_key, searched
from bot.store.job_store import Store
from bot.store.library import LibraryStore
from bot.store.videos import VideoStore
from sandbox.new_database import place_new_database
from tests.support import ManualClock, job, picture, request

ALICE, BOB, SERVER, ELSEWHERE = 7, 8, 9, 10
ROOMY = Policy(daily_seconds=10_000, max_active=1_000)


class Shelf:
    """A store with videos, searched as Alice in her server."""

    def __init__(self, store: Store, clock: ManualClock) -> None:
        self.store = store
        self._videos = VideoStore(store.database, clock)
        self._count = 0

    async def put(self, prompt: str, elements: dict[int, Element] | None = None, **changes: object) -> Job:
        self._count += 1
        asked = request(prompt, elements=elements or {})
        written = job(self._count, **{"request": asked, "user_id": ALICE, "guild_id": SERVER, **changes})
        await self.store.accept(written, ROOMY)
        return written

    async def elements(self) -> list[tuple[int, str]]:
        return list((await self._videos.page(VideoFilter(), ALICE, SERVER, 1)).elements)

    async def found(self, guild_id: int = SERVER, size: int = 50, **wanted: object) -> list[str]:
        page = await self._videos.page(VideoFilter(**wanted), ALICE, guild_id, size)  # type: ignore[arg-type]
        return [one.request.prompt for one in page.jobs]


@pytest.fixture
async def shelf(tmp_path: Path) -> AsyncIterator[Shelf]:
    clock = ManualClock()
    store = await Store.open(place_new_database(tmp_path / "bot.sqlite3"), clock)
    yield Shelf(store, clock)
    await store.close()


async def test_every_word_must_stand_in_the_prompt_in_any_case_and_order(shelf: Shelf) -> None:
    for prompt in ("A Red ox on a hill", "a red bird", "an ox, blue"):
        await shelf.put(prompt)
    assert await shelf.found(search="OX red") == ["A Red ox on a hill"]
    assert await shelf.found(search="ox") == ["an ox, blue", "A Red ox on a hill"]
    assert await shelf.found(search="cow") == []


async def test_letters_outside_ascii_are_found_in_either_case(shelf: Shelf) -> None:
    await shelf.put("Красный вол")
    await shelf.put("Ünder the sea")
    assert await shelf.found(search="красный") == ["Красный вол"]
    assert await shelf.found(search="ВОЛ") == ["Красный вол"]
    assert await shelf.found(search="ünder") == ["Ünder the sea"]


@pytest.mark.parametrize("typed", ["%", "_", "\\", "100%", "a_b", "c:\\d", "'; DROP TABLE jobs; --", '"', "[a-z]"])
async def test_what_means_something_to_the_database_is_looked_for_as_it_is(shelf: Shelf, typed: str) -> None:
    await shelf.put("100 aXb c:d and more")
    await shelf.put(f"with {typed} in it")
    assert await shelf.found(search=typed) == [f"with {typed} in it"]


@pytest.mark.parametrize("seed", range(20))
async def test_a_search_finds_what_a_look_at_every_prompt_finds(shelf: Shelf, seed: int) -> None:
    rng = random.Random(seed)
    prompts = ["p " + "".join(rng.choice("aAbB%_\\ '") for _ in range(8)).strip() for _ in range(30)]
    for prompt in prompts:
        await shelf.put(prompt)
    wanted = searched("".join(rng.choice("abAB%_\\ ") for _ in range(rng.randrange(1, 4))))
    expected = [one for one in prompts if all(word.lower() in one.lower() for word in wanted.split())]
    assert sorted(await shelf.found(search=wanted)) == sorted(expected), f"seed {seed}: {wanted!r}"


async def test_nobody_finds_what_others_made_or_what_was_made_in_another_server(shelf: Shelf) -> None:
    await shelf.put("ox of alice")
    await shelf.put("ox of bob", user_id=BOB)
    await shelf.put("ox elsewhere", guild_id=ELSEWHERE)
    assert await shelf.found(search="ox") == ["ox of alice"]
    assert await shelf.found(guild_id=0, search="ox") == ["ox elsewhere", "ox of alice"]


async def test_a_prompt_that_is_not_shown_is_not_found_either(shelf: Shelf) -> None:
    blocked = await shelf.put("secret ox one")
    await shelf.store.change(blocked, redaction=Redaction.PROMPT)
    await shelf.put("secret ox two", verdict=Verdict.PENDING)
    refused = await shelf.put("secret ox three")
    await shelf.store.change(refused, verdict=Verdict.REFUSED)
    await shelf.put("plain ox")
    assert await shelf.found(search="ox") == ["plain ox"]


async def test_videos_are_found_by_their_state(shelf: Shelf) -> None:
    await shelf.put("running")
    failed = await shelf.put("failed")
    await shelf.store.move(failed, JobState.FAILED, "so")
    assert await shelf.found(group=VideoGroup.RUNNING) == ["running"]
    assert await shelf.found(group=VideoGroup.FAILED) == ["failed"]
    assert await shelf.found(group=VideoGroup.DONE) == []
    assert await shelf.found(group=VideoGroup.FAILED, search="running") == []


async def test_videos_are_found_by_their_model(shelf: Shelf) -> None:
    await shelf.put("one", model="kling/o1")
    await shelf.put("two", model="veo/3")
    assert await shelf.found(model=model_key("veo/3")) == ["two"]
    assert await shelf.found(model=model_key("nothing")) == []


async def test_each_video_is_on_one_page(shelf: Shelf) -> None:
    for number in range(13):
        await shelf.put(f"ox {number}")
    for search in ("", "ox"):
        pages = [await shelf.found(size=5, page=page, search=search) for page in range(4)]
        assert [len(page) for page in pages] == [5, 5, 3, 0]
        assert sorted(prompt for page in pages for prompt in page) == sorted(f"ox {number}" for number in range(13))


def test_what_is_typed_is_searched_for_on_one_line_and_shortened() -> None:
    assert searched("  two\n words ") == "two words"
    assert len(searched("x" * 500)) == MAX_SEARCH_CHARS


async def test_videos_are_found_by_the_saved_element_in_them_for_those_who_may_use_it(shelf: Shelf) -> None:
    library = LibraryStore(shelf.store.database, ManualClock())
    mine, shared, hidden = (
        SavedElement(
            name=name,
            owner_id=owner,
            owner_name="x",
            guild_id=guild,
            element=Element(front=picture(number, filename=f"{name}-front-0000000{number}.png"), angles={}),
        )
        for number, (name, owner, guild) in enumerate((("bloxy", ALICE, 0), ("fox", BOB, SERVER), ("owl", BOB, 0)))
    )
    for saved in (mine, shared, hidden):
        await library.save(saved, 25)
        await shelf.put(f"with {saved.name}", elements={2: saved.element})
        moved = replace(saved.element.front, url="board:1/2/again.png")
        await shelf.put(f"again with {saved.name}", elements={1: Element(front=moved, angles={})})
    await shelf.put("with none")
    names = dict(await shelf.elements())
    assert sorted(names.values()) == ["bloxy", "fox"]
    numbers = {name: number for number, name in names.items()}
    assert await shelf.found(element=numbers["bloxy"]) == ["again with bloxy", "with bloxy"]
    assert await shelf.found(element=numbers["fox"]) == ["again with fox", "with fox"]
    assert await shelf.found(element=max(numbers.values()) + 1) == []
