"""Budgets and prices, between the real services and a simulated Oxen."""

import asyncio
import random
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.actor import Actor
from bot.errors import OxenError, QuotaError, StoreBusy
from bot.services.spending.prices import KEPT_FOR
from sandbox.oxen import SimulatedOxen
from sandbox.world import world
from tests.cogs.videos import ask
from tests.services.spending import Clock, price, services
from tests.support import picture_bytes, request, text_of

GUILD = 9
COST_OF_FIVE_SECONDS = 0.56


def asked_for_the_price(oxen: SimulatedOxen) -> int:
    return sum(seen.path.startswith("/api/ai/models/") for seen in oxen.requests)


def rows(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / "bot.sqlite3")) as connection:
        return connection.execute(sql).fetchall()


@pytest.mark.parametrize("whose", ["server", "everything"])
@pytest.mark.exhaustive
async def test_of_fifty_users_with_twenty_commands_each_at_the_same_instant_exactly_as_many_run_as_are_paid_for(
    tmp_path: Path, whose: str
) -> None:
    dollars = 137 * COST_OF_FIVE_SECONDS + 0.5
    ceiling = {"budget_usd_per_day": dollars} if whose == "everything" else {}
    async with services(tmp_path, Clock(), **ceiling) as (parts, _):
        await parts.services.price_monitor.look()
        if whose == "server":
            admin = Actor(user_id=1, guild_id=GUILD, channel_id=11)
            await parts.services.guild_admin.set_notice_channel(admin, 77)
            await parts.services.guild_admin.set_budget(admin, {"day": round(dollars * 1_000_000)})
        commands = [user for user in range(100, 150) for _ in range(20)]
        random.Random(1).shuffle(commands)
        results = await asyncio.gather(
            *(
                parts.services.submitter.accept(request(), Actor(user_id=user, guild_id=GUILD, channel_id=11))
                for user in commands
            ),
            return_exceptions=True,
        )
    assert len(results) == 1_000
    refused = [result for result in results if isinstance(result, QuotaError | StoreBusy)]  # busy: it took 3 s and more
    assert len(refused) == 863
    assert any(isinstance(result, QuotaError) for result in refused)
    assert rows(tmp_path, "SELECT count(*) FROM jobs WHERE state = 'accepted'") == [(137,)]
    assert rows(tmp_path, "SELECT count(*), sum(micros) FROM ledger") == [(137, 137 * 560_000)]
    assert len(rows(tmp_path, "SELECT * FROM budget_warnings")) == 1


@pytest.mark.slow
async def test_a_request_before_the_first_price_waits_for_it(tmp_path: Path) -> None:
    async with services(tmp_path, Clock(), budget_usd_per_day=20) as (parts, oxen):
        hold = oxen.faults.hold("GET", "/api/ai/models/*")
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(parts.services.price_monitor.look())
            await hold.reached()
            actor = Actor(user_id=7, guild_id=GUILD, channel_id=11)
            asking = tasks.create_task(parts.services.submitter.accept(request(), actor))
            for _ in range(20):  # the database takes one after the other: by then it was refused once
                await parts.store.database.write(lambda _connection: None, name="nothing")
            hold.release()
        assert asking.result().price_micros == 112_000


@pytest.mark.slow
async def test_the_price_is_oxens_and_is_kept_for_an_hour(tmp_path: Path) -> None:
    clock = Clock()
    async with services(tmp_path, clock) as (parts, oxen):
        price_monitor = parts.services.price_monitor
        assert await price_monitor.look() == KEPT_FOR
        assert price_monitor.per_second == 112_000
        price(oxen, 0.146)
        clock.now += KEPT_FOR - timedelta(seconds=1)
        assert await price_monitor.look() == timedelta(seconds=1)
        assert (price_monitor.per_second, asked_for_the_price(oxen)) == (112_000, 1)
        clock.now += timedelta(seconds=1)
        await price_monitor.look()
        assert (price_monitor.per_second, asked_for_the_price(oxen)) == (146_000, 2)


async def test_the_last_price_survives_an_outage_and_a_restart(tmp_path: Path) -> None:
    clock = Clock()
    async with services(tmp_path, clock) as (parts, _):
        await parts.services.price_monitor.look()
    clock.now += timedelta(days=3)
    async with services(tmp_path, clock) as (parts, oxen):
        oxen.faults.refuse("GET", "/api/ai/models/*", status=503, times=None)
        with pytest.raises(OxenError):
            await parts.services.price_monitor.look()
        assert parts.services.price_monitor.per_second == 112_000


@pytest.mark.parametrize("nonsense", [0, -1, "free", None])
async def test_a_price_that_makes_no_sense_leaves_the_last_one(tmp_path: Path, nonsense: object) -> None:
    clock = Clock()
    async with services(tmp_path, clock) as (parts, oxen):
        await parts.services.price_monitor.look()
        price(oxen, nonsense)
        clock.now += KEPT_FOR
        await parts.services.price_monitor.look()
        assert parts.services.price_monitor.per_second == 112_000


async def test_a_job_keeps_the_price_that_held_when_it_was_accepted(tmp_path: Path) -> None:
    clock = Clock()
    async with services(tmp_path, clock) as (parts, oxen):
        await parts.services.price_monitor.look()
        job = await parts.services.submitter.accept(request(), Actor(user_id=7, guild_id=GUILD, channel_id=11))
        price(oxen, 0.5)
        clock.now += KEPT_FOR
        await parts.services.price_monitor.look()
        assert (await parts.store.job(job.id)).cost_micros == 560_000


async def test_while_no_price_is_known_only_a_budget_refuses(tmp_path: Path) -> None:
    async with services(tmp_path, Clock()) as (parts, _):
        submitter = parts.services.submitter
        await submitter.accept(request(), Actor(user_id=7, guild_id=GUILD, channel_id=11))
        await parts.services.guild_admin.set_budget(Actor(user_id=1, guild_id=GUILD, channel_id=11), {"day": 10**9})
        with pytest.raises(QuotaError, match=r"budget\.unknown_price"):
            await submitter.accept(request(), Actor(user_id=7, guild_id=GUILD, channel_id=11))
        await submitter.accept(request(), Actor(user_id=7, guild_id=0, channel_id=12))


async def test_a_limit_that_an_admin_changes_holds_for_the_next_command(tmp_path: Path) -> None:
    async with services(tmp_path, Clock()) as (parts, _):
        await parts.services.price_monitor.look()
        admin, admins = Actor(user_id=1, guild_id=GUILD, channel_id=11), parts.services.guild_admin
        for ceiling, fits in ((0, False), (560_000, True), (1_119_999, False), (None, True)):
            await admins.set_budget(admin, {"month": ceiling})
            asking = parts.services.submitter.accept(request(), Actor(user_id=7, guild_id=GUILD, channel_id=11))
            [result] = await asyncio.gather(asking, return_exceptions=True)
            assert isinstance(result, QuotaError) is not fits


async def test_only_the_operators_settings_hold_in_direct_messages(tmp_path: Path) -> None:
    async with world(tmp_path, quota_daily_seconds=5) as here:
        dora = here.env.create_user("dora")
        here.guild.add_member(dora)
        await dora.slash("video", prompt="@Image1", image1=("a.png", picture_bytes()))
        refused = await dora.slash("video", prompt="@Image1", image1=("a.png", picture_bytes()))
        assert "The bot's operator can change this" in text_of(refused.response)


async def test_the_operator_is_told_once_that_the_budget_of_everything_is_nearly_used_up(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with world(tmp_path, budget_usd_per_month=1.2, max_active_jobs_per_user=9) as here:
        for _ in range(3):
            answer = await ask(here)
        assert "This bot's budget for this month doesn't cover this video" in text_of(answer.response)
        assert "The bot's operator can change it" in text_of(answer.response)
        await here.until(lambda: not rows(tmp_path, "SELECT * FROM notices"))
    told = [record.getMessage() for record in caplog.records if "are spent or reserved" in record.getMessage()]
    assert len(told) == 1
    assert told[0].startswith("$1.12 of $1.20 of the whole bot's budget")
