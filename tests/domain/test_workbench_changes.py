"""What can be changed of a request on the workbench, and what stays as it is."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.prompt_checks import PendingRequest, name_fixes
from bot.domain.request import Frame, VideoRequest
from bot.domain.slots import Slot, SlotKind
from bot.domain.workbench import (
    moved_up,
    references_of,
    with_element,
    with_ending,
    with_images,
    with_references_of,
    without_reference,
)
from bot.errors import RequestError
from tests.cogs.workbench_views import pending
from tests.support import element, picture, request

BUSY = settings(suppress_health_check=[HealthCheck.too_slow])
"""On a machine with other work a single draw may take a second."""
THREE = {1: picture(1), 2: picture(2), 3: picture(3)}
requests = st.builds(
    lambda images, elements, named: request(
        " ".join(f"@Image{n}" for n in named),
        images={n: picture(n) for n in images},
        elements={n: element(n, n % 3) for n in elements},
    ),
    st.sets(st.integers(1, 7)),
    st.sets(st.integers(1, 3)),
    st.lists(st.integers(1, 7), max_size=3),
)


def key_of(asked: PendingRequest, name: str) -> str:
    """The key of the reference that people know by a name."""
    return next(one.key for one in references_of(asked) if name in (str(one.slot), one.name))


def without(name: str, asked: VideoRequest) -> VideoRequest:
    """A request without one of its references."""
    waiting = pending(asked)
    return without_reference(waiting, key_of(waiting, name)).request


def urls(asked: VideoRequest) -> list[str]:
    """The addresses of all its pictures."""
    return sorted(view.picture.url for view in asked.views())


@pytest.mark.slow
@BUSY
@given(requests)
def test_removing_any_reference_takes_its_pictures_and_no_others(asked: VideoRequest) -> None:
    waiting = pending(asked)
    for reference in references_of(waiting):
        left = without_reference(waiting, reference.key).request
        assert sorted(urls(left) + [one.url for one in reference.pictures]) == urls(asked)


@BUSY
@given(requests)
@pytest.mark.slow
def test_what_the_prompt_names_stands_for_the_same_picture_after_another_was_removed(asked: VideoRequest) -> None:
    waiting = pending(asked)
    for reference in references_of(waiting):
        left = without_reference(waiting, reference.key).request
        for slot in {one for one in asked.slots if one not in asked.unnamed_slots} - {reference.slot}:
            assert left.images[slot.number] == asked.images[slot.number]


def test_numbers_close_up_where_the_prompt_names_none_of_them() -> None:
    assert without("@Image1", request("a dance", images=THREE)).images == {1: picture(2), 2: picture(3)}
    assert without("@Image2", request("@Image1 dances", images=THREE)).images == {1: picture(1), 2: picture(3)}
    assert without("@Image2", request("@Image2 dances", images=THREE)).images == {1: picture(1), 3: picture(3)}


def test_a_reference_that_is_gone_is_removed_once() -> None:
    waiting = pending(request("a dance", images=THREE))
    key = key_of(waiting, "@Image1")
    left = without_reference(waiting, key)
    assert without_reference(left, key) == left


def test_frames_saved_elements_and_faces_go_with_what_they_are() -> None:
    asked = request("x", images=THREE, start=picture(9), faces=(Slot(SlotKind.IMAGE, 3),))
    waiting = pending(asked, "bloxy")
    assert without_reference(waiting, key_of(waiting, "bloxy")).use is None
    assert without(str(Frame.START), asked).start is None
    assert without("@Image3", asked).faces == ()


@pytest.mark.slow
@BUSY
@given(requests)
def test_moving_up_changes_two_places_and_nothing_else(asked: VideoRequest) -> None:
    waiting = pending(asked)
    for reference in references_of(waiting):
        moved = moved_up(waiting, reference.key).request
        assert (moved.prompt, moved.slots, urls(moved)) == (asked.prompt, asked.slots, urls(asked))
        places = [n for n in asked.images if moved.images[n] != asked.images[n]]
        places += [n for n in asked.elements if moved.elements[n] != asked.elements[n]]
        assert len(places) == (0 if reference.is_first else 2)


def faces_of(asked: VideoRequest) -> list[str]:
    """The addresses of the pictures that are marked as real people's faces."""
    return sorted(view.picture.url for view in asked.views() if view.slot in asked.faces)


@pytest.mark.slow
@BUSY
@given(requests, st.data())
def test_a_real_persons_face_stays_marked_wherever_its_picture_goes(asked: VideoRequest, data: st.DataObject) -> None:
    marked = data.draw(st.sets(st.sampled_from(asked.slots))) if asked.slots else set()
    asked = replace(asked, faces=tuple(marked))
    waiting = pending(asked)
    for reference in references_of(waiting):
        gone = {one.url for one in reference.pictures}
        assert faces_of(moved_up(waiting, reference.key).request) == faces_of(asked)
        left = without_reference(waiting, reference.key).request
        assert faces_of(left) == [url for url in faces_of(asked) if url not in gone]


def test_an_image_that_the_prompt_misses_comes_where_it_is_missed() -> None:
    asked = with_images(request("@Image3 behind @Image1"), [picture(5), picture(6), picture(1)])
    assert asked.images == {1: picture(1), 3: picture(5), 2: picture(6)}
    asked = with_element(request("@Element2 and @Image1"), element(4))
    assert asked.elements == {2: element(4)}


def test_there_is_an_end_of_places() -> None:
    full = request("x", images={n: picture(n) for n in range(1, 8)}, elements={n: element(n) for n in range(1, 4)})
    with pytest.raises(RequestError, match=r"workbench\.full"):
        with_images(full, [picture(9)])
    with pytest.raises(RequestError, match=r"workbench\.full"):
        with_element(full, element(9))


def test_the_references_of_another_request_are_added_once() -> None:
    other = request("y", images={1: picture(1), 4: picture(4)}, elements={3: element(3)})
    once = with_references_of(request("x"), other)
    assert once.images == {1: picture(1), 2: picture(4)}
    assert once.elements == {1: element(3)}
    assert with_references_of(once, other) == once


def test_faces_among_the_references_of_another_request_stay_faces() -> None:
    image, its_element = Slot(SlotKind.IMAGE, 4), Slot(SlotKind.ELEMENT, 3)
    other = request("y", images={2: picture(2), 4: picture(4)}, elements={3: element(3)}, faces=(image, its_element))
    once = with_references_of(request("x"), other)
    assert faces_of(once) == sorted([picture(4).url, element(3).front.url])
    assert with_references_of(once, other) == once


def test_a_sentence_takes_the_place_of_the_one_before() -> None:
    among = ["Slow push-in.", "The camera rises slowly."]
    once = with_ending("An ox dances.", among[0], among)
    assert once == "An ox dances. Slow push-in."
    assert with_ending(once, among[1], among) == "An ox dances. The camera rises slowly."
    assert with_ending(once, "", among) == "An ox dances."
    assert with_ending("", among[0], among) == "Slow push-in."


def test_a_sentence_about_the_camera_leaves_the_lines_of_a_prompt_as_they_are() -> None:
    among = ("Slow push-in.", "The camera rises slowly.")
    once = with_ending("An ox dances.\n\nA bird  sings. ", among[0], among)
    assert once == "An ox dances.\n\nA bird sings. Slow push-in."
    assert with_ending(once, "", among) == "An ox dances.\n\nA bird sings."


@pytest.mark.parametrize(
    ("prompt", "fixed"),
    [
        ("@Imge1 dances", "@Image1 dances"),
        ("\uff20Imge1 dances, @Imge12", "@Image1 dances, @Imge12"),
        ("@Image4 dances", "@Image1 dances"),
        ("the@Image1 dances", "the @Image1 dances"),
        ("@Bloxi dances", "@bloxy dances"),
        ("@bloxyand an ox", "@bloxy and an ox"),
        ("@bloxi在这里", "@bloxy在这里"),
    ],
)
def test_a_name_that_stands_for_nothing_is_written_as_it_was_meant(prompt: str, fixed: str) -> None:
    [fix] = name_fixes(request(prompt), {"bloxy"})
    assert fix.applied(prompt) == fixed
