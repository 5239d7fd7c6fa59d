"""What happens to threads: Discord documentation, page "Threads"."""

from sandbox.discord import errors, payloads
from sandbox.discord.errors import Json
from sandbox.discord.model import Channel, ChannelKind, Flags, Message
from sandbox.discord.world import World

ARCHIVE_AFTER = (60, 1440, 4320, 10080)


def open_thread(world: World, parent: Channel, body: Json, kind: ChannelKind, *, on: Message | None = None) -> Channel:
    """A new thread of the bot's in `parent`; `on` a message it gets the message's id."""
    name = errors.text(body.get("name"), "name", 1, 100)
    minutes = body.get("auto_archive_duration") or 1440
    if minutes not in ARCHIVE_AFTER:
        raise errors.wrong_type("auto_archive_duration", f"one of {ARCHIVE_AFTER}")
    if parent.kind is not ChannelKind.TEXT or parent.guild is None:
        raise errors.ApiError(400, 50024, "Cannot execute action on this channel type", avoidable=True)
    if on is not None and (on.thread is not None or on.id in world.channels):
        raise errors.ApiError(400, 160004, "A thread has already been created for this message")
    if len(world.threads_of(parent.guild)) >= world.limits.active_threads:
        raise errors.ApiError(400, 160006, "Maximum number of active threads reached")
    world.moderation.check_title(parent, world.bot, name)
    thread = Channel(
        id=on.id if on else world.new_id(),
        kind=kind,
        name=name,
        created=world.now(),
        guild=parent.guild,
        parent=parent,
        owner_id=world.bot.id,
        auto_archive_minutes=minutes,
        members={world.bot.id},
    )
    world.channels[thread.id] = parent.guild.channels[thread.id] = thread
    announce(world, "THREAD_CREATE", thread, newly_created=True)
    if on is not None:
        on.thread = thread
        on.flags |= Flags.HAS_THREAD
        world.emit("MESSAGE_UPDATE", payloads.message_event(world, on), parent)
    return thread


def revive(world: World, channel: Channel) -> None:
    """Bring an archived thread back, as sending into it does."""
    if channel.archived:
        set_state(world, channel, archived=False)


def set_state(world: World, thread: Channel, *, archived: bool | None = None, locked: bool | None = None) -> None:
    """Archive or lock a thread, or undo that."""
    if archived is not None and archived != thread.archived:
        thread.archived, thread.archive_changed = archived, world.now()
    if locked is not None:
        thread.locked = locked
    announce(world, "THREAD_UPDATE", thread)


def announce(world: World, event: str, thread: Channel, *, newly_created: bool = False) -> None:
    """Tell the bot of a thread."""
    extra: Json = {"newly_created": True} if newly_created else {}
    world.emit(event, payloads.channel(world, thread) | extra, thread)


def remove(world: World, channel: Channel) -> None:
    """Delete a channel with its threads, or one thread."""
    inside = channel.guild.channels.values() if channel.guild else ()
    for thread in [entry for entry in inside if entry.parent is channel]:
        _forget(world, thread)
    _forget(world, channel)


def _forget(world: World, channel: Channel) -> None:
    shown = payloads.channel(world, channel)
    del world.channels[channel.id]
    if channel.guild is not None:
        del channel.guild.channels[channel.id]
    if channel.is_thread:
        keys = ("id", "guild_id", "parent_id", "type")
        world.emit("THREAD_DELETE", {key: shown[key] for key in keys}, channel)
    else:
        world.emit("CHANNEL_DELETE", shown, channel)
