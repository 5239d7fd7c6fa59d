"""Who may do what where: Discord documentation, page "Permissions"."""

from enum import IntFlag

from sandbox.discord.model import Channel, Guild


class Permission(IntFlag):
    """The permissions that this Discord knows."""

    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    SEND_MESSAGES_IN_THREADS = 1 << 38


NONE = Permission(0)
ALL = Permission(sum(Permission))
MEMBER = (
    Permission.ADD_REACTIONS
    | Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.MENTION_EVERYONE
    | Permission.USE_EXTERNAL_EMOJIS
    | Permission.USE_APPLICATION_COMMANDS
    | Permission.CREATE_PUBLIC_THREADS
    | Permission.CREATE_PRIVATE_THREADS
    | Permission.SEND_MESSAGES_IN_THREADS
)
DIRECT = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.USE_APPLICATION_COMMANDS
)


def in_guild(guild: Guild, user_id: int) -> Permission:
    """What a member may do in the guild as a whole; nothing for one who is not in it."""
    member = guild.members.get(user_id)
    if member is None:
        return NONE
    if guild.owner_id == user_id:
        return ALL
    granted = Permission(guild.roles[guild.id].permissions)
    for role_id in member.roles:
        granted |= Permission(guild.roles[role_id].permissions)
    return ALL if Permission.ADMINISTRATOR in granted else granted


def in_channel(channel: Channel, user_id: int) -> Permission:
    """What a user may do in a channel, a thread (by its parent) or a direct conversation."""
    if channel.guild is None:
        return DIRECT if channel.recipient is not None else NONE
    granted = in_guild(channel.guild, user_id)
    if Permission.ADMINISTRATOR in granted or granted == NONE:
        return granted
    granted = _overwritten(granted, channel.parent or channel, channel.guild, user_id)
    if Permission.VIEW_CHANNEL not in granted or not _in_private(channel, user_id, granted):
        return NONE
    speaking = Permission.SEND_MESSAGES_IN_THREADS if channel.is_thread else Permission.SEND_MESSAGES
    if speaking not in granted:
        granted &= ~(Permission.ATTACH_FILES | Permission.EMBED_LINKS | Permission.MENTION_EVERYONE)
    return granted


def _overwritten(granted: Permission, channel: Channel, guild: Guild, user_id: int) -> Permission:
    everyone = channel.overwrites.get(guild.id)
    if everyone is not None:
        granted = (granted & ~Permission(everyone.deny)) | Permission(everyone.allow)
    roles = [channel.overwrites[role] for role in guild.members[user_id].roles if role in channel.overwrites]
    for overwrite in roles:
        granted &= ~Permission(overwrite.deny)
    for overwrite in roles:
        granted |= Permission(overwrite.allow)
    own = channel.overwrites.get(user_id)
    if own is not None:
        granted = (granted & ~Permission(own.deny)) | Permission(own.allow)
    return granted


def _in_private(channel: Channel, user_id: int, granted: Permission) -> bool:
    return not channel.is_private_thread or user_id in channel.members or Permission.MANAGE_THREADS in granted
