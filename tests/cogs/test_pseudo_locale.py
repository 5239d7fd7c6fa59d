"""Under a language that nobody speaks: no English is left, nothing is cut, and no limit of Discord's is broken."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from bot.domain.periods import UTC_CALENDAR as UTC
from bot.domain.policy import Level, Policy, Rules
from bot.domain.quota import Standing, Tally, view_quota
from bot.services.spending.admin import Change
from bot.text import verbatim
from cogs.ui.admin_cards import audit_card, rules_card, running_card
from cogs.ui.cards import Layout
from cogs.ui.element_cards import list_card
from cogs.ui.quota_cards import quota_card
from cogs.ui.texts import Catalogues, Texts
from cogs.ui.texts.catalogues import LOCALES, load_catalogues
from sandbox.interpreter import english_in as sentence_in_english
from sandbox.oxen.catalogue import IMAGE_MODEL
from sandbox.pseudo_locale import pseudo_catalogues, pseudo_texts
from sandbox.world import World, world
from tests.cogs.admins import admin
from tests.cogs.card_snapshots import FOLDER, NOW, SNAPSHOTS, boards, reading
from tests.cogs.cards import fits_discord
from tests.cogs.full_cards import FULL_RULE, LAST_ID, LINE, OPERATOR, elements, full_quota
from tests.cogs.videos import ask, made
from tests.support import buttons_of, job, picture_bytes, request, text_of

NEVER_TRANSLATED = re.compile(
    r"\((?:shown|picture):|\[chosen:|@(?:Image|Element)\d*|@\w+…|\bOxen\b|<[^>]*>|https?://\S+|`[^`]*`|America/\S+|\bUTC\b|\bUSD\b|[\w-]+\.(?:png|jpg|mp4|csv)\b"
)
"""Names and what stands in markup."""
WORD = re.compile(r"[A-Za-z]{3,}")
OMNI = "kling-video-o3-omni"
NAMES_OF_MODELS = "Kling Video O1 (reference to video) Kling Video O3 Omni Sandbox Image"
MODELS: dict[str, Any] = {"oxen_models": OMNI, "oxen_image_models": IMAGE_MODEL}
GIVEN = set(
    WORD.findall(
        "The *ox* of @Image1 dances in the rain until the morning red_ox same other picture meets image is too dark."
        " Bloxy bloxy alice bob Shot shot"
    )
)
"""What people and Oxen wrote in these tests."""


def saying_in(texts: Texts, key: str) -> str:
    """How a message begins in a language."""
    return texts(key, error_id="\0").partition("\0")[0]


def english_in(words: str) -> set[str]:
    """Words of English that are left, but for those that somebody gave."""
    return set(WORD.findall(NEVER_TRANSLATED.sub(" ", words))) - GIVEN


@pytest.mark.parametrize("name", SNAPSHOTS)
async def test_a_card_has_no_english_and_whole_sentences(name: str) -> None:
    cards = SNAPSHOTS[name](pseudo_texts())
    assert all(fits_discord(card) for card in cards if isinstance(card, Layout))
    shown = reading(cards)
    assert english_in(shown) == set()
    assert shown.count("[!!") == shown.count("!!]")


@pytest.mark.slow
def test_the_longest_list_fits_in_a_longer_language_and_says_what_it_leaves_out() -> None:
    texts = pseudo_texts()
    full = view_quota(Rules(server=FULL_RULE).resolve(OPERATOR), full_quota(1_000), NOW, UTC)
    for card in (
        list_card(elements(100, owner=LAST_ID), 5_000, LAST_ID, texts),
        rules_card([(Level.ROLE, LAST_ID - number, FULL_RULE) for number in range(1_000)], OPERATOR, texts),
        quota_card(full, [LINE] * 10, texts),
        running_card(10_000, [job(number, request=request("_" * 2_500)) for number in range(10)], texts),
        audit_card([Change(at=NOW, by=LAST_ID, sentence=verbatim("x" * 5_000))] * 20, texts),
    ):
        assert fits_discord(card)


async def day(here: World) -> str:
    """All that is said on a day with the bot."""
    seen: list[str] = []

    async def did(answer: Any) -> None:
        seen.append(text_of(answer.response) if answer.response is not None else "")

    await did(await here.alice.slash(here.channel, "quota"))
    await did(await here.alice.slash(here.channel, "videos"))
    await did(await here.alice.slash(here.channel, "privacy"))
    await did(await here.alice.slash(here.channel, "element list"))
    await did(await here.alice.slash(here.channel, "video", prompt="   "))
    await did(await here.alice.slash(here.channel, "video", prompt="@Image2", image1=("a.png", picture_bytes(1))))
    await did(await here.alice.slash(here.channel, "video", prompt="@Image1", model=OMNI))  # with a list of models
    await did(await here.alice.slash(here.channel, "image", prompt="   "))
    await did(await here.alice.slash(here.channel, "help"))
    ada = admin(here)
    await did(
        await ada.slash(
            here.channel, "admin quota set", daily_seconds=600, monthly_seconds=6_000, max_active=2, max_duration=10
        )
    )
    await did(await ada.slash(here.channel, "admin quota model", model=IMAGE_MODEL, allowed=False))
    await did(await here.alice.slash(here.channel, "image", prompt="same"))
    for command in ("settings", "quota show", "jobs", "audit", "budget", "usage"):
        await did(await ada.slash(here.channel, f"admin {command}"))
    for option in ("model", "duration", "aspect_ratio", "resolution"):
        offered = await here.alice.autocomplete(here.channel, "video", option, "", model=OMNI)
        seen.extend(label for choice in offered if "…" not in (label := str(choice["name"])))
    await ask(here, prompt="@Image1", image1=("ox.png", picture_bytes(1)))
    here.oxen.succeed(await made(here, 1))
    thread = await here.until(here.thread)
    await here.until(lambda: len(thread.history()) > 1)
    await here.quiet()
    said = [message for place in (here.channel, thread) for message in place.history()]
    seen += [text_of(message) for message in said]
    seen += [label for message in said for label in buttons_of(message)]
    return "\n".join(seen)


@pytest.mark.slow
async def test_a_day_with_the_bot_has_no_english(tmp_path: Path) -> None:
    async with world(tmp_path, catalogues=pseudo_catalogues(), **MODELS) as here:
        words = await day(here)
    assert words.count("[!!") > 30
    assert words.count("[!!") == words.count("!!]")
    assert english_in(words) <= set(WORD.findall(NAMES_OF_MODELS))


@pytest.mark.parametrize("name", ["de", "ja", "pt-BR"])
@pytest.mark.slow
async def test_a_day_with_the_bot_has_no_english_sentence_in_a_language_that_people_speak(
    tmp_path: Path, name: str
) -> None:
    texts = load_catalogues().of(name)
    async with world(tmp_path, catalogues=Catalogues({"en-US": texts}), **MODELS) as here:
        words = await day(here)
    assert saying_in(texts, "error.unexpected") not in words
    assert sentence_in_english(words) is None
    if name == "ja":
        assert english_in(words) <= {"Discord", "Oxen", *WORD.findall(NAMES_OF_MODELS)}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["ja", "zh-CN"])
async def test_no_card_has_a_space_between_sentences_where_the_language_writes_none(name: str) -> None:
    texts = load_catalogues().of(name)
    assert [card for card in SNAPSHOTS if re.search(r"[。！？] +[^ \n-]", reading(SNAPSHOTS[card](texts)))] == []


@pytest.mark.parametrize("name", LOCALES)
async def test_no_card_has_an_english_sentence_in_a_language_that_people_speak(name: str) -> None:
    texts = load_catalogues().of(name)
    left = {card: sentence_in_english(reading(SNAPSHOTS[card](texts))) for card in SNAPSHOTS}
    assert {card: words for card, words in left.items() if words is not None} == {}


def quotas(texts: Texts) -> list[Any]:
    """A quota whose bar has every kind of block."""
    standing = Standing(day=Tally(used=15, held=5), month=Tally(used=1_234_567, held=5), active=1, grants=[])
    view = view_quota(Rules().resolve(Policy(daily_seconds=60, max_active=2)), standing, NOW, UTC)
    return [quota_card(view, [], texts)]


@pytest.mark.parametrize("locale", ["ar_EG", "ja_JP"])
async def test_the_quota_bar_and_the_board_read_as_they_did_from_right_to_left_and_in_wide_letters(locale: str) -> None:
    texts = pseudo_texts(locale)
    shown = reading([*quotas(texts), *boards(texts)])
    assert shown == (FOLDER / f"pseudo_{locale}.txt").read_text(encoding="utf-8")


def write_snapshots() -> None:
    """Write the snapshots anew: ``python -m tests.cogs.test_pseudo_locale``."""
    for locale in ("ar_EG", "ja_JP"):
        texts = pseudo_texts(locale)
        words = reading([*quotas(texts), *boards(texts)])
        (FOLDER / f"pseudo_{locale}.txt").write_text(words, encoding="utf-8")


if __name__ == "__main__":
    write_snapshots()
