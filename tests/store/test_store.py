"""What the store promises: a change of state and its ledger entry are one, and each happens once."""

import asyncio
import dataclasses
import json
import sqlite3
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.actor import Actor
from bot.domain.budget import Budget
from bot.domain.ceilings import Ceilings
from bot.domain.generation import GenerationRequest
from bot.domain.job import Job, JobChanges, JobState, Phase
from bot.domain.policy import Policy
from bot.errors import IllegalTransition, QuotaError, StaleError, StoreError
from bot.store.job_list import read_history
from bot.store.job_store import Store
from bot.store.json_columns import dump_request, load_request
from bot.store.notices import NoticeStore
from bot.store.sql.admission import Admission
from bot.text import Message
from sandbox.new_database import place_new_database
from tests.support import NOON, ManualClock, Usage, element, job, request, usage_of

POLICY = Policy(daily_seconds=60, max_active=100)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def store(tmp_path: Path, clock: ManualClock) -> AsyncIterator[Store]:
    opened = await Store.open(place_new_database(tmp_path / "bot.sqlite3"), clock)
    yield opened
    await opened.close()


async def run_to(store: Store, number: int, *states: JobState) -> None:
    current = await store.job(job(number).id)
    for state in states:
        current = await store.move(current, state, "test")


TO_DELIVERING = (JobState.PREPARED, JobState.SUBMITTING, JobState.RUNNING, JobState.DELIVERING)


async def test_a_job_comes_back_as_it_was_written(store: Store) -> None:
    asked = request("@Element2 näht <@1>", elements={2: element(2, angles=3)}, duration=10)
    await store.accept(job(request=asked, seconds=10), POLICY)
    sent = GenerationRequest(
        model="m",
        parameters={"prompt": "p", "elements": [{"frontal_image_url": "b", "reference_image_urls": ["c", "d"]}]},
    )
    current = await store.move(await store.job(job().id), JobState.PREPARED, "test", urls={"image1": "a"})
    current = await store.move(current, JobState.SUBMITTING, "test", generation_request=sent, submitted_at=NOON)
    assert current.request == asked
    assert current.urls == {"image1": "a"}
    assert current.generation_request == sent
    assert current.submitted_at == NOON


async def test_an_accepted_job_holds_its_seconds_until_it_is_delivered(store: Store, clock: ManualClock) -> None:
    await store.accept(job(), POLICY)
    assert await usage_of(store, 7, 9, clock) == Usage(used=0, held=5, active=1)
    await run_to(store, 1, *TO_DELIVERING)
    await store.deliver(await store.job(job().id), "sent", message_id=99)
    assert await usage_of(store, 7, 9, clock) == Usage(used=5, held=0, active=0)


@pytest.mark.parametrize("end", [JobState.FAILED, JobState.CANCELLED])
async def test_a_job_that_ends_without_a_video_gives_its_seconds_back(
    store: Store, clock: ManualClock, end: JobState
) -> None:
    await store.accept(job(), POLICY)
    await run_to(store, 1, end)
    assert await usage_of(store, 7, 9, clock) == Usage(used=0, held=0, active=0)


async def test_twenty_commands_at_the_same_instant_get_exactly_what_the_day_has(
    store: Store, clock: ManualClock
) -> None:
    results = await asyncio.gather(*(store.accept(job(n), POLICY) for n in range(20)), return_exceptions=True)
    assert sum(not isinstance(result, BaseException) for result in results) == 12
    assert sum(isinstance(result, QuotaError) for result in results) == 8
    assert await usage_of(store, 7, 9, clock) == Usage(used=0, held=60, active=12)


async def test_twenty_commands_at_the_same_instant_never_exceed_the_jobs_at_once(
    store: Store, clock: ManualClock
) -> None:
    policy = Policy(daily_seconds=6_000, max_active=2)
    results = await asyncio.gather(*(store.accept(job(n), policy) for n in range(20)), return_exceptions=True)
    assert sum(not isinstance(result, BaseException) for result in results) == 2
    assert (await usage_of(store, 7, 9, clock)).active == 2


async def test_a_refused_job_leaves_no_trace(store: Store, clock: ManualClock) -> None:
    with pytest.raises(QuotaError):
        await store.accept(job(), Policy(daily_seconds=4, max_active=1))
    assert await store.find(job().id) is None
    assert await usage_of(store, 7, 9, clock) == Usage()


async def test_users_servers_and_days_are_counted_apart(store: Store, clock: ManualClock) -> None:
    await store.accept(job(1), POLICY)
    await store.accept(job(2, user_id=8), POLICY)
    await store.accept(job(3, guild_id=10), POLICY)
    assert (await usage_of(store, 7, 9, clock)).held == 5
    clock.now += timedelta(days=1)
    assert (await usage_of(store, 7, 9, clock)).held == 0
    assert (await usage_of(store, 7, 9, clock)).active == 1


async def test_a_video_delivered_after_midnight_is_charged_to_the_day_that_it_was_asked_for(
    store: Store, clock: ManualClock
) -> None:
    await store.accept(job(), POLICY)
    clock.now += timedelta(hours=13)
    await run_to(store, 1, *TO_DELIVERING)
    await store.deliver(await store.job(job().id), "sent", message_id=99)
    assert (await usage_of(store, 7, 9, clock)).used == 0
    clock.now -= timedelta(hours=13)
    assert (await usage_of(store, 7, 9, clock)).used == 5


async def test_a_move_that_the_table_does_not_have_is_an_error(store: Store) -> None:
    await store.accept(job(), POLICY)
    with pytest.raises(IllegalTransition):
        await store.move(await store.job(job().id), JobState.DELIVERED, "test")
    assert (await store.job(job().id)).state is JobState.ACCEPTED


async def test_of_two_that_move_the_same_job_one_wins_and_the_other_is_told(store: Store) -> None:
    await store.accept(job(), POLICY)
    seen = await store.job(job().id)
    results = await asyncio.gather(
        store.move(seen, JobState.PREPARED, "one"),
        store.move(seen, JobState.CANCELLED, "two"),
        return_exceptions=True,
    )
    assert sum(isinstance(result, IllegalTransition) for result in results) == 1


async def test_a_reservation_is_resolved_once_by_the_database_itself(store: Store, tmp_path: Path) -> None:
    await store.accept(job(), POLICY)
    await run_to(store, 1, JobState.CANCELLED)
    connection = sqlite3.connect(tmp_path / "bot.sqlite3", isolation_level=None)
    copy = (
        "INSERT INTO ledger (job_id, kind, user_id, guild_id, day, utc_day, seconds, cause, at)"
        " SELECT job_id, ?1, user_id, guild_id, day, utc_day, ?2, iif(?1 = 'release', 'failed', NULL), at"
        " FROM ledger WHERE kind = 'reserve'"
    )
    for kind, seconds in (("settle", 5), ("release", 5), ("reserve", 5)):
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute(copy, (kind, seconds))
    for sql in ("DELETE FROM ledger", "UPDATE ledger SET seconds = 1", "UPDATE ledger SET kind = 'settle'"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(sql)
    connection.close()


async def test_a_resolution_of_other_than_what_was_reserved_is_refused_by_the_database(
    store: Store, tmp_path: Path
) -> None:
    await store.accept(job(), POLICY)
    connection = sqlite3.connect(tmp_path / "bot.sqlite3", isolation_level=None)
    with pytest.raises(sqlite3.IntegrityError, match="no such reservation"):
        connection.execute(
            "INSERT INTO ledger (job_id, kind, user_id, guild_id, day, utc_day, seconds, cause, at)"
            " SELECT job_id, 'release', user_id, guild_id, day, utc_day, 4, 'failed', at FROM ledger"
        )
    connection.close()


async def test_the_history_of_a_job_says_when_it_moved_and_why(
    store: Store, clock: ManualClock, tmp_path: Path
) -> None:
    await store.accept(job(), POLICY)
    clock.now += timedelta(seconds=3)
    await store.move(await store.job(job().id), JobState.CANCELLED, "cancelled by 7")
    history = read_history(tmp_path / "bot.sqlite3", job().id)
    entries = [(entry.from_state, entry.to_state, entry.why) for entry in history]
    assert entries == [(None, JobState.ACCEPTED, "accepted"), (JobState.ACCEPTED, JobState.CANCELLED, "cancelled by 7")]
    assert [entry.at for entry in history] == [NOON, NOON + timedelta(seconds=3)]


async def test_what_is_unfinished_is_what_still_has_something_to_do_or_to_tell(store: Store) -> None:
    for number in range(1, 6):
        await store.accept(job(number), POLICY)
    await run_to(store, 2, JobState.FAILED)
    await run_to(store, 3, JobState.FAILED)
    await store.change(await store.job(job(3).id), outcome_message_id=5)
    await run_to(store, 4, *TO_DELIVERING, JobState.UNDELIVERABLE)
    await run_to(store, 5, *TO_DELIVERING)
    await store.deliver(await store.job(job(5).id), "sent", message_id=6)
    assert [unfinished.id for unfinished in await store.unfinished()] == [job(1).id, job(2).id]
    assert [kept.id for kept in await store.in_state(JobState.UNDELIVERABLE)] == [job(4).id]


async def test_a_column_that_no_intent_changes_cannot_be_changed(store: Store) -> None:
    await store.accept(job(), POLICY)
    changes: Any = {"seconds": 1}
    with pytest.raises(ValueError, match="seconds"):
        await store.change(await store.job(job().id), **changes)


def test_what_can_be_changed_of_a_job_are_fields_of_it() -> None:
    assert JobChanges.__annotations__.keys() <= {field.name for field in dataclasses.fields(Job)}


async def test_a_move_and_a_change_give_the_job_as_it_then_is_also_what_others_wrote_of_it(store: Store) -> None:
    await store.accept(job(), POLICY)
    seen = await store.job(job().id)
    await store.change(seen, card_message_id=4, card_phase=Phase.STARTING)
    await store.wish_cancel(seen.id, 7)
    moved = await store.move(seen, JobState.PREPARED, "test", urls={"image1": "a"})
    assert moved == await store.job(seen.id)
    assert (moved.card_message_id, moved.cancel_requested_by, moved.urls) == (4, 7, {"image1": "a"})
    changed = await store.change(seen, place_id=5)
    assert changed == await store.job(seen.id)
    assert (changed.state, changed.place_id, changed.request) == (JobState.PREPARED, 5, seen.request)


async def test_a_job_that_is_gone_cannot_be_changed_or_moved(store: Store) -> None:
    with pytest.raises(StoreError, match="no job"):
        await store.change(job(), place_id=5)
    with pytest.raises(IllegalTransition):
        await store.move(job(), JobState.PREPARED, "test")


async def test_accepting_says_whether_there_is_something_to_tell(store: Store) -> None:
    asking = Admission(
        actor=Actor(user_id=7, guild_id=9, channel_id=11), ceilings=Ceilings(budget=Budget(month=1_000_000))
    )
    told = [(await store.accept(job(n, price_micros=50_000), POLICY, asking)).has_notice for n in range(1, 5)]
    assert told == [False, False, False, True]
    assert len(await NoticeStore(store.database).waiting()) == 1


async def test_who_cancels_what_somebody_cancelled_already_writes_nothing(store: Store) -> None:
    await store.accept(job(), POLICY)
    await store.wish_cancel(job().id, 7)
    before = store.database.commits
    assert (await store.wish_cancel(job().id, 8)).cancel_requested_by == 7
    assert store.database.commits == before


async def test_a_request_that_waits_no_longer_is_not_accepted(store: Store) -> None:
    with pytest.raises(StaleError):
        await store.accept(
            job(), POLICY, Admission(actor=Actor(user_id=7, guild_id=9, channel_id=11), waiting_id="0" * 16)
        )
    assert await store.unfinished() == []


@pytest.mark.parametrize(
    ("link", "message"),
    [
        ("https://discord.com/channels/9/11/31", Message(9, 11, 31)),
        ("https://discord.com/channels/@me/11/31", Message(0, 11, 31)),
        ("https://discord.com/channels/9/None/31", None),
    ],
)
def test_a_request_of_an_earlier_version_names_the_message_that_it_links_to(link: str, message: Message | None) -> None:
    stored = json.dumps(json.loads(dump_request(request())) | {"made_from": link})
    assert load_request(stored) == request(made_from=message)


def test_a_request_keeps_the_message_that_it_was_made_from() -> None:
    asked = request(made_from=Message(9, 11, 31))
    assert load_request(dump_request(asked)) == asked
