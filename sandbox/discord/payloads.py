"""This Discord's state in the shapes of the API, as the bot gets to see it."""

import copy
from datetime import datetime

from sandbox.discord.errors import Json
from sandbox.discord.model import Channel, ChannelKind, Guild, Member, Message, Role, User
from sandbox.discord.permissions import ALL, in_guild
from sandbox.discord.world import World

SNAPSHOT = (
    "type",
    "content",
    "embeds",
    "attachments",
    "components",
    "timestamp",
    "edited_timestamp",
    "flags",
    "mentions",
    "mention_roles",
)


def user(account: User) -> Json:
    """The user object."""
    return {
        "id": str(account.id),
        "username": account.name,
        "global_name": None if account.bot else account.name.title(),
        "discriminator": "0000" if account.bot else "0",
        "avatar": None,
        "bot": account.bot,
        "public_flags": 0,
    }


def member(who: Member, *, with_user: bool = True) -> Json:
    """The guild member object."""
    shown: Json = {
        "roles": [str(role) for role in who.roles],
        "nick": None,
        "avatar": None,
        "joined_at": who.joined.isoformat(),
        "premium_since": None,
        "deaf": False,
        "mute": False,
        "pending": False,
        "flags": 0,
        "communication_disabled_until": None,
    }
    return shown | ({"user": user(who.user)} if with_user else {})


def role(entry: Role) -> Json:
    """The role object."""
    return {
        "id": str(entry.id),
        "name": entry.name,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "icon": None,
        "unicode_emoji": None,
        "position": entry.position,
        "permissions": str(entry.permissions),
        "managed": False,
        "mentionable": True,
        "flags": 0,
    }


def channel(world: World, place: Channel) -> Json:
    """The channel object: of a text channel, a thread or a direct conversation."""
    last = max((key for key, entry in place.messages.items() if not entry.ephemeral), default=None)
    shown: Json = {"id": str(place.id), "type": int(place.kind), "flags": 0, "last_message_id": last and str(last)}
    if place.kind is ChannelKind.DIRECT:
        return shown | {"recipients": [user(place.recipient)] if place.recipient else []}
    shown |= {"name": place.name, "guild_id": str(place.guild_id), "rate_limit_per_user": 0}
    shown["parent_id"] = str(place.parent.id) if place.parent else None
    if place.is_thread:
        return shown | _thread(world, place)
    overwrites = [
        {"id": str(key), "type": 0 if entry.is_role else 1, "allow": str(entry.allow), "deny": str(entry.deny)}
        for key, entry in place.overwrites.items()
    ]
    return shown | {"topic": place.topic, "position": 0, "nsfw": False, "permission_overwrites": overwrites}


def _thread(world: World, place: Channel) -> Json:
    count = sum(1 for entry in place.messages.values() if entry.kind in (0, 20))
    shown: Json = {
        "owner_id": str(place.owner_id),
        "message_count": count,
        "total_message_sent": count,
        "member_count": len(place.members),
        "thread_metadata": {
            "archived": place.archived,
            "auto_archive_duration": place.auto_archive_minutes,
            "archive_timestamp": (place.archive_changed or place.created).isoformat(),
            "locked": place.locked,
            "create_timestamp": place.created.isoformat(),
        },
    }
    if world.bot.id in place.members:
        shown["member"] = {
            "id": str(place.id),
            "user_id": str(world.bot.id),
            "join_timestamp": place.created.isoformat(),
            "flags": 0,
        }
    return shown


def guild(world: World, server: Guild) -> Json:
    """The guild object of GUILD_CREATE, with its channels, its active threads and the bot as a member.

    A server that the bot was in before says that it is available; one that it is added to has no such field.
    """
    bot = server.members[world.bot.id]
    inside = [entry for entry in server.channels.values() if not entry.is_thread]
    return guild_summary(server) | {
        "unavailable": False,
        "large": False,
        "joined_at": bot.joined.isoformat(),
        "member_count": len(server.members),
        "members": [member(bot)],
        "channels": [channel(world, entry) for entry in inside],
        "threads": [channel(world, entry) for entry in world.threads_of(server)],
        "voice_states": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def guild_summary(server: Guild) -> Json:
    """The guild object as GET /guilds/{id} answers it."""
    return {
        "id": str(server.id),
        "name": server.name,
        "owner_id": str(server.owner_id),
        "icon": None,
        "splash": None,
        "description": None,
        "afk_channel_id": None,
        "afk_timeout": 300,
        "verification_level": 0,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "nsfw_level": 0,
        "premium_tier": server.premium_tier,
        "premium_subscription_count": 0,
        "premium_progress_bar_enabled": False,
        "preferred_locale": server.locale,
        "system_channel_id": None,
        "system_channel_flags": 0,
        "rules_channel_id": None,
        "public_updates_channel_id": None,
        "vanity_url_code": None,
        "features": list(server.features),
        "emojis": [],
        "stickers": [],
        "roles": [role(entry) for entry in server.roles.values()],
    }


def partial_guild(world: World, server: Guild) -> Json:
    """The guild object as GET /users/@me/guilds answers it, with what the bot's roles let it do there."""
    return {
        "id": str(server.id),
        "name": server.name,
        "icon": None,
        "banner": None,
        "owner": server.owner_id == world.bot.id,
        "permissions": str(int(in_guild(server, world.bot.id))),
        "features": [],
    }


def application(world: World) -> Json:
    """The application object."""
    return {
        "id": str(world.bot.id),
        "name": world.bot.name,
        "description": "",
        "icon": None,
        "bot": user(world.bot),
        "bot_public": True,
        "bot_require_code_grant": False,
        "owner": user(world.owner),
        "team": None,
        "verify_key": "0" * 64,
        "summary": "",
        "flags": 0,
        "install_params": {"scopes": ["bot", "applications.commands"], "permissions": str(int(ALL))},
    }


def _time(when: datetime | None) -> str | None:
    return when.isoformat() if when else None


def _attachments(world: World, sent: Message) -> list[Json]:
    shown = () if world.limits.lists_shown_files else sent.media
    return [world.cdn.payload(entry) for entry in sent.attachments if f"attachment://{entry.filename}" not in shown]


def message(world: World, sent: Message, *, full: bool = False) -> Json:
    """The message object. Without `full` it lacks what the message-content intent would be needed for."""
    place = sent.channel
    hidden = not full and _private(world, sent)
    shown: Json = {
        "id": str(sent.id),
        "type": sent.kind,
        "channel_id": str(place.id),
        "author": user(sent.author),
        "timestamp": sent.created.isoformat(),
        "edited_timestamp": _time(sent.edited),
        "content": "" if hidden else sent.content,
        "embeds": [] if hidden else copy.deepcopy(sent.embeds),
        "attachments": [] if hidden else _attachments(world, sent),
        "components": [] if hidden else _components(world, sent),
        "tts": sent.tts,
        "pinned": False,
        "mention_everyone": sent.pings_everyone,
        "mentions": [user(world.users[who]) for who in sorted(sent.mentions)],
        "mention_roles": [str(entry) for entry in sorted(sent.mentioned_roles)],
        "flags": int(sent.flags),
    }
    if sent.nonce is not None:
        shown["nonce"] = sent.nonce
    if sent.thread is not None and sent.thread.id in world.channels:
        shown["thread"] = channel(world, sent.thread)
    if sent.interaction is not None:
        ids = {"application_id": str(world.bot.id), "webhook_id": str(world.bot.id)}
        shown |= ids | {"interaction_metadata": sent.interaction}
    if sent.forwarded is not None:
        shown["message_snapshots"] = [] if hidden else [{"message": _snapshot(world, sent.forwarded)}]
    if sent.reply_to is not None:
        origin, kind = sent.reply_to, 0 if sent.forwarded is None else 1
        shown["message_reference"] = {"type": kind, "message_id": str(origin.id), "channel_id": str(origin.channel.id)}
        if origin.channel.guild_id is not None:
            shown["message_reference"]["guild_id"] = str(origin.channel.guild_id)
        if sent.forwarded is None:
            shown["referenced_message"] = None if origin.deleted else message(world, origin)
    return shown


def _snapshot(world: World, copied: Message) -> Json:
    """What a forwarded message tells of the one it copies: not who wrote it."""
    shown = message(world, copied, full=True)
    return {key: shown[key] for key in SNAPSHOT}


def message_event(world: World, sent: Message) -> Json:
    """The data of MESSAGE_CREATE and MESSAGE_UPDATE: the message, its guild and its author's membership."""
    shown = message(world, sent)
    if sent.channel.guild is not None:
        shown["guild_id"] = str(sent.channel.guild.id)
        if sent.interaction is None and sent.author.id in sent.channel.guild.members:
            shown["member"] = member(sent.channel.guild.members[sent.author.id], with_user=False)
    return shown


def _private(world: World, sent: Message) -> bool:
    is_ours = sent.author is world.bot or world.bot.id in sent.mentions
    return sent.channel.guild is not None and not is_ours


def _components(world: World, sent: Message) -> list[Json]:
    by_name = {f"attachment://{entry.filename}": entry for entry in sent.attachments}
    shown = copy.deepcopy(sent.components)
    for part in _media_holders(shown):
        for key in part.keys() & {"media", "file"}:
            url = part[key]["url"]
            kept = by_name.get(url) or world.cdn.find(url)
            if kept is not None:
                part[key] = world.cdn.media(kept)
                if key == "file":
                    part |= {"name": kept.filename, "size": kept.size}
            else:
                part[key] = {
                    "url": url,
                    "proxy_url": url,
                    "width": None,
                    "height": None,
                    "loading_state": 1,
                    "flags": 0,
                }
    return shown


def _media_holders(components: list[Json]) -> list[Json]:
    found: list[Json] = []
    for part in components:
        found += [part, *part.get("items", []), *_media_holders(part.get("components", []))]
        if "accessory" in part:
            found += _media_holders([part["accessory"]])
    return found
