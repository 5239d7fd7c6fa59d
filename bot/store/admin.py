"""What admins write: each change with its line in the audit and its notice, in one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from bot.domain.clock import Clock
from bot.domain.model_rule import ModelRule
from bot.domain.policy import Access, Level, Rule
from bot.store import library
from bot.store.database import ANSWER_SECONDS, Database
from bot.store.sql import guilds, jobs, moderation, policies
from bot.store.write_queue import Intent
from bot.text import Text, User, text

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """Who does what, where: ``action`` is one word for the machine, ``sentence`` goes on from the admin's name."""

    guild_id: int
    by: int
    action: str
    sentence: Text


class AdminStore:
    """Writes policies, grants and server settings."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def change_rule(
        self,
        guild_id: int,
        level: Level,
        subject_id: int,
        change: Callable[[Rule], Rule],
        describe: Callable[[Rule], AuditEntry],
    ) -> Rule:
        """Change a rule from what it is now; ``describe`` says what was done, given the new one."""

        def intent(connection: sqlite3.Connection) -> Rule:
            before = policies.find_rule(connection, guild_id, level, subject_id) or Rule()
            after = change(before)
            policies.write_rule(connection, guild_id, level, subject_id, after)
            self._record(connection, describe(after))
            return after

        return await self._write(intent, "change rule")

    async def change_model_rule(
        self,
        guild_id: int,
        model: str,
        change: Callable[[ModelRule], ModelRule],
        describe: Callable[[ModelRule], AuditEntry],
    ) -> ModelRule:
        """Change a rule about a model from what it is now; ``describe`` says what was done, given the new one."""

        def intent(connection: sqlite3.Connection) -> ModelRule:
            after = change(policies.model_rules(connection, guild_id).get(model, ModelRule()))
            policies.write_model_rule(connection, guild_id, model, after)
            self._record(connection, describe(after))
            return after

        return await self._write(intent, "change model rule")

    async def unblock(self, user_id: int, entry: AuditEntry) -> Rule | None:
        """Undo a user's own block; their rule as it is then. ``None``: there was no such block, nothing was written."""
        whose = (entry.guild_id, Level.USER, user_id)

        def intent(connection: sqlite3.Connection) -> Rule | None:
            before = policies.find_rule(connection, *whose)
            if before is None or before.access is not Access.BLOCKED:
                return None
            after = replace(before, access=policies.access_replaced(connection, *whose))
            policies.write_rule(connection, *whose, after)
            self._record(connection, entry)
            return after

        return await self._write(intent, "unblock")

    async def grant(self, user_id: int, seconds: int, expires_at: datetime | None, entry: AuditEntry) -> None:
        """Give a user extra seconds."""

        def intent(connection: sqlite3.Connection) -> None:
            policies.add_grant(
                connection,
                entry.guild_id,
                user_id,
                seconds=seconds,
                expires_at=expires_at,
                by=entry.by,
                now=self._clock(),
            )
            self._record(connection, entry)

        await self._write(intent, "grant")

    async def change_server(self, changes: Mapping[str, object], entry: AuditEntry) -> None:
        """Change a server's settings; another budget is warned about anew."""

        def intent(connection: sqlite3.Connection) -> None:
            old = guilds.find(connection, entry.guild_id)
            guilds.change(connection, entry.guild_id, changes)
            if any(name.startswith("budget") for name in changes):
                guilds.forget_warnings(connection, entry.guild_id)
            self._record(connection, entry, or_in=old.notice_channel_id)

        await self._write(intent, "change server")

    async def allow_channel(self, channel_id: int, entry: AuditEntry) -> None:
        """Let the bot be used in a channel."""

        def intent(connection: sqlite3.Connection) -> None:
            guilds.allow_channel(connection, entry.guild_id, channel_id)
            self._record(connection, entry)

        await self._write(intent, "allow channel")

    async def set_channels(self, channel_ids: Collection[int], entry: AuditEntry) -> None:
        """Let the bot be used in these channels, and take the others off the list."""

        def intent(connection: sqlite3.Connection) -> None:
            guilds.forget_channel(connection, entry.guild_id, None)
            for channel_id in channel_ids:
                guilds.allow_channel(connection, entry.guild_id, channel_id)
            self._record(connection, entry)

        await self._write(intent, "set channels")

    async def forget_channel(self, channel_id: int | None, entry: AuditEntry) -> None:
        """Take a channel off the list, or (``None``) all of them."""

        def intent(connection: sqlite3.Connection) -> None:
            guilds.forget_channel(connection, entry.guild_id, channel_id)
            self._record(connection, entry)

        await self._write(intent, "forget channel")

    async def add_words(
        self, guild_id: int, words: Iterable[str], describe: Callable[[Sequence[str]], AuditEntry]
    ) -> tuple[str, ...]:
        """Add words that prompts may not hold; those that are new. Where none is, nothing is written.

        Raises:
            RequestError: there would be too many; nothing was written.
        """

        def intent(connection: sqlite3.Connection) -> tuple[str, ...]:
            new = moderation.add_words(connection, guild_id, words)
            if new:
                self._record(connection, describe(new))
            return new

        return await self._write(intent, "add words")

    async def remove_word(self, guild_id: int, word: str, describe: Callable[[str], AuditEntry]) -> str | None:
        """Take a word off the list; as it stood there. ``None``: it was not on it, and nothing was written."""

        def intent(connection: sqlite3.Connection) -> str | None:
            removed = moderation.remove_word(connection, guild_id, word)
            if removed is not None:
                self._record(connection, describe(removed))
            return removed

        return await self._write(intent, "remove word")

    async def unshare(
        self, guild_id: int, key: str, describe: Callable[[str, int], AuditEntry]
    ) -> tuple[str, int] | None:
        """End the sharing of an element in a server: its name and its owner, which ``describe`` is given.

        ``None``: nothing is shared there under this key, and nothing was written.
        """

        def intent(connection: sqlite3.Connection) -> tuple[str, int] | None:
            ended = library.unshare(connection, guild_id, key)
            if ended is not None:
                self._record(connection, describe(*ended))
            return ended

        return await self._write(intent, "unshare")

    async def wish_cancelled(self, job_id: str, entry: AuditEntry) -> None:
        """Write down the wish to cancel a job; nothing, where nobody needs to wish it: it was asked or is too late."""

        def intent(connection: sqlite3.Connection) -> None:
            if jobs.wish_cancel(connection, job_id, entry.by):
                self._record(connection, entry)

        await self._write(intent, "wish cancelled")

    async def _write(self, intent: Intent[_T], name: str) -> _T:
        """An admin waits for each of them."""
        return await self._database.write(intent, name=name, within=ANSWER_SECONDS)

    def _record(self, connection: sqlite3.Connection, entry: AuditEntry, or_in: int | None = None) -> None:
        now = self._clock()
        guilds.audit(connection, entry.guild_id, by=entry.by, action=entry.action, sentence=entry.sentence, now=now)
        channel_id = guilds.find(connection, entry.guild_id).notice_channel_id or or_in
        if channel_id is not None:
            guilds.notify(
                connection, channel_id, text("notice.by_admin", admin=User(entry.by), done=entry.sentence), now
            )
