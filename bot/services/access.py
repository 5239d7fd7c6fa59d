"""Access: in which servers the bot works, whose direct messages it takes, and who is banned everywhere."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Collection, Coroutine
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from bot.domain.clock import Clock
from bot.errors import AccessUnknownError, ConversationError, NotAllowedError, StoreError
from bot.services.spending.notices import NoticeSender
from bot.store.access import AccessStore, Bans, KnownServer
from bot.text import Command, Quote, text

_log = logging.getLogger(__name__)
_ANSWER_SECONDS: Final = 1.0
"""How long somebody who waits at Discord may be kept waiting for what Discord says of servers and members."""
_HOME_FOR: Final = timedelta(days=1)
_STRANGE_FOR: Final = timedelta(minutes=10)
_MEMBER_FOR, _NO_MEMBER_FOR = timedelta(hours=1), timedelta(minutes=5)
_LOOK_EVERY: Final = 3_600.0
_REMEMBERED: Final = 10_000


class Directory(Protocol):
    """What Discord knows of who is where. ``cogs`` implements it."""

    async def operators(self) -> frozenset[int]:
        """The application's owner and the members of its team.

        Raises:
            ConversationError: Discord does not say now.
        """

    def guild_ids(self) -> Collection[int]:
        """The servers that the bot is in."""

    def name_of(self, guild_id: int) -> str:
        """A server's name; its id where it has none that is known."""

    def owner_of(self, guild_id: int) -> int | None:
        """Who owns a server, where that is known."""

    async def is_member(self, guild_id: int, user_id: int) -> bool:
        """Whether somebody is a member of a server that the bot is in.

        Raises:
            ConversationError: Discord does not say now.
        """

    async def leave(self, guild_id: int) -> None:
        """Leave a server.

        Raises:
            ConversationError: it cannot be left now, or the bot is not in it.
        """


class AccessControl:
    """Says whether somebody may use the bot somewhere. Discord is asked seldom, and what it said is kept.

    ``servers`` is ``owner``, ``anyone`` or empty where ``server_ids`` names them; ``channel_id`` is told where
    somebody adds the bot to a server in which it does not work (0: the log alone).
    """

    def __init__(
        self,
        store: AccessStore,
        directory: Directory,
        notices: NoticeSender,
        clock: Clock,
        *,
        servers: str,
        server_ids: frozenset[int] | None,
        channel_id: int,
    ) -> None:
        self._store = store
        self._directory = directory
        self._notices = notices
        self._clock = clock
        self._is_for_anyone = servers == "anyone"
        self._server_ids = server_ids
        self._channel_id = channel_id
        self._known: dict[int, KnownServer] | None = None
        self._bans = Bans()
        self._members: dict[int, tuple[int, datetime]] = {}
        self._looks: dict[tuple[int, int], asyncio.Task[Any]] = {}
        self._is_due = asyncio.Event()

    async def check(self, guild_id: int, user_id: int) -> None:
        """Check that somebody may use the bot in a server (0: in direct messages).

        Raises:
            NotAllowedError: they may not; the sentence says who can change that.
            StoreError: the database refused.
        """
        await self._load()
        if user_id in self._bans.users:
            raise NotAllowedError(text("access.banned"))
        if guild_id in self._bans.servers:
            raise NotAllowedError(text("access.server_banned"))
        if self._is_for_anyone:
            return
        try:
            if not guild_id:
                allowed = await self._is_members(user_id)
            else:
                allowed = await self._is_allowed(guild_id)
                if not allowed and self._server_ids is None and await self.is_operator(user_id):
                    allowed = await self._within((guild_id, 0), self._look(guild_id))  # an operator has joined it
        except (TimeoutError, ConversationError):
            raise AccessUnknownError(text("access.not_known_yet")) from None
        if not allowed:
            raise NotAllowedError(text("access.elsewhere" if guild_id else "access.no_member"))

    async def is_operator(self, user_id: int) -> bool:
        """Whether somebody is the application's owner or a member of its team; nobody is while Discord does not say."""
        try:
            return user_id in await self._directory.operators()
        except ConversationError as error:
            _log.warning("Discord does not say who operates the bot (%s)", error)
            return False

    async def works_in(self, guild_id: int) -> bool:
        """Whether the bot works in a server, as far as it is known: nothing is asked of Discord."""
        known = (await self._load()).get(guild_id)
        if self._server_ids is not None:
            return guild_id in self._server_ids
        return self._is_for_anyone or (known is not None and known.is_home)

    async def bans(self) -> Bans:
        """Who is banned."""
        await self._load()
        return self._bans

    async def ban(self, kind: str, subject_id: int, by: int) -> bool:
        """Ban a user or a server everywhere, direct messages included; whether it was not banned before."""
        done = await self._store.ban(kind, subject_id, by)
        self._bans = await self._store.bans()
        return done

    async def unban(self, kind: str, subject_id: int) -> bool:
        """Undo that; whether there was such a ban."""
        done = await self._store.unban(kind, subject_id)
        self._bans = await self._store.bans()
        return done

    async def leave(self, guild_id: int) -> None:
        """Leave a server.

        Raises:
            ConversationError: it cannot be left now, or the bot is not in it.
        """
        await self._directory.leave(guild_id)

    async def joined(self, guild_id: int) -> None:
        """Look at a server that the bot was added to just now, and tell the operator where it does not work there."""
        if self._is_for_anyone:
            return
        known = await self._load()
        known.pop(guild_id, None)
        await self._begin((guild_id, 0), self._look(guild_id))

    async def left(self, guild_id: int) -> None:
        """Forget a server that the bot is no longer in."""
        (await self._load()).pop(guild_id, None)
        await self._store.forget(guild_id)

    def wake(self) -> None:
        """Look soon at servers that are new: Discord has told which ones there are."""
        self._is_due.set()

    async def run(self) -> None:
        """Look at servers that are new or were looked at long ago, until cancelled; first when Discord told of them."""
        try:
            await self._is_due.wait()
            while True:
                self._is_due.clear()
                await self._look_around()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_LOOK_EVERY):
                        await self._is_due.wait()
        finally:
            for task in self._looks.values():
                task.cancel()

    async def _look_around(self) -> None:
        if self._is_for_anyone:
            return
        known = await self._load()
        for guild_id in list(self._directory.guild_ids()):
            server = known.get(guild_id)
            if server is None or self._clock() - server.looked_at > _HOME_FOR:
                try:
                    await self._begin((guild_id, 0), self._look(guild_id))
                except (ConversationError, StoreError) as error:
                    _log.info("A server could not be looked at (%s); it is when it is used", error)

    async def _load(self) -> dict[int, KnownServer]:
        if self._known is None:
            servers, self._bans = await self._store.servers(), await self._store.bans()
            if self._known is None:
                self._known = {server.guild_id: server for server in servers}
        return self._known

    async def _is_allowed(self, guild_id: int) -> bool:
        if self._server_ids is not None:
            return guild_id in self._server_ids
        server = (await self._load()).get(guild_id)
        if server is None:
            return bool(await self._within((guild_id, 0), self._look(guild_id)))
        age = self._clock() - server.looked_at
        if age > (_HOME_FOR if server.is_home else _STRANGE_FOR):
            if server.is_home:  # it goes on meanwhile
                self._begin((guild_id, 0), self._look(guild_id))
            else:
                return bool(await self._within((guild_id, 0), self._look(guild_id)))
        return server.is_home

    async def _look(self, guild_id: int) -> bool:
        """Find out whether the bot works in a server, and write it down; the operator is told once where it does not.

        Raises:
            ConversationError: Discord does not say now.
        """
        known = await self._load()
        is_home = self._server_ids is None and await self._is_home(guild_id)
        works = is_home if self._server_ids is None else guild_id in self._server_ids
        before = known.get(guild_id)
        is_news = not works and (before is None or not before.is_told)
        server = KnownServer(guild_id=guild_id, is_home=is_home, looked_at=self._clock(), is_told=not works)
        known[guild_id] = server
        notice = None
        if is_news:
            name = self._directory.name_of(guild_id)
            _log.warning("Somebody added the bot to the server %s (%s), in which it does not work", name, guild_id)
            if self._channel_id:
                notice = text(
                    "operator.added_elsewhere", name=Quote(name), id=str(guild_id), leave=Command("operator leave")
                )
        await self._store.keep(server, notice, self._channel_id)
        if notice is not None:
            self._notices.wake()
        return works

    async def _is_home(self, guild_id: int) -> bool:
        operators = await self._directory.operators()
        if self._directory.owner_of(guild_id) in operators:
            return True
        for user_id in sorted(operators):
            if await self._directory.is_member(guild_id, user_id):
                return True
        return False

    async def _is_members(self, user_id: int) -> bool:
        """Whether somebody is a member of a server in which the bot works."""
        found = self._members.get(user_id)
        if found is not None:
            guild_id, at = found
            if self._clock() - at < (_MEMBER_FOR if guild_id else _NO_MEMBER_FOR):
                return bool(guild_id)
        return bool(await self._within((0, user_id), self._find_member(user_id)))

    async def _find_member(self, user_id: int) -> bool:
        if user_id in await self._directory.operators():
            return True
        last, _ = self._members.get(user_id, (0, None))
        guild_ids = sorted(self._directory.guild_ids(), key=lambda guild_id: guild_id != last)
        where = 0
        for guild_id in guild_ids:
            if not await self._works_in_now(guild_id):
                continue
            if self._directory.owner_of(guild_id) == user_id or await self._directory.is_member(guild_id, user_id):
                where = guild_id
                break
        self._members.pop(user_id, None)
        self._members[user_id] = (where, self._clock())
        while len(self._members) > _REMEMBERED:
            del self._members[next(iter(self._members))]
        return bool(where)

    async def _works_in_now(self, guild_id: int) -> bool:
        """Whether the bot works in a server; one that was never looked at is looked at."""
        if guild_id in self._bans.servers:
            return False
        if self._server_ids is not None:
            return guild_id in self._server_ids
        server = (await self._load()).get(guild_id)
        return await self._look(guild_id) if server is None else server.is_home

    def _begin(self, key: tuple[int, int], work: Coroutine[Any, Any, bool]) -> asyncio.Task[bool]:
        """Have something looked up, once however many want to know it at the same time."""
        task: asyncio.Task[bool] | None = self._looks.get(key)
        if task is not None:
            work.close()
            return task
        task = self._looks[key] = asyncio.create_task(work, name=f"look-{key[0] or key[1]}")
        task.add_done_callback(lambda done: self._ended(key, done))
        return task

    def _ended(self, key: tuple[int, int], task: asyncio.Task[bool]) -> None:
        self._looks.pop(key, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.info("Discord does not say who is where (%s)", error)

    async def _within(self, key: tuple[int, int], work: Coroutine[Any, Any, bool]) -> bool:
        """The answer, where it comes in time for somebody who waits; it is looked up to its end in any case."""
        task = self._begin(key, work)
        async with asyncio.timeout(_ANSWER_SECONDS):
            return await asyncio.shield(task)
