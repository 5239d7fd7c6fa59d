"""What a terminal would obey, and what would mislead a reader, goes from texts that come from outside."""

from __future__ import annotations

import random
import sys

import pytest

from bot.domain.model_spec import KLING_O1
from bot.domain.request import generation_request
from bot.errors import ConversationError, OxenRefused
from bot.oxen import protocol
from bot.plain_text import on_one_line, without_controls
from tests.support import picture, request

HOSTILE = [
    *("\x00", "\x07", "\x08", "\x1b", "\x1b[2J", "\x1b]0;title\x07", "\x7f", "\x80", "\x9b2J", "\x9f"),
    *("\u202a", "\u202e", "\u2066", "\u2069", "\ud800", "\udfff"),
]


@pytest.mark.parametrize("char", HOSTILE)
def test_a_control_character_goes_from_a_text_that_is_stored(char: str) -> None:
    text = without_controls(f"one{char}two")
    assert text.replace("]0;title", "") == "onetwo"


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r", "\u2028", "\u2029", "\x85"])
def test_every_line_break_of_a_text_that_is_stored_is_a_new_line(line_break: str) -> None:
    assert without_controls(f"one{line_break}two\tthree") == "one\ntwo\tthree"


@pytest.mark.parametrize("text", ["Ein Öchslein", "牛がいる", "بقرة‎ ترقص", "👩‍👩‍👧 🏴", "5\u00a0s – e\u0301", ""])
def test_what_people_write_stays_as_it_is(text: str) -> None:
    assert without_controls(text) == text


@pytest.mark.parametrize("char", [*HOSTILE, "\n", "\r", "\t", "\u2028", "\u2029", "\x85", "\u200b", "\u200f", "\ufeff"])
def test_a_character_that_is_not_seen_is_spelled_out_on_a_terminal(char: str) -> None:
    text = on_one_line(f"one{char}two")
    assert text.isprintable()
    assert text.startswith("one\\")
    assert text.endswith("two")


def test_no_text_at_all_gets_a_control_character_to_a_terminal_or_into_the_store() -> None:
    seed = random.SystemRandom().randrange(2**32)
    print(f"seed {seed}")
    rng = random.Random(seed)
    for _ in range(300):
        chars = [chr(rng.choice((rng.randrange(0x100), rng.randrange(sys.maxunicode)))) for _ in range(50)]
        text = "".join(chars)
        assert not set(on_one_line(text)) & set(map(chr, [*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x202E]))
        stored = without_controls(text)
        assert not set(stored) & set(map(chr, [*range(0x09), *range(0x0B, 0x20), *range(0x7F, 0xA0), 0x202E]))
        stored.encode()
        assert without_controls(stored) == stored


@pytest.mark.parametrize("char", HOSTILE)
def test_a_request_has_no_control_character_in_its_prompt_or_in_a_files_name(char: str) -> None:
    asked = request(prompt=f"@Image1{char} dances\r\nslowly", images={1: picture(1, filename=f"ox{char}\n.png")})
    assert asked.prompt.replace("]0;title", "") == "@Image1 dances\nslowly"
    assert asked.images[1].filename.replace("]0;title", "") == "ox .png"
    sent = generation_request(asked, KLING_O1, {"image1": "https://files.example/1"}, namespace=None)
    assert sent.parameters["prompt"] == asked.prompt


@pytest.mark.parametrize("char", HOSTILE)
def test_what_oxen_says_of_an_error_has_no_control_character(char: str) -> None:
    said = f"no{char} credit"
    row = {"generation_id": "g1", "status": "failed", "error_message": said}
    assert (protocol.generation_of(row).error_message or "").isprintable()
    error = OxenRefused(said, status=402)
    assert str(error).isprintable()


def test_what_discord_says_of_an_error_has_no_control_character() -> None:
    assert str(ConversationError("403 50013: \x1b[2JMissing\u202e\x00 access")) == "403 50013: Missing access"
