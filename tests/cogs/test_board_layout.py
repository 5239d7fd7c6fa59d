"""How the references stand on their board: all of them seen, in few rows, and the whole prompt once."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from cogs.ui.cards import BoardEntry, reference_board
from sandbox.discord.layout import check_layout
from sandbox.texts import saying
from sandbox.world import World
from tests.cogs.boards import found_again
from tests.cogs.videos import ask, in_thread, made
from tests.support import picture, png, request, walk

SENTENCES = (
    "Take @Image1 as the start frame, put the others into it and keep their light. " + "The ox turns around. " * 40
)
WORDS = "the ox of @Image1 walks on and on " * 30


def board(prompt: str, count: int, spoiler: int = 0) -> list[dict[str, Any]]:
    """The board of so many pictures, as Discord is sent it; the one with that number is hidden."""
    asked = request(prompt, images={number: picture(number) for number in range(1, count + 1)})
    entries = [
        BoardEntry(view=view, filename=f"{view.key}.png", notes=(), is_spoiler=view.key == f"image{spoiler}")
        for view in asked.views()
    ]
    sent: list[dict[str, Any]] = reference_board(asked, entries, is_first=True).to_components()  # type: ignore[no-untyped-call]
    check_layout(sent, v2=True, has_file=lambda _name: True)
    return sent


def words_of(sent: list[dict[str, Any]]) -> str:
    """Everything it says, as one line without markup."""
    shown = [re.sub(r"^-# ", "", item["content"]) for item in walk(sent) if item["type"] == 10]
    return " ".join(shown).replace("*", "").replace("\\", "")


def pictures_of(sent: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What stands beside words, and what stands in the gallery."""
    items = list(walk(sent))
    return [i for i in items if i["type"] == 11], [e for i in items if i["type"] == 12 for e in i["items"]]


@pytest.mark.parametrize(("count", "beside"), [(1, 0), (2, 0), (3, 0), (4, 1), (5, 0), (6, 0), (7, 1)])
def test_a_picture_that_would_take_a_row_by_itself_stands_beside_the_prompt(count: int, beside: int) -> None:
    thumbnails, gallery = pictures_of(board(SENTENCES, count))
    assert (len(thumbnails), len(gallery)) == (beside, count - beside)
    assert [entry["description"][:7] for entry in [*thumbnails, *gallery]] == [
        f"@Image{n}" for n in range(1, count + 1)
    ]


@pytest.mark.parametrize("prompt", [SENTENCES, WORDS, "@Image1 dances"])
@pytest.mark.parametrize("count", [1, 7])
def test_the_whole_prompt_is_read_once_wherever_it_is_parted(prompt: str, count: int) -> None:
    assert words_of(board(prompt, count)).endswith(" ".join(prompt.split()))


def test_what_stands_beside_the_picture_ends_with_a_sentence_where_one_ends() -> None:
    [section] = [item for item in walk(board(SENTENCES, 7)) if item["type"] == 9]
    assert section["components"][0]["content"].endswith(".")


def test_where_names_are_told_each_stands_with_its_picture() -> None:
    asked = request("@Image2 dances", images={number: picture(number) for number in range(2, 6)})
    entries = [BoardEntry(view=view, filename=f"{view.key}.png", notes=()) for view in asked.views()]
    sent = reference_board(asked, entries, is_first=True).to_components()  # type: ignore[no-untyped-call]
    [section] = [item for item in walk(sent) if item["type"] == 9]
    assert section["components"][0]["content"].endswith("\n-# **@Image2**")
    assert sent[1]["content"] == "-# **@Image3** · **@Image4** · **@Image5**"


def test_the_same_picture_for_one_more_video_of_a_request_is_small() -> None:
    asked = request("@Image1 dances", images={1: picture(1)})
    entries = [BoardEntry(view=view, filename="image1.png", notes=()) for view in asked.views()]
    sent = reference_board(asked, entries, is_first=False).to_components()  # type: ignore[no-untyped-call]
    check_layout(sent, v2=True, has_file=lambda _name: True)
    thumbnails, gallery = pictures_of(sent)
    assert ([one["description"][:7] for one in thumbnails], gallery) == (["@Image1"], [])
    assert words_of(sent) == "References\n-# @Image1"


def test_sentences_without_spaces_are_parted_too() -> None:
    sent = board("牛が頭を上げて、カメラを見る。" * 20, 7)
    [section] = [item for item in walk(sent) if item["type"] == 9]
    assert section["components"][0]["content"].endswith("。")
    assert words_of(sent).replace(" ", "").endswith("牛が頭を上げて、カメラを見る。" * 20)


def test_a_prompt_without_a_space_is_not_parted_and_its_pictures_stand_together() -> None:
    assert pictures_of(board("牛" * 400, 7))[0] == []


def test_a_hidden_picture_stays_hidden_beside_the_prompt() -> None:
    [thumbnail], gallery = pictures_of(board(SENTENCES, 7, spoiler=1))
    assert thumbnail["spoiler"]
    assert not any(entry.get("spoiler") for entry in gallery)


async def test_a_board_of_seven_that_is_there_is_found_and_its_links_are_those_of_all_seven(
    tmp_path: Path, here: World
) -> None:
    files = {f"image{number}": png(f"{number}.png", seed=number) for number in range(1, 8)}
    await ask(here, prompt=SENTENCES, **files)
    await made(here)
    shown = await in_thread(here, saying("board.title"))
    job, posted = await found_again(here, tmp_path)
    assert {key: str(one.source) for key, one in posted.items()} == dict(job.board)
    assert len({one.url for one in posted.values()}) == 7
    thread = here.thread()
    assert thread is not None
    assert [m.id for m in thread.history() if saying("board.title") in str(m.components)] == [shown.id]
