"""What a modal may be: Discord documentation, page "Component Reference", and "Interaction Callback Data"."""

from collections.abc import Mapping

from sandbox.discord.errors import Json, invalid, items, number, required, text, wrong_type
from sandbox.discord.layout import SELECTS, check_custom_id, check_options, check_range, check_select
from sandbox.discord.model import flatten

ROW, INPUT, TEXT, LABEL, FILES, RADIO, CHECKBOXES, CHECKBOX = 1, 4, 10, 18, 19, 21, 22, 23
FIELDS = SELECTS | {INPUT, FILES, RADIO, CHECKBOXES, CHECKBOX}


def check_modal(data: Mapping[str, object]) -> None:
    """Raise 50035 unless Discord would open this form."""
    text(data.get("custom_id"), "data.custom_id", 1, 100)
    text(data.get("title"), "data.title", 1, 45)
    parts = items(data.get("components"), "data.components", 1, 5)
    for index, part in enumerate(parts):
        _top(part, f"data.components.{index}")
    names = [field["custom_id"] for field in flatten(parts) if "custom_id" in field]
    if len(names) != len(set(names)):
        raise invalid("data.components", "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")


def _top(part: Json, path: str) -> None:
    match part.get("type"):
        case 1:
            _field(items(part.get("components"), f"{path}.components", 1, 1)[0], f"{path}.components.0", {INPUT})
        case 10:
            text(part.get("content"), f"{path}.content", 1, 4000)
        case 18:
            text(part.get("label"), f"{path}.label", 1, 45)
            if part.get("description") is not None:
                text(part["description"], f"{path}.description", 1, 100)
            inside = part.get("component")
            if not isinstance(inside, dict):
                raise required(f"{path}.component")
            _field(inside, f"{path}.component", FIELDS)
        case _:
            raise wrong_type(f"{path}.type", "a label, a text display or an action row")


def _field(part: Json, path: str, allowed: set[int] | frozenset[int]) -> None:
    kind = part.get("type")
    if kind not in allowed:
        raise wrong_type(f"{path}.type", f"one of {sorted(allowed)}")
    check_custom_id(part, path)
    if kind == INPUT:
        number(part.get("style"), f"{path}.style", 1, 2)
        for key, high in (("placeholder", 100), ("value", 4000)):
            if part.get(key) is not None:
                text(part[key], f"{path}.{key}", 0, high)
        low = number(part.get("min_length") or 0, f"{path}.min_length", 0, 4000)
        number(part.get("max_length") or 4000, f"{path}.max_length", max(1, low), 4000)
    elif kind in SELECTS:
        check_select(part, path)
    elif kind == FILES:
        check_range(part, path, 10)
    elif kind in (RADIO, CHECKBOXES):
        check_options(part, path, 2 if kind == RADIO else 1, 10)
