"""What decides about what people make and show: a server's rules about content, reports, deleted results."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from bot.domain.clock import Clock
from bot.domain.job import Job, Phase, Remover
from bot.domain.join import Join
from bot.domain.moderation import ContentSettings
from bot.store import joins
from bot.store.database import ANSWER_SECONDS, Database
from bot.store.sql import guilds, jobs, moderation
from bot.text import Channel, Quote, Text, User, text


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentRules:
    """A server's settings about content, and the words that prompts may not hold there.

    ``was_refused`` says that the request was refused before as it is, wherever that was.
    """

    settings: ContentSettings
    words: tuple[str, ...] = ()
    was_refused: bool = False


class ModerationStore:
    """Reads a server's rules about content, and writes down what was reported and deleted."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def rules(self, guild_id: int, digest: str | None = None) -> ContentRules:
        """The rules of a server (0: direct messages, which have none), for the request of a digest."""

        def query(connection: sqlite3.Connection) -> ContentRules:
            return ContentRules(
                settings=guilds.find(connection, guild_id).content,
                words=moderation.words(connection, guild_id),
                was_refused=digest is not None and moderation.was_refused(connection, digest),
            )

        return await self._database.read(query, name="content rules", within=ANSWER_SECONDS)

    async def report(self, job: Job, user_id: int, operator_channel_id: int) -> bool:
        """Write down that somebody reported a result, with notices to its server's admins and to the operator.

        Whether they had not before; else nothing is written. Channel 0 is the operator's log.
        """

        def intent(connection: sqlite3.Connection) -> bool:
            now = self._clock()
            if not moderation.report(connection, job.id, user_id, now):
                return False
            notice_channel_id = guilds.find(connection, job.guild_id).notice_channel_id
            for channel_id in dict.fromkeys((notice_channel_id, operator_channel_id)):
                if channel_id is not None:
                    guilds.notify(connection, channel_id, _report(job, user_id), now)
            return True

        return await self._database.write(intent, name="report", within=ANSWER_SECONDS)

    async def remove_result(self, job: Job, remover: Remover, user_id: int) -> Job:
        """Write down that a result is deleted; a moderator's doing stands in the server's audit, too."""

        def intent(connection: sqlite3.Connection) -> Job:
            now = self._clock()
            removed = jobs.change(connection, job, {"removed_by": remover})
            jobs.append_history(connection, job.id, job.state, job.state, f"result deleted by its {remover}", now)
            _audit_deletion(connection, job, remover, user_id, now)
            return removed

        return await self._database.write(intent, name="remove result", within=ANSWER_SECONDS)

    async def remove_join(self, join: Join, remover: Remover, user_id: int) -> Join:
        """Write down once that a joined video is deleted, as ``remove_result``; it has no history of its own.

        Raises:
            IllegalTransition: it was forgotten.
        """

        def intent(connection: sqlite3.Connection) -> Join:
            removed, is_new = joins.mark_removed(connection, join, remover)
            if is_new:
                _audit_deletion(connection, removed.as_job(), remover, user_id, self._clock())
            return removed

        return await self._database.write(intent, name="remove join", within=ANSWER_SECONDS)

    async def mark_spoiler(self, job: Job, marker: Remover, user_id: int) -> Job:
        """Write down that a result is hidden; a moderator's doing stands in the server's audit, too.

        Its card counts as one that says something else, until it is shown anew.
        """

        def intent(connection: sqlite3.Connection) -> Job:
            now = self._clock()
            marked = jobs.change(connection, job, {"is_marked_spoiler": True, "card_phase": Phase.FETCHING})
            jobs.append_history(connection, job.id, job.state, job.state, f"result hidden by its {marker}", now)
            _audit_hiding(connection, job, marker, user_id, now)
            return marked

        return await self._database.write(intent, name="mark spoiler", within=ANSWER_SECONDS)

    async def hide_join(self, join: Join, marker: Remover, user_id: int) -> Join:
        """Write down once that a joined video is hidden, as ``mark_spoiler``.

        Raises:
            IllegalTransition: it was forgotten.
        """

        def intent(connection: sqlite3.Connection) -> Join:
            marked, is_new = joins.mark_hidden(connection, join)
            if is_new:
                _audit_hiding(connection, marked.as_job(), marker, user_id, self._clock())
            return marked

        return await self._database.write(intent, name="hide join", within=ANSWER_SECONDS)


def _audit_deletion(connection: sqlite3.Connection, job: Job, remover: Remover, user_id: int, now: datetime) -> None:
    if remover is Remover.MODERATOR and job.guild_id:
        sentence = text("audit.result_deleted", owner=User(job.user_id), made=job.request.media)
        guilds.audit(connection, job.guild_id, by=user_id, action="delete", sentence=sentence, now=now)


def _audit_hiding(connection: sqlite3.Connection, job: Job, marker: Remover, user_id: int, now: datetime) -> None:
    if marker is Remover.MODERATOR and job.guild_id:
        sentence = text("audit.result_hidden", owner=User(job.user_id), made=job.request.media)
        guilds.audit(connection, job.guild_id, by=user_id, action="hide", sentence=sentence, now=now)


def _report(job: Job, reporter_id: int) -> Text:
    return text(
        "notice.report",
        reporter=User(reporter_id),
        owner=User(job.user_id),
        channel=Channel(job.channel_id),
        link=job.outcome_link or "",
        job=job.id,
        prompt=Quote(job.request.prompt),
        made=job.request.media,
    )
