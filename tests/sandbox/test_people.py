"""What people do and read until they have what they want, measured on the sandbox's page."""

import pytest

from tests.sandbox.browser import browser, chromium
from tests.sandbox.people import PROMPT, PROMPT_CHARS, WINDOW, one_video, sentences

CHROMIUM = chromium()


@pytest.mark.exhaustive
@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine (Debian: apt-get install chromium)")
async def test_a_video_of_a_long_prompt_is_less_than_1200_pixels_high_on_a_phone() -> None:
    assert CHROMIUM is not None
    assert len(PROMPT) == PROMPT_CHARS
    async with browser(CHROMIUM, size=WINDOW) as tab:
        visit = await one_video(tab)
    assert [one.words.split()[0] for one in visit.seen][:2] == ["**Done**", "-#"]
    assert visit.height < 1_200, visit.seen


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("Removed 1. The limit is 7.", 2),
        ("**Done** · [Watch the video](https://discord.com/channels/1.2/3)\n-# for <@7> · 5 s", 2),
        (f"-# {PROMPT}", 1),
        ("-# " + PROMPT.replace(". The ox snorts", ".\n-# The ox snorts"), 1),
        ("", 0),
    ],
)
def test_sentences_and_lines_are_counted_and_a_prompt_is_one(words: str, count: int) -> None:
    assert sentences(words) == count
