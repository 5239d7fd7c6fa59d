"""Other people's words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogs.ui.markdown import clean, escape, shorten, shorten_markup
from cogs.ui.prompts import quote_prompt, thread_name
from cogs.ui.texts import ENGLISH


def test_names_of_pictures_are_bold_and_everything_else_is_as_typed() -> None:
    assert quote_prompt("*the* ox in @img1") == "> \\*the\\* ox in **@Image1**"


def test_a_prompt_of_many_lines_stays_one_quotation() -> None:
    assert "\n" not in quote_prompt("one\n# two\n\n> three").partition("-#")[0]


def test_a_long_prompt_is_cut_and_its_length_given() -> None:
    quoted = quote_prompt("word " * 500)
    assert len(quoted) < 1_000
    assert quoted.endswith(ENGLISH("card.shortened", count=2_500))


@pytest.mark.slow
@given(st.text(max_size=3_000))
def test_whatever_was_typed_a_quotation_fits_a_card(prompt: str) -> None:
    assert len(quote_prompt(prompt)) < 3_000


@pytest.mark.slow
@given(st.text(max_size=300))
def test_a_thread_always_gets_a_name_that_discord_takes(prompt: str) -> None:
    assert 1 <= len(thread_name(prompt)) <= 100
    assert thread_name(prompt).strip() == thread_name(prompt)


@pytest.mark.parametrize("text", ["\u202egnp.exe", "a\u0000b", "\u2066x\u2069"])
def test_characters_that_change_how_others_are_read_are_left_out(text: str) -> None:
    assert all(char.isprintable() for char in clean(text))


@given(st.text(alphabet="ab*\\\\", max_size=30), st.integers(2, 20))
def test_words_of_ours_are_cut_between_a_backslash_and_what_it_escapes_nowhere(words: str, limit: int) -> None:
    cut = shorten_markup(escape(words), limit).removesuffix("…")
    assert len(cut) <= limit
    assert (len(cut) - len(cut.rstrip("\\"))) % 2 == 0


def test_text_is_shortened_with_an_ellipsis() -> None:
    assert shorten("abcdef", 4) == "abc…"
    assert shorten("abcd", 4) == "abcd"


@pytest.mark.slow
@given(st.text(alphabet="@<>*_`|~[]()#\\ab:/", max_size=60))
def test_no_mention_and_no_markup_survives_unescaped(text: str) -> None:
    shown = escape(text)
    position = 0
    while position < len(shown):
        if shown[position] == "\\":
            position += 2
            continue
        assert shown[position] not in "*_`~|<>[]#@"
        position += 1
