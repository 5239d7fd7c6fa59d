"""Discord's messages as lines of plain text: what a reader would see, without a Discord to show it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from discord import ButtonStyle, ComponentType

Payload = Mapping[str, Any]

_TIME = re.compile(r"<t:(\d+)(?::(\w))?>")
_USER = re.compile(r"<@!?(\d+)>")
_MASKED = re.compile(r"\[([^\]]+)\]\(<?https?://[^)]+\)")
_LINK = re.compile(r"https://discord\.com/channels/\w+/(\d+)/\d+")
_MARKUP = re.compile(r"\\([\W_])|\*\*")
_RULE = "─" * 20
_SMALL = re.compile(r"^-# ", re.MULTILINE)


class PlainText:
    """Turns messages into lines. ``name`` gives a name for the id of a user or a channel."""

    def __init__(self, name: Callable[[int], str], now: Callable[[], datetime]) -> None:
        self._name = name
        self._now = now

    def message(self, message: Payload) -> list[str]:
        """The lines of a message: its text, its components from top to bottom, its files."""
        files = {file["filename"]: file for file in message.get("attachments") or []}
        lines = self.text(message["content"]).splitlines() if message.get("content") else []
        lines.extend(self._components(message.get("components") or [], files))
        # What its components showed was taken out on the way.
        lines.extend(f"[file {_sized(file)}]" for file in files.values())
        return lines

    def text(self, text: str) -> str:
        """Text as it is read: markup gone, names instead of ids, times from now."""
        text = _TIME.sub(lambda found: self._time(int(found[1]), found[2]), text)
        text = _USER.sub(lambda found: f"@{self._name(int(found[1]))}", text)
        text = _MASKED.sub(lambda found: f"[{found[1]}]", text)
        text = _LINK.sub(lambda found: f"[{self._name(int(found[1]))} › message]", text)
        return _MARKUP.sub(lambda found: found[1] or "", _SMALL.sub("", text))

    def _components(self, components: Sequence[Payload], files: dict[str, Payload]) -> Iterator[str]:
        for component in components:
            match ComponentType(component["type"]):
                case ComponentType.text_display:
                    yield from self.text(component["content"]).splitlines()
                case ComponentType.section:
                    beside = " ".join(self._components([component["accessory"]], files))
                    yield f"{' · '.join(self._components(component['components'], files))}  {beside}"
                case ComponentType.action_row:
                    yield " ".join(self._components(component["components"], files))
                case ComponentType.button:
                    yield _label(component)
                case ComponentType.thumbnail:
                    yield f"[picture {_taken(component, files)}]"
                case ComponentType.media_gallery:
                    yield from (f"[{_kind(item)} {_taken(item, files)}]" for item in component["items"])
                case ComponentType.file:
                    yield f"[file {_taken({'media': component['file']}, files)}]"
                case ComponentType.separator:
                    yield _RULE if component.get("divider", True) else ""
                case ComponentType.container:
                    yield from self._components(component["components"], files)
                case ComponentType.select | ComponentType.channel_select:
                    yield f"[list: {', '.join(self._chosen(component)) or component.get('placeholder') or 'nothing'}]"
                case other:
                    yield f"[{other.name.replace('_', ' ')}]"

    def _chosen(self, select: Payload) -> Iterator[str]:
        """What is chosen in a list when it is shown."""
        yield from (option["label"] for option in select.get("options") or [] if option.get("default"))
        yield from (f"#{self._name(int(one['id']))}" for one in select.get("default_values") or [])

    def _time(self, unix: int, style: str | None) -> str:
        moment = datetime.fromtimestamp(unix, UTC)
        return relative(moment, self._now()) if style == "R" else f"{moment:%Y-%m-%d %H:%M} UTC"


def relative(moment: datetime, now: datetime) -> str:
    """A moment as Discord would show it: "in 3 hours", "2 minutes ago"."""
    seconds = (moment - now).total_seconds()
    away = abs(seconds)
    if away < 1:
        return "just now"
    unit, name = next(
        (unit, name) for unit, name in ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")) if away >= unit
    )
    count = round(away / unit)
    amount = f"{count} {name}{'' if count == 1 else 's'}"
    return f"in {amount}" if seconds > 0 else f"{amount} ago"


def size(count: int) -> str:
    """A number of bytes for people."""
    return f"{count / 1_000_000:.1f} MB" if count >= 1_000_000 else f"{max(1, round(count / 1_000))} kB"


def shortened(text: str, limit: int) -> str:
    """At most ``limit`` characters, cut between words."""
    return text if len(text) <= limit else text[: limit - 1].rsplit(" ", 1)[0] + "…"


def _label(button: Payload) -> str:
    is_link = button.get("style") == ButtonStyle.link.value
    return f"[{button.get('label', '')}{' -> ' + button['url'].partition('?')[0] if is_link else ''}]"


def _kind(media: Payload) -> str:
    """What a gallery shows: a video has a player."""
    name = media["media"]["url"].partition("?")[0]
    return "player" if name.endswith((".mp4", ".mov", ".webm")) else "picture"


def _taken(media: Payload, files: dict[str, Payload]) -> str:
    """The name of the file that a component shows; it is taken out of those of its message."""
    name: str = media["media"]["url"].partition("?")[0].rpartition("/")[2]
    file = files.pop(name, None)
    return _sized(file) if file else name


def _sized(file: Payload) -> str:
    return f"{file['filename']}, {size(file['size'])}"
