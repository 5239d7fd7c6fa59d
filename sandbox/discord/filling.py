"""What a user put into a form, as Discord checks and sends it."""

from collections.abc import Mapping, Sequence

from sandbox.discord.errors import Json
from sandbox.discord.form import CHECKBOX, CHECKBOXES, FILES, INPUT, LABEL, RADIO, ROW, TEXT
from sandbox.discord.model import Upload
from sandbox.discord.options import Resolver

Entry = str | bool | Upload | Sequence[str | Upload]


def fill(components: list[Json], values: Mapping[str, Entry], resolver: Resolver) -> list[Json]:
    """The submitted components; values go by custom id or by label. ValueError for what the form would refuse."""
    used: set[str] = set()
    sent: list[Json] = []
    for part in components:
        shown: Json = {"type": part["type"], "id": part.get("id", 0)}
        if part["type"] == TEXT:
            sent.append(shown)
        elif part["type"] == ROW:
            field = part["components"][0]
            sent.append(shown | {"components": [_field(field, str(field.get("label")), values, used, resolver)]})
        elif part["type"] == LABEL:
            sent.append(shown | {"component": _field(part["component"], part["label"], values, used, resolver)})
    if unused := values.keys() - used:
        raise ValueError(f"the form has no {sorted(unused)}")
    return sent


def _field(part: Json, label: str, values: Mapping[str, Entry], used: set[str], resolver: Resolver) -> Json:
    names = [name for name in (part["custom_id"], label) if name in values]
    used.update(names)
    value: Entry | None = values[names[0]] if names else None
    shown: Json = {"type": part["type"], "id": part.get("id", 0), "custom_id": part["custom_id"]}
    match part["type"]:
        case kind if kind == INPUT:
            return shown | {"value": _text(part, label, value)}
        case kind if kind == CHECKBOX:
            return shown | {"value": bool(part.get("default", False) if value is None else value)}
        case kind if kind == RADIO:
            chosen = _several(part, label, value, high=1)
            return shown | {"value": chosen[0] if chosen else None}
        case kind if kind == FILES:
            return shown | {"values": [resolver.add(file) for file in _several(part, label, value)]}
    return shown | {"values": _several(part, label, value)}


def _text(part: Json, label: str, value: Entry | None) -> str:
    if not isinstance(value, str | None):
        raise TypeError(f"{label!r} takes text")
    written = str(part.get("value") or "") if value is None else value
    low, high = part.get("min_length") or 0, part.get("max_length") or 4000
    needed = max(1, low) if part.get("required") is not False else low if written else 0
    if not needed <= len(written) <= high:
        raise ValueError(f"{label!r} takes {needed} to {high} characters")
    return written


def _several(part: Json, label: str, value: Entry | None, high: int | None = None) -> list[str | Upload]:
    options = [entry["value"] for entry in part.get("options") or []]
    if value is None:
        chosen: list[str | Upload] = [entry["value"] for entry in part.get("options") or [] if entry.get("default")]
    elif isinstance(value, str | Upload):
        chosen = [value]
    elif isinstance(value, bool):
        raise ValueError(f"{label!r} takes no yes or no")
    else:
        chosen = list(value)
    is_file = part["type"] == FILES
    if any(isinstance(entry, Upload) is not is_file or (options and entry not in options) for entry in chosen):
        raise ValueError(f"{label!r} does not take {chosen!r}")
    most = high or int(part.get("max_values") or (len(options) if part["type"] == CHECKBOXES else 1))
    wanted = 1 if part.get("min_values") is None else int(part["min_values"])
    least = wanted if part.get("required") is not False else 0
    if not least <= len(chosen) <= most:
        raise ValueError(f"{label!r} takes {least} to {most}")
    return chosen
