"""What a user typed into a slash command, as Discord checks and sends it."""

from collections.abc import Mapping

from sandbox.discord import payloads
from sandbox.discord.errors import Json
from sandbox.discord.model import Channel, Role, Upload, User
from sandbox.discord.permissions import in_channel
from sandbox.discord.world import World

Value = str | int | float | bool | Upload | User | Channel | Role
SUBCOMMAND, GROUP, STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = range(1, 12)
TYPES: dict[int, tuple[type, ...]] = {
    STRING: (str,),
    INTEGER: (int,),
    BOOLEAN: (bool,),
    USER: (User,),
    CHANNEL: (Channel,),
    ROLE: (Role,),
    MENTIONABLE: (User, Role),
    NUMBER: (int, float),
    ATTACHMENT: (Upload,),
}


class Resolver:
    """Collects the `resolved` part of an interaction's data."""

    def __init__(self, world: World, channel: Channel) -> None:
        self.data: dict[str, Json] = {}
        self._world = world
        self._channel = channel

    def add(self, value: Value) -> str | int | float | bool:
        """What stands for the value in an option: itself, or the id of what was resolved."""
        world, guild = self._world, self._channel.guild
        if isinstance(value, Upload):
            kept = world.cdn.store(value, file_id=world.new_id(), folder_id=world.bot.id, ephemeral=True)
            return self._put("attachments", kept.id, world.cdn.payload(kept))
        if isinstance(value, User):
            if guild is not None and value.id in guild.members:
                shown = payloads.member(guild.members[value.id], with_user=False)
                self._put("members", value.id, shown | {"permissions": str(int(in_channel(self._channel, value.id)))})
            return self._put("users", value.id, payloads.user(value))
        if isinstance(value, Channel):
            shown = payloads.channel(world, value) | {"permissions": str(int(in_channel(value, world.bot.id)))}
            return self._put("channels", value.id, shown)
        if isinstance(value, Role):
            return self._put("roles", value.id, payloads.role(value))
        return value

    def _put(self, kind: str, key: int, shown: Json) -> str:
        self.data.setdefault(kind, {})[str(key)] = shown
        return str(key)


def fill(command: Json, path: list[str], values: Mapping[str, Value], resolver: Resolver, focused: str | None) -> Json:
    """The interaction data of a command (with its subcommand's path); ValueError for what Discord's form refuses."""
    declared = command.get("options") or []
    if path:
        part = next((entry for entry in declared if entry["name"] == path[0] and entry["type"] <= GROUP), None)
        if part is None:
            raise ValueError(f"/{command['name']} has no subcommand {path[0]!r}")
        inner = fill(part, path[1:], values, resolver, focused)
        return {"options": [{"name": part["name"], "type": part["type"], **inner}]}
    if any(entry["type"] <= GROUP for entry in declared):
        raise ValueError(f"/{command['name']} needs a subcommand")
    unknown = values.keys() - {entry["name"] for entry in declared}
    if unknown:
        raise ValueError(f"/{command['name']} has no option {sorted(unknown)}")
    filled = []
    for option in declared:
        if option["name"] not in values:
            if option.get("required") and focused is None:
                raise ValueError(f"/{command['name']} needs {option['name']!r}")
            continue
        value = values[option["name"]]
        if focused is None:
            _check(option, value)
        entry: Json = {"name": option["name"], "type": option["type"], "value": resolver.add(value)}
        filled.append(entry | ({"focused": True} if option["name"] == focused else {}))
    return {"options": filled}


def _check(option: Json, value: Value) -> None:
    name, kind = option["name"], option["type"]
    if not isinstance(value, TYPES[kind]) or (isinstance(value, bool) and kind != BOOLEAN):
        raise ValueError(f"{name!r} does not take {value!r}")
    choices = option.get("choices") or []
    if choices and value not in [choice["value"] for choice in choices]:
        raise ValueError(f"{name!r} has no choice {value!r}")
    if isinstance(value, str):
        low, high = option.get("min_length") or 0, option.get("max_length") or 6000
        if not low <= len(value) <= high:
            raise ValueError(f"{name!r} takes {low} to {high} characters")
    if isinstance(value, int | float) and not isinstance(value, bool):
        low, high = option.get("min_value"), option.get("max_value")
        if (low is not None and value < low) or (high is not None and value > high):
            raise ValueError(f"{name!r} takes {low} to {high}")
