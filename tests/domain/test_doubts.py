"""What would likely waste the seconds of a request, and what would not."""

import sys

import pytest

from bot.domain.model_spec import KLING_O1
from bot.domain.prompt_checks import prompt_warnings
from bot.domain.request import check_request
from bot.domain.saved_element import expand, mentioned_names
from bot.text import Quote, text
from tests.support import element, picture, request

TWO = {1: picture(1), 2: picture(2)}


def test_a_prompt_that_names_none_of_several_references_is_in_doubt() -> None:
    [doubt] = prompt_warnings(request("a dance", images={3: picture(3)}, elements={1: element(1)}))
    assert doubt == text("warning.none_used", names=("@Image3", "@Element1"))


@pytest.mark.parametrize(
    ("prompt", "images"),
    [("a dance", {1: picture(1)}), ("only @Image1", TWO), ("@image 2 and @Image1", TWO)],
)
def test_one_picture_or_one_that_is_named_is_in_no_doubt(prompt: str, images: dict[int, object]) -> None:
    assert prompt_warnings(request(prompt, images=images)) == ()


@pytest.mark.parametrize("word", ["@Imge1", "@picture1", "@Images1", "@photo_1", "@image-1", "@IMAEG1"])
def test_a_slot_that_was_mistyped_is_recognised(word: str) -> None:
    meant = text("warning.no_such_picture", word=Quote(word[1:]), slot="@Image1")
    assert prompt_warnings(request(f"{word} dances")) == (meant,)


@pytest.mark.parametrize(
    "prompt",
    ["@Image1 and @Imge1", "@Imge2 dances", "@bob dances", "@everyone", "me@imge1", "@image", "@imagery", "@imge"],
)
def test_what_names_nothing_that_is_there_is_left_alone(prompt: str) -> None:
    assert prompt_warnings(request(prompt)) == ()


def test_a_saved_name_that_was_mistyped_is_recognised() -> None:
    assert prompt_warnings(request("@Bloxi dances"), {"bloxy", "rex"}) == (
        text("warning.no_such_element", word=Quote("Bloxi"), near=Quote("bloxy")),
    )
    assert prompt_warnings(request("@bloxy dances"), {"bloxy"}) == ()
    assert prompt_warnings(request("@rexford dances"), {"rex"}) == ()


def test_a_saved_name_that_runs_into_the_next_word_is_recognised() -> None:
    assert prompt_warnings(request("@bloxyand @Image1"), {"bloxy", "blo"}) == (
        text("warning.no_such_element", word=Quote("bloxyand"), near=Quote("bloxy")),
    )
    assert prompt_warnings(request("@bloxi在@Image1里"), {"bloxy"}) == (
        text("warning.no_such_element", word=Quote("bloxi"), near=Quote("bloxy")),
    )


def test_a_slot_that_reads_like_an_address_is_recognised() -> None:
    [doubt] = prompt_warnings(request("the@Image1 dances"))
    assert doubt == text("warning.address", word=Quote("the@Image1"), slot="@Image1")
    assert prompt_warnings(request("the@Image1 dances with @Image1")) == ()
    assert prompt_warnings(request("ask me@image1.com")) == ()


def test_a_prompt_full_of_names_is_answered_briefly() -> None:
    prompt = " ".join(f"@name{number}x" for number in range(300))
    assert len(prompt_warnings(request(prompt), {f"name{number}y" for number in range(300)})) == 5


def test_a_prompt_of_hundreds_of_names_is_looked_through_once() -> None:
    """Else a few people who send such prompts keep everybody waiting: it is done on the loop that answers."""
    names = ["@" + chr(0x4E00 + number // 300) + chr(0x5000 + number % 300) for number in range(800)]
    asked = request("@Image1 " + "".join(names))
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        assert len(mentioned_names(asked.prompt)) < 100
        assert prompt_warnings(expand(asked, {})) == ()
        check_request(asked, KLING_O1)
    finally:
        sys.setprofile(before)
    assert calls < 40 * len(names)
