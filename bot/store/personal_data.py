"""Everything that is kept of one person, as one record."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, Final

from bot.domain.clock import Clock
from bot.store.database import Database
from bot.store.json_columns import from_millis

_QUERIES: Final[Mapping[str, str]] = {
    "videos": "SELECT id, guild_id, channel_id, state, request, seconds, created_at, updated_at, card_message_id,"
    " place_id, board, generation_id, cancel_requested_by, reason, outcome_place_id, outcome_message_id, price_micros,"
    " verdict, removed_by, chain_id AS story_id, shot, picked_at FROM jobs WHERE user_id = ?1"
    " ORDER BY created_at DESC, rowid DESC LIMIT 10000",
    "joined_videos": "SELECT id, guild_id, channel_id, job_ids, state, created_at, updated_at, reason,"
    " outcome_place_id, outcome_message_id, removed_by FROM joins WHERE user_id = ?1 ORDER BY created_at DESC",
    "saved_elements": "SELECT e.name, e.guild_id, e.created_at, v.angle, v.picture FROM saved_elements e"
    " JOIN saved_views v ON v.element_id = e.id WHERE e.user_id = ?1 ORDER BY e.name_key, v.angle",
    "next_video": "SELECT position, picture, changed_at FROM drafts WHERE user_id = ?1 ORDER BY position",
    "waiting_requests": "SELECT request, use, asked, asked_at FROM pending_requests WHERE user_id = ?1",
    "requests_in_line": "SELECT guild_id, channel_id, request, use, queued_at, refusal FROM waiting_requests"
    " WHERE user_id = ?1 ORDER BY number",
    "shared_elements_agreed_to": "SELECT e.name, e.user_id AS owner_id, c.is_given FROM element_consents c"
    " JOIN saved_elements e ON e.id = c.element_id WHERE c.user_id = ?1",
    "ledger": "SELECT job_id, kind, guild_id, day, seconds, granted, micros, cause, at FROM ledger WHERE user_id = ?1"
    " ORDER BY id DESC LIMIT 20000",
    "rules": "SELECT guild_id, daily_seconds, monthly_seconds, max_active, max_duration, access FROM policies"
    " WHERE level = 'user' AND subject_id = ?1",
    "extra_seconds": "SELECT guild_id, seconds, taken, expires_at, given_at FROM grants WHERE user_id = ?1",
    "admin_changes": "SELECT guild_id, at, action, sentence FROM audit WHERE by_user = ?1 ORDER BY id DESC LIMIT 10000",
    "reports": "SELECT job_id, at FROM reports WHERE user_id = ?1",
    "welcomes": "SELECT guild_id, at FROM greetings WHERE user_id = ?1",
    "bans": "SELECT at FROM bans WHERE kind = 'user' AND subject_id = ?1",
    "wishes_to_be_forgotten": "SELECT asked_at FROM erasures WHERE user_id = ?1",
}
_JSON: Final = frozenset({"request", "picture", "board", "reason", "sentence", "job_ids", "refusal"})
_TIMES: Final = frozenset(
    {"created_at", "updated_at", "changed_at", "asked_at", "at", "expires_at", "given_at", "picked_at", "queued_at"}
)


class PersonalDataStore:
    """Reads what is kept of somebody."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def export(self, user_id: int) -> dict[str, Any]:
        """Everything that is kept under a user's id, by what it is; the newest first where there is much."""

        def query(connection: sqlite3.Connection) -> dict[str, Any]:
            found = {name: _records(connection.execute(sql, (user_id,)).fetchall()) for name, sql in _QUERIES.items()}
            return {"user_id": str(user_id), "made_at": self._clock().isoformat(), **found}

        return await self._database.read(query, name="export")


def _records(rows: Sequence[sqlite3.Row]) -> list[dict[str, Any]]:
    return [{column: _value(column, row[column]) for column in row.keys()} for row in rows]  # noqa: SIM118 - a Row


def _value(column: str, value: Any) -> Any:  # noqa: ANN401 - what a column holds
    if value is None:
        return None
    if column in _TIMES:
        return from_millis(value).isoformat()
    if column.endswith("_id") and isinstance(value, int):
        return str(value)  # JavaScript reads no larger numbers than 2^53
    if column in _JSON and isinstance(value, str):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value
