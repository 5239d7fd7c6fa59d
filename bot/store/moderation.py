"""What decides about what people make: a server's rules about content, as they are now."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from bot.domain.moderation import ContentSettings
from bot.store.database import ANSWER_SECONDS, Database
from bot.store.sql import guilds, moderation


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentRules:
    """A server's settings about content, and the words that prompts may not hold there."""

    settings: ContentSettings
    words: tuple[str, ...] = ()


class ModerationStore:
    """Reads a server's rules about content."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def rules(self, guild_id: int) -> ContentRules:
        """The rules of a server (0: direct messages, which have none)."""
        if not guild_id:
            return ContentRules(settings=ContentSettings())

        def query(connection: sqlite3.Connection) -> ContentRules:
            settings = guilds.find(connection, guild_id).content
            return ContentRules(settings=settings, words=moderation.words(connection, guild_id))

        return await self._database.read(query, name="content rules", within=ANSWER_SECONDS)
