"""Stories in the table ``jobs``: which shot of which story a video is. Called inside a transaction of the store.

The column of a story's id is ``chain_id``, since the first version of them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from bot.domain.job import Job
from bot.domain.story import Shot, chosen_takes
from bot.store.json_columns import to_millis
from bot.store.sql import jobs

TAKES: Final = "SELECT * FROM jobs WHERE chain_id = ? AND user_id = ? ORDER BY created_at, rowid"
_BEGIN: Final = "UPDATE jobs SET chain_id = id, shot = 1, shot_count = 1 WHERE id = ? AND chain_id IS NULL"
_PLACE: Final = "UPDATE jobs SET chain_id = ?, shot = ?, shot_count = ?, is_retake = ? WHERE id = ?"
_PICK: Final = "UPDATE jobs SET picked_at = ? WHERE id = ?"


def place(connection: sqlite3.Connection, job: Job, followers: Sequence[Job], now: datetime) -> None:
    """Give a job that was just accepted its place in its user's story, if it goes on from a video or makes one again.

    A story is of one person in one server: what goes on from somebody else's video begins anew. Several videos of one
    request are takes of the same shot.
    """
    if (shot := _place_of(connection, job, now)) is not None:
        for one in (job, *followers):
            placed = shot if one is job else replace(shot, is_retake=True)
            connection.execute(_PLACE, (placed.story_id, placed.number, placed.count, placed.is_retake, one.id))


def _place_of(connection: sqlite3.Connection, job: Job, now: datetime) -> Shot | None:
    before = _own(connection, job, job.request.take_of)
    if before is not None:
        return None if before.shot is None else _take(connection, before.shot, before.shot.number, job.user_id)
    before = _own(connection, job, job.request.continues)
    if before is None:
        return None
    connection.execute(_BEGIN, (before.id,))
    before = jobs.known(connection, before.id)
    assert before.shot is not None
    shot = _take(connection, before.shot, before.shot.number + 1, job.user_id)
    if shot.number == shot.count and not shot.is_retake:  # the story's end goes on from this take, so it is of it
        pick(connection, before, now)
    return shot


def _take(connection: sqlite3.Connection, of: Shot, number: int, user_id: int) -> Shot:
    taken = [one.shot.number for one in chosen_takes(takes(connection, of.story_id, user_id)) if one.shot is not None]
    return Shot(story_id=of.story_id, number=number, count=max((number, *taken)), is_retake=number in taken)


def _own(connection: sqlite3.Connection, job: Job, job_id: str | None) -> Job | None:
    """A video that a job comes from, if it is its user's own in the same server."""
    before = None if job_id is None else jobs.find(connection, job_id)
    return before if before is not None and (before.user_id, before.guild_id) == (job.user_id, job.guild_id) else None


def takes(connection: sqlite3.Connection, story_id: str, user_id: int) -> list[Job]:
    """All takes of a user's story, in the order in which they were accepted."""
    return [jobs.job_from_row(row) for row in connection.execute(TAKES, (story_id, user_id))]


def first_take(connection: sqlite3.Connection, story_id: str, user_id: int) -> Job:
    """The first that is still known of a user's story, which has one."""
    [row] = connection.execute(f"{TAKES} LIMIT 1", (story_id, user_id))
    return jobs.job_from_row(row)


def pick(connection: sqlite3.Connection, job: Job, now: datetime) -> None:
    """Have a take count in the place of the others of its shot, from now on."""
    if job.shot is not None and job not in chosen_takes(takes(connection, job.shot.story_id, job.user_id)):
        connection.execute(_PICK, (to_millis(now), job.id))
