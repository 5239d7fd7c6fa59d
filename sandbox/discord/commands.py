"""The bot's application commands: Discord documentation, page "Application Commands"."""

import copy
import re
from collections import Counter

from sandbox.discord import errors
from sandbox.discord.errors import Json
from sandbox.discord.world import World

SLASH, SUBCOMMAND, GROUP, STRING, INTEGER, NUMBER = 1, 1, 2, 3, 4, 10
MAX_OF_TYPE = {1: 100, 2: 15, 3: 15}
MAX_CHARACTERS = 8000
_LOCALES = """id da de en-GB en-US es-ES es-419 fr hr it lt hu nl no pl pt-BR ro fi sv-SE vi tr cs el bg ru uk hi th
zh-CN ja zh-TW ko"""
LOCALES = frozenset(_LOCALES.split())
NAME = re.compile(r"[-_'\w]{1,32}")


def of_scope(world: World, guild_id: int | None) -> list[Json]:
    """The global commands, or those of one guild."""
    wanted = str(guild_id) if guild_id else None
    return [entry for entry in world.commands.values() if entry.get("guild_id") == wanted]


def find(world: World, guild_id: int | None, name: str, kind: int) -> Json | None:
    """The command that a user in this guild sees under the name: the guild's own before a global one."""
    for scope in (guild_id, None) if guild_id else (None,):
        for entry in of_scope(world, scope):
            if entry["name"] == name and entry["type"] == kind:
                return entry
    return None


def overwrite(world: World, sent: list[Json], guild_id: int | None) -> list[Json]:
    """Replace the scope's commands by these; one of the same name and type keeps its id."""
    for index, command in enumerate(sent):
        check_command(command, str(index))
    for kind, count in Counter(command.get("type", SLASH) for command in sent).items():
        if count > MAX_OF_TYPE[kind]:
            raise errors.ApiError(400, 30032, "Maximum number of application commands reached", avoidable=True)
    keys = [(command["name"], command.get("type", SLASH)) for command in sent]
    if len(keys) != len(set(keys)):
        raise errors.invalid("", "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique")
    old = {(entry["name"], entry["type"]): entry["id"] for entry in of_scope(world, guild_id)}
    for gone in old.values():
        del world.commands[int(gone)]
    made = [_stored(world, command, guild_id, old) for command in sent]
    world.commands |= {int(entry["id"]): entry for entry in made}
    world.changed()
    return made


def _stored(world: World, command: Json, guild_id: int | None, old: dict[tuple[str, int], str]) -> Json:
    kind = command.get("type", SLASH)
    defaults: Json = {"description": "", "default_member_permissions": None, "nsfw": False, "contexts": None}
    stored = defaults | {"integration_types": [0]} | copy.deepcopy(command) | {"type": kind}
    stored["id"] = old.get((command["name"], kind)) or str(world.new_id())
    stored |= {"application_id": str(world.bot.id), "version": str(world.new_id())}
    return stored | ({"guild_id": str(guild_id)} if guild_id else {})


def check_command(command: Json, path: str) -> None:
    """Raise 50035 unless Discord would register it, as people see it in each language."""
    for locale in sorted(_locales(command)):
        if locale not in LOCALES:
            raise errors.invalid(f"{path}.name_localizations", "BASE_TYPE_CHOICES", f"{locale} is no locale")
        _check_seen(as_seen(command, locale), path)
    _check_seen(command, path)


def as_seen(entry: Json, locale: str) -> Json:
    """A command, an option or a choice with the words of a language, where it has them."""
    seen = dict(entry)
    for field in ("name", "description"):
        words = (entry.get(f"{field}_localizations") or {}).get(locale)
        if words is not None:
            seen[field] = words
    for parts in ("options", "choices"):
        if entry.get(parts):
            seen[parts] = [as_seen(part, locale) for part in entry[parts]]
    return seen


def _locales(entry: Json) -> set[str]:
    own = {locale for field in ("name", "description") for locale in entry.get(f"{field}_localizations") or {}}
    return own.union(*(_locales(part) for parts in ("options", "choices") for part in entry.get(parts) or []))


def _check_seen(command: Json, path: str) -> None:
    kind = command.get("type", SLASH)
    if kind not in MAX_OF_TYPE:
        raise errors.wrong_type(f"{path}.type", f"one of {tuple(MAX_OF_TYPE)}")
    if kind != SLASH:
        errors.text(command.get("name"), f"{path}.name", 1, 32)
        if command.get("description") or command.get("options"):
            raise errors.invalid(f"{path}.description", "APPLICATION_COMMAND_CONTEXT_MENU", "Context menus have none.")
        return
    _named(command, path)
    _options(command, path)
    if _characters(command) > MAX_CHARACTERS:
        raise errors.invalid(path, "APPLICATION_COMMAND_TOO_LARGE", f"Command exceeds {MAX_CHARACTERS} characters")


def _named(entry: Json, path: str) -> None:
    name = errors.text(entry.get("name"), f"{path}.name", 1, 32)
    if not NAME.fullmatch(name) or name != name.lower():
        raise errors.invalid(f"{path}.name", "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
    errors.text(entry.get("description"), f"{path}.description", 1, 100)


def _options(entry: Json, path: str) -> None:
    options = errors.items(entry.get("options") or [], f"{path}.options", 0, 25)
    optional_seen = False
    for index, option in enumerate(options):
        where = f"{path}.options.{index}"
        errors.number(option.get("type"), f"{where}.type", 1, 11)
        _named(option, where)
        if option.get("required") and optional_seen:
            code = "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID"
            raise errors.invalid(where, code, "Required options must be placed before non-required options")
        optional_seen = optional_seen or not option.get("required")
        if option["type"] in (SUBCOMMAND, GROUP):
            _options(option, where)
        else:
            _choices(option, where)
    names = [option["name"] for option in options]
    if len(names) != len(set(names)):
        raise errors.invalid(f"{path}.options", "APPLICATION_COMMAND_OPTIONS_NAME_INVALID", "Option names must differ")


def _choices(option: Json, path: str) -> None:
    choices = errors.items(option.get("choices") or [], f"{path}.choices", 0, 25)
    if choices and (option.get("autocomplete") or option["type"] not in (STRING, INTEGER, NUMBER)):
        raise errors.invalid(path, "APPLICATION_COMMAND_CHOICES", "No choices are possible here.")
    check_choices(choices, f"{path}.choices", is_text=option["type"] == STRING)
    if option["type"] == STRING:
        low = errors.number(option.get("min_length") or 0, f"{path}.min_length", 0, 6000)
        errors.number(option.get("max_length") or 6000, f"{path}.max_length", max(1, low), 6000)


def check_choices(choices: list[Json], path: str, *, is_text: bool) -> None:
    """Raise 50035 unless names and values of the choices are good."""
    for index, choice in enumerate(choices):
        errors.text(choice.get("name"), f"{path}.{index}.name", 1, 100)
        if is_text:
            errors.text(choice.get("value"), f"{path}.{index}.value", 0, 100)


def _characters(entry: Json) -> int:
    """What a command counts: of each field its longest language."""
    own = _longest(entry, "name") + _longest(entry, "description")
    chosen = sum(_longest(choice, "name") + len(str(choice["value"])) for choice in entry.get("choices") or [])
    return own + chosen + sum(_characters(option) for option in entry.get("options") or [])


def _longest(entry: Json, field: str) -> int:
    return max(map(len, [entry.get(field) or "", *(entry.get(f"{field}_localizations") or {}).values()]))
