"""Between a bot that speaks the pseudo-locale and tests that read English: nothing gets by that should not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cogs.ui.texts import ENGLISH
from cogs.ui.texts.english import MESSAGES
from sandbox.interpreter import Interpreter, PseudoCatalogues, english_in
from sandbox.pseudo_locale import plain, pseudo
from sandbox.texts import saying
from sandbox.world import world
from tests.support import private, text_of

MESSAGE = "/channels/1/messages"


def faults_of(*payloads: Any) -> list[str]:
    """What an interpreter says of messages."""
    interpreter = Interpreter()
    for payload in payloads:
        interpreter.passed_on(MESSAGE, payload)
    return interpreter.faults()


def test_every_message_is_read_back_as_its_source_has_it() -> None:
    for key, source in MESSAGES.items():
        if not key.startswith(("command_name.", "option_name.")):
            words = source if isinstance(source, str) else source.other
            assert plain(pseudo(key, words)) == words


def test_a_sentence_within_another_is_read_back_as_well() -> None:
    inner = pseudo("card.returned", "5 s returned.")
    assert plain(pseudo("card.failed", f"**Failed** · {inner}")) == "**Failed** · 5 s returned."


def test_what_the_bot_says_is_passed_on_in_english() -> None:
    said = {"content": pseudo("result.ready", "Your video is ready."), "flags": 0}
    assert Interpreter().passed_on(MESSAGE, said) == {"content": "Your video is ready.", "flags": 0}
    assert faults_of(said) == []


@pytest.mark.parametrize(
    "payload",
    [
        {"content": "<@1> Your video is ready."},
        {"type": 4, "data": {"content": ENGLISH("videos.none")}},
        {
            "components": [
                {"type": 1, "components": [{"type": 2, "style": 1, "label": "Make a video", "custom_id": "a"}]}
            ]
        },
        {"name": "Set up this server"},
    ],
)
def test_a_sentence_that_was_left_in_english_is_found(payload: Any) -> None:
    [fault] = faults_of(payload)
    assert fault.startswith("in English: ")


def test_what_somebody_wrote_is_not_taken_for_a_sentence_of_the_bots() -> None:
    assert english_in("The ox of @Image1 dances in the rain until the morning") is None


def test_what_the_bot_reads_in_its_own_message_it_may_say_again() -> None:
    said = {"content": pseudo("result.ready", "Your video is ready.")}
    assert faults_of(said, {"content": "Your video is ready."}) == []


def test_a_sentence_that_is_cut_is_found_and_one_that_goes_on_in_the_next_message_is_not() -> None:
    said = pseudo("result.ready", "Your video is ready.")
    assert faults_of({"content": said[:-4]}) == [f"cut: {said[:-4]!r}"]
    assert faults_of({"content": said[:-4]}, {"content": said[-4:]}) == []
    assert faults_of({"content": f"{said[:12]}…"}) == []


def test_a_limit_of_discords_that_a_longer_language_breaks_is_found() -> None:
    button = {"type": 2, "style": 1, "label": pseudo("answer.edit", "x " * 40), "custom_id": "a"}
    assert faults_of({"components": [{"type": 1, "components": [button]}]}) != []
    assert faults_of({"content": pseudo("result.ready", "x " * 1_200)}) != []


async def test_somebody_reads_english_of_a_bot_that_speaks_none(tmp_path: Path) -> None:
    async with world(tmp_path, catalogues=PseudoCatalogues()) as here:
        answer = await here.alice.slash(here.channel, "videos")
        assert saying("videos.none") in text_of(private(answer))
