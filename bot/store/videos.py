"""One's own videos: pages of them, their stories, and which take of a shot counts."""

from __future__ import annotations

import sqlite3
from typing import Final

from bot.domain.clock import Clock
from bot.domain.job import Job
from bot.domain.story import chosen_takes
from bot.domain.video_list import Story, VideoFilter, VideoPage
from bot.store.database import ANSWER_SECONDS, Database
from bot.store.sql import jobs, stories, video_search

_CHOICES: Final = 10
_STORIES: Final = (
    "SELECT chain_id, count(DISTINCT shot) AS count, max(created_at) AS newest FROM jobs"
    " WHERE user_id = ?1 AND (guild_id = ?2 OR ?2 = 0) AND chain_id IS NOT NULL"
    " GROUP BY chain_id HAVING count > 1 ORDER BY newest DESC LIMIT ?3"
)
_ELEMENTS: Final = (
    "SELECT id, name FROM saved_elements WHERE user_id = ?1 OR (guild_id = ?2 AND guild_id <> 0)"
    " ORDER BY user_id = ?1 DESC, name_key LIMIT ?3"
)


class VideoStore:
    """Reads one's videos, and writes which of them make a story. Somebody waits for each of it."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def page(self, wanted: VideoFilter, user_id: int, guild_id: int, size: int) -> VideoPage:
        """A page of a user's videos in a server (0: everywhere), of at most so many.

        Raises:
            StoreBusy: they did not come in time.
        """
        offset = wanted.page * size

        def query(connection: sqlite3.Connection) -> VideoPage:
            if wanted.shows_everything:
                sql, values = jobs.recent(user_id, guild_id, size + 1, offset)
            else:
                models = [] if wanted.model is None else video_search.models_of(connection, user_id)
                sql, values = video_search.search(wanted, user_id, guild_id, models, limit=size + 1, offset=offset)
            found = [jobs.job_from_row(row) for row in connection.execute(sql, values)]
            return VideoPage(
                jobs=found[:size],
                has_more=len(found) > size,
                stories=_stories(connection, user_id, guild_id),
                elements=[tuple(row) for row in connection.execute(_ELEMENTS, (user_id, guild_id, _CHOICES))],
            )

        return await self._database.read(query, name="videos", within=ANSWER_SECONDS)

    async def find(self, job_id: str, user_id: int, guild_id: int) -> Job | None:
        """One of a user's own videos in a server (0: everywhere)."""

        def query(connection: sqlite3.Connection) -> Job | None:
            job = jobs.find(connection, job_id)
            return job if job is not None and job.user_id == user_id and guild_id in (0, job.guild_id) else None

        return await self._database.read(query, name="video", within=ANSWER_SECONDS)

    async def story(self, story_id: str, user_id: int) -> list[Job]:
        """The take that counts of each shot of a user's story, in order; nothing where it is not theirs."""

        def query(connection: sqlite3.Connection) -> list[Job]:
            return chosen_takes(stories.takes(connection, story_id, user_id))

        return await self._database.read(query, name="story", within=ANSWER_SECONDS)

    async def pick(self, job: Job) -> None:
        """Have a take count in the place of the others of its shot, from now on."""

        def intent(connection: sqlite3.Connection) -> None:
            stories.pick(connection, job, self._clock())

        await self._database.write(intent, name="pick take", within=ANSWER_SECONDS)


def _stories(connection: sqlite3.Connection, user_id: int, guild_id: int) -> list[Story]:
    rows = connection.execute(_STORIES, (user_id, guild_id, _CHOICES)).fetchall()
    return [Story(first=stories.first_take(connection, row["chain_id"], user_id), count=row["count"]) for row in rows]
