"""What is told on the workbench of what would make a better video, and what is not."""

import pytest

from bot.domain.fingerprint import Fingerprint
from bot.domain.model_spec import KLING_O1
from bot.domain.prompt_hints import prompt_hints
from bot.domain.request import Element, VideoRequest
from tests.support import element, picture, request

GOOD = "Take @Image1 as the start frame. The ox lifts its head and looks into the camera. Slow push-in, soft light."


def hints(asked: VideoRequest) -> list[str]:
    """The keys of the hints for a request, without their first word."""
    return [hint.key.removeprefix("hint.") for hint in prompt_hints(asked, KLING_O1)]


@pytest.mark.parametrize(
    "prompt",
    [
        GOOD,
        "@Image1 walks along the pier, stops at the end, and waves. The camera tracks alongside at eye level.",
        "@Image1 hands a lantern to a child at the edge of a forest. A slow half orbit, then it holds still.",
        "for 5 seconds the ox of @Image1 dances, handheld camera",
        "让@Image1里的牛跳舞",
        "Der Ochse aus @Bild1",
        "Der Ochse aus @Bild1 geht an den Zaun und dann in die Stadt.",
        "O boi de @Imagem1 vai até a montanha com a lua ao fundo.",
        "El buey de @Imagen1 va a casa.",
        "Il bue di @Immagine1 va in città.",
        "On voit le bœuf de @Image1 au bord de la mer.",
        "To wół z @Obraz1 idzie do domu.",
        "@Image1",
    ],
)
def test_a_good_prompt_and_one_in_another_language_get_no_hint(prompt: str) -> None:
    assert hints(request(prompt)) == []


@pytest.mark.parametrize(
    ("prompt", "hint"),
    [
        ("A portrait of the ox of @Image1, static camera", "nothing_moves"),
        ("The ox of @Image1 dances in the rain", "no_camera"),
        ("The ox of @Image1 dances to the music, wide-angle shot", "no_sound"),
        ("The ox of @Image1 sings a song, close-up", "no_sound"),
        ("The ox of @Image1 runs, the camera follows, then cut to the barn", "no_cuts"),
        ("The ox of @Image1 dances for 20 seconds, the camera holds still", "no_such_length"),
        ("A start frame with an ox that runs to the camera", "no_start_frame"),
    ],
)
def test_what_the_words_leave_out_or_ask_in_vain_is_told(prompt: str, hint: str) -> None:
    assert hints(request(prompt)) == [hint]


def test_a_start_frame_of_its_own_is_a_picture() -> None:
    assert hints(request("A start frame with an ox that runs to the camera", start=picture(3))) == []


def test_more_than_four_references_are_a_lot() -> None:
    assert hints(request(GOOD, images={n: picture(n) for n in range(1, 5)})) == []
    assert hints(request(GOOD, images={n: picture(n) for n in range(1, 6)})) == ["many_references"]


def test_of_more_references_than_the_model_takes_the_refusal_says_enough() -> None:
    assert hints(request(GOOD, images={n: picture(n) for n in range(1, 9)})) == []


def test_a_front_that_is_small_and_angles_that_are_the_same_are_told() -> None:
    def front(short: int, size: int = 1) -> Element:
        return Element(front=picture(1, width=short, height=1_080, size=size), angles={})

    assert hints(request(GOOD, elements={1: front(720)})) == []
    assert hints(request(GOOD, elements={1: front(719)})) == ["small_front"]
    twice = Element(front=picture(1, width=900, height=900), angles={1: picture(2, width=900, height=900)})
    assert hints(request(GOOD, elements={2: twice})) == ["same_angles"]
    other = Element(front=picture(1, width=900, height=900), angles={1: picture(2, width=900, height=900, size=7)})
    assert hints(request(GOOD, elements={2: other})) == []


def test_what_discord_does_not_say_of_a_picture_is_no_reason_for_a_hint() -> None:
    assert hints(request(GOOD, elements={1: Element(front=picture(1, width=None, height=None), angles={})})) == []


def test_the_model_decides_about_sound_and_length() -> None:
    assert KLING_O1.sound is None
    assert hints(request("The ox of @Image1 dances for 10 s, the camera holds still", elements={})) == []
    assert element(1).angles == {}


def test_angles_that_look_the_same_are_told_whatever_their_files_are() -> None:
    front, angle = picture(1, width=900, height=900), picture(2, width=1_024, height=768, size=7)
    asked = request(GOOD, elements={1: Element(front=front, angles={1: angle})})
    seen = Fingerprint(bits=0b1111, colour=(90, 90, 90))
    alike = {front.url: seen, angle.url: Fingerprint(bits=0b0111, colour=(95, 90, 90))}
    assert [hint.key for hint in prompt_hints(asked, KLING_O1, alike)] == ["hint.same_angles"]
    other = {front.url: seen, angle.url: Fingerprint(bits=0xFFFF0000, colour=(95, 90, 90))}
    assert prompt_hints(asked, KLING_O1, other) == ()


def test_angles_that_are_known_to_differ_are_not_told_for_their_size() -> None:
    front, angle = picture(1, width=900, height=900), picture(2, width=900, height=900)
    asked = request(GOOD, elements={1: Element(front=front, angles={1: angle})})
    known = {
        front.url: Fingerprint(bits=0, colour=(10, 10, 10)),
        angle.url: Fingerprint(bits=0, colour=(200, 10, 10)),
    }
    assert prompt_hints(asked, KLING_O1, known) == ()
