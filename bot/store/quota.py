"""What people see of their own quota, and admins of their server: reading policies, totals and the ledger."""

from __future__ import annotations

import dataclasses
import sqlite3
from collections.abc import Collection
from datetime import datetime
from typing import Final, TypeVar

from bot.domain.ceilings import Ceilings
from bot.domain.clock import Clock
from bot.domain.guild_settings import GuildSettings
from bot.domain.job import Job, JobState
from bot.domain.model_rule import ModelRule
from bot.domain.periods import Calendar
from bot.domain.policy import Level, Policy, Rule
from bot.domain.quota import QuotaView
from bot.domain.usage import DayUsage, Line, ModelUsage, Report, Span, Sums, UserUsage
from bot.store.database import ANSWER_SECONDS, Database, Query
from bot.store.json_columns import from_millis, load_request
from bot.store.sql import guilds, jobs, ledger, policies
from bot.store.sql.admission import quota_view
from bot.text import Quote, Text, load_stored

_T = TypeVar("_T")
_SUMS: Final = (
    "sum(jobs) AS jobs, sum(failed) AS failed, sum(cancelled) AS cancelled, sum(used) AS used, sum(held) AS held,"
    " sum(micros_used) AS micros_used, sum(micros_held) AS micros_held,"
    " sum(micros_undelivered) AS micros_undelivered"
)


class QuotaStore:
    """Reads what surrounds a job. Nothing here writes, nor waits for who does."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def server(self, guild_id: int) -> GuildSettings:
        """A server's settings."""
        return await self._read(lambda connection: guilds.find(connection, guild_id), "server")

    async def quota(
        self,
        user_id: int,
        guild_id: int,
        role_ids: Collection[int],
        operator: Policy,
        ceilings: Ceilings | None = None,
    ) -> QuotaView:
        """What one person has in one server now."""

        def query(connection: sqlite3.Connection) -> QuotaView:
            server = guilds.find(connection, guild_id)
            now = self._clock()
            return quota_view(connection, server, user_id, role_ids, operator, now, ceilings or Ceilings())

        return await self._read(query, "quota")

    async def lines(self, user_id: int, guild_id: int, limit: int) -> list[Line]:
        """A user's latest videos in a server as the ledger has them, newest first."""

        def query(connection: sqlite3.Connection) -> list[Line]:
            return [_line(row) for row in connection.execute(ledger.LINES, (user_id, guild_id, limit))]

        return await self._read(query, "lines")

    async def rules(self, guild_id: int) -> list[tuple[Level, int, Rule]]:
        """Every rule of a server: its level, whom it is for, what it says."""

        def query(connection: sqlite3.Connection) -> list[tuple[Level, int, Rule]]:
            rows = connection.execute(policies.EVERY_RULE, (guild_id,))
            return [(Level(row["level"]), row["subject_id"], policies.rule_from_row(row)) for row in rows]

        return await self._read(query, "rules")

    async def model_rules(self, guild_id: int) -> dict[str, ModelRule]:
        """A server's rules about models, by their ids."""
        return await self._read(lambda connection: policies.model_rules(connection, guild_id), "model rules")

    async def running(self, guild_id: int, limit: int) -> tuple[int, list[Job]]:
        """How many jobs are running in a server, and the oldest of them."""

        def query(connection: sqlite3.Connection) -> tuple[int, list[Job]]:
            [count] = connection.execute(jobs.COUNT_RUNNING, (guild_id,)).fetchall()
            rows = connection.execute(jobs.RUNNING_IN, (guild_id, limit))
            return int(count[0]), [jobs.job_from_row(row) for row in rows]

        return await self._read(query, "running")

    async def audit(self, guild_id: int, limit: int) -> list[tuple[datetime, int, str, Text]]:
        """What admins did in a server, newest first: when, who, the action, the sentence."""

        def query(connection: sqlite3.Connection) -> list[tuple[datetime, int, str, Text]]:
            rows = connection.execute(guilds.AUDIT, (guild_id, limit))
            return [
                (from_millis(row["at"]), row["by_user"], row["action"], load_stored(row["sentence"])) for row in rows
            ]

        return await self._read(query, "audit")

    async def usage(self, guild_id: int, span: Span) -> Report:
        """What was used in a server in the span that is now."""
        return await self._read(lambda connection: _usage(connection, guild_id, span, self._clock()), "usage")

    async def _read(self, query: Query[_T], name: str) -> _T:
        """Somebody waits for each of them."""
        return await self._database.read(query, name=name, within=ANSWER_SECONDS)


def _usage(connection: sqlite3.Connection, guild_id: int, span: Span, now: datetime) -> Report:
    calendar = guilds.find(connection, guild_id).calendar
    days = _days(calendar, span, now)
    periods = [calendar.month(now)] if span is Span.MONTH else days
    # A month is all of its days: where the time zone was changed, some may be later than today is now.
    last = f"{periods[0]}-31" if span is Span.MONTH else days[-1]
    marks = ", ".join("?" * len(periods))
    users = connection.execute(
        f"SELECT user_id, {_SUMS} FROM user_totals WHERE guild_id = ? AND period IN ({marks})"  # noqa: S608
        " GROUP BY user_id ORDER BY sum(used) + sum(held) DESC, user_id",
        (guild_id, *periods),
    ).fetchall()
    by_day = connection.execute(
        f"SELECT period, {_SUMS} FROM server_totals WHERE guild_id = ?"  # noqa: S608
        " AND period BETWEEN ? AND ? AND length(period) = 10 GROUP BY period",
        (guild_id, days[0], days[-1]),
    )
    found = {row["period"]: _sums(row) for row in by_day}
    [total] = connection.execute(
        f"SELECT {_SUMS} FROM server_totals WHERE guild_id = ? AND period IN ({marks})",  # noqa: S608
        (guild_id, *periods),
    ).fetchall()
    return Report(
        span=span,
        first_day=days[0],
        last_day=days[-1],
        total=_sums(total),
        users=[UserUsage(user_id=row["user_id"], sums=_sums(row)) for row in users],
        models=[
            ModelUsage(model=row["model"], sums=_sums(row))
            for row in connection.execute(ledger.BY_MODEL, (guild_id, days[0], last))
        ],
        days=[DayUsage(day=day, sums=found.get(day, Sums())) for day in days],
    )


def _days(calendar: Calendar, span: Span, now: datetime) -> list[str]:
    match span:
        case Span.DAY:
            return [calendar.day(now)]
        case Span.WEEK:
            return calendar.days_of_week(now)
        case Span.MONTH:
            return calendar.days_of_month(now)


def _sums(row: sqlite3.Row) -> Sums:
    return Sums(**{field.name: int(row[field.name] or 0) for field in dataclasses.fields(Sums)})


def _line(row: sqlite3.Row) -> Line:
    return Line(
        seconds=row["seconds"],
        granted=row["granted"],
        at=from_millis(row["at"]),
        prompt=None if row["request"] is None else load_request(row["request"]).prompt,
        state=None if row["state"] is None else JobState(row["state"]),
        is_settled=row["resolution"] == "settle",
        is_released=row["resolution"] == "release",
        cause=row["cause"],
        reason=None if row["reason"] is None else load_stored(row["reason"], Quote),
        was_paid=bool(row["was_paid"]),
    )
