"""What a stranger, a member and an admin can cost the operator at most, tried all at once."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from discord import ui
from pydantic import ValidationError

from bot.app import Composition, composed
from bot.domain.actor import Actor
from bot.domain.job import Job, JobState
from bot.domain.policy import Access, Level
from bot.errors import Limit, QuotaError
from bot.text import load_text
from cogs.ui.cards import status_card
from cogs.ui.texts import ENGLISH
from sandbox.oxen import SimulatedOxen
from sandbox.timing import QUICK
from sandbox.world import sandbox_settings
from tests.support import ManualClock, request

SERVERS = range(901, 908)
OWNER = 77
COST = 560_000
"""Micro-dollars of five seconds."""
UNLIMITED: dict[str, Any] = {"quota_daily_seconds": 86_400, "max_active_jobs_per_user": 100}
DEFAULTS: dict[str, Any] = {"budget_usd_per_day": Decimal(20), "max_daily_seconds_per_user": 600}


@asynccontextmanager
async def bot(folder: Path, clock: ManualClock | None = None, **settings: Any) -> AsyncIterator[Composition]:
    """The bot without its Discord, with its price."""
    async with (
        SimulatedOxen() as oxen,
        composed(sandbox_settings(folder, oxen, **settings), timing=QUICK, clock=clock or ManualClock()) as parts,
    ):
        await parts.services.price_monitor.look()
        yield parts


async def ask(parts: Composition, *askers: tuple[int, int]) -> tuple[list[Job], list[Limit]]:
    """Everybody (user, server) asks at the same instant: what was accepted, and what the others were refused for."""
    asking = (
        parts.services.submitter.accept(request(), Actor(user_id=user, guild_id=guild, channel_id=11))
        for user, guild in askers
    )
    results = await asyncio.gather(*asking, return_exceptions=True)
    accepted = [result for result in results if isinstance(result, Job)]
    refused = [result.limit for result in results if isinstance(result, QuotaError)]
    assert len(accepted) + len(refused) == len(askers), results
    return accepted, refused


async def spent_micros(parts: Composition) -> int:
    rows: Sequence[Any] = await parts.store.database.rows(
        "SELECT micros_held + micros_used FROM bot_totals WHERE length(period) = 10"
    )
    return sum(row[0] for row in rows)


async def let_in_without_limits(parts: Composition, guild: int, user: int) -> None:
    """What the owner of any server can do for himself."""
    admin = Actor(user_id=user, guild_id=guild, channel_id=11)
    await parts.services.guild_admin.set_rule(admin, Level.USER, user, {"max_active": 1_000}, Access.UNLIMITED)
    await parts.services.guild_admin.grant(admin, user, 10_000_000, None)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("ceiling", "fit", "limit"),
    [
        ({"budget_usd_per_day": Decimal("4.48")}, 8, Limit.BUDGET),
        ({"budget_usd_per_month": Decimal("4.48")}, 8, Limit.BUDGET),
        ({"server_budget_usd_per_day": Decimal("2.80")}, 5, Limit.SHARE),
        ({"max_daily_seconds_per_user": 35}, 7, Limit.PERSON),
    ],
)
async def test_of_forty_at_once_as_many_are_let_in_as_the_ceiling_has_room_for(
    tmp_path: Path, ceiling: dict[str, Any], fit: int, limit: Limit
) -> None:
    async with bot(tmp_path, **UNLIMITED, **ceiling) as parts:
        await let_in_without_limits(parts, 9, OWNER)
        accepted, refused = await ask(parts, *[(OWNER, 9)] * 40)
        assert (len(accepted), set(refused)) == (fit, {limit})
        assert await spent_micros(parts) == fit * COST


@pytest.mark.slow
async def test_the_owner_of_a_server_who_sets_himself_unlimited_gets_what_the_defaults_allow_one_person(
    tmp_path: Path,
) -> None:
    async with bot(tmp_path, **DEFAULTS) as parts:
        await let_in_without_limits(parts, 9, OWNER)
        accepted, refused = await ask(parts, *[(OWNER, 9)] * 126)
        assert len(accepted) == 35, "20 dollars"
        assert set(refused) == {Limit.BUDGET}


@pytest.mark.slow
async def test_one_person_in_seven_servers_and_in_direct_messages_has_one_ceiling(tmp_path: Path) -> None:
    async with bot(tmp_path, **UNLIMITED, max_daily_seconds_per_user=60) as parts:
        for guild in SERVERS:
            await let_in_without_limits(parts, guild, OWNER)
        accepted, refused = await ask(parts, *[(OWNER, guild) for guild in (*SERVERS, 0) for _ in range(5)])
        assert (len(accepted), set(refused)) == (12, {Limit.PERSON})
        view, _ = await parts.services.quotas.quota(OWNER, 901)
        assert (view.left, view.everywhere.taken) == (0, 60)
        somebody_else, _ = await ask(parts, (OWNER + 1, 901))
        assert len(somebody_else) == 1


@pytest.mark.slow
async def test_each_server_and_all_direct_messages_together_have_their_share(tmp_path: Path) -> None:
    async with bot(tmp_path, **UNLIMITED, server_budget_usd_per_day=Decimal("1.12")) as parts:
        many = [(user, guild) for guild in (901, 902, 0) for user in range(50, 60)]
        accepted, refused = await ask(parts, *many)
        assert sorted(job.guild_id for job in accepted) == [0, 0, 901, 901, 902, 902]
        assert set(refused) == {Limit.SHARE}


@pytest.mark.slow
async def test_no_time_zone_of_an_admin_begins_the_operators_day_anew(tmp_path: Path) -> None:
    clock = ManualClock()
    async with bot(
        tmp_path, clock, **UNLIMITED, server_budget_usd_per_day=Decimal("1.12"), max_daily_seconds_per_user=10
    ) as parts:
        accepted = []
        for zone in ("UTC", "Pacific/Kiritimati", "Etc/GMT+12"):
            await parts.services.guild_admin.set_time_zone(Actor(user_id=OWNER, guild_id=9, channel_id=11), zone)
            accepted += (await ask(parts, *[(OWNER, 9)] * 3))[0]
        assert len(accepted) == 2
        clock.now += timedelta(hours=12)
        assert len((await ask(parts, (OWNER, 9)))[0]) == 1, "the UTC day is over"


async def through(parts: Composition, job: Job, *states: JobState, **changes: Any) -> Job:
    for state in states:
        job = await parts.store.move(job, state, "test", **changes)
    return job


@pytest.mark.slow
async def test_videos_that_nobody_takes_for_a_day_are_paid_for_all_the_same(tmp_path: Path) -> None:
    clock = ManualClock()
    async with bot(tmp_path, clock, **UNLIMITED, budget_usd_per_month=Decimal("1.68")) as parts:
        made = 0
        for _ in range(4):
            accepted, _ = await ask(parts, *[(OWNER, 9)] * 9)
            for job in accepted:
                made += 1
                await through(
                    parts, job, JobState.PREPARED, JobState.SUBMITTING, JobState.RUNNING, JobState.DELIVERING,
                    JobState.UNDELIVERABLE,
                )  # fmt: skip
            clock.now += timedelta(hours=25)
            await parts.services.reconciler.reconcile()
        assert made == 3
        assert await parts.store.in_state(JobState.UNDELIVERABLE) == []
        view, _ = await parts.services.quotas.quota(OWNER, 9)
        assert view.standing.month.used + view.standing.month.held == 0, "seconds are given back"
        assert await spent_micros(parts) == 3 * COST


@pytest.mark.slow
async def test_who_cancels_what_is_being_made_again_and_again_comes_to_the_ceilings(tmp_path: Path) -> None:
    async with bot(tmp_path, **UNLIMITED, max_daily_seconds_per_user=25) as parts:
        made = 0
        for _ in range(10):
            accepted, refused = await ask(parts, (OWNER, 9))
            for job in accepted:
                made += 1
                await through(parts, job, JobState.PREPARED, JobState.SUBMITTING, JobState.RUNNING, JobState.CANCELLED)
        assert (made, refused) == (5, [Limit.PERSON])
        assert await spent_micros(parts) == 5 * COST


async def test_what_oxen_says_was_not_made_costs_nothing(tmp_path: Path) -> None:
    async with bot(tmp_path, **UNLIMITED, max_daily_seconds_per_user=5) as parts:
        for _ in range(3):
            [job], _ = await ask(parts, (OWNER, 9))
            job = await through(parts, job, JobState.PREPARED, JobState.SUBMITTING, JobState.RUNNING)
            await through(parts, job, JobState.FAILED, nothing_made=True)
        assert await spent_micros(parts) == 0


async def test_an_account_that_is_too_new_is_refused_with_when_it_is_old_enough(tmp_path: Path) -> None:
    clock = ManualClock()
    made_yesterday = (int((clock.now - timedelta(days=1)).timestamp() * 1000) - 1_420_070_400_000) << 22
    async with bot(tmp_path, clock, min_account_age_days=7) as parts:
        with pytest.raises(QuotaError, match=r"access\.new_account") as caught:
            await parts.services.submitter.accept(request(), Actor(user_id=made_yesterday, guild_id=9, channel_id=11))
        assert caught.value.user_message.values == {"starts": clock.now + timedelta(days=6)}  # type: ignore[union-attr]
        clock.now += timedelta(days=6)
        assert len((await ask(parts, (made_yesterday, 9)))[0]) == 1


async def test_anyone_needs_a_share_for_each_server(tmp_path: Path) -> None:
    async with SimulatedOxen() as oxen:
        with pytest.raises(ValidationError, match="must be set where SERVERS is anyone"):
            sandbox_settings(tmp_path, oxen, servers="anyone")
        assert sandbox_settings(tmp_path, oxen, servers=" Anyone ", server_budget_usd_per_day=5).servers == "anyone"


async def test_a_bot_for_anyone_is_warned_about_at_every_start(tmp_path: Path) -> None:
    async with SimulatedOxen() as oxen:
        anyone = sandbox_settings(tmp_path, oxen, servers="anyone", server_budget_usd_per_day=Decimal(5))
        assert any("SERVERS is anyone" in warning and "$5 a day" in warning for warning in anyone.warnings)
        assert not any("SERVERS" in warning for warning in sandbox_settings(tmp_path, oxen).warnings)


async def test_no_budget_is_warned_about_at_every_start(tmp_path: Path) -> None:
    async with SimulatedOxen() as oxen:
        lifted = sandbox_settings(tmp_path, oxen, budget_usd_per_day="none")
        assert any("BUDGET_USD_PER_DAY is none" in warning for warning in lifted.warnings)
        kept = sandbox_settings(tmp_path, oxen, budget_usd_per_day=Decimal(20))
        assert not any("BUDGET_USD_PER_DAY" in warning for warning in kept.warnings)


async def told(parts: Composition) -> list[str]:
    """The keys of what is to be told, oldest first."""
    rows: Sequence[Any] = await parts.store.database.rows("SELECT text FROM notices ORDER BY id")
    return [load_text(row[0]).key for row in rows]


@pytest.mark.slow
async def test_money_that_goes_fast_is_told_once_an_hour(tmp_path: Path) -> None:
    clock = ManualClock()
    async with bot(tmp_path, clock, **UNLIMITED, budget_usd_per_day=Decimal(20)) as parts:
        await ask(parts, *[(user, 9) for user in range(50, 57)])
        assert await told(parts) == [], "3.92 of 20 dollars"
        for _ in range(3):
            await ask(parts, (60, 9))
        assert await told(parts) == ["operator.alarm"]
        clock.now += timedelta(minutes=61)
        await ask(parts, (61, 9))
        assert await told(parts) == ["operator.alarm"], "it is slow again"
        await ask(parts, *[(user, 9) for user in range(70, 78)])
        assert await told(parts) == ["operator.alarm", "operator.alarm"]


@pytest.mark.slow
async def test_who_spends_no_more_than_a_fifth_in_ten_minutes_is_no_alarm(tmp_path: Path) -> None:
    clock = ManualClock()
    async with bot(tmp_path, clock, **UNLIMITED, budget_usd_per_day=Decimal(20)) as parts:
        for user in range(50, 80):
            await ask(parts, (user, 9))
            clock.now += timedelta(minutes=2)
        assert "operator.alarm" not in await told(parts)


@pytest.mark.slow
async def test_out_of_credit_one_request_in_a_while_tries_whether_it_is_mended(tmp_path: Path) -> None:
    clock = ManualClock()
    async with bot(tmp_path, clock, **UNLIMITED) as parts:
        credit = parts.services.credit
        await credit.refused()
        for minutes in (1, 1, 2):
            accepted, refused = await ask(parts, *[(OWNER, 9)] * 40)
            assert (len(accepted), set(refused)) == (0, {Limit.PAUSED})
            clock.now += timedelta(minutes=minutes)
            accepted, refused = await ask(parts, *[(OWNER, 9)] * 40)
            assert (len(accepted), set(refused)) == (1, {Limit.PAUSED})
            await credit.refused()
        await credit.accepted()
        assert len((await ask(parts, *[(OWNER, 9)] * 5))[0]) == 5


async def test_credit_that_is_there_again_is_found_by_asking(tmp_path: Path) -> None:
    async with SimulatedOxen() as oxen, composed(sandbox_settings(tmp_path, oxen, **UNLIMITED), timing=QUICK) as parts:
        credit = parts.services.credit
        await credit.refused()
        oxen.credits_micro_usd = 0
        await credit.look()
        assert (await ask(parts, (OWNER, 9)))[1] == [Limit.PAUSED]
        oxen.credits_micro_usd = 5_000_000
        await credit.look()
        assert len((await ask(parts, (OWNER, 9)))[0]) == 1


async def notices_of(parts: Composition) -> list[tuple[int, str]]:
    """What is to be told, and where."""
    rows = await parts.store.database.rows("SELECT channel_id, text FROM notices ORDER BY id")
    return [(row["channel_id"], load_text(row["text"]).key) for row in rows]


@pytest.mark.slow
async def test_four_fifths_of_a_servers_share_are_told_once_where_its_admins_read_and_of_direct_messages_the_operator(
    tmp_path: Path,
) -> None:
    async with bot(tmp_path, **UNLIMITED, server_budget_usd_per_day=Decimal("2.80"), operator_channel_id=88) as parts:
        admin = Actor(user_id=OWNER, guild_id=901, channel_id=11)
        await parts.services.guild_admin.set_notice_channel(admin, 77)
        before = await notices_of(parts)
        await ask(parts, *[(OWNER, guild) for guild in (901, 0, 902) for _ in range(3)])
        assert await notices_of(parts) == before
        await ask(parts, *[(OWNER, guild) for guild in (901, 0, 902) for _ in range(2)])
        told = (await notices_of(parts))[len(before) :]
        assert sorted(told) == [(77, "budget.warning.share.day"), (88, "budget.warning.direct.day")]


async def test_who_has_used_four_fifths_of_what_one_person_may_have_reads_it_on_the_card(tmp_path: Path) -> None:
    async with bot(tmp_path, **UNLIMITED, max_daily_seconds_per_user=25) as parts:
        jobs, _ = await ask(parts, *[(OWNER, 901)] * 5)
        hints = [job.hint for job in jobs]
        assert [hint is None for hint in hints] == [True, True, True, False, False]
        assert "20" in ENGLISH.render(hints[3] or "")
        assert "25" in ENGLISH.render(hints[3] or "")
        stored = await parts.store.job(jobs[3].id)
        card = status_card(stored, stored.phase)
        shown = [item.content for item in card.walk_children() if isinstance(item, ui.TextDisplay)]
        assert ENGLISH.render(hints[3] or "") in "\n".join(shown)
