"""What happens to messages: posted, edited, deleted, looked up."""

from dataclasses import replace

from sandbox.discord import errors, payloads
from sandbox.discord.compose import Draft
from sandbox.discord.errors import Json
from sandbox.discord.mentions import Mentioned
from sandbox.discord.model import Attachment, Channel, ChannelKind, Flags, Message, Upload, User
from sandbox.discord.permissions import Permission, in_channel
from sandbox.discord.threads import announce, revive
from sandbox.discord.world import World


def post(
    world: World,
    channel: Channel,
    author: User,
    draft: Draft,
    *,
    ephemeral: bool = False,
    reply_to: Message | None = None,
    interaction: Json | None = None,
    copy: Message | None = None,
) -> Message:
    """Put a checked message into a channel, and tell everybody whom it concerns. Raises what moderation refuses."""
    if not ephemeral:
        world.moderation.check_message(channel, author, draft.text, draft.uploads)
        revive(world, channel)
    message = Message(
        id=world.new_id(),
        channel=channel,
        author=author,
        created=world.now(),
        content=draft.content,
        embeds=draft.embeds,
        components=draft.components,
        flags=draft.flags | (Flags.EPHEMERAL if ephemeral else Flags(0)),
        kind=19 if reply_to and copy is None else 0,
        nonce=draft.nonce,
        tts=draft.tts,
        reply_to=reply_to,
        interaction=interaction,
        forwarded=copy,
    )
    message.attachments = _keep(world, message, draft)
    _name(message, draft, may_call_everyone=_may_call(channel, author))
    if Flags.SILENT not in message.flags:
        message.pings = message.mentions - {author.id}
    _insert(world, message)
    return message


def forward(world: World, message: Message, channel: Channel, author: User, draft: Draft) -> Message:
    """Put a copy of a message into a channel, as a message of its own with this draft beside it."""
    files = [
        Upload(
            filename=entry.filename,
            data=entry.data,
            content_type=entry.content_type,
            description=entry.description,
            spoiler=entry.spoiler,
        )
        for entry in message.attachments
    ]
    kept = tuple(world.cdn.store(file, file_id=world.new_id(), folder_id=channel.id) for file in files)
    copy = replace(message, attachments=kept, thread=None, reply_to=None, interaction=None, forwarded=None)
    return post(
        world, channel, author, replace(draft, flags=draft.flags | Flags.HAS_SNAPSHOT), reply_to=message, copy=copy
    )


def thinking(world: World, channel: Channel, interaction: Json, *, ephemeral: bool) -> Message:
    """The message that says the bot is thinking."""
    flags = Flags.LOADING | (Flags.EPHEMERAL if ephemeral else Flags(0))
    now, new_id = world.now(), world.new_id()
    message = Message(
        id=new_id, channel=channel, author=world.bot, created=now, kind=20, flags=flags, interaction=interaction
    )
    _insert(world, message)
    return message


def note(world: World, channel: Channel, author: User, kind: int, *, about: Message | None = None) -> Message:
    """A message by Discord itself, such as the one a thread starts with (type 21)."""
    message = Message(id=world.new_id(), channel=channel, author=author, created=world.now(), kind=kind, reply_to=about)
    _insert(world, message)
    return message


def edit(world: World, message: Message, draft: Draft) -> Message:
    """Change a message. Nobody is notified by that, whoever it mentions. Raises what moderation refuses."""
    if not message.ephemeral:
        world.moderation.check_message(message.channel, message.author, draft.text, draft.uploads)
    was_loading = message.loading
    keep = message.flags & (Flags.EPHEMERAL | Flags.HAS_THREAD)
    message.content, message.embeds, message.components = draft.content, draft.embeds, draft.components
    message.flags = (draft.flags & ~Flags.LOADING) | keep
    for gone in set(message.attachments) - set(draft.kept):
        world.cdn.remove(gone)
    message.attachments = _keep(world, message, draft)
    _name(message, draft, may_call_everyone=False)
    message.edited = message.edited if was_loading else world.now()
    _tell(world, "MESSAGE_UPDATE", message)
    return message


def delete(world: World, message: Message) -> None:
    """Take a message and its files away; its thread, if any, stays."""
    message.deleted = True
    message.channel.messages.pop(message.id, None)
    for attachment in (*message.attachments, *(message.forwarded.attachments if message.forwarded else ())):
        world.cdn.remove(attachment)
    data: Json = {"id": str(message.id), "channel_id": str(message.channel.id)}
    if message.channel.guild_id is not None:
        data["guild_id"] = str(message.channel.guild_id)
    if message.ephemeral:
        world.changed()
    else:
        world.emit("MESSAGE_DELETE", data, message.channel)


def with_nonce(world: World, author: User, nonce: str) -> Message | None:
    """The message that the author sent with this nonce in the past few minutes."""
    since = world.now() - world.limits.nonce_memory
    for channel in world.channels.values():
        for message in channel.messages.values():
            if message.nonce == nonce and message.author is author and message.created >= since:
                return message
    return None


def page(channel: Channel, *, limit: int, before: int | None, after: int | None, around: int | None) -> list[Message]:
    """A part of the channel's history, newest first."""
    visible = [entry for key, entry in sorted(channel.messages.items()) if not entry.ephemeral]
    if after is not None:
        return [entry for entry in visible if entry.id > after][:limit][::-1]
    if around is not None:
        older = [entry for entry in visible if entry.id <= around][-(limit // 2 + 1) :]
        newer = [entry for entry in visible if entry.id > around][: limit // 2]
        return [*older, *newer][::-1][:limit]
    older = [entry for entry in visible if before is None or entry.id < before]
    return older[-limit:][::-1]


def check_sendable(world: World, channel: Channel, author: User, *, files: bool) -> None:
    """Raise 50001, 50013, 50007, 160005 or 50083 when the author may not send (files) here."""
    granted = in_channel(channel, author.id)
    if Permission.VIEW_CHANNEL not in granted:
        raise errors.missing_access()
    speaking = Permission.SEND_MESSAGES_IN_THREADS if channel.is_thread else Permission.SEND_MESSAGES
    if speaking not in granted or (files and Permission.ATTACH_FILES not in granted):
        raise errors.missing_permissions()
    if channel.recipient is not None and author is world.bot and not channel.recipient.accepts_messages:
        raise errors.ApiError(403, 50007, "Cannot send messages to this user")
    if channel.locked and Permission.MANAGE_THREADS not in granted:
        if channel.archived:
            raise errors.ApiError(400, 50083, "Thread is archived")
        raise errors.ApiError(400, 160005, "Thread is locked")


def _insert(world: World, message: Message) -> None:
    message.channel.messages[message.id] = message
    if message.channel.is_thread and not message.ephemeral:
        newcomers = (message.pings | {message.author.id}) - message.channel.members
        message.channel.members |= newcomers
        if world.bot.id in newcomers:
            announce(world, "THREAD_CREATE", message.channel)
    _tell(world, "MESSAGE_CREATE", message)


def _tell(world: World, event: str, message: Message) -> None:
    if message.ephemeral:
        world.changed()
    else:
        world.emit(event, payloads.message_event(world, message), message.channel)


def _keep(world: World, message: Message, draft: Draft) -> tuple[Attachment, ...]:
    folder, hidden = message.channel.id, message.ephemeral
    stored = [world.cdn.store(f, file_id=world.new_id(), folder_id=folder, ephemeral=hidden) for f in draft.uploads]
    return (*draft.kept, *stored)


def _name(message: Message, draft: Draft, *, may_call_everyone: bool) -> None:
    found: Mentioned = draft.allowed.of(message.text)
    users = set(found.users)
    if message.reply_to is not None and message.forwarded is None and draft.allowed.replied_user:
        users.add(message.reply_to.author.id)
    channel = message.channel
    if channel.guild is not None:
        message.mentions = frozenset(users & set(channel.guild.members))
        message.mentioned_roles = frozenset(found.roles & set(channel.guild.roles))
        for role in message.mentioned_roles:
            message.pings |= {m.user.id for m in channel.guild.members.values() if role in m.roles}
    elif channel.kind is ChannelKind.DIRECT and channel.recipient is not None:
        message.mentions = frozenset(users & {channel.recipient.id, message.author.id})
    message.pings_everyone = found.everyone and may_call_everyone and Flags.SILENT not in message.flags


def _may_call(channel: Channel, author: User) -> bool:
    return channel.guild is not None and Permission.MENTION_EVERYONE in in_channel(channel, author.id)
