"""A whole Discord on 127.0.0.1, for a bot in a process of its own."""

import asyncio
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from sandbox.discord import messages, payloads, threads
from sandbox.discord.errors import Violation
from sandbox.discord.faults import Faults
from sandbox.discord.gateway import Gateway
from sandbox.discord.limits import Limits
from sandbox.discord.model import MIB, Channel, ChannelKind, Guild, Member, Message, Overwrite, Role, User
from sandbox.discord.moderation import Moderation
from sandbox.discord.people import People
from sandbox.discord.permissions import MEMBER, Permission
from sandbox.discord.rate_limits import RateLimits
from sandbox.discord.server import Request, Server
from sandbox.discord.world import World

T = TypeVar("T")
REDIRECT = Path(__file__).with_name("redirect")


class LoopbackDiscord(People):
    """Users, guilds and messages that stay while bots come and go. Use it with `async with`."""

    def __init__(self, limits: Limits | None = None) -> None:
        super().__init__(World(limits or Limits()))
        self.faults = Faults()
        self.gateway = Gateway(self.world)
        self._server = Server(self.world, self.gateway, self.faults)

    async def __aenter__(self) -> Self:
        await self._server.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._server.__aexit__(kind, error, trace)

    # --- what a test looks at ---

    @property
    def bot(self) -> User:
        """The bot's own account."""
        return self.world.bot

    @property
    def limits(self) -> Limits:
        """The numbers in force; they may be changed at any time."""
        return self.world.limits

    @property
    def rate_limits(self) -> RateLimits:
        """How often the bot called, by route and channel, and what of it was refused."""
        return self._server.rate_limits

    @property
    def moderation(self) -> Moderation:
        """What may not be said here; nothing is refused until a test says so."""
        return self.world.moderation

    @property
    def requests(self) -> list[Request]:
        """Every request that the bot made, in order of arrival."""
        return self._server.requests

    @property
    def violations(self) -> list[Violation]:
        """Everything that Discord refused, the circumstances' fault or the bot's."""
        return self.world.violations.entries

    @property
    def mistakes(self) -> list[Violation]:
        """What Discord refused and would always refuse: the bot's own fault."""
        return [entry for entry in self.violations if entry.avoidable]

    @property
    def origin(self) -> str:
        """http://127.0.0.1:port"""
        return self._server.origin

    def messages(self, channel: Channel) -> list[Message]:
        """The messages that everybody sees in a channel, oldest first; notes by Discord itself are left out."""
        return [entry for entry in channel.messages.values() if not entry.ephemeral and entry.kind not in (18, 21)]

    def thread_of(self, message: Message) -> Channel | None:
        """The thread on a message."""
        return message.thread if message.thread and message.thread.id in self.world.channels else None

    def threads(self, channel: Channel) -> list[Channel]:
        """The active threads of a channel, oldest first."""
        return self.world.threads_of(channel)

    async def wait_for(self, predicate: Callable[[], T], timeout: float = 60.0) -> T:
        """The first true value of `predicate`, looked at now and after every change. TimeoutError tells what was."""
        try:
            async with asyncio.timeout(timeout):
                return await self.world.until(predicate)
        except TimeoutError:
            last = [f"{r.method} {r.path} -> {r.status} {r.code or ''}" for r in self.requests[-15:]]
            refused = [str(entry) for entry in self.violations[-5:]]
            raise TimeoutError("\n".join([f"not within {timeout} s; last requests:", *last, *refused])) from None

    async def wait_ready(self, timeout: float = 60.0) -> None:
        """Wait until a bot is connected with every shard, was sent READY, and commands are registered."""
        await self.wait_for(lambda: self.gateway.complete and self.world.commands, timeout)

    async def wait_gone(self, timeout: float = 60.0) -> None:
        """Wait until no bot is connected."""
        await self.wait_for(lambda: not self.gateway.open, timeout)

    def environment(self, *, guild_ready_seconds: float | None = None) -> dict[str, str]:
        """What the bot's process needs to come here instead of to Discord.

        discord.py waits 2 s for guilds before it reports being ready; `guild_ready_seconds` changes that.
        """
        found = {
            "DISCORD_TOKEN": self.world.token,
            "LOOPBACK_DISCORD": self.origin,
            "PYTHONPATH": os.pathsep.join([str(REDIRECT), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep),
        }
        if guild_ready_seconds is not None:
            found["LOOPBACK_DISCORD_GUILD_READY_SECONDS"] = str(guild_ready_seconds)
        return found

    # --- what is set up, and what admins do ---

    def add_user(self, name: str, *guilds: Guild, accepts_messages: bool = True) -> User:
        """A new account, a member of these guilds."""
        user = self.world.add_user(name)
        user.accepts_messages = accepts_messages
        for guild in guilds:
            self.join(user, guild)
        return user

    def join(self, user: User, guild: Guild) -> None:
        """Make a user a member of a guild."""
        guild.members[user.id] = Member(user=user, joined=self.world.now())

    def add_guild(
        self,
        name: str = "Film club",
        *,
        owner: User | None = None,
        upload_limit: int = 10 * MIB,
        premium_tier: int = 0,
        shard: int | None = None,
        says_available: bool = False,
    ) -> Guild:
        """A new server with the bot in it, on this shard or any; @everyone has what Discord grants by default.

        It is told of as a server that the bot is added to or, with ``says_available``, as one that is available again.
        """
        world = self.world
        holder = owner or world.owner
        guild = Guild(
            id=world.new_guild_id(shard),
            name=name,
            owner_id=holder.id,
            upload_limit=upload_limit,
            premium_tier=premium_tier,
        )
        guild.roles[guild.id] = Role(id=guild.id, name="@everyone", permissions=int(MEMBER), position=0)
        for user in (holder, world.bot):
            guild.members[user.id] = Member(user=user, joined=world.now())
        world.guilds[guild.id] = guild
        told = payloads.guild(world, guild)
        if not says_available:
            del told["unavailable"]
        world.emit("GUILD_CREATE", told, guild)
        return guild

    def add_channel(self, guild: Guild, name: str = "general") -> Channel:
        """A new text channel."""
        world = self.world
        channel = Channel(id=world.new_id(), kind=ChannelKind.TEXT, name=name, created=world.now(), guild=guild)
        world.channels[channel.id] = guild.channels[channel.id] = channel
        world.emit("CHANNEL_CREATE", payloads.channel(world, channel), channel)
        return channel

    def add_role(self, guild: Guild, name: str, *permissions: Permission, members: tuple[User, ...] = ()) -> Role:
        """A new role, given to these members."""
        granted = sum(set(permissions))
        role = Role(id=self.world.new_id(), name=name, permissions=granted, position=len(guild.roles))
        guild.roles[role.id] = role
        self.world.emit("GUILD_ROLE_CREATE", {"guild_id": str(guild.id), "role": payloads.role(role)}, guild)
        for user in members:
            guild.members[user.id].roles.append(role.id)
        return role

    def direct(self, user: User) -> Channel:
        """The direct conversation between the bot and a user."""
        return self.world.direct(user)

    def deny(self, channel: Channel, *permissions: Permission, who: User | Role | None = None) -> None:
        """Take permissions in a channel away, from the bot unless `who` says otherwise."""
        self._overwrite(channel, who or self.bot, deny=sum(set(permissions)), allow=0)

    def allow(self, channel: Channel, *permissions: Permission, who: User | Role | None = None) -> None:
        """Give permissions in a channel, also such as were denied there before."""
        self._overwrite(channel, who or self.bot, deny=0, allow=sum(set(permissions)))

    def delete(self, what: Message | Channel) -> None:
        """Delete a message, a thread, or a channel with its threads."""
        if isinstance(what, Message):
            messages.delete(self.world, what)
        else:
            threads.remove(self.world, what)

    def archive(self, thread: Channel, *, locked: bool | None = None) -> None:
        """Archive a thread, and lock it when asked to."""
        threads.set_state(self.world, thread, archived=True, locked=locked)

    def remove_bot(self, guild: Guild) -> None:
        """Kick the bot from a guild."""
        del guild.members[self.bot.id]
        self.world.emit("GUILD_DELETE", {"id": str(guild.id)}, guild)

    def advance(self, by: timedelta) -> None:
        """Put Discord's clock forward: links, interaction tokens and nonces age by so much."""
        self.world.advance(by)

    def _overwrite(self, channel: Channel, who: User | Role, *, deny: int, allow: int) -> None:
        place = channel.parent or channel
        entry = place.overwrites.setdefault(who.id, Overwrite(is_role=isinstance(who, Role)))
        entry.deny = (entry.deny | deny) & ~allow
        entry.allow = (entry.allow | allow) & ~deny
        self.world.emit("CHANNEL_UPDATE", payloads.channel(self.world, place), place)
