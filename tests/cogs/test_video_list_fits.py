"""The list of one's videos at its longest is one that Discord takes, and what it shows survives in its controls."""

import random
import re

import pytest

from bot.domain.job import Job, JobState
from bot.domain.story import Shot
from bot.domain.video_list import MAX_SEARCH_CHARS, Story, VideoFilter, VideoGroup, VideoPage, model_key
from bot.services.jobs.video_list import PAGE_SIZE
from bot.text import Quote, text
from cogs.ui import custom_ids
from cogs.ui.video_list import custom_id_of, filter_of, one_video, video_list
from tests.support import job, request, walk

LONGEST = VideoFilter(
    search="😀" * MAX_SEARCH_CHARS,
    group=VideoGroup.DONE,
    story_id="f" * 16,
    element=999_999_999_999,
    model=model_key("veo"),
    page=9_999,
)


def shot(number: int, **changes: object) -> Job:
    """A shot with as much to say as there can be."""
    values = {
        "request": request("*long* @Image1 " * 160),
        "shot": Shot(story_id="f" * 16, number=number, count=12, is_retake=True),
        "state": JobState.DELIVERED,
        "outcome_place_id": 2**62,
        "outcome_message_id": 2**62,
        "guild_id": 2**62,
    }
    return job(number, **{**values, **changes})


def components(card: object) -> list[dict[str, object]]:
    return list(walk(card.to_components()))  # type: ignore[attr-defined]


def check(card: object) -> None:
    """Discord's limits for one message (its pages on components and on selects)."""
    found = components(card)
    assert len(found) <= 40
    assert sum(len(str(item["content"])) for item in found if item["type"] == 10) <= 4_000
    ids = [str(item["custom_id"]) for item in found if "custom_id" in item]
    assert len(ids) == len(set(ids))
    assert max(map(len, ids), default=0) <= 100
    for item in found:
        options = item.get("options") or []
        assert isinstance(options, list)
        assert len(options) <= 25
        assert len({option["value"] for option in options}) == len(options)
        assert all(1 <= len(option["label"]) <= 100 for option in options)


def test_the_longest_list_fits_one_message() -> None:
    story = [shot(number) for number in range(1, 13)]
    stories = [Story(first=shot(1, shot=Shot(story_id=f"{n:016x}", number=1, count=12)), count=12) for n in range(10)]
    failed = shot(20, state=JobState.FAILED, reason=text("reason.made_said", said=Quote("dark " * 200)))
    kept = [shot(20 + n, state=JobState.UNDELIVERABLE) for n in range(1, PAGE_SIZE)]
    elements = [(n, "W" * 32) for n in range(10)]
    page = VideoPage(jobs=[failed, *kept], has_more=True, stories=stories, elements=elements)
    check(video_list(page, LONGEST, story))
    check(one_video(story[-1], story))


@pytest.mark.parametrize("here", [0, 20, 39])
def test_a_story_of_forty_shots_fits_and_shows_those_around_the_one_that_is_looked_at(here: int) -> None:
    story = [shot(number) for number in range(1, 41)]
    page = VideoPage(jobs=story[:PAGE_SIZE], has_more=True, stories=[Story(first=story[0], count=40)])
    check(video_list(page, LONGEST, story))
    opened = one_video(story[here], story)
    check(opened)
    [strip] = [str(item["content"]) for item in components(opened) if "→" in str(item.get("content"))]
    assert f"**shot {here + 1}**" in strip
    assert strip.count("](<") == 11


def test_an_empty_page_offers_the_way_back() -> None:
    shown = video_list(VideoPage(jobs=[], has_more=False), VideoFilter(search="x", page=3))
    labels = [item.get("label") for item in components(shown) if item["type"] == 2]
    assert labels == ["Previous"]


@pytest.mark.parametrize("seed", range(50))
def test_what_a_list_shows_is_read_from_each_of_its_controls(seed: int) -> None:
    rng = random.Random(seed)
    shown = VideoFilter(
        search="".join(rng.choice("ab:%\\ é雪'") for _ in range(rng.randrange(MAX_SEARCH_CHARS))).strip(),
        group=rng.choice([None, *VideoGroup]),
        story_id=rng.choice([None, f"{rng.randrange(2**64):016x}"]),
        element=rng.choice([None, rng.randrange(10**12)]),
        model=rng.choice([None, model_key(str(seed))]),
        page=rng.randrange(10_000),
    )
    custom_id = custom_id_of("page", shown)
    match = re.fullmatch(custom_ids.VIDEO_LIST, custom_id)
    assert match is not None
    assert filter_of(match.groupdict()) == shown
