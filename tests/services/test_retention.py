"""What is kept, for how long, and what goes on request."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.job import JobState
from bot.domain.usage import Span
from bot.store.admin import AdminStore, AuditEntry
from bot.text import text
from cogs.ui.texts import ENGLISH
from sandbox.texts import saying
from sandbox.world import world
from tests.cogs.saved_elements import answer
from tests.cogs.videos import ask, in_thread, made
from tests.services.retention import POLICY, kept
from tests.support import text_of


async def test_what_ended_long_ago_goes_with_its_prompt_and_the_ledger_keeps_its_numbers(tmp_path: Path) -> None:
    async with kept(tmp_path, days=90) as here:
        await here.job(1)
        await here.job(2, ends=False)
        here.now += timedelta(days=89)
        await here.job(3)
        assert await here.retention.reconcile() == 0
        here.now += timedelta(days=2)
        assert await here.retention.reconcile() == 1
        assert not here.says("secret 1")
        assert here.says("secret 2")
        assert here.says("secret 3")
        assert here.rows("SELECT count(*), sum(seconds) FROM ledger WHERE kind = 'settle'") == [(2, 10)]
        assert [line.prompt for line in await here.accounts.lines(7, 9, 10)] == ["secret 3", "secret 2", None]


async def test_more_than_one_transactions_worth_goes_in_one_sweep(tmp_path: Path) -> None:
    async with kept(tmp_path, days=1) as here:
        with closing(sqlite3.connect(tmp_path / "bot.sqlite3", isolation_level=None)) as connection:
            connection.execute("BEGIN")
            for number in range(1_200):
                connection.execute(
                    "INSERT INTO jobs (id, user_id, guild_id, channel_id, state, request, seconds, created_at,"
                    " updated_at, outcome_message_id) VALUES (?, 7, 9, 11, 'failed', '{}', 5, 0, 0, 1)",
                    (str(number),),
                )
            connection.execute("COMMIT")
        assert await here.retention.reconcile() == 1_200


async def test_to_be_forgotten_removes_prompts_at_once_and_those_of_a_running_video_when_it_is_done(
    tmp_path: Path,
) -> None:
    async with kept(tmp_path) as here:
        await here.job(1)
        running = await here.job(2, ends=False)
        await here.job(3, user=8)
        assert await here.retention.forget(7) == 1
        assert not here.says("secret 1")
        assert here.says("secret 2")
        await here.store.change(
            await here.store.move(running, JobState.CANCELLED, "test"), outcome_message_id=5, card_message_id=None
        )
        await here.retention.reconcile()
        assert not here.says("secret 2")
        assert here.says("secret 3")


async def test_being_forgotten_gives_nobody_more_today(tmp_path: Path) -> None:
    async with kept(tmp_path) as here:
        await here.job(1)
        before = await here.accounts.quota(7, 9, (), POLICY)
        await here.retention.forget(7)
        assert await here.accounts.quota(7, 9, (), POLICY) == before


async def test_the_name_goes_from_the_ledger_when_its_month_is_over_and_the_numbers_stay(tmp_path: Path) -> None:
    async with kept(tmp_path) as here:
        await here.job(1)
        await here.job(2, user=8)
        await here.retention.forget(7)
        before = await here.accounts.usage(9, Span.MONTH)
        assert [user.user_id for user in before.users] == [7, 8]
        here.now = datetime(2026, 9, 1, 11, tzinfo=UTC)  # still August in the last time zone
        await here.retention.reconcile()
        assert here.rows("SELECT count(*) FROM ledger WHERE user_id = 7") == [(2,)]
        here.now = datetime(2026, 9, 1, 13, tzinfo=UTC)
        await here.retention.reconcile()
        assert here.rows("SELECT DISTINCT user_id FROM ledger ORDER BY 1") == [(0,), (8,)]
        assert here.rows("SELECT DISTINCT user_id FROM user_totals ORDER BY 1") == [(0,), (8,)]
        assert here.rows("SELECT sum(used) FROM user_totals WHERE period = '2026-08'") == [(10,)]
        assert here.rows("SELECT * FROM erasures") == []


async def test_the_name_goes_from_extra_seconds_when_they_expire_long_after_the_wish(tmp_path: Path) -> None:
    async with kept(tmp_path) as here:
        given = AuditEntry(guild_id=9, by=1, action="grant", sentence=text("test"))
        await AdminStore(here.store.database, lambda: here.now).grant(7, 60, here.now + timedelta(days=100), given)
        await here.retention.forget(7)
        here.now += timedelta(days=60)
        await here.retention.reconcile()
        assert here.rows("SELECT user_id FROM grants") == [(7,)]
        here.now += timedelta(days=60)
        await here.retention.reconcile()
        assert here.rows("SELECT user_id FROM grants") == [(0,)]
        assert here.rows("SELECT user_id FROM erasures") == []


async def test_who_comes_back_after_being_forgotten_is_not_forgotten_again(tmp_path: Path) -> None:
    async with kept(tmp_path) as here:
        await here.job(1)
        await here.retention.forget(7)
        here.now = datetime(2026, 9, 2, tzinfo=UTC)
        await here.job(2)
        await here.retention.reconcile()
        assert here.says("secret 2")
        here.now = datetime(2026, 10, 2, tzinfo=UTC)
        await here.retention.reconcile()
        assert here.rows("SELECT DISTINCT user_id FROM ledger WHERE day > '2026-09'") == [(7,)]


@pytest.mark.parametrize("change", ["day = 'x'", "seconds = 1", "user_id = 8", "micros = 0", "at = 0"])
async def test_the_ledger_loses_names_and_nothing_else(tmp_path: Path, change: str) -> None:
    async with kept(tmp_path) as here:
        await here.job(1)
        connection = sqlite3.connect(tmp_path / "bot.sqlite3", isolation_level=None)
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(f"UPDATE ledger SET {change}")
        connection.close()


async def test_privacy_tells_what_is_kept_and_deletes_it_when_asked_twice(tmp_path: Path) -> None:
    async with world(tmp_path, retention_days=30) as here:
        await ask(here, prompt="my secret @Image1")
        here.oxen.succeed(await made(here))
        await in_thread(here, saying("result.ready"))
        await here.quiet()
        shown = await here.alice.slash(here.channel, "privacy")
        assert shown.ephemeral
        assert "For 30 days" in text_of(shown.response)
        asked = await here.alice.click(shown.response, label="Delete my data")
        assert asked.ephemeral
        [before] = await here.parts.store.recent(here.alice.id, here.guild.id, 5)
        assert before.request.prompt == "my secret @Image1"
        deleted = await here.alice.click(asked.response, label=ENGLISH("answer.privacy.confirm"))
        assert answer(deleted).startswith("Deleted your prompts")
        assert await here.parts.store.recent(here.alice.id, here.guild.id, 5) == []
        quota = text_of((await here.alice.slash(here.channel, "quota")).response)
        assert ENGLISH("quota_card.today", left=55, limit=60) in quota
        assert "prompt deleted · delivered" in quota
