"""Texts: stored as data, written in the reader's words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.text import Bytes, Channel, Command, Message, Quote, Role, Text, Usd, User, dump_text, load_text, text
from cogs.ui.texts import ENGLISH

NOW = datetime(2026, 11, 25, 20, 0, tzinfo=UTC)


def test_a_text_comes_back_from_the_database_as_it_was() -> None:
    told = text(
        "some.key",
        who=User(1),
        role=Role(2),
        where=Channel(3),
        message=Message(9, 11, 31),
        do=Command("quota"),
        size=Bytes(5),
        cost=Usd(7),
        said=Quote("*hi*"),
        at=NOW,
        names=("@Image1", "@Image2"),
        cause=text("other.key", count=3),
    )
    assert load_text(dump_text(told)) == told


@pytest.mark.parametrize("stored", ["3", "{}", '{"type":"spell","value":1}', "[1]"])
def test_what_is_no_text_is_not_read_as_one(stored: str) -> None:
    with pytest.raises(ValueError, match="not a"):
        load_text(stored)


def test_values_are_written_as_discord_and_the_language_write_them() -> None:
    written = ENGLISH.render(Text("common.more", {"count": 1234}))
    assert written == "…and 1,234 more"


def test_a_users_words_bring_no_placeholder_and_no_markup_with_them() -> None:
    assert ENGLISH("error.unexpected", error_id=Quote("{count} **x** <@1>")).count("**") == 0
    assert "{count}" in ENGLISH("error.unexpected", error_id=Quote("{count}"))


def test_where_there_is_no_room_other_peoples_words_are_shortened_first() -> None:
    short = text("admin.words.unknown", word=Quote("ox"))
    assert ENGLISH.within(2_000, short) == ENGLISH.render(short)
    for words in ("*" * 6_000, "ox " * 2_000):
        long = ENGLISH.within(2_000, text("admin.words.unknown", word=Quote(words)))
        assert len(long) < 300
        assert long.endswith(ENGLISH.render(short).rpartition("ox")[2])
    assert len(ENGLISH.within(2_000, "a" * 6_000)) == 2_000
