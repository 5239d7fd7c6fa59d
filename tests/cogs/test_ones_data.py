"""Whoever asks to be forgotten is, also in what others made here of theirs; and whoever asks gets all that is kept."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.clock import utc_now
from cogs.ui.texts import ENGLISH
from sandbox.world import World, world
from tests.cogs.admins import admin, rows, says
from tests.cogs.saved_elements import bob_in, save
from tests.cogs.videos import READY, ask, in_thread, made
from tests.support import buttons_of, links_of, png, private, text_of

SECRET = "my secret ox of @Image1"


class LaterClock:
    """Now, or so much later as a test says."""

    def __init__(self) -> None:
        self.later = timedelta()

    def __call__(self) -> Any:
        return utc_now() + self.later


async def delivered(here: World, number: int = 1) -> Any:
    here.oxen.succeed(await made(here, number))
    ready = await in_thread(here, READY)
    thread = here.thread()
    assert thread is not None
    await here.until(lambda: sum(READY in text_of(message) for message in thread.history()) == number)
    await here.quiet()
    return ready


def everything(folder: Path) -> str:
    """All that stands in the database, but for what may keep a name for a while."""
    tables = [name for (name,) in rows(folder, "SELECT name FROM sqlite_master WHERE type = 'table'")]
    kept = {"erasures", "ledger", "user_totals", "person_totals", "result_deletions"}
    return " ".join(str(rows(folder, f"SELECT * FROM {name}")) for name in tables if name not in kept)


async def forget(here: World, clock: LaterClock) -> None:
    clock.later += timedelta(days=2)  # whatever is said on cards is settled by then
    await here.parts.services.retention.forget(here.alice.id)
    await here.parts.services.retention.reconcile()


@pytest.mark.slow
async def test_a_rerun_by_somebody_else_goes_with_the_prompt_and_pictures_that_it_was_made_of(tmp_path: Path) -> None:
    clock = LaterClock()
    async with world(tmp_path, clock=clock) as here:
        bob = bob_in(here)
        await ask(here, prompt=SECRET)
        ready = await delivered(here)
        asked_first = await bob.click(ready, label=ENGLISH("button.run_again", seconds=5))
        await bob.click(asked_first.response, label=ENGLISH("button.run_again", seconds=5))
        await delivered(here, 2)
        assert rows(tmp_path, "SELECT count(*) FROM request_origins") == [(1,)]
        await forget(here, clock)
        assert SECRET not in everything(tmp_path)
        assert str(here.alice.id) not in everything(tmp_path)


async def test_oxen_is_asked_to_delete_her_videos_and_the_log_says_where_it_does_not(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clock = LaterClock()
    async with world(tmp_path, clock=clock) as here:
        await ask(here, prompt=SECRET)
        await delivered(here)
        await here.ended()
        await forget(here, clock)
        assert rows(tmp_path, "SELECT count(*) FROM result_deletions") == [(1,)]
        await here.parts.services.retention.delete_results()
        assert "Oxen keeps a video" in caplog.text
        assert rows(tmp_path, "SELECT count(*) FROM result_deletions") == [(0,)]


async def test_pictures_that_others_collected_of_hers_go(tmp_path: Path) -> None:
    clock = LaterClock()
    async with world(tmp_path, clock=clock) as here:
        bob = bob_in(here)
        message = await here.alice.send(here.channel, "look", attachments=[png("hers.png", 1)])
        await bob.context_menu(here.channel, "Add to my next video", message)
        assert rows(tmp_path, "SELECT count(*) FROM drafts") == [(1,)]
        await forget(here, clock)
        assert rows(tmp_path, "SELECT count(*) FROM drafts") == [(0,)]
        assert list((tmp_path / "bot.sqlite3.pictures").iterdir()) == []


@pytest.mark.slow
async def test_a_video_with_her_shared_element_goes_too(tmp_path: Path) -> None:
    clock = LaterClock()
    async with world(tmp_path, clock=clock) as here:
        bob = bob_in(here)
        await save(here, "bloxy", share=True)
        question = private(await bob.slash(here.channel, "video", prompt="@bloxy dances"))
        await bob.click(question, label=ENGLISH("answer.use_it"))
        await delivered(here)
        await forget(here, clock)
        assert rows(tmp_path, "SELECT count(*) FROM jobs") == [(0,)]
        assert str(here.alice.id) not in everything(tmp_path)


async def test_her_id_is_taken_off_the_audit_and_rules_but_a_block_stays(tmp_path: Path) -> None:
    clock = LaterClock()
    async with world(tmp_path, clock=clock) as here:
        ada = admin(here)
        await ada.slash(here.channel, "admin quota set", user=here.alice, daily_seconds=500)
        await ada.slash(here.channel, "admin grant", user=here.alice, seconds=60)
        await forget(here, clock)
        assert str(here.alice.id) not in str(rows(tmp_path, "SELECT * FROM audit"))
        assert rows(tmp_path, "SELECT count(*) FROM policies") == [(0,)]
        assert "somebody who was forgotten" in await says(ada, here, "admin audit")
        await ada.slash(here.channel, "admin block", user=here.alice)
        await forget(here, clock)
        assert rows(tmp_path, "SELECT access FROM policies") == [("blocked",)]
        await here.parts.services.retention.forget(ada.id)
        assert str(ada.id) not in str(rows(tmp_path, "SELECT by_user FROM audit"))


async def test_drafts_that_are_old_go_by_themselves(tmp_path: Path) -> None:
    clock = LaterClock()
    async with world(tmp_path, clock=clock, retention_days=90) as here:
        message = await here.alice.send(here.channel, "look", attachments=[png("hers.png", 1)])
        await here.alice.context_menu(here.channel, "Add to my next video", message)
        clock.later = timedelta(days=89)
        await here.parts.services.retention.reconcile()
        assert rows(tmp_path, "SELECT count(*) FROM drafts") == [(1,)]
        clock.later = timedelta(days=91)
        await here.parts.services.retention.reconcile()
        assert rows(tmp_path, "SELECT count(*) FROM drafts") == [(0,)]


async def test_what_a_server_leaves_goes_thirty_days_after_the_bot_left_it(tmp_path: Path) -> None:
    clock = LaterClock()
    async with world(tmp_path, clock=clock) as here:
        ada = admin(here)
        await says(ada, here, "admin words add", word="ox, bull")
        await ada.slash(here.channel, "admin quota set", user=here.alice, daily_seconds=500)
        erasure = here.parts.services.retention._erasure
        await erasure.note_presence([])
        clock.later = timedelta(days=29)
        assert await erasure.forget_departed(clock() - timedelta(days=30)) == 0
        assert rows(tmp_path, "SELECT count(*) FROM filtered_words") == [(2,)]
        clock.later = timedelta(days=31)
        assert await erasure.forget_departed(clock() - timedelta(days=30)) == 1
        for table in ("filtered_words", "policies", "audit", "servers"):
            assert rows(tmp_path, f"SELECT count(*) FROM {table}") == [(0,)], table


async def test_a_server_that_the_bot_is_back_in_keeps_what_it_has(tmp_path: Path) -> None:
    clock = LaterClock()
    async with world(tmp_path, clock=clock) as here:
        await says(admin(here), here, "admin words add", word="ox")
        erasure = here.parts.services.retention._erasure
        await erasure.note_presence([])
        await erasure.note_presence([here.guild.id])
        clock.later = timedelta(days=60)
        await here.parts.services.retention.reconcile()
        assert rows(tmp_path, "SELECT count(*) FROM filtered_words") == [(1,)]


async def test_the_export_has_all_that_is_kept_of_one_and_nothing_of_others(tmp_path: Path) -> None:
    async with world(
        tmp_path, privacy_url="https://example.com/privacy", terms_url="https://example.com/terms"
    ) as here:
        bob = bob_in(here)
        await ask(here, prompt=SECRET)
        await delivered(here)
        await save(here, "bloxy")
        await bob.slash(here.channel, "video", prompt="the bull of @Image1", image1=png(seed=7))
        await made(here, 2)
        card = private(await here.alice.slash(here.channel, "privacy"))
        assert {"https://example.com/privacy", "https://example.com/terms"} <= set(links_of(card))
        assert "Export my data" in buttons_of(card)
        answer = private(await here.alice.click(card, label="Export my data"))
        [file] = answer.attachments
        data = here.env.backend.cdn.get(file.url)
        assert data is not None
        exported = json.loads(data)
        assert exported["user_id"] == str(here.alice.id)
        assert exported["videos"][0]["request"]["prompt"] == SECRET
        assert exported["saved_elements"][0]["name"] == "bloxy"
        assert "bull" not in data.decode()
        assert str(bob.id) not in data.decode()
        assert "store about you" in text_of(answer)
