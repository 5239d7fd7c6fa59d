"""Names of saved elements, and what they become in a prompt."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.attachments import MAX_ELEMENTS
from bot.domain.model_spec import KLING_O1
from bot.domain.reference_draft import Draft, in_order_of, with_more, without
from bot.domain.request import Element, VideoRequest, check_request
from bot.domain.saved_element import checked_name, expand, mentioned_names, name_key
from bot.domain.slots import Slot, SlotKind, mentioned_slots
from bot.errors import RequestError
from tests.support import element, picture, request

BLOXY, OXO = element(7, angles=2), element(8)
SAVED = {"bloxy": BLOXY, "ox-o": OXO}


@pytest.mark.parametrize(
    "name",
    [
        *("bloxy", "Ox-o", "ab", "a" * 32, "7up", "_x_", "Bärbel", "@bloxy", "elementary", "imgs"),
        *("小牛", "वृषभ", "วัว", "황소", "ثور", "می\u200cرود", "ボクシー"),
    ],
)
def test_a_plain_word_can_be_a_name(name: str) -> None:
    assert checked_name(name) == name.removeprefix("@")


@pytest.mark.parametrize("name", ["", "a", "a" * 33, "two words", "ox!", "-ox", "ox-", "123", "a@b", "<@12>", "--"])
def test_what_is_no_word_cannot_be_a_name(name: str) -> None:
    with pytest.raises(RequestError, match=r"element\.name_unusable.*2.*32"):
        checked_name(name)


@pytest.mark.parametrize(
    "name",
    [
        *("image1", "Element2", "IMG", "elem", "images", "img-3", "element_1", "image1-x", "everyone", "here"),
        *("@image3", "image1里", "img3d", "ｉｍａｇｅ３"),
    ],
)
def test_what_reads_as_something_else_cannot_be_a_name(name: str) -> None:
    with pytest.raises(RequestError, match=r"element\.name_reserved"):
        checked_name(name)


def test_a_name_becomes_the_next_element_that_is_free() -> None:
    asked = expand(request("@bloxy and @Element1", elements={1: element(1)}), SAVED)
    assert asked.prompt == "@Element2 and @Element1"
    assert asked.elements[2] == BLOXY
    check_request(asked, KLING_O1)


def test_a_name_does_not_take_the_number_that_the_prompt_means_otherwise() -> None:
    asked = expand(request("@bloxy and @Element1"), SAVED)
    assert asked.prompt == "@Element2 and @Element1"
    with pytest.raises(RequestError, match=r"refusal\.no_such_picture.*element1_front"):
        check_request(asked, KLING_O1)


def test_an_element_that_is_brought_in_may_be_called_by_its_number_or_its_name() -> None:
    for prompt in ("@Element1 dances", "@bloxy dances", "@BLOXY dances"):
        asked = expand(request(prompt), SAVED, ["bloxy"])
        assert asked.prompt == "@Element1 dances"
        assert asked.elements == {1: BLOXY}


def test_an_element_that_is_brought_in_without_being_named_is_there() -> None:
    asked = expand(request("a dance", images={}), SAVED, ["ox-o"])
    assert (asked.prompt, asked.elements) == ("a dance", {1: OXO})


def test_the_longest_name_counts() -> None:
    assert mentioned_names("@ox-o-, @ox-o's @ox-like") == ("ox-o", "ox-like")
    assert expand(request("@ox-o's hat, @ox-o-"), SAVED).prompt == "@Element1's hat, @Element1-"


@pytest.mark.parametrize(
    "text", ["me@bloxy", "@@bloxy", "bloxy", "@bloxy2", "@ bloxy", "@blox", "@bloxy-ox", "@blöxy", "@bloxyé"]
)
def test_what_only_looks_like_the_name_is_left_alone(text: str) -> None:
    asked = request(text)
    assert expand(asked, SAVED) is asked


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("让@bloxy在", "让@Element1在"),
        ("@bloxyが走る", "@Element1が走る"),
        ("@bloxy가 달린다", "@Element1가 달린다"),
        ("و@bloxy بجانب", "و@Element1 بجانب"),
        ("к@bloxyу", "к@Element1у"),
        ("＠ｂｌｏｘｙ runs", "@Element1 runs"),
        ("🐂@bloxy❤️", "🐂@Element1❤️"),
        ("@bloxy\u200cها", "@Element1\u200cها"),
        ("@ox-o在", "@Element1在"),
        ("@bloxy@Image1", "@Element1@Image1"),
        ("@Image1@bloxy", "@Image1@Element1"),
    ],
)
def test_a_name_is_found_whatever_script_stands_beside_it(text: str, sent: str) -> None:
    assert expand(request(text), SAVED).prompt == sent


@pytest.mark.parametrize("name", ["小牛", "ボクシー", "황소", "วัว"])
def test_a_name_in_a_script_without_spaces_is_found_in_the_middle_of_a_sentence(name: str) -> None:
    saved = {name_key(checked_name(name)): BLOXY}
    assert expand(request(f"让@{name}{name}走"), saved).prompt == f"让@Element1{name}走"


@pytest.mark.parametrize("name", ["वृषभ", "ثور", "бык", "שור"])
def test_a_name_in_a_script_with_spaces_ends_with_its_word(name: str) -> None:
    saved = {name_key(checked_name(name)): BLOXY}
    assert expand(request(f"@{name}, @{name}里"), saved).prompt == "@Element1, @Element1里"
    longer = request(f"@{name}{name[-1]}")
    assert expand(longer, saved) is longer


def test_of_names_that_begin_alike_the_longest_counts() -> None:
    saved = {name: element(n) for n, name in enumerate(["ox", "oxen", "oxen2"], start=1)}
    asked = expand(request("@oxen2在@oxen和@ox里"), saved)
    assert asked.prompt == "@Element1在@Element2和@Element3里"
    assert [asked.elements[number] for number in (1, 2, 3)] == [saved["oxen2"], saved["oxen"], saved["ox"]]
    apart = {"小牛": element(1), "小牛犊": element(2)}
    assert expand(request("@小牛犊在@小牛后"), apart).elements == {1: element(2), 2: element(1)}


def test_an_element_that_is_there_already_takes_no_second_place() -> None:
    moved = Element(
        front=picture(70, url="board:1/2/x.png"), angles={a: picture(70 + a, url="board:1/2/y.png") for a in (1, 2)}
    )
    asked = expand(request("@bloxy sleeps", elements={2: moved}), SAVED)
    assert (asked.prompt, asked.elements) == ("@Element2 sleeps", {2: moved})


def test_a_fourth_element_is_refused_with_a_sentence() -> None:
    with pytest.raises(RequestError, match=r"refusal\.no_room_elements.*bloxy.*3"):
        expand(request("@bloxy", elements={n: element(n) for n in (1, 2, 3)}), SAVED)


def test_an_eighth_reference_is_refused_with_a_sentence() -> None:
    with pytest.raises(RequestError, match=r"refusal\.no_room_references.*bloxy.*7"):
        expand(request("@bloxy", images={n: picture(n) for n in range(1, 8)}), SAVED)


WORD = re.compile(r"(?<![a-z0-9@])@\w(?:[\w-]*\w)?")
names = st.sampled_from(["ann", "bob", "cy-d", "Dee", "é1"])
casts = st.dictionaries(names.map(str.casefold), st.integers(1, 5).map(lambda n: element(90 + n)), max_size=3)
noise = st.text(alphabet="ab @.,-'é1", max_size=12)
pieces = st.one_of(
    noise,
    names.map(lambda n: f" @{n} "),
    names.map(lambda n: f" @{n.upper()} "),
    st.sampled_from([" @Image1 ", "me@ann "]),
)
prompts = st.lists(pieces, max_size=8).map("".join)
attached = st.dictionaries(st.integers(1, 3), st.integers(1, 3).map(element), max_size=2)


def expanded(asked: VideoRequest, saved: dict[str, Element], use: tuple[str, ...] = ()) -> VideoRequest | None:
    try:
        return expand(asked, saved, use)
    except RequestError:
        return None


@given(prompts, casts, attached)
@pytest.mark.slow
def test_each_name_in_the_prompt_becomes_the_number_of_its_own_pictures(
    prompt: str, saved: dict[str, Element], held: dict[int, Element]
) -> None:
    asked = expanded(request(prompt, elements=held), saved)
    if asked is None:
        return
    found = [key for key in mentioned_names(prompt) if key in saved]
    words_before = WORD.findall(prompt)
    words_after = WORD.findall(asked.prompt)
    for before, after in zip(words_before, words_after, strict=True):
        key = before[1:].casefold()
        if key in found:
            [slot] = mentioned_slots(after)
            assert slot.kind is SlotKind.ELEMENT
            assert asked.elements[slot.number] == saved[key]
        else:
            assert after == before
    assert {number: asked.elements[number] for number in held} == held
    assert len({front.front.filename for front in asked.elements.values()}) >= len(
        {saved[key].front.filename for key in found}
    )


@given(prompts, casts, attached, st.lists(names.map(str.casefold), max_size=2).map(tuple))
@pytest.mark.slow
def test_doing_it_again_changes_nothing(
    prompt: str, saved: dict[str, Element], held: dict[int, Element], use: tuple[str, ...]
) -> None:
    once = expanded(request(prompt, elements=held), saved, use)
    if once is not None:
        assert expand(once, saved, use) == once


@pytest.mark.slow
@given(prompts, attached)
def test_a_prompt_whose_names_are_not_saved_stays_as_it_was_typed(prompt: str, held: dict[int, Element]) -> None:
    asked = request(prompt, elements=held)
    assert expand(asked, {"somebody": BLOXY}) is asked


@given(prompts, casts, attached)
@pytest.mark.slow
def test_no_more_elements_than_there_are_numbers(
    prompt: str, saved: dict[str, Element], held: dict[int, Element]
) -> None:
    asked = expanded(request(prompt, elements=held), saved)
    if asked is not None:
        assert set(asked.elements) <= set(range(1, MAX_ELEMENTS + 1))
        assert {Slot(SlotKind.ELEMENT, n) for n in asked.elements.keys() - held.keys()} <= set(
            mentioned_slots(asked.prompt)
        )


drafts = st.lists(st.integers(0, 9), max_size=7, unique=True).map(lambda ns: tuple(map(picture, ns)))


@pytest.mark.slow
@given(drafts, drafts)
def test_a_draft_in_the_order_of_others_has_what_both_have_in_that_order(draft: Draft, others: Draft) -> None:
    urls = {p.url for p in draft}
    assert [p.url for p in in_order_of(draft, others)] == [p.url for p in others if p.url in urls]


@pytest.mark.slow
@given(drafts, drafts)
def test_a_draft_takes_each_picture_once_and_at_most_seven(draft: Draft, more: Draft) -> None:
    together = list(dict.fromkeys(p.url for p in (*draft, *more)))
    if len(together) > KLING_O1.most_references:
        with pytest.raises(RequestError, match=rf'draft\.too_many.*"total":{len(together)},"limit":7'):
            with_more(draft, more)
    else:
        assert [p.url for p in with_more(draft, more)] == together


def test_what_is_taken_out_of_a_draft_leaves_the_others_in_order() -> None:
    draft = tuple(map(picture, (1, 2, 3)))
    assert without(draft, {picture(2).url}) == (picture(1), picture(3))
