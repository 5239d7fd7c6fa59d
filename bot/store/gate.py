"""What is looked up of somebody who is at the gate, all in one trip to the database."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from bot.domain.actor import Actor
from bot.domain.guild_settings import GuildSettings
from bot.domain.job import Job
from bot.domain.policy import Rules
from bot.store.database import ANSWER_SECONDS, Database
from bot.store.sql import guilds, jobs, policies


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """The server's settings, every rule that touches them, and the job whose button they pressed."""

    settings: GuildSettings
    rules: Rules
    job: Job | None


class GateStore:
    """Reads for the gate."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def look_up(self, actor: Actor, job_id: str | None) -> Findings:
        """What the database has of somebody, and of a job where one is named.

        Raises:
            StoreBusy: it did not come in time for somebody who waits.
        """

        def query(connection: sqlite3.Connection) -> Findings:
            return Findings(
                settings=guilds.find(connection, actor.guild_id),
                rules=policies.rules_for(connection, actor.guild_id, actor.user_id, actor.role_ids),
                job=None if job_id is None else jobs.find(connection, job_id),
            )

        return await self._database.read(query, name="gate", within=ANSWER_SECONDS)
