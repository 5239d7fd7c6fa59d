"""What Oxen is sent points to the pictures that its user meant, whatever script the prompt is written in."""

import unicodedata
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.model_spec import KLING_O1
from bot.domain.request import check_request, generation_request
from bot.domain.saved_element import checked_name, expand, name_key
from bot.plain_text import without_controls
from tests.support import element, picture, request

pytestmark = pytest.mark.exhaustive

AT_SIGNS = "@＠﹫"
SAMPLES = [
    *("让", "里的车", "が走る", "カメラ", "이 ", "을 지나간다", "و", " بجانب ", "את", "ให้วิ่ง", "और ", "को", "к", "ом "),
    *(
        "🐂",
        "👩\u200d🚀",
        "❤\ufe0f",
        "\u200d",
        "\u200b",
        "e\u0301",
        "é",
        "ñandú ",
        "ß",
        "。",
        "「",
        "」",
        "\u2067",
        "\u2069",
    ),
    *(" ", "\n", ", ", "(", ")", "*", "||", "<@123> ", "<@&1> ", "<#1> ", "me@image1.com ", "@everyone ", "and "),
]
anything = st.characters(
    min_codepoint=0x80, exclude_categories=("Cc", "Cs", "Nd", "No"), exclude_characters=AT_SIGNS
).filter(
    lambda char: not unicodedata.normalize("NFKC", char).isascii()  # "@Image 3X" may be a unit
)
between = st.lists(st.one_of(st.sampled_from(SAMPLES), anything), max_size=4).map("".join).map(without_controls)
spellings = st.sampled_from(
    [
        "@Image{}",
        "@image{}",
        "@IMG{}",
        "＠Ｉｍａｇｅ{}",
        "﹫img{}",
        "@Image {}",
        "@Image\u3000{}",
        "@𝐈𝐦𝐚𝐠𝐞{}",
        "@ımage{}",
    ]
)
digits = st.sampled_from(["0123456789", "０１２３４５６７８９", "٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗"])
held_images = st.sets(st.integers(1, 7), min_size=1, max_size=7)


def may_precede(text: str) -> bool:
    """Whether an ``@`` behind a text begins a name: not behind what may be an address, in any script."""
    last = unicodedata.normalize("NFKC", text[-1:])[-1:]
    return not (last.isalnum() and unicodedata.name(last, "").startswith(("LATIN", "DIGIT"))) and last not in (
        *AT_SIGNS,
        "_",
    )


@settings(derandomize=True, max_examples=500)
@given(st.data(), held_images)
def test_each_image_that_is_named_is_the_one_that_is_sent_and_all_else_stays_as_it_was(
    data: st.DataObject, held: set[int]
) -> None:
    typed = wanted = ""
    names = {number: f"@Image{place}" for place, number in enumerate(sorted(held), start=1)}
    for _ in range(data.draw(st.integers(1, 4))):
        text = data.draw(between.filter(lambda text: not text or may_precede(text)))
        number = data.draw(st.sampled_from(sorted(held)))
        typed += text + data.draw(spellings).format(data.draw(digits)[number])
        wanted += text + names[number]
    tail = data.draw(between)
    asked = request(typed + tail, images={n: picture(n) for n in held})
    check_request(asked, KLING_O1)
    sent: dict[str, Any] = dict(
        generation_request(asked, KLING_O1, {f"image{n}": f"https://cdn/{n}" for n in held}, namespace=None).parameters
    )
    assert sent["prompt"] == (wanted + tail).strip()
    assert [url.rpartition("/")[2] for url in sent["input_image"]] == [str(n) for n in sorted(held)]


NAMES = [
    "ox",
    "oxen",
    "oxen2",
    "ox-o",
    "Bärbel",
    "小牛",
    "小牛犊",
    "ボクシー",
    "황소",
    "ثور",
    "שור",
    "бык",
    "वृषभ",
    "วัว",
]
NEIGHBOURS = ["", " ", "里", "が", "을", "و", "ו", "к", "को", "วิ่ง", "🐂", "。", "'s", "!", "\u200b"]


def script(text: str) -> str:
    """The script of a text's first letter."""
    letters = [char for char in text if char.isalpha()]
    return unicodedata.name(letters[0]).split()[0] if letters else ""


@settings(derandomize=True, max_examples=500)
@given(st.data(), st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True))
def test_each_saved_name_is_its_own_element_and_all_else_stays_as_it_was(data: st.DataObject, names: list[str]) -> None:
    saved = {name_key(checked_name(name)): element(number) for number, name in enumerate(names, start=1)}
    parts: list[tuple[str, str]] = []
    for _ in range(data.draw(st.integers(1, 4))):
        name = data.draw(st.sampled_from(names))
        others = [text for text in NEIGHBOURS if script(text) != script(name)]
        after = data.draw(st.sampled_from(others))
        parts.append((name, after))
    typed = "".join(f"@{name}{after} " for name, after in parts)
    asked = expand(request(typed), saved)
    found = asked.prompt
    for name, after in parts:
        [number] = [n for n, kept in asked.elements.items() if kept == saved[name_key(name)]]
        wanted = f"@Element{number}{after} "
        assert found.startswith(wanted)
        found = found.removeprefix(wanted)
    assert found == ""
