"""The tables ``policies``, ``model_rules``, ``grants`` and ``grant_uses``: all of their SQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from bot.domain.model_rule import ModelRule
from bot.domain.policy import Access, Level, Rule, Rules
from bot.domain.quota import Charge, Grant
from bot.store.json_columns import from_millis, to_millis

EVERY_RULE: Final = "SELECT * FROM policies WHERE guild_id = ? ORDER BY level, subject_id"
ONE_RULE: Final = "SELECT * FROM policies WHERE guild_id = ? AND level = ? AND subject_id = ?"
_GRANTS: Final = (
    "SELECT id, seconds, seconds - taken AS left_over, expires_at FROM grants"
    " WHERE user_id = ? AND guild_id = ? AND taken < seconds AND (expires_at IS NULL OR expires_at > ?)"
    " ORDER BY expires_at IS NULL, expires_at, id"
)


def rule_from_row(row: sqlite3.Row) -> Rule:
    """A row of ``policies`` as a record."""
    return Rule(
        daily_seconds=row["daily_seconds"],
        monthly_seconds=row["monthly_seconds"],
        max_active=row["max_active"],
        max_duration=row["max_duration"],
        access=Access(row["access"]),
    )


def rules_for(connection: sqlite3.Connection, guild_id: int, user_id: int, role_ids: Collection[int]) -> Rules:
    """Every rule that touches one person. The role of everybody is the server itself."""
    roles = [role for role in dict.fromkeys(role_ids) if role != guild_id]
    marks = ", ".join("?" * len(roles))
    rows = connection.execute(
        "SELECT * FROM policies WHERE guild_id = ? AND ("  # noqa: S608 - question marks alone
        " (level = 'server' AND subject_id = 0) OR (level = 'user' AND subject_id = ?)"
        f" OR (level = 'role' AND subject_id IN ({marks})))",
        (guild_id, user_id, *roles),
    )
    by_level: dict[Level, list[Rule]] = {level: [] for level in Level}
    for row in rows:
        by_level[Level(row["level"])].append(rule_from_row(row))
    return Rules(
        user=next(iter(by_level[Level.USER]), None),
        roles=tuple(by_level[Level.ROLE]),
        server=next(iter(by_level[Level.SERVER]), None),
    )


def find_rule(connection: sqlite3.Connection, guild_id: int, level: Level, subject_id: int) -> Rule | None:
    """One rule."""
    rows = list(connection.execute(ONE_RULE, (guild_id, level, subject_id)))
    return rule_from_row(rows[0]) if rows else None


def write_rule(connection: sqlite3.Connection, guild_id: int, level: Level, subject_id: int, rule: Rule) -> None:
    """Write one rule in place of the one before; an empty one is removed.

    A rule that blocks remembers which access it replaced (``access_replaced``).
    """
    if rule.is_empty:
        connection.execute(
            "DELETE FROM policies WHERE guild_id = ? AND level = ? AND subject_id = ?", (guild_id, level, subject_id)
        )
        return
    connection.execute(
        "INSERT INTO policies"
        " (guild_id, level, subject_id, daily_seconds, monthly_seconds, max_active, max_duration, access)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET daily_seconds = excluded.daily_seconds,"
        " monthly_seconds = excluded.monthly_seconds, max_active = excluded.max_active,"
        " max_duration = excluded.max_duration, access = excluded.access, access_before = CASE"
        " WHEN excluded.access <> 'blocked' THEN NULL WHEN access = 'blocked' THEN access_before ELSE access END",
        (
            guild_id,
            level,
            subject_id,
            rule.daily_seconds,
            rule.monthly_seconds,
            rule.max_active,
            rule.max_duration,
            rule.access,
        ),
    )


def access_replaced(connection: sqlite3.Connection, guild_id: int, level: Level, subject_id: int) -> Access:
    """Which access a rule that blocks has replaced."""
    rows = list(connection.execute(ONE_RULE, (guild_id, level, subject_id)))
    return Access(rows[0]["access_before"] or Access.NORMAL) if rows else Access.NORMAL


def model_rules(connection: sqlite3.Connection, guild_id: int) -> dict[str, ModelRule]:
    """A server's rules about models, by their ids."""
    rows = connection.execute("SELECT * FROM model_rules WHERE guild_id = ? ORDER BY model", (guild_id,))
    return {row["model"]: ModelRule(tenths=row["tenths"], is_allowed=bool(row["is_allowed"])) for row in rows}


def write_model_rule(connection: sqlite3.Connection, guild_id: int, model: str, rule: ModelRule) -> None:
    """Write a rule about a model in place of the one before; an empty one is removed."""
    connection.execute("DELETE FROM model_rules WHERE guild_id = ? AND model = ?", (guild_id, model))
    if not rule.is_empty:
        connection.execute(
            "INSERT INTO model_rules (guild_id, model, tenths, is_allowed) VALUES (?, ?, ?, ?)",
            (guild_id, model, rule.tenths, rule.is_allowed),
        )


def add_grant(
    connection: sqlite3.Connection,
    guild_id: int,
    user_id: int,
    *,
    seconds: int,
    expires_at: datetime | None,
    by: int,
    now: datetime,
) -> None:
    """Write a grant."""
    connection.execute(
        "INSERT INTO grants (guild_id, user_id, seconds, expires_at, given_by, given_at) VALUES (?, ?, ?, ?, ?, ?)",
        (guild_id, user_id, seconds, None if expires_at is None else to_millis(expires_at), by, to_millis(now)),
    )


def live_grants(connection: sqlite3.Connection, guild_id: int, user_id: int, now: datetime) -> Sequence[Grant]:
    """A user's grants with seconds left: those that expire first go first."""
    rows = connection.execute(_GRANTS, (user_id, guild_id, to_millis(now)))
    return tuple(
        Grant(
            id=row["id"],
            seconds=row["seconds"],
            left=row["left_over"],
            expires_at=None if row["expires_at"] is None else from_millis(row["expires_at"]),
        )
        for row in rows
    )


def use_grants(connection: sqlite3.Connection, job_id: str, charge: Charge) -> None:
    """Write down what a job takes of grants."""
    for grant_id, seconds in charge.grants:
        connection.execute(
            "INSERT INTO grant_uses (grant_id, job_id, seconds) VALUES (?, ?, ?)", (grant_id, job_id, seconds)
        )
