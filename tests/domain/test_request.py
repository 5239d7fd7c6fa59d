"""What a request must be, and what is made of it for Oxen."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.model_spec import KLING_O1
from bot.domain.request import (
    VideoRequest,
    check_request,
    generation_request,
    named_picture,
    picture_type,
    with_faces,
)
from bot.domain.slots import Slot, SlotKind, mentioned_slots
from bot.errors import RequestError
from bot.text import Option, Quote, Text, text
from tests.support import element, picture, request


def checked(asked: VideoRequest) -> None:
    check_request(asked, KLING_O1)


def sent_for(asked: VideoRequest, urls: dict[str, str]) -> dict[str, Any]:
    """The parameters that are sent."""
    return dict(generation_request(asked, KLING_O1, urls, namespace=None).parameters)


def refusal(bad: VideoRequest) -> Text:
    with pytest.raises(RequestError) as caught:
        checked(bad)
    assert isinstance(caught.value.user_message, Text)
    return caught.value.user_message


def test_a_request_within_the_limits_is_accepted() -> None:
    checked(request("@Image1 and @Element2", elements={2: element(2, angles=3)}, duration=10, aspect_ratio="9:16"))


@pytest.mark.parametrize(
    "prompt", ["", "   ", "\n\t", "\u200b\u202e", "\u200d", "\x00", "\u3164\uffa0", "\u2800", "\ufe0f"]
)
def test_a_blank_prompt_is_refused(prompt: str) -> None:
    assert refusal(request(prompt)) == text("refusal.prompt_empty")


def test_control_characters_in_a_prompt_are_not_sent_to_oxen() -> None:
    asked = request("a\x00b\x07\n@Image1 \U0001f469\u200d\U0001f680")
    sent = sent_for(asked, {"image1": "https://x/1.png"})
    assert sent["prompt"] == "ab\n@Image1 \U0001f469\u200d\U0001f680"


def test_a_prompt_that_is_too_long_is_refused_with_both_numbers() -> None:
    checked(request("x" * 2_500))
    assert refusal(request("x" * 2_501)) == text("refusal.prompt_too_long", length=2_501, limit=2_500)


def test_a_prompt_is_measured_as_oxen_will_read_it() -> None:
    checked(request("@Image1 " + "y" * 2_492))
    assert refusal(request("@img1 " + "y" * 2_494)).values["length"] == 2_502


def test_a_name_without_a_picture_is_refused_and_the_option_named() -> None:
    refused = refusal(request("@Image1 meets @Image2"))
    assert refused == text("refusal.no_such_picture", slot="@Image2", where=Option("image2"), have=("@Image1",))


def test_a_name_that_differs_from_the_filled_option_is_refused() -> None:
    refused = refusal(request("see @Image1", images={3: picture()}))
    assert refused == text("refusal.no_such_picture", slot="@Image1", where=Option("image1"), have=("@Image3",))


def test_more_than_seven_references_are_refused_with_how_many_to_leave_out() -> None:
    many = request("go", images={n: picture(n) for n in range(1, 7)}, elements={1: element(), 2: element()})
    assert refusal(many).key == "refusal.too_many_references"
    assert refusal(many).values["excess"] == 1


def test_a_request_without_any_picture_is_refused() -> None:
    assert refusal(request("go", images={})) == text("refusal.no_pictures")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"content_type": "image/svg+xml", "filename": "a.svg"}, "unreadable"),
        ({"content_type": "video/mp4", "filename": "a.mp4"}, "unreadable"),
        ({"content_type": None, "filename": "a.txt"}, "unreadable"),
        ({"size": 0}, "empty"),
        ({"size": 25 * 1024 * 1024 + 1}, "size"),
        ({"width": 199, "height": 400}, "too_small"),
    ],
)
def test_a_picture_that_cannot_be_mended_is_refused_at_once_by_its_option(changes: dict[str, Any], why: str) -> None:
    refused = refusal(request("go", images={4: picture(**changes)}))
    assert refused.key == f"picture.refused.{why}"
    assert refused.values["picture"] == named_picture("image4", picture(**changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"content_type": "image/gif", "filename": "a.gif"},
        {"content_type": "image/avif", "filename": "a.avif"},
        {"content_type": "image/heic", "filename": "IMG_0001.HEIC"},
        {"content_type": None, "filename": "IMG_0001.HEIC"},
        {"content_type": "image/heif", "filename": "a.heif"},
        {"content_type": "application/octet-stream", "filename": "IMG_0001.heic"},
        {"content_type": "application/octet-stream", "filename": "a.jfif"},
        {"content_type": "image/pjpeg", "filename": "a.jpg"},
        {"content_type": "IMAGE/PNG", "filename": "unknown"},
        {"content_type": "image/vnd.mozilla.apng", "filename": "a.apng"},
        {"width": 0, "height": 0},
        {"size": 12 * 1024 * 1024},
        {"width": 250, "height": 250},
        {"width": 2_000, "height": 700},
    ],
)
def test_a_picture_that_can_be_mended_is_let_through(changes: dict[str, Any]) -> None:
    checked(request("go", images={4: picture(**changes)}))


def test_a_picture_that_discord_says_little_of_is_let_through() -> None:
    checked(request("go", images={1: picture(width=None, height=None, content_type=None, filename="A.JPEG")}))


def test_the_type_of_a_picture_is_what_discord_says_before_what_its_name_says() -> None:
    assert picture_type(picture(content_type="image/webp; a=b", filename="x.png")) == "webp"
    assert picture_type(picture(content_type="text/html", filename="x.png")) is None
    assert picture_type(picture(content_type="application/octet-stream", filename="x.mp4")) is None


def test_pictures_that_the_prompt_never_names_are_known() -> None:
    asked = request("@Image2", images={2: picture(), 5: picture()}, elements={1: element()})
    assert [str(slot) for slot in asked.unnamed_slots] == ["@Image5", "@Element1"]


@pytest.mark.parametrize(("typed", "faces"), [("1", [1]), ("1 3", [1, 3]), ("@Image3", [3]), ("All", [1, 3])])
def test_pictures_with_faces_are_known_by_their_numbers_by_their_names_or_all_at_once(
    typed: str, faces: list[int]
) -> None:
    marked = with_faces(request("@Image1 and @Image3", images={1: picture(1), 3: picture(3)}), typed)
    assert marked.faces == tuple(Slot(SlotKind.IMAGE, number) for number in faces)


@pytest.mark.parametrize(("typed", "missing"), [("2", "@Image2"), ("everyone", Quote("everyone"))])
def test_a_face_in_a_picture_that_there_is_not_is_refused(typed: str, missing: str | Quote) -> None:
    with pytest.raises(RequestError) as caught:
        with_faces(request("@Image1"), typed)
    assert caught.value.user_message == text("model.no_such_face", slot=missing)


def test_an_element_with_a_front_view_alone_is_sent_with_it_as_its_reference() -> None:
    sent = sent_for(request("@Element2", images={}, elements={2: element()}), {"element2_front": "u"})
    assert sent["elements"] == [{"frontal_image_url": "u", "reference_image_urls": ["u"]}]
    assert sent["prompt"] == "@Element1"


requests = st.builds(
    lambda images, elements, angles: (
        images,
        {n: sorted(angles[i] for i in range(len(angles)))[: n % 4] for n in elements},
    ),
    st.sets(st.integers(1, 7), max_size=4),
    st.sets(st.integers(1, 3), max_size=3),
    st.lists(st.integers(1, 3), min_size=3, max_size=3, unique=True),
).filter(lambda options: options[0] or options[1])


@pytest.mark.slow
@given(requests)
def test_each_name_in_what_is_sent_points_to_the_picture_its_user_put_there(
    options: tuple[set[int], dict[int, list[int]]],
) -> None:
    images, elements = options
    asked = request(
        "then ".join(f"@Image{n} " for n in images) + "".join(f"@elem {n} " for n in elements),
        images={n: picture(n) for n in images},
        elements={n: element(n, angles=3) for n in elements},
    )
    checked(asked)
    urls = {view.key: f"https://cdn/{view.key}" for view in asked.views()}
    sent = sent_for(asked, urls)
    named = mentioned_slots(sent["prompt"])
    for wanted, got in zip(mentioned_slots(asked.prompt), named, strict=True):
        if wanted.kind is SlotKind.IMAGE:
            assert sent["input_image"][got.number - 1] == f"https://cdn/image{wanted.number}"
        else:
            assert sent["elements"][got.number - 1]["frontal_image_url"] == f"https://cdn/element{wanted.number}_front"
    assert len(sent["input_image"]) + len(sent.get("elements", [])) == len(asked.slots)
