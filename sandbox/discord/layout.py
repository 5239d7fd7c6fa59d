"""What a message's components may be: Discord documentation, page "Component Reference"."""

import re
from collections.abc import Callable

from sandbox.discord.errors import Json, invalid, items, number, required, text, wrong_type
from sandbox.discord.model import flatten

ROW, BUTTON, SELECT, SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER = 1, 2, 3, 9, 10, 11, 12, 13, 14, 17
SELECTS = frozenset({3, 5, 6, 7, 8})
IN_CONTAINER = frozenset({ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR})
MAX_COMPONENTS = 40
MAX_TEXT = 4000
WEB = re.compile(r"https?://\S+")

HasFile = Callable[[str], bool]


def check_layout(components: list[Json], *, v2: bool, has_file: HasFile) -> None:
    """Raise 50035 unless Discord would show these; `has_file` knows the names that `attachment://` may use."""
    items(components, "components", 0, MAX_COMPONENTS if v2 else 5)
    allowed = IN_CONTAINER | {CONTAINER} if v2 else frozenset({ROW})
    _children(components, "components", allowed, has_file)
    everything = flatten(components)
    if len(everything) > MAX_COMPONENTS:
        raise invalid("components", "BASE_TYPE_BAD_LENGTH", f"Must be {MAX_COMPONENTS} or fewer components in all.")
    if sum(len(part["content"]) for part in everything if part["type"] == TEXT) > MAX_TEXT:
        raise invalid("components", "COMPONENT_MAX_TOTAL_TEXT", f"Total text must be {MAX_TEXT} or fewer in length.")
    _unique(everything, "custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED")
    _unique(everything, "id", "COMPONENT_ID_DUPLICATED")


def number_components(components: list[Json]) -> None:
    """Give every component the `id` that Discord would."""
    everything = flatten(components)
    taken = {part["id"] for part in everything if part.get("id")}
    free = (candidate for candidate in range(1, len(everything) * 2 + 1) if candidate not in taken)
    for part in everything:
        if not part.get("id"):
            part["id"] = next(free)


def check_custom_id(part: Json, path: str) -> None:
    """Raise 50035 unless the component carries a good `custom_id`."""
    text(part.get("custom_id"), f"{path}.custom_id", 1, 100)


def check_options(part: Json, path: str, low: int, high: int) -> None:
    """Raise 50035 unless the component's options are well-formed and differ."""
    options = items(part.get("options"), f"{path}.options", low, high)
    for index, option in enumerate(options):
        where = f"{path}.options.{index}"
        text(option.get("label"), f"{where}.label", 1, 100)
        text(option.get("value"), f"{where}.value", 1, 100)
        if option.get("description") is not None:
            text(option["description"], f"{where}.description", 0, 100)
    _unique(options, "value", "SELECT_OPTION_VALUE_DUPLICATED", f"{path}.options")


def check_select(part: Json, path: str) -> None:
    """Raise 50035 unless it is a good select of any kind."""
    check_custom_id(part, path)
    if part["type"] == SELECT:
        check_options(part, path, 1, 25)
    if part.get("placeholder") is not None:
        text(part["placeholder"], f"{path}.placeholder", 0, 150)
    check_range(part, path, 25)


def check_range(part: Json, path: str, high: int) -> None:
    """Raise 50035 unless `min_values` and `max_values`, 1 when absent or null, go together."""
    least, most = (1 if part.get(key) is None else part[key] for key in ("min_values", "max_values"))
    number(most, f"{path}.max_values", max(1, number(least, f"{path}.min_values", 0, high)), high)


def _children(components: list[Json], path: str, allowed: frozenset[int], has_file: HasFile) -> None:
    for index, part in enumerate(components):
        _component(part, f"{path}.{index}", allowed, has_file)


def _component(part: Json, path: str, allowed: frozenset[int], has_file: HasFile) -> None:
    kind = part.get("type")
    if kind not in allowed:
        raise wrong_type(f"{path}.type", f"one of {sorted(allowed)}")
    match kind:
        case 1:
            _row(part, path, has_file)
        case 2:
            _button(part, path)
        case 3 | 5 | 6 | 7 | 8:
            check_select(part, path)
        case 9:
            _children(
                items(part.get("components"), f"{path}.components", 1, 3), f"{path}.components", _only(TEXT), has_file
            )
            accessory = part.get("accessory")
            if not isinstance(accessory, dict):
                raise required(f"{path}.accessory")
            _component(accessory, f"{path}.accessory", _only(BUTTON, THUMBNAIL), has_file)
        case 10:
            text(part.get("content"), f"{path}.content", 1, MAX_TEXT)
        case 11:
            _media(part, "media", path, has_file)
        case 12:
            for index, item in enumerate(items(part.get("items"), f"{path}.items", 1, 10)):
                _media(item, "media", f"{path}.items.{index}", has_file)
        case 13:
            _media(part, "file", path, has_file, web=False)
        case 17:
            inside = items(part.get("components"), f"{path}.components", 1, MAX_COMPONENTS)
            _children(inside, f"{path}.components", IN_CONTAINER, has_file)
        case _:
            if part.get("spacing") is not None:
                number(part["spacing"], f"{path}.spacing", 1, 2)


def _row(part: Json, path: str, has_file: HasFile) -> None:
    inside = items(part.get("components"), f"{path}.components", 1, 5)
    _children(inside, f"{path}.components", SELECTS | {BUTTON}, has_file)
    if len(inside) > 1 and any(child["type"] != BUTTON for child in inside):
        raise invalid(f"{path}.components", "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "A select fills the whole row.")


def _button(part: Json, path: str) -> None:
    style = number(part.get("style"), f"{path}.style", 1, 6)
    if part.get("label") is not None:
        text(part["label"], f"{path}.label", 0, 80)
    if not part.get("label") and not part.get("emoji") and style != 6:
        raise invalid(path, "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED", "A button must have a label or an emoji.")
    if style <= 4:
        check_custom_id(part, path)
    if style == 5:
        _url(part.get("url"), f"{path}.url", 512)
    if style >= 5 and part.get("custom_id") is not None:
        raise invalid(path, "BUTTON_COMPONENT_CUSTOM_ID_AND_URL", "A link has no custom id.")


def _media(holder: Json, key: str, path: str, has_file: HasFile, *, web: bool = True) -> None:
    media = holder.get(key)
    if not isinstance(media, dict):
        raise required(f"{path}.{key}")
    url = text(media.get("url"), f"{path}.{key}.url", 1, 2048)
    if holder.get("description") is not None:
        text(holder["description"], f"{path}.description", 1, 1024)
    if not isinstance(holder.get("spoiler", False), bool):
        raise wrong_type(f"{path}.spoiler", "a boolean")
    if has_file(url):
        return
    if url.startswith("attachment://"):
        raise invalid(f"{path}.{key}.url", "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND", f"{url} not found.")
    if not web:
        raise invalid(f"{path}.{key}.url", "FILE_COMPONENT_INVALID_URL", "Only attachment:// is possible here.")
    _url(url, f"{path}.{key}.url", 2048)


def _url(value: object, path: str, limit: int) -> None:
    if not WEB.fullmatch(text(value, path, 1, limit)):
        raise invalid(path, "URL_TYPE_INVALID_URL", "Not a well formed URL.")


def _unique(parts: list[Json], key: str, code: str, path: str = "components") -> None:
    seen: set[object] = set()
    for part in parts:
        value = part.get(key)
        if value and value in seen:
            raise invalid(path, code, f"{key} {value!r} is there twice.")
        seen.add(value)


def _only(*kinds: int) -> frozenset[int]:
    return frozenset(kinds)
