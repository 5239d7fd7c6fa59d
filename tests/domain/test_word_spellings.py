"""Words that a prompt may not hold are found however they are spelled, and nothing else is."""

import pytest

from bot.domain.moderation import WordFilter, word_key

CAFE = "caf\u00e9"


@pytest.mark.parametrize(
    ("word", "prompt"),
    [
        ("ox", "An OX dances"),
        ("ox", "ｏｘ in full width"),
        ("ox", "o\u0301x\u0301 with accents of its own"),
        ("ox", "o\u00adx with a soft hyphen"),
        ("ox", "o\u200bx and o\u200dx with nothing seen between"),
        ("ox", "\U0001d428\U0001d431 in bold"),
        ("ox", "ox's horns"),
        ("ox", "an_ox_dances"),
        ("ox", "@ox dances"),
        ("ox", "牛ox牛"),
        ("cafe", f"In the {CAFE}"),
        (CAFE, "In the CAFE"),
        ("øre", "ore"),
        ("straße", "STRASSE"),
        ("istanbul", "İSTANBUL"),
        ("bad ox", "a bad-ox, a bad  ox"),
        ("ВОЛ", "вол идёт"),
        ("ёлка", "елка"),
        ("βόδι", "ΒΟΔΙ"),
        ("שור", "שׁוֹר"),
        ("ثور", "ثَوْر"),
        ("敏感", "这是敏感的画面"),
        ("ウシ", "ｳｼが走る"),
        ("วัว", "มีวัวอยู่"),
        ("소", "소가 춤춘다"),
        ("🍆", "an 🍆!"),
        ("🍆", "🍆\ufe0f🍆"),
        ("c++", "C++ on a screen"),
    ],
)
def test_a_word_is_found_in_every_spelling(word: str, prompt: str) -> None:
    assert WordFilter([word]).find(prompt) == word


@pytest.mark.parametrize(
    ("word", "prompt"),
    [
        ("ox", "A box with foxes"),
        ("ox", "ox2 and 2ox"),
        ("bad ox", "bad and ox"),
        ("ass", "grass in a class of glass"),
        ("か", "がんばる"),
        ("вол", "волна"),
        ("वन", "वनीय"),
        ("ox", ""),
    ],
)
def test_part_of_another_word_is_not_the_word(word: str, prompt: str) -> None:
    assert WordFilter([word]).find(prompt) is None


def test_what_holds_no_letter_is_no_word() -> None:
    assert not WordFilter([" ", "...", "\u200b", "\u0301"])
    assert word_key(" -_- ") == ""


def test_the_word_is_told_as_it_was_given() -> None:
    assert WordFilter(["Böse", "ox"]).find("an ox", "bose") == "Böse"
