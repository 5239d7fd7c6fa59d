"""Forgetting: prompts and finished jobs that are old, and what somebody asked to have removed.

The ledger keeps its numbers. It keeps a name until the month is over in which it still counts against a limit.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from bot.domain.clock import Clock
from bot.domain.job import ENDED
from bot.domain.periods import UTC_CALENDAR
from bot.errors import StoreError
from bot.store import joins
from bot.store.database import ANSWER_SECONDS, Database
from bot.store.json_columns import from_millis, to_millis

_log = logging.getLogger(__name__)
_AT_ONCE: Final = 500
_CARD_SETTLES: Final = timedelta(days=1)
_LAST_ZONE: Final = timedelta(hours=12)
_ENDED: Final = ", ".join(f"'{state}'" for state in sorted(ENDED))
_DONE_WITH: Final = (
    f"state IN ({_ENDED}) AND outcome_message_id IS NOT NULL AND (card_phase IS NULL"
    " OR card_phase NOT IN ('starting', 'making', 'slow', 'fetching', 'fitting') OR updated_at < :settled)"
)
_COLLECTED: Final = (
    "saved_elements",
    "drafts",
    "pending_requests",
    "waiting_requests",
    "reports",
    "element_consents",
    "greetings",
)
_FORGOTTEN: Final = -1
"""Stands for somebody who was forgotten, where 0 is the operator."""
_OF_SERVERS: Final = ("policies", "model_rules", "server_channels", "filtered_words", "servers", "audit")
_KNOWN_BY: Final = (*_OF_SERVERS, "saved_elements", "joins")
"""Tables that tell of servers. The table of jobs is too long to look through; jobs go when they are old."""
_GUILDS_OF: Final = "SELECT DISTINCT guild_id FROM {table} WHERE guild_id > 0"
_NUMBERS: Final = (
    "jobs",
    "failed",
    "cancelled",
    "held",
    "used",
    "granted_held",
    "granted_used",
    "micros_held",
    "micros_used",
    "micros_undelivered",
)


class ErasureStore:
    """Removes what is no longer to be kept."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def prune(self, before: datetime) -> int:
        """Remove jobs that were over before a moment, with their prompts and history; how many, some at a time."""

        def intent(connection: sqlite3.Connection) -> int:
            rows = connection.execute(
                f"SELECT id FROM jobs WHERE {_DONE_WITH} AND updated_at < :before LIMIT {_AT_ONCE}",  # noqa: S608
                {"settled": self._settled(), "before": to_millis(before)},
            )
            ids = [row["id"] for row in rows]
            _delete_jobs(connection, ids)
            joins.prune(connection, before)
            return len(ids)

        return await self._database.write(intent, name="prune jobs")

    async def prune_drafts(self, before: datetime) -> None:
        """Remove drafts that were not changed since a moment."""

        def intent(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM drafts WHERE changed_at < ?", (to_millis(before),))

        await self._database.write(intent, name="prune drafts")

    async def note_presence(self, guild_ids: Collection[int]) -> None:
        """Write down in which servers the bot is: what the others left is removed in time."""

        def intent(connection: sqlite3.Connection) -> None:
            here = set(guild_ids)
            known = {row[0] for table in _KNOWN_BY for row in connection.execute(_GUILDS_OF.format(table=table))}
            connection.executemany("DELETE FROM departed_guilds WHERE guild_id = ?", [(one,) for one in here])
            connection.executemany(
                "INSERT OR IGNORE INTO departed_guilds VALUES (?, ?)",
                [(one, to_millis(self._clock())) for one in known - here],
            )

        await self._database.write(intent, name="note presence")

    async def forget_departed(self, before: datetime) -> int:
        """Remove what is left of servers that the bot left before a moment; how many servers those were."""

        def intent(connection: sqlite3.Connection) -> int:
            rows = connection.execute("SELECT guild_id FROM departed_guilds WHERE left_at < ?", (to_millis(before),))
            gone = [(row["guild_id"],) for row in rows]
            connection.executemany("UPDATE saved_elements SET guild_id = 0 WHERE guild_id = ?", gone)
            connection.executemany("UPDATE grants SET user_id = 0, given_by = -1 WHERE guild_id = ?", gone)
            for table in _OF_SERVERS:
                connection.executemany(f"DELETE FROM {table} WHERE guild_id = ?", gone)  # noqa: S608 - ours
            for (guild_id,) in gone:
                ids = connection.execute(
                    f"SELECT id FROM jobs WHERE guild_id = :guild AND {_DONE_WITH}",  # noqa: S608 - ours
                    {"guild": guild_id, "settled": self._settled()},
                )
                _delete_jobs(connection, [row["id"] for row in ids])
                joins.delete(connection, "guild_id = ?", guild_id)
            connection.executemany("DELETE FROM departed_guilds WHERE guild_id = ?", gone)
            return len(gone)

        return await self._database.write(intent, name="forget departed")

    async def result_deletions(self) -> list[str]:
        """The generations whose results are to be deleted at Oxen, some at a time."""
        rows = await self._database.rows("SELECT generation_id FROM result_deletions ORDER BY asked_at LIMIT 50")
        return [row["generation_id"] for row in rows]

    async def result_deleted(self, generation_id: str) -> None:
        """Take a generation off that list."""

        def intent(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM result_deletions WHERE generation_id = ?", (generation_id,))

        await self._database.write(intent, name="result deleted")

    async def forget(self, user_id: int) -> int:
        """Remove what can go of a user, and the rest as soon as it can; how many jobs are still running.

        What they collected goes with the wish itself. If that is written, ``forget_all`` takes up the rest.

        Raises:
            StoreBusy: the wish could not be written in time; nothing was removed.
        """

        def intent(connection: sqlite3.Connection) -> None:
            connection.execute("INSERT OR REPLACE INTO erasures VALUES (?, ?)", (user_id, to_millis(self._clock())))
            for table in _COLLECTED:
                connection.execute(f"DELETE FROM {table} WHERE user_id = ?", (user_id,))  # noqa: S608 - ours
            joins.delete(connection, "user_id = ?", user_id)
            _forget_with_others(connection, user_id)
            _forget_in_servers(connection, user_id)

        await self._database.write(intent, name="wish to be forgotten", within=ANSWER_SECONDS)
        while await self._forget_some(user_id):
            pass
        await self.scrub()
        [row] = await self._database.rows("SELECT count(*) FROM jobs WHERE user_id = ?", (user_id,))
        return int(row[0])

    async def forget_all(self) -> None:
        """Go on with everybody who asked to be forgotten."""
        for row in await self._database.rows("SELECT user_id FROM erasures"):
            while await self._forget_some(row["user_id"]):
                pass

    async def scrub(self) -> None:
        """Leave no copy of what was removed in the database's log; what cannot be done now is for the next time."""
        try:
            if not await self._database.scrub():
                _log.info("Somebody reads the database; its log is emptied by the next look")
        except StoreError as error:
            _log.warning("The log of the database could not be emptied (%s); the next look tries again", error)

    async def _forget_some(self, user_id: int) -> bool:
        """One transaction's worth; whether there may be more that can go now."""

        def intent(connection: sqlite3.Connection) -> bool:
            asked = connection.execute("SELECT asked_at FROM erasures WHERE user_id = ?", (user_id,)).fetchall()
            if not asked:
                return False
            rows = connection.execute(
                "SELECT id FROM jobs WHERE (user_id = :user"  # noqa: S608
                " OR id IN (SELECT job_id FROM request_origins WHERE owner_id = :user))"
                f" AND created_at <= :asked AND {_DONE_WITH} LIMIT {_AT_ONCE}",
                {"user": user_id, "asked": asked[0][0], "settled": self._settled()},
            )
            ids = [row["id"] for row in rows]
            connection.executemany(
                "INSERT OR IGNORE INTO result_deletions SELECT generation_id, ?1 FROM jobs"
                " WHERE id = ?2 AND user_id = ?3 AND generation_id IS NOT NULL",
                [(to_millis(self._clock()), job_id, user_id) for job_id in ids],
            )
            _delete_jobs(connection, ids)
            if len(ids) == _AT_ONCE:
                return True
            self._remove_names(connection, user_id)
            if not _is_known(connection, user_id, from_millis(asked[0][0])):
                connection.execute("DELETE FROM erasures WHERE user_id = ?", (user_id,))
            return False

        return await self._database.write(intent, name="forget some")

    def _remove_names(self, connection: sqlite3.Connection, user_id: int) -> None:
        """Take the name off months that are over, in the ledger and in its totals, and off grants that ended."""
        guilds = connection.execute(
            "SELECT DISTINCT guild_id FROM user_totals WHERE user_id = ?", (user_id,)
        ).fetchall()
        columns = ", ".join(_NUMBERS)
        added = ", ".join(f"{name} = {name} + excluded.{name}" for name in _NUMBERS)
        month = UTC_CALENDAR.month(self._clock() - _LAST_ZONE)  # what came before is over in every time zone
        for (guild_id,) in guilds:
            connection.execute(
                "UPDATE ledger SET user_id = 0 WHERE user_id = ? AND guild_id = ? AND day < ?",
                (user_id, guild_id, month),
            )
            connection.execute(
                f"INSERT INTO user_totals (guild_id, period, user_id, {columns})"  # noqa: S608 - names of ours
                f" SELECT guild_id, period, 0, {columns} FROM user_totals"
                " WHERE user_id = ? AND guild_id = ? AND period < ?"
                f" ON CONFLICT DO UPDATE SET {added}",
                (user_id, guild_id, month),
            )
            connection.execute(
                "DELETE FROM user_totals WHERE user_id = ? AND guild_id = ? AND period < ?",
                (user_id, guild_id, month),
            )
        connection.execute("DELETE FROM person_totals WHERE user_id = ? AND utc_day < ?", (user_id, month))
        connection.execute(
            "UPDATE grants SET user_id = 0 WHERE user_id = ? AND (expires_at <= ? OR taken = seconds)",
            (user_id, to_millis(self._clock())),
        )

    def _settled(self) -> int:
        return to_millis(self._clock() - _CARD_SETTLES)


def _forget_with_others(connection: sqlite3.Connection, user_id: int) -> None:
    """Remove what others collected of somebody: pictures in drafts and saved elements, requests that wait."""
    connection.execute("DELETE FROM drafts WHERE picture ->> 'owner_id' = ?", (user_id,))
    connection.execute(
        "DELETE FROM saved_elements WHERE id IN (SELECT element_id FROM saved_views WHERE picture ->> 'owner_id' = ?)",
        (user_id,),
    )
    for table in ("pending_requests", "waiting_requests"):
        connection.execute(
            f"DELETE FROM {table} WHERE EXISTS"  # noqa: S608 - ours
            " (SELECT 1 FROM json_tree(request) WHERE key IN ('owner_id', 'prompt_owner_id') AND value = ?)",
            (user_id,),
        )


def _forget_in_servers(connection: sqlite3.Connection, user_id: int) -> None:
    """Take the name off what admins set and did. A block stays: else this would undo it."""
    connection.execute(
        "DELETE FROM policies WHERE level = 'user' AND subject_id = ? AND access <> 'blocked'", (user_id,)
    )
    connection.execute("UPDATE grants SET given_by = ? WHERE given_by = ?", (_FORGOTTEN, user_id))
    connection.execute("UPDATE audit SET by_user = ? WHERE by_user = ?", (_FORGOTTEN, user_id))
    connection.execute(
        "UPDATE audit SET sentence = replace(sentence, ?1, ?2) WHERE instr(sentence, ?1)",
        (_user_value(user_id), _user_value(_FORGOTTEN)),
    )


def _user_value(user_id: int) -> str:
    """A user as a text that is stored names them."""
    return f'{{"type":"user","value":{user_id}}}'


def _delete_jobs(connection: sqlite3.Connection, ids: list[str]) -> None:
    rows = [(job_id,) for job_id in ids]
    connection.executemany("DELETE FROM job_history WHERE job_id = ?", rows)
    connection.executemany("DELETE FROM reports WHERE job_id = ?", rows)
    connection.executemany("DELETE FROM request_origins WHERE job_id = ?", rows)
    connection.executemany("DELETE FROM jobs WHERE id = ?", rows)


def _is_known(connection: sqlite3.Connection, user_id: int, until: datetime) -> bool:
    """Whether anything from before that moment still bears the name."""
    at = to_millis(until)
    [row] = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM ledger WHERE user_id = ?1 AND at <= ?2)"
        " OR EXISTS (SELECT 1 FROM jobs WHERE user_id = ?1 AND created_at <= ?2)"
        " OR EXISTS (SELECT 1 FROM request_origins JOIN jobs ON id = job_id WHERE owner_id = ?1 AND created_at <= ?2)"
        " OR EXISTS (SELECT 1 FROM grants WHERE user_id = ?1 AND given_at <= ?2 AND taken < seconds)",
        (user_id, at),
    )
    return bool(row[0])
