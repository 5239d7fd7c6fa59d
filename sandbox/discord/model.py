"""What a Discord is made of: users, guilds, channels, messages. Plain state; the rules are elsewhere."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, IntFlag

from sandbox.discord.errors import Json

MIB = 1024 * 1024


class ChannelKind(IntEnum):
    """The channel types that this Discord knows."""

    TEXT = 0
    DIRECT = 1
    PUBLIC_THREAD = 11
    PRIVATE_THREAD = 12


class Flags(IntFlag):
    """Message flags."""

    HAS_THREAD = 1 << 5
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    SILENT = 1 << 12
    HAS_SNAPSHOT = 1 << 14
    COMPONENTS_V2 = 1 << 15


NO_FLAGS = Flags(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file that somebody sends; the content type is guessed from the name when none is given.

    `spoiler` hides it until somebody clicks on it.
    """

    filename: str
    data: bytes = field(repr=False)
    content_type: str | None = None
    description: str | None = None
    spoiler: bool = False


@dataclass(slots=True, kw_only=True, eq=False)
class User:
    """An account."""

    id: int
    name: str
    bot: bool = False
    accepts_messages: bool = True
    upload_limit: int = 10 * MIB
    locale: str = "en-US"

    @property
    def mention(self) -> str:
        """How a message mentions it."""
        return f"<@{self.id}>"


@dataclass(slots=True, kw_only=True, eq=False)
class Role:
    """A role; the one with the guild's own id is @everyone."""

    id: int
    name: str
    permissions: int
    position: int


@dataclass(slots=True, kw_only=True, eq=False)
class Member:
    """A user in a guild."""

    user: User
    joined: datetime
    roles: list[int] = field(default_factory=list)


@dataclass(slots=True, kw_only=True, eq=False)
class Guild:
    """A server."""

    id: int
    name: str
    owner_id: int
    upload_limit: int
    premium_tier: int
    locale: str = "en-US"
    features: tuple[str, ...] = ()
    roles: dict[int, Role] = field(default_factory=dict, repr=False)
    members: dict[int, Member] = field(default_factory=dict, repr=False)
    channels: "dict[int, Channel]" = field(default_factory=dict, repr=False)
    """Its channels and their threads, oldest first."""


@dataclass(slots=True, kw_only=True)
class Overwrite:
    """What a channel allows and denies one role or member."""

    is_role: bool
    allow: int = 0
    deny: int = 0


@dataclass(slots=True, kw_only=True, eq=False)
class Channel:
    """A text channel, a thread or a direct conversation."""

    id: int
    kind: ChannelKind
    name: str
    created: datetime
    guild: Guild | None = None
    parent: "Channel | None" = field(default=None, repr=False)
    recipient: User | None = None
    topic: str | None = None
    overwrites: dict[int, Overwrite] = field(default_factory=dict, repr=False)
    messages: "dict[int, Message]" = field(default_factory=dict, repr=False)
    owner_id: int = 0
    archived: bool = False
    archive_changed: datetime | None = None
    locked: bool = False
    auto_archive_minutes: int = 1440
    members: set[int] = field(default_factory=set)

    @property
    def is_thread(self) -> bool:
        """Whether it is a thread of another channel."""
        return self.kind in (ChannelKind.PUBLIC_THREAD, ChannelKind.PRIVATE_THREAD)

    @property
    def is_private_thread(self) -> bool:
        """Whether only its members see it."""
        return self.kind is ChannelKind.PRIVATE_THREAD

    @property
    def guild_id(self) -> int | None:
        """Its guild's id; None for a direct conversation."""
        return self.guild.id if self.guild else None

    @property
    def upload_limit(self) -> int:
        """Bytes that one file of a message sent with the bot's token may have."""
        return self.guild.upload_limit if self.guild else 10 * MIB


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Attachment:
    """A file that Discord keeps."""

    id: int
    folder_id: int
    filename: str
    data: bytes = field(repr=False)
    content_type: str | None
    width: int | None
    height: int | None
    description: str | None
    ephemeral: bool
    spoiler: bool = False

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.data)


@dataclass(slots=True, kw_only=True, eq=False)
class Message:
    """A message; `components` are as they were sent, media still by `attachment://`."""

    id: int
    channel: Channel
    author: User
    created: datetime
    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    attachments: tuple[Attachment, ...] = ()
    flags: Flags = NO_FLAGS
    kind: int = 0
    nonce: str | None = None
    tts: bool = False
    edited: datetime | None = None
    deleted: bool = False
    reply_to: "Message | None" = field(default=None, repr=False)
    thread: Channel | None = field(default=None, repr=False)
    interaction: Json | None = field(default=None, repr=False)
    mentions: frozenset[int] = frozenset()
    mentioned_roles: frozenset[int] = frozenset()
    pings: frozenset[int] = frozenset()
    pings_everyone: bool = False
    forwarded: "Message | None" = field(default=None, repr=False)
    """The copy that a forwarded message holds."""

    @property
    def ephemeral(self) -> bool:
        """Whether only the user of the interaction sees it."""
        return Flags.EPHEMERAL in self.flags

    @property
    def loading(self) -> bool:
        """Whether it only says that the bot is thinking."""
        return Flags.LOADING in self.flags

    @property
    def text(self) -> str:
        """All that can be read in it: its content and its text displays, line by line."""
        shown = [str(part["content"]) for part in self.parts() if part["type"] == 10]
        return "\n".join([self.content, *shown] if self.content else shown)

    @property
    def buttons(self) -> list[Json]:
        """Its buttons, in order."""
        return [part for part in self.parts() if part["type"] == 2]

    @property
    def media(self) -> list[str]:
        """The URLs in its galleries, thumbnails and file components, as they were sent."""
        found: list[str] = []
        for part in self.parts():
            found += [item["media"]["url"] for item in part.get("items", [])]
            found += [part[key]["url"] for key in ("media", "file") if key in part]
        return found

    @property
    def spoilers(self) -> list[str]:
        """Those of its media that are hidden until somebody clicks on them, by their URLs as they were sent."""
        found: list[str] = []
        for part in self.parts():
            found += [item["media"]["url"] for item in part.get("items", []) if item.get("spoiler")]
            found += [part[key]["url"] for key in ("media", "file") if key in part and part.get("spoiler")]
        return found

    def parts(self) -> list[Json]:
        """Every component, nested ones too, in reading order."""
        return flatten(self.components)


def flatten(components: list[Json]) -> list[Json]:
    """The components and all that they hold, in reading order."""
    found: list[Json] = []
    for part in components:
        found.append(part)
        found += flatten(part.get("components", []))
        found += flatten([part[key] for key in ("accessory", "component") if isinstance(part.get(key), dict)])
    return found
