"""Requests about the bot itself and its commands."""

from sandbox.discord import commands, errors, payloads
from sandbox.discord.errors import Json
from sandbox.discord.routing import NO_CONTENT, Call, Reply, Router


def register(router: Router) -> None:
    """Add this module's routes."""
    router.add("GET", "/users/{user}", user)
    router.add("GET", "/users/@me/guilds", guilds)
    router.add("DELETE", "/users/@me/guilds/{guild}", leave)
    router.add("GET", "/applications/@me", application)
    router.add("GET", "/oauth2/applications/@me", application)
    router.add("GET", "/gateway", gateway)
    router.add("GET", "/gateway/bot", gateway_bot)
    for scope in ("/applications/{application}/commands", "/applications/{application}/guilds/{guild}/commands"):
        router.add("GET", scope, listed)
        router.add("PUT", scope, overwrite)
        router.add("POST", scope, create)
        router.add("GET", scope + "/{command}", read)
        router.add("DELETE", scope + "/{command}", delete)


def user(call: Call) -> Reply:
    """Get Current User, or Get User."""
    return Reply(data=payloads.user(call.world.user(call.id("user"))))


def guilds(call: Call) -> Reply:
    """Get Current User Guilds, by id: at most `limit` of those after `after`."""
    limit, after = call.number("limit") or 200, call.number("after") or 0
    inside = sorted(guild.id for guild in call.world.guilds.values() if call.world.bot.id in guild.members)
    found = [call.world.guilds[guild_id] for guild_id in inside if guild_id > after]
    return Reply(data=[payloads.partial_guild(call.world, guild) for guild in found[:limit]])


def leave(call: Call) -> Reply:
    """Leave Guild."""
    guild = call.world.guild(call.id("guild"))
    del guild.members[call.world.bot.id]
    call.world.emit("GUILD_DELETE", {"id": str(guild.id)}, guild)
    return NO_CONTENT


def application(call: Call) -> Reply:
    """Get Current Application."""
    return Reply(data=payloads.application(call.world))


def gateway(call: Call) -> Reply:
    """Get Gateway."""
    return Reply(data={"url": call.world.gateway_url})


def gateway_bot(call: Call) -> Reply:
    """Get Gateway Bot."""
    world = call.world
    return Reply(
        data={
            "url": world.gateway_url,
            "shards": world.limits.shards,
            "session_start_limit": world.session_starts.describe(),
        }
    )


def listed(call: Call) -> Reply:
    """Get Application Commands of this scope."""
    return Reply(data=commands.of_scope(call.world, _scope(call)))


def overwrite(call: Call) -> Reply:
    """Bulk Overwrite Application Commands."""
    if not isinstance(call.body, list):
        raise errors.wrong_type("", "a list")
    return Reply(data=commands.overwrite(call.world, call.body, _scope(call)))


def create(call: Call) -> Reply:
    """Create Application Command, in place of one of the same name."""
    scope = _scope(call)
    others = [
        entry
        for entry in commands.of_scope(call.world, scope)
        if (entry["name"], entry["type"]) != (call.json.get("name"), call.json.get("type", 1))
    ]
    return Reply(status=201, data=commands.overwrite(call.world, [*others, call.json], scope)[-1])


def read(call: Call) -> Reply:
    """Get Application Command."""
    return Reply(data=_one(call))


def delete(call: Call) -> Reply:
    """Delete Application Command."""
    del call.world.commands[int(_one(call)["id"])]
    call.world.changed()
    return NO_CONTENT


def _one(call: Call) -> Json:
    found = call.world.commands.get(call.id("command"))
    if found is None or found.get("guild_id") != (str(scope) if (scope := _scope(call)) else None):
        raise errors.unknown("application command")
    return found


def _scope(call: Call) -> int | None:
    if call.id("application") != call.world.bot.id:
        raise errors.missing_access()
    return call.world.guild(call.id("guild")).id if "guild" in call.params else None
