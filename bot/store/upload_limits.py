"""The table ``upload_limits``: all of its SQL."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import aiosqlite

from bot.store.codec import to_millis

OF_GUILD: Final = "SELECT max_bytes FROM upload_limits WHERE guild_id = ? AND learned_at > ?"


async def learn(connection: aiosqlite.Connection, guild_id: int, max_bytes: int, now: datetime) -> None:
    """Write down how large a file a server takes."""
    await connection.execute(
        "INSERT INTO upload_limits (guild_id, max_bytes, learned_at) VALUES (?, ?, ?)"
        " ON CONFLICT (guild_id) DO UPDATE SET max_bytes = excluded.max_bytes, learned_at = excluded.learned_at",
        (guild_id, max_bytes, to_millis(now)),
    )
