"""Requests about messages."""

from sandbox.discord import errors, messages, payloads
from sandbox.discord.compose import check_uploads, compose
from sandbox.discord.model import Message
from sandbox.discord.permissions import Permission, in_channel
from sandbox.discord.routing import NO_CONTENT, Call, Reply, Router


def register(router: Router) -> None:
    """Add this module's routes."""
    one = "/channels/{channel}/messages/{message}"
    router.add("POST", "/channels/{channel}/messages", create)
    router.add("GET", "/channels/{channel}/messages", history)
    router.add("GET", one, read)
    router.add("PATCH", one, edit)
    router.add("DELETE", one, delete)
    router.add("POST", "/channels/{channel}/typing", typing)
    router.add("POST", "/attachments/refresh-urls", refresh)


def create(call: Call) -> Reply:
    """Create Message."""
    world, channel = call.world, call.world.channel(call.id("channel"))
    check_uploads(world, call.uploads, channel.upload_limit)
    draft = compose(world, call.json, call.uploads)
    messages.check_sendable(world, channel, world.bot, files=bool(call.uploads))
    if draft.enforce_nonce and draft.nonce is not None:
        there = messages.with_nonce(world, world.bot, draft.nonce)
        if there is not None:
            return Reply(data=payloads.message(world, there))
    sent = messages.post(world, channel, world.bot, draft, reply_to=_reply_to(call))
    return Reply(data=payloads.message(world, sent))


def _reply_to(call: Call) -> Message | None:
    reference = call.json.get("message_reference")
    if not reference:
        return None
    channel = call.world.channel(call.id("channel"), Permission.READ_MESSAGE_HISTORY)
    found = channel.messages.get(int(reference.get("message_id") or 0))
    if found is None and reference.get("fail_if_not_exists", True):
        raise errors.invalid("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
    return found


def history(call: Call) -> Reply:
    """Get Channel Messages."""
    channel = call.world.channel(call.id("channel"))
    anchors = {name: call.number(name) for name in ("before", "after", "around")}
    if sum(value is not None for value in anchors.values()) > 1:
        raise errors.invalid("before", "MUTUALLY_EXCLUSIVE", "before, after and around exclude each other.")
    limit = call.number("limit")
    errors.number(50 if limit is None else limit, "limit", 1, 100)
    if Permission.READ_MESSAGE_HISTORY not in in_channel(channel, call.world.bot.id):
        return Reply(data=[])
    found = messages.page(channel, limit=50 if limit is None else limit, **anchors)
    return Reply(data=[payloads.message(call.world, entry) for entry in found])


def read(call: Call) -> Reply:
    """Get Channel Message."""
    channel = call.world.channel(call.id("channel"), Permission.READ_MESSAGE_HISTORY)
    return Reply(data=payloads.message(call.world, call.world.message(channel, call.id("message"))))


def edit(call: Call) -> Reply:
    """Edit Message: the bot's own alone."""
    world, channel = call.world, call.world.channel(call.id("channel"))
    message = world.message(channel, call.id("message"))
    if message.author is not world.bot:
        raise errors.ApiError(403, 50005, "Cannot edit a message authored by another user", avoidable=True)
    if channel.archived:
        raise errors.ApiError(400, 50083, "Thread is archived")
    check_uploads(world, call.uploads, channel.upload_limit)
    draft = compose(world, call.json, call.uploads, before=message)
    if call.uploads:
        world.channel(channel.id, Permission.ATTACH_FILES)
    return Reply(data=payloads.message(world, messages.edit(world, message, draft)))


def delete(call: Call) -> Reply:
    """Delete Message: own ones, or any with the permission to manage messages."""
    world, channel = call.world, call.world.channel(call.id("channel"))
    message = world.message(channel, call.id("message"))
    if message.author is not world.bot:
        world.channel(channel.id, Permission.MANAGE_MESSAGES)
    messages.delete(world, message)
    return NO_CONTENT


def typing(call: Call) -> Reply:
    """Trigger Typing Indicator."""
    channel = call.world.channel(call.id("channel"))
    messages.check_sendable(call.world, channel, call.world.bot, files=False)
    return NO_CONTENT


def refresh(call: Call) -> Reply:
    """Refresh Attachment URLs: at most 50; those of files that are gone come back as they were."""
    urls = call.json.get("attachment_urls")
    if not isinstance(urls, list) or not 1 <= len(urls) <= 50:
        raise errors.bad_length("attachment_urls", 1, 50)
    cdn = call.world.cdn
    found = [(url, cdn.find(str(url))) for url in urls]
    return Reply(
        data={"refreshed_urls": [{"original": url, "refreshed": cdn.url(kept) if kept else url} for url, kept in found]}
    )
