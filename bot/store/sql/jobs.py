"""The tables ``jobs`` and ``job_history``: all of their SQL. Called inside a transaction of the store."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from bot.domain.generation import GenerationRequest
from bot.domain.job import ACTIVE, CANCELLABLE, ENDED, HistoryEntry, Job, JobChanges, JobState, Phase, Remover
from bot.domain.moderation import Verdict
from bot.domain.redaction import Redaction
from bot.domain.request import VideoRequest
from bot.domain.result_place import ResultPlace
from bot.domain.story import Shot
from bot.errors import StoreError
from bot.store.json_columns import (
    dump_generation_request,
    dump_request,
    from_millis,
    load_generation_request,
    load_request,
    to_millis,
)
from bot.text import Quote, Text, dump_text, load_stored

_CHANGEABLE: Final = frozenset(JobChanges.__annotations__)


def _sql_states(states: frozenset[JobState]) -> str:
    return ", ".join(f"'{state}'" for state in sorted(states))


BY_ID: Final = "SELECT * FROM jobs WHERE id = ?"
BY_ANY_NAME: Final = (
    "SELECT * FROM jobs WHERE id = ?1 OR generation_id = ?1"
    " OR CAST(card_message_id AS TEXT) = ?1 OR CAST(outcome_message_id AS TEXT) = ?1"
)
"""By its id, by Oxen's, or by that of its card or of the message with its outcome."""
BY_GENERATION: Final = "SELECT * FROM jobs WHERE generation_id = ?"
IN_STATE: Final = "SELECT * FROM jobs WHERE state = ? AND outcome_message_id IS NULL ORDER BY created_at"
FOLLOWERS: Final = "SELECT * FROM jobs WHERE leader_id = ? ORDER BY rowid"
UNFINISHED: Final = (
    "SELECT * FROM jobs WHERE outcome_message_id IS NULL"  # noqa: S608 - from an enum
    f" AND state IN ({_sql_states(frozenset(JobState) - {JobState.UNDELIVERABLE})}) ORDER BY created_at"
)
PENDING_MESSAGES: Final = (
    "SELECT * FROM jobs WHERE card_phase IN"  # noqa: S608
    " ('starting', 'waiting', 'making', 'slow', 'cancelling', 'fetching', 'unopened', 'fitting')"
    f" AND (state IN ({_sql_states(ENDED)}) AND outcome_message_id IS NOT NULL OR state = '{JobState.UNDELIVERABLE}')"
    " AND updated_at > ?1"
    " UNION SELECT * FROM jobs WHERE outcome_message_id IS NOT NULL AND removed_by IS NULL AND copy_message_id = 0"
    f" AND state = '{JobState.DELIVERED}' AND results = '{ResultPlace.BOTH}' AND updated_at > ?1"
)
LAST_IN_PLACE: Final = "SELECT * FROM jobs WHERE place_id = ? ORDER BY created_at DESC, rowid DESC LIMIT 1"
RUNNING_IN: Final = (
    "SELECT * FROM jobs WHERE guild_id = ? AND outcome_message_id IS NULL"  # noqa: S608
    f" AND state IN ({_sql_states(ACTIVE)}) ORDER BY created_at LIMIT ?"
)
COUNT_RUNNING: Final = (
    "SELECT count(*) FROM jobs WHERE guild_id = ? AND outcome_message_id IS NULL"  # noqa: S608
    f" AND state IN ({_sql_states(ACTIVE)})"
)
_RECENT: Final = (
    "SELECT * FROM jobs WHERE rowid IN ("
    "SELECT * FROM (SELECT rowid FROM jobs INDEXED BY jobs_no_place_took"
    " WHERE user_id = ?1 AND state = 'undeliverable'{here} ORDER BY created_at DESC, rowid DESC LIMIT ?3)"
    " UNION "
    "SELECT * FROM (SELECT rowid FROM jobs WHERE user_id = ?1{here} ORDER BY created_at DESC, rowid DESC LIMIT ?3)"
    ") ORDER BY state = 'undeliverable' DESC, created_at DESC, rowid DESC LIMIT ?4 OFFSET ?3 - ?4"
)
_RECENT_HERE: Final = _RECENT.format(here=" AND guild_id = ?2")
_RECENT_EVERYWHERE: Final = _RECENT.format(here="")
HISTORY: Final = "SELECT * FROM job_history WHERE job_id = ? ORDER BY id"
_WISH_CANCEL: Final = (
    "UPDATE jobs SET cancel_requested_by = ? WHERE id = ? AND cancel_requested_by IS NULL"  # noqa: S608
    f" AND state IN ({_sql_states(CANCELLABLE)})"
)
_ACTIVE_OF: Final = (
    "SELECT count(*) FROM jobs WHERE user_id = ? AND guild_id = ? AND outcome_message_id IS NULL"  # noqa: S608
    f" AND state IN ({_sql_states(ACTIVE)})"
)


def recent(user_id: int, guild_id: int, limit: int, offset: int = 0) -> tuple[str, tuple[object, ...]]:
    """The query for a user's latest jobs in a server (0: everywhere): those that no place took, then the newest."""
    return _RECENT_HERE if guild_id else _RECENT_EVERYWHERE, (user_id, guild_id, offset + limit, limit)


def job_from_row(found: sqlite3.Row, request: VideoRequest | None = None) -> Job:
    """A row of ``jobs`` as a record; ``request`` is its request where that is known, for it never changes."""
    row = dict(zip(found.keys(), found, strict=True))  # a ``Row`` compares name after name for each column

    def moment(column: str) -> datetime | None:
        return None if row[column] is None else from_millis(row[column])

    sent = row["generation_request"]
    return Job(
        id=row["id"],
        user_id=row["user_id"],
        guild_id=row["guild_id"],
        channel_id=row["channel_id"],
        state=JobState(row["state"]),
        request=load_request(row["request"]) if request is None else request,
        seconds=row["seconds"],
        created_at=from_millis(row["created_at"]),
        updated_at=from_millis(row["updated_at"]),
        card_message_id=row["card_message_id"],
        card_phase=None if row["card_phase"] is None else Phase(row["card_phase"]),
        place_id=row["place_id"],
        urls=_load_texts(row["urls"]),
        board=_load_texts(row["board"]),
        generation_request=None if sent is None else load_generation_request(sent),
        submitted_at=moment("submitted_at"),
        submit_attempts=row["submit_attempts"],
        may_land_until=moment("may_land_until"),
        generation_id=row["generation_id"],
        running_at=moment("running_at"),
        done_about=moment("done_about"),
        slow_after=moment("slow_after"),
        fetch_until=moment("fetch_until"),
        cancel_requested_by=row["cancel_requested_by"],
        reason=None if row["reason"] is None else load_stored(row["reason"], Quote),
        outcome_place_id=row["outcome_place_id"],
        outcome_message_id=row["outcome_message_id"],
        price_micros=row["price_micros"],
        model=row["model"],
        leader_id=row["leader_id"],
        redaction=Redaction(row["redaction"]),
        locale=row["locale"],
        user_locale=row["user_locale"],
        is_hidden=bool(row["is_hidden"]),
        has_plain_title=bool(row["has_plain_title"]),
        verdict=None if row["verdict"] is None else Verdict(row["verdict"]),
        poster=row["poster"],
        last_frame=row["last_frame"],
        is_marked_spoiler=bool(row["is_marked_spoiler"]),
        copy_message_id=row["copy_message_id"],
        results=ResultPlace(row["results"]),
        quota_seconds=row["quota_seconds"],
        removed_by=None if row["removed_by"] is None else Remover(row["removed_by"]),
        posts_own_card=bool(row["posts_own_card"]),
        hint=None if row["hint"] is None else load_stored(row["hint"]),
        shot=None if row["chain_id"] is None else _shot(found),
    )


def _load_texts(column: str) -> dict[str, str]:
    return {} if column == "{}" else json.loads(column)


def _shot(row: sqlite3.Row) -> Shot:
    picked_at = row["picked_at"]
    return Shot(
        story_id=row["chain_id"],
        number=row["shot"],
        count=row["shot_count"],
        is_retake=bool(row["is_retake"]),
        picked_at=None if picked_at is None else from_millis(picked_at),
    )


def find(connection: sqlite3.Connection, job_id: str) -> Job | None:
    """A job by its id."""
    rows = connection.execute(BY_ID, (job_id,)).fetchall()
    return job_from_row(rows[0]) if rows else None


def known(connection: sqlite3.Connection, job_id: str) -> Job:
    """A job that is known to exist.

    Raises:
        StoreError: it does not.
    """
    job = find(connection, job_id)
    if job is None:
        raise StoreError(f"there is no job {job_id}")
    return job


def history_from_row(row: sqlite3.Row) -> HistoryEntry:
    """A row of ``job_history`` as a record."""
    return HistoryEntry(
        at=from_millis(row["at"]),
        from_state=None if row["from_state"] is None else JobState(row["from_state"]),
        to_state=JobState(row["to_state"]),
        why=row["why"],
    )


def insert(connection: sqlite3.Connection, job: Job) -> None:
    """Write a new job."""
    connection.execute(
        "INSERT INTO jobs (id, user_id, guild_id, channel_id, state, request, seconds, price_micros,"
        " model, created_at, updated_at, is_hidden, has_plain_title, verdict, request_digest,"
        " locale, user_locale, leader_id, quota_seconds, posts_own_card, results, hint)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            job.id,
            job.user_id,
            job.guild_id,
            job.channel_id,
            job.state,
            dump_request(job.request),
            job.seconds,
            job.price_micros,
            job.model,
            to_millis(job.created_at),
            to_millis(job.updated_at),
            job.is_hidden,
            job.has_plain_title,
            job.verdict,
            job.request.digest,
            job.locale,
            job.user_locale,
            job.leader_id,
            job.quota_seconds,
            job.posts_own_card,
            job.results,
            None if job.hint is None else dump_text(job.hint),
        ),
    )
    connection.executemany(
        "INSERT INTO request_origins VALUES (?, ?)",
        [(owner_id, job.id) for owner_id in job.request.owner_ids - {job.user_id}],
    )


def move(
    connection: sqlite3.Connection, job: Job, to: JobState, now: datetime, changes: Mapping[str, object]
) -> Job | None:
    """Change the state, and columns that belong to that, if it still is what ``job`` says; the job as it is then."""
    sets, values = _assignments({**changes, "state": to, "updated_at": now}, _CHANGEABLE | {"state", "updated_at"})
    sql = f"UPDATE jobs SET {sets} WHERE id = ? AND state = ? RETURNING *"  # noqa: S608 - from _CHANGEABLE
    rows = connection.execute(sql, (*values, job.id, job.state)).fetchall()
    return job_from_row(rows[0], job.request) if rows else None


def change(connection: sqlite3.Connection, job: Job, changes: Mapping[str, object]) -> Job:
    """Set columns that say more about a job without changing its state; the job as it is then.

    Raises:
        StoreError: there is no such job.
    """
    sets, values = _assignments(changes, _CHANGEABLE)
    sql = f"UPDATE jobs SET {sets} WHERE id = ? RETURNING *"  # noqa: S608 - from _CHANGEABLE
    rows = connection.execute(sql, (*values, job.id)).fetchall()
    if not rows:
        raise StoreError(f"there is no job {job.id}")
    return job_from_row(rows[0], job.request)


def _assignments(changes: Mapping[str, object], changeable: frozenset[str]) -> tuple[str, list[object]]:
    unknown = changes.keys() - changeable
    if unknown:
        raise ValueError(f"not columns that may change: {sorted(unknown)}")
    return ", ".join(f"{column} = ?" for column in changes), [_column_value(value) for value in changes.values()]


def set_card_phases(connection: sqlite3.Connection, phases: Mapping[str, Phase]) -> None:
    """Write down what cards say, by their jobs' ids."""
    connection.executemany(
        "UPDATE jobs SET card_phase = ? WHERE id = ?", [(phase, key) for key, phase in phases.items()]
    )


def wish_cancel(connection: sqlite3.Connection, job_id: str, user_id: int) -> bool:
    """Write down who wants a job cancelled, if it still can be and nobody did before; whether that was so."""
    return connection.execute(_WISH_CANCEL, (user_id, job_id)).rowcount == 1


def _column_value(value: object) -> object:
    match value:
        case datetime():
            return to_millis(value)
        case Mapping():
            return json.dumps(dict(value))
        case GenerationRequest():
            return dump_generation_request(value)
        case Text():
            return dump_text(value)
        case _:
            return value


def append_history(
    connection: sqlite3.Connection, job_id: str, from_state: JobState | None, to: JobState, why: str, now: datetime
) -> None:
    """Write one line of the history."""
    connection.execute(
        "INSERT INTO job_history (job_id, at, from_state, to_state, why) VALUES (?, ?, ?, ?, ?)",
        (job_id, to_millis(now), from_state, to, why),
    )


def count_active(connection: sqlite3.Connection, user_id: int, guild_id: int) -> int:
    """How many jobs one user has running in one server."""
    [(count,)] = connection.execute(_ACTIVE_OF, (user_id, guild_id))
    return int(count)
