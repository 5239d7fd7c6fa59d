"""Requests about channels, threads and direct conversations."""

from sandbox.discord import errors, messages, payloads, threads
from sandbox.discord.model import Channel, ChannelKind
from sandbox.discord.permissions import Permission, in_channel
from sandbox.discord.routing import NO_CONTENT, Call, Reply, Router


def register(router: Router) -> None:
    """Add this module's routes."""
    router.add("GET", "/channels/{channel}", read)
    router.add("PATCH", "/channels/{channel}", edit)
    router.add("DELETE", "/channels/{channel}", delete)
    router.add("POST", "/channels/{channel}/messages/{message}/threads", thread_on_message)
    router.add("POST", "/channels/{channel}/threads", thread)
    router.add("PUT", "/channels/{channel}/thread-members/{user}", join)
    router.add("DELETE", "/channels/{channel}/thread-members/{user}", leave)
    router.add("POST", "/users/@me/channels", direct)
    router.add("GET", "/guilds/{guild}", guild)
    router.add("GET", "/guilds/{guild}/channels", guild_channels)
    router.add("GET", "/guilds/{guild}/threads/active", active_threads)
    router.add("GET", "/guilds/{guild}/members/{user}", guild_member)


def read(call: Call) -> Reply:
    """Get Channel."""
    return Reply(data=payloads.channel(call.world, call.world.channel(call.id("channel"))))


def edit(call: Call) -> Reply:
    """Modify Channel: name and topic; of a thread name, archived, locked, auto-archive."""
    world, channel, body = call.world, call.world.channel(call.id("channel")), call.json
    granted = in_channel(channel, world.bot.id)
    if not channel.is_thread:
        world.channel(channel.id, Permission.MANAGE_CHANNELS)
    elif Permission.MANAGE_THREADS not in granted and (
        body.get("locked") or channel.locked or channel.owner_id != world.bot.id
    ):
        raise errors.missing_permissions()
    if channel.archived and body.get("archived") is not False:
        raise errors.ApiError(400, 50083, "Thread is archived")
    if "name" in body:
        name = errors.text(body["name"], "name", 1, 100)
        if channel.is_thread:
            world.moderation.check_title(channel, world.bot, name)
        channel.name = name
    if "topic" in body:
        channel.topic = errors.text(body["topic"] or "", "topic", 0, 1024)
    if "auto_archive_duration" in body:
        if body["auto_archive_duration"] not in threads.ARCHIVE_AFTER:
            raise errors.wrong_type("auto_archive_duration", f"one of {threads.ARCHIVE_AFTER}")
        channel.auto_archive_minutes = body["auto_archive_duration"]
    if channel.is_thread:
        threads.set_state(world, channel, archived=body.get("archived"), locked=body.get("locked"))
    else:
        world.emit("CHANNEL_UPDATE", payloads.channel(world, channel), channel)
    return Reply(data=payloads.channel(world, channel))


def delete(call: Call) -> Reply:
    """Delete Channel, or a thread."""
    channel = call.world.channel(call.id("channel"))
    needed = Permission.MANAGE_THREADS if channel.is_thread else Permission.MANAGE_CHANNELS
    call.world.channel(channel.id, needed)
    shown = payloads.channel(call.world, channel)
    threads.remove(call.world, channel)
    return Reply(data=shown)


def thread_on_message(call: Call) -> Reply:
    """Start Thread from Message."""
    world, parent = call.world, call.world.channel(call.id("channel"), Permission.CREATE_PUBLIC_THREADS)
    message = world.message(parent, call.id("message"))
    made = threads.open_thread(world, parent, call.json, ChannelKind.PUBLIC_THREAD, on=message)
    messages.note(world, made, world.bot, 21, about=message)
    return Reply(status=201, data=payloads.channel(world, made))


def thread(call: Call) -> Reply:
    """Start Thread without Message; private unless the type says otherwise."""
    world, body = call.world, call.json
    kind = body.get("type", ChannelKind.PRIVATE_THREAD)
    if kind not in (ChannelKind.PUBLIC_THREAD, ChannelKind.PRIVATE_THREAD):
        raise errors.wrong_type("type", "one of (11, 12)")
    public = kind == ChannelKind.PUBLIC_THREAD
    needed = Permission.CREATE_PUBLIC_THREADS if public else Permission.CREATE_PRIVATE_THREADS
    parent = world.channel(call.id("channel"), needed)
    made = threads.open_thread(world, parent, body, ChannelKind(kind))
    if public:
        messages.note(world, parent, world.bot, 18)
    return Reply(status=201, data=payloads.channel(world, made))


def join(call: Call) -> Reply:
    """Join Thread, or Add Thread Member."""
    place, who = _open_thread(call), call.world.user(call.id("user"))
    if who is not call.world.bot:
        messages.check_sendable(call.world, place, call.world.bot, files=False)
    place.members.add(who.id)
    threads.announce(call.world, "THREAD_UPDATE", place)
    return NO_CONTENT


def leave(call: Call) -> Reply:
    """Leave Thread, or Remove Thread Member."""
    place, who = _open_thread(call), call.world.user(call.id("user"))
    if who is not call.world.bot:
        call.world.channel(place.id, Permission.MANAGE_THREADS)
    place.members.discard(who.id)
    call.world.changed()
    return NO_CONTENT


def _open_thread(call: Call) -> Channel:
    place = call.world.channel(call.id("channel"))
    if not place.is_thread:
        raise errors.ApiError(400, 50024, "Cannot execute action on this channel type", avoidable=True)
    if place.archived:
        raise errors.ApiError(400, 50083, "Thread is archived")
    return place


def direct(call: Call) -> Reply:
    """Create DM: the same conversation every time."""
    world = call.world
    raw = str(call.json.get("recipient_id", ""))
    if not raw.isdecimal():
        raise errors.wrong_type("recipient_id", "a snowflake")
    return Reply(data=payloads.channel(world, world.direct(world.user(int(raw)))))


def guild(call: Call) -> Reply:
    """Get Guild."""
    return Reply(data=payloads.guild_summary(call.world.guild(call.id("guild"))))


def guild_channels(call: Call) -> Reply:
    """Get Guild Channels: no threads."""
    server = call.world.guild(call.id("guild"))
    inside = [entry for entry in server.channels.values() if not entry.is_thread]
    return Reply(data=[payloads.channel(call.world, entry) for entry in inside])


def active_threads(call: Call) -> Reply:
    """List Active Guild Threads."""
    found = call.world.threads_of(call.world.guild(call.id("guild")))
    visible = [entry for entry in found if in_channel(entry, call.world.bot.id)]
    return Reply(data={"threads": [payloads.channel(call.world, entry) for entry in visible], "members": []})


def guild_member(call: Call) -> Reply:
    """Get Guild Member."""
    found = call.world.guild(call.id("guild")).members.get(call.id("user"))
    if found is None:
        raise errors.unknown("Member")
    return Reply(data=payloads.member(found))
