"""Names of pictures in a prompt."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.slots import Slot, SlotKind, gapless, mark_slots, mentioned_slots, rename_slots, slots_in_doubt

I1, I2, I3 = (Slot(SlotKind.IMAGE, n) for n in (1, 2, 3))
E1 = Slot(SlotKind.ELEMENT, 1)


@pytest.mark.parametrize(
    "text", ["@Image3", "@image3", "@IMAGE3", "@Image 3", "@img3", "@Img 3", "@ Image3", "@Image03"]
)
def test_a_picture_can_be_named_in_many_ways(text: str) -> None:
    assert mentioned_slots(f"the ox in {text}, at dawn") == (I3,)


@pytest.mark.parametrize("text", ["@Element1", "@element 1", "@elem1", "@ELEM 1"])
def test_an_element_can_be_named_in_many_ways(text: str) -> None:
    assert mentioned_slots(f"{text} flies") == (E1,)


@pytest.mark.parametrize(
    "text",
    [
        "让@Image3里",
        "让@Image3",
        "@Image3が",
        "@Image3이",
        "و@Image3 بجانب",
        "את@Image3",
        "ให้@Image3วิ่ง",
        "और@Image3को",
        "к@Image3у",
        "@Image3and",
        "où@Image3",
        "🐂@Image3🐂",
        "👩\u200d🚀\u200d@Image3\u200d",
        "e\u0301@Image3\ufe0f\u20e3",
        "_@Image3_",
        "（@Image3）",
        "\u2067@Image3\u2069",
        "@\u200eImage\u200b3",
    ],
)
def test_a_name_is_found_whatever_script_stands_beside_it(text: str) -> None:
    assert mentioned_slots(text) == (I3,)
    assert mentioned_slots(rename_slots(text, {I3: I1})) == (I1,)


@pytest.mark.parametrize(
    "text",
    [
        "＠Ｉｍａｇｅ３",
        "＠image3",
        "@Ｉｍａｇｅ　３",
        "﹫img3",
        "@𝐈𝐦𝐚𝐠𝐞𝟑",
        "@Image٣",
        "@Image३",
        "@Image③",
        "@ımage3",
        "@İMAGE3",
        "@Image\u00a03",
    ],
)
def test_a_name_is_found_in_every_form_of_its_letters_and_digits(text: str) -> None:
    assert rename_slots(f"{text} drives", {I3: I2}) == "@Image2 drives"


def test_the_longest_number_counts() -> None:
    assert mentioned_slots("@Image12 @Image1２ @Image١٢") == (Slot(SlotKind.IMAGE, 12),)
    assert mentioned_slots("@Image1²") == (I1,)


def test_one_name_may_follow_another_at_once() -> None:
    assert mentioned_slots("@Image1@Image 2@elem1") == (I1, I2, E1)
    assert mentioned_slots("@bloxy@Image3") == (I3,)


@pytest.mark.parametrize(
    "text",
    [
        "me@image3.com",
        "josé@image3.com",
        "my_@image3",
        "@me@image3.com",
        "https://example.com/@image3",
        "<@123> <@&3> <#3> @everyone",
        "@Image 3D",
        "@Image 2nd",
        "@Image12345",
    ],
)
def test_an_address_a_mention_or_a_unit_is_no_name(text: str) -> None:
    assert mentioned_slots(text) == ()


@pytest.mark.parametrize(
    ("text", "word"), [("the@Image3 runs", "the@Image3"), ("see @@image3", "@@image3"), ("me@image3.com", None)]
)
def test_what_may_be_a_name_or_an_address_is_in_doubt(text: str, word: str | None) -> None:
    assert slots_in_doubt(text) == ({} if word is None else {I3: word})


@pytest.mark.parametrize("text", ["@Images 3", "me@image3", "@@image3", "Image3", "@Image", "@Imagine3", "@Elements1"])
def test_what_only_looks_like_a_name_is_left_alone(text: str) -> None:
    assert mentioned_slots(text) == ()
    assert rename_slots(text, {I3: I1, E1: E1}) == text


def test_punctuation_may_follow_a_name() -> None:
    assert mentioned_slots("(@Image1), @Image2. @Element1's") == (I1, I2, E1)


@pytest.mark.parametrize(
    "word",
    [
        "Bild",
        "BILD",
        "Imagen",
        "Imagem",
        "Immagine",
        "Obraz",
        "Изображение",
        "изображение",
        "画像",
        "이미지",
        "图",
        "图片",
    ],
)
@pytest.mark.parametrize("shape", ["@{}3", "@{} 3", "让@{}3里", "Ein Ochse aus @{}3.", "@{}３"])
def test_an_image_is_named_in_every_language_of_the_bot(word: str, shape: str) -> None:
    assert mentioned_slots(shape.format(word)) == (I3,)
    assert rename_slots(shape.format(word), {I3: I1}).count("@Image1") == 1


@pytest.mark.parametrize(
    "word",
    [
        "Élément",
        "élément",
        "ÉLÉMENT",
        "E\u0301le\u0301ment",
        "Elemento",
        "Элемент",
        "エレメント",
        "ｴﾚﾒﾝﾄ",
        "要素",
        "요소",
        "元素",
    ],
)
def test_an_element_is_named_in_every_language_of_the_bot(word: str) -> None:
    assert mentioned_slots(f"@{word}1 und @{word} 1") == (E1,)


@pytest.mark.parametrize("text", ["@Bilder3", "@Bild", "@图", "@地图3", "me@bild3.de", "@Elementos1", "@Imagens3"])
def test_what_only_begins_like_the_word_of_a_language_is_no_slot(text: str) -> None:
    assert mentioned_slots(text) == ()


def test_what_is_shown_of_a_slot_is_the_same_in_every_language() -> None:
    assert mark_slots("@Bild1 und @图2", mark=lambda s: f"<{s}>", plain=str) == "<@Image1> und <@Image2>"


def test_numbers_are_closed_up_for_each_kind_by_itself() -> None:
    assert gapless([I3, I1, Slot(SlotKind.ELEMENT, 3)]) == {I1: I1, I3: I2, Slot(SlotKind.ELEMENT, 3): E1}


def test_the_prompt_is_rewritten_to_the_closed_up_numbers() -> None:
    assert rename_slots("@image3 beside @Image 1", {I3: I2, I1: I1}) == "@Image2 beside @Image1"


def test_names_that_swap_places_are_not_renamed_twice() -> None:
    assert rename_slots("@Image1 @Image2", {I1: I2, I2: I1}) == "@Image2 @Image1"


def test_a_reader_sees_the_names_marked_and_the_rest_as_given() -> None:
    assert mark_slots("see @img1 now", mark=lambda s: f"<{s}>", plain=str.upper) == "SEE <@Image1> NOW"


slots = st.builds(Slot, st.sampled_from(SlotKind), st.integers(1, 7))
spellings = st.sampled_from(["@Image{}", "@image{}", "@img {}", "@Image {}"])


@pytest.mark.slow
@given(st.sets(slots, min_size=1, max_size=7), st.text(alphabet="ab .,@I1", max_size=30))
def test_every_name_still_points_to_the_same_picture_after_renumbering(held: set[Slot], noise: str) -> None:
    names = gapless(held)
    prompt = f"{noise} ".join(f" {slot} " for slot in sorted(held))
    back = {new: old for old, new in names.items()}
    renamed = mentioned_slots(rename_slots(prompt, names))
    assert [back.get(slot, slot) for slot in renamed] == list(mentioned_slots(prompt))


@pytest.mark.slow
@given(st.sets(slots, min_size=1, max_size=7))
def test_renumbering_what_has_no_gaps_changes_nothing(held: set[Slot]) -> None:
    once = set(gapless(held).values())
    assert gapless(once) == {slot: slot for slot in once}


@pytest.mark.slow
@given(st.text(max_size=200))
def test_text_without_names_is_sent_as_it_was_typed(text: str) -> None:
    if not mentioned_slots(text):
        assert rename_slots(text, gapless([I1, I2, E1])) == text
