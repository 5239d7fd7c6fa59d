"""A disk that fills up, and words that go to the operator."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from bot.config import load_settings
from bot.domain.alert import AlertKind, AlertPlace
from bot.errors import SettingsError
from bot.operations.alerts.watch import text_of
from bot.store.alerts import AlertStore
from cogs.ui.texts import ENGLISH
from cogs.ui.texts.english.operations import MESSAGES
from sandbox.world import world


async def test_a_disk_under_one_gigabyte_is_told_and_over_with_some_room_to_spare(tmp_path: Path) -> None:
    async with world(tmp_path, operator_channel_id=1) as here:
        watch = here.parts.operation.alerts
        store = AlertStore(here.parts.store.database, here.parts.operation.sources.clock)
        for free, is_full in ((999_999_999, True), (1_050_000_000, True), (1_200_000_000, False)):
            watch.conditions.free_bytes = partial(int, free)
            await watch.look()
            assert (AlertKind.DISK_FULL in await store.active()) is is_full
        told = [ENGLISH.render(text_of(message)) for message in await store.untold(AlertPlace.CHANNEL)]
        assert ["1,000" in words or "room" in words for words in told] == [True, True]


def test_every_kind_of_alert_has_words_for_its_beginning_and_its_end() -> None:
    for kind in AlertKind:
        assert f"alert.{kind}" in MESSAGES
        assert f"alert.over.{kind}" in MESSAGES


@pytest.mark.parametrize(
    "address", ["ftp://example.org/x", "http://example.org/token", "https://me:word@example.org/", "no address"]
)
def test_a_webhook_that_is_no_safe_address_is_refused_without_being_shown(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "x")
    monkeypatch.setenv("OXEN_API_KEY", "y")
    monkeypatch.setenv("ALERT_WEBHOOK_URL", address)
    with pytest.raises(SettingsError, match="ALERT_WEBHOOK_URL") as caught:
        load_settings()
    assert address not in str(caught.value)
