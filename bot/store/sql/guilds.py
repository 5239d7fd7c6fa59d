"""The tables ``servers`` and ``server_channels``, the audit, the notices and the budget warnings: all of their SQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from bot.domain.budget import Budget
from bot.domain.guild_settings import GuildSettings
from bot.domain.moderation import ContentSettings, OutsideAgeRestricted
from bot.domain.periods import UTC_CALENDAR, Calendar, calendar
from bot.domain.result_place import ResultPlace
from bot.errors import RequestError
from bot.store.json_columns import to_millis
from bot.text import Text, dump_text

NOTICES: Final = "SELECT id, channel_id, text FROM notices ORDER BY id LIMIT 50"
AUDIT: Final = "SELECT at, by_user, action, sentence FROM audit WHERE guild_id = ? ORDER BY id DESC LIMIT ?"
OPERATOR: Final = 0
"""Stands in the audit for whoever runs the bot, who need not be anybody at Discord."""
_CHANGEABLE: Final = frozenset(
    {
        "time_zone",
        "notice_channel_id",
        "budget_day",
        "budget_month",
        "outside_age_restricted",
        "prompt_log_channel_id",
        "takes_mentions",
        "language",
        "results",
    }
)


def find(connection: sqlite3.Connection, guild_id: int) -> GuildSettings:
    """A server's settings; the defaults where nothing was set, and in direct messages."""
    if not guild_id:
        return GuildSettings(guild_id=0)
    rows = list(connection.execute("SELECT * FROM servers WHERE guild_id = ?", (guild_id,)))
    channels = connection.execute("SELECT channel_id FROM server_channels WHERE guild_id = ?", (guild_id,))
    allowed = frozenset(row[0] for row in channels)
    if not rows:
        return GuildSettings(guild_id=guild_id, channels=allowed)
    return GuildSettings(
        guild_id=guild_id,
        calendar=_calendar(rows[0]["time_zone"]),
        notice_channel_id=rows[0]["notice_channel_id"],
        budget=Budget(day=rows[0]["budget_day"], month=rows[0]["budget_month"]),
        channels=allowed,
        language=rows[0]["language"],
        results=ResultPlace(rows[0]["results"]),
        content=ContentSettings(
            outside_age_restricted=OutsideAgeRestricted(rows[0]["outside_age_restricted"]),
            prompt_log_channel_id=rows[0]["prompt_log_channel_id"],
            takes_mentions=bool(rows[0]["takes_mentions"]),
        ),
    )


def _calendar(zone: str) -> Calendar:
    try:
        return calendar(zone)
    except RequestError:  # a zone that a later version of the database of zones dropped
        return UTC_CALENDAR


def change(connection: sqlite3.Connection, guild_id: int, changes: Mapping[str, object]) -> None:
    """Change some settings of a server."""
    unknown = changes.keys() - _CHANGEABLE
    if unknown:
        raise ValueError(f"not settings of a server: {sorted(unknown)}")
    connection.execute("INSERT OR IGNORE INTO servers (guild_id) VALUES (?)", (guild_id,))
    for column, value in changes.items():
        connection.execute(f"UPDATE servers SET {column} = ? WHERE guild_id = ?", (value, guild_id))  # noqa: S608


def allow_channel(connection: sqlite3.Connection, guild_id: int, channel_id: int) -> None:
    """Let the bot be used in a channel."""
    connection.execute("INSERT OR IGNORE INTO server_channels VALUES (?, ?)", (guild_id, channel_id))


def forget_channel(connection: sqlite3.Connection, guild_id: int, channel_id: int | None) -> None:
    """Take a channel off the list, or (``None``) all of them."""
    connection.execute(
        "DELETE FROM server_channels WHERE guild_id = ?1 AND (?2 IS NULL OR channel_id = ?2)", (guild_id, channel_id)
    )


def audit(
    connection: sqlite3.Connection, guild_id: int, *, by: int, action: str, sentence: Text, now: datetime
) -> None:
    """Write down what an admin did."""
    connection.execute(
        "INSERT INTO audit (guild_id, at, by_user, action, sentence) VALUES (?, ?, ?, ?, ?)",
        (guild_id, to_millis(now), by, action, dump_text(sentence)),
    )


def notify(connection: sqlite3.Connection, channel_id: int, text: Text, now: datetime) -> None:
    """Have something told in a channel; channel 0 is the operator's log."""
    connection.execute(
        "INSERT INTO notices (channel_id, text, at) VALUES (?, ?, ?)", (channel_id, dump_text(text), to_millis(now))
    )


def warn_once(connection: sqlite3.Connection, guild_id: int, period: str) -> bool:
    """Whether this is the first warning about this budget in this period."""
    cursor = connection.execute("INSERT OR IGNORE INTO budget_warnings VALUES (?, ?)", (guild_id, period))
    return cursor.rowcount == 1


def forget_warnings(connection: sqlite3.Connection, guild_id: int) -> None:
    """Warn anew: the budget is another."""
    connection.execute("DELETE FROM budget_warnings WHERE guild_id = ?", (guild_id,))
