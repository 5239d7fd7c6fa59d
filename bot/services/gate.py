"""The gate: everything that somebody does with the bot is checked here first, whichever way in they took."""

from __future__ import annotations

from typing import Protocol

from bot.domain.actor import Actor
from bot.domain.gate import Purpose, check_discord_permission, check_job, check_server_rules
from bot.domain.job import Job
from bot.errors import NotAllowedError
from bot.store.gate import GateStore


class AccessRules(Protocol):
    """The operator's own rules: in which servers the bot works, and who is banned everywhere."""

    async def check(self, guild_id: int, user_id: int) -> None:
        """Check that somebody may use the bot in a server (0: in direct messages).

        Raises:
            NotAllowedError: they may not; the sentence says who can change that.
        """


class Gate:
    """Lets people through, or says why not."""

    def __init__(self, access: AccessRules, store: GateStore) -> None:
        self._access = access
        self._store = store

    async def is_let_in(self, actor: Actor) -> bool:
        """Whether the operator lets somebody use the bot there at all: else nothing is said where others read it."""
        try:
            await self._access.check(actor.guild_id, actor.user_id)
        except NotAllowedError:
            return False
        return True

    async def check(self, actor: Actor, purpose: Purpose) -> None:
        """Check that somebody may do something there.

        Raises:
            NotAllowedError: they may not.
            StoreError: the database refused.
        """
        await self._check(actor, purpose, None)

    async def check_job(self, actor: Actor, purpose: Purpose, job_id: str) -> Job:
        """The same for a button of a job, which is given back; the job must have to do with them and the place.

        Raises:
            NotAllowedError: they may not, or the job is none of theirs.
            StoreError: the database refused.
        """
        return check_job(actor, await self._check(actor, purpose, job_id), purpose)

    async def _check(self, actor: Actor, purpose: Purpose, job_id: str | None) -> Job | None:
        if purpose is Purpose.OPERATE:
            return None
        await self._access.check(actor.guild_id, actor.user_id)
        check_discord_permission(actor)
        if purpose is not Purpose.MAKE and job_id is None:
            return None
        found = await self._store.look_up(actor, job_id)
        if purpose is Purpose.MAKE:
            check_server_rules(actor, found.settings, found.rules)
        return found.job
