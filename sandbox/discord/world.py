"""All that is in this Discord, and word of every change to it."""

import asyncio
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from sandbox.discord import errors
from sandbox.discord.cdn import Cdn
from sandbox.discord.errors import Json, Violations
from sandbox.discord.interaction import Interaction
from sandbox.discord.limits import Limits
from sandbox.discord.model import Channel, ChannelKind, Guild, Message, User
from sandbox.discord.moderation import Moderation
from sandbox.discord.permissions import Permission, in_channel
from sandbox.discord.session_starts import SessionStarts
from sandbox.discord.snowflake import Snowflakes

T = TypeVar("T")
Listener = Callable[[str, Json, Channel | Guild | None], None]


class World:
    """The state. It outlives every connection of the bot."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.violations = Violations()
        self.users: dict[int, User] = {}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.commands: dict[int, Json] = {}
        self.interactions: dict[int, Interaction] = {}
        self.by_token: dict[str, Interaction] = {}
        self.cdn = Cdn(self.now)
        self.moderation = Moderation()
        self.gateway_url = ""
        self._ids = Snowflakes()
        self._ahead = timedelta()
        self.session_starts = SessionStarts(limits, self.now)
        self._listeners: list[Listener] = []
        self._change = asyncio.Event()
        self.owner = self.add_user("operator")
        self.bot = self.add_user("video-bot", bot=True)
        self.token = f"{self.bot.id}.loopback.token"

    # --- time and identity ---

    def now(self) -> datetime:
        """This Discord's time, UTC."""
        return datetime.now(UTC) + self._ahead

    def advance(self, by: timedelta) -> None:
        """Put this Discord's clock forward: links, tokens and nonces age."""
        self._ahead += by
        self.changed()

    def new_id(self) -> int:
        """A new snowflake for now."""
        return self._ids.at(self.now())

    def new_guild_id(self, shard: int | None) -> int:
        """A new snowflake for a server, on any shard or on this one of those that Discord recommends."""
        if shard is None:
            return self.new_id()
        return self._ids.on_shard(self.now(), shard, self.limits.shards)

    def reset_token(self) -> None:
        """Give the bot another token; the one it has is worth nothing any more."""
        self.token = f"{self.bot.id}.loopback.{secrets.token_hex(8)}"

    # --- change ---

    def subscribe(self, listener: Listener) -> None:
        """Call `listener` with every dispatch: event, data, and where it happened."""
        self._listeners.append(listener)

    def emit(self, event: str, data: Json, place: Channel | Guild | None) -> None:
        """Send a dispatch to the bot, and wake all who wait for a change."""
        for listener in self._listeners:
            listener(event, data, place)
        self.changed()

    def changed(self) -> None:
        """Wake all who wait for a change."""
        self._change.set()
        self._change = asyncio.Event()

    async def until(self, predicate: Callable[[], T]) -> T:
        """The first true value of `predicate`, looked at now and after every change."""
        while True:
            change = self._change
            if value := predicate():
                return value
            await change.wait()

    # --- users and places ---

    def add_user(self, name: str, *, bot: bool = False) -> User:
        """A new account."""
        user = User(id=self.new_id(), name=name, bot=bot)
        self.users[user.id] = user
        return user

    def user(self, user_id: int) -> User:
        """The account, or 10013."""
        try:
            return self.users[user_id]
        except KeyError:
            raise errors.unknown("User") from None

    def guild(self, guild_id: int) -> Guild:
        """A guild that the bot is in, or 10004."""
        guild = self.guilds.get(guild_id)
        if guild is None or self.bot.id not in guild.members:
            raise errors.unknown("Guild")
        return guild

    def channel(self, channel_id: int, *needed: Permission) -> Channel:
        """A channel where the bot has these permissions, or 10003, 50001 or 50013."""
        channel = self.channels.get(channel_id)
        if channel is None:
            raise errors.unknown("Channel")
        granted = in_channel(channel, self.bot.id)
        if Permission.VIEW_CHANNEL not in granted:
            raise errors.missing_access()
        if any(permission not in granted for permission in needed):
            raise errors.missing_permissions()
        return channel

    def message(self, channel: Channel, message_id: int) -> Message:
        """A message that the bot can see in the channel, or 10008."""
        message = channel.messages.get(message_id)
        if message is None or message.ephemeral:
            raise errors.unknown("Message")
        return message

    def direct(self, user: User) -> Channel:
        """The conversation between the bot and a user, made on first use."""
        for channel in self.channels.values():
            if channel.recipient is user:
                return channel
        made = Channel(id=self.new_id(), kind=ChannelKind.DIRECT, name=user.name, created=self.now(), recipient=user)
        self.channels[made.id] = made
        return made

    def threads_of(self, place: Guild | Channel) -> list[Channel]:
        """The active threads of a guild or of one channel, oldest first."""
        guild = place if isinstance(place, Guild) else place.guild
        return [
            channel
            for channel in (guild.channels.values() if guild else ())
            if channel.is_thread and not channel.archived and place in (channel.guild, channel.parent)
        ]
