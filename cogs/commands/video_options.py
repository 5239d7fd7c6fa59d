"""The options of ``/video``, built from the models that can be chosen: no more than Discord allows a command."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import discord

from bot.domain.attachments import MAX_ANGLES, MAX_ELEMENTS, MAX_IMAGES
from bot.domain.model_spec import Choice, ModelSpec
from bot.services.models import Models
from cogs.ui.texts.commands import command_text

MOST_OPTIONS: Final = 25
"""Options of a command, and choices of an option (Discord's page on application commands)."""
_GIVEN_UP_FIRST: Final = tuple(
    f"element{number}_{view}"
    for number in range(MAX_ELEMENTS, 1, -1)
    for view in (*(f"angle{angle}" for angle in range(MAX_ANGLES, 0, -1)), "front")
)
"""The options that go, in this order, where there would be too many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """An option: its type as discord.py reads it, and what Discord says of it. ``is_completed`` as it is typed."""

    name: str
    annotation: Any
    description: Any
    is_required: bool = False
    is_completed: bool = False

    def parameter(self) -> inspect.Parameter:
        """The option as a parameter of the command's callback."""
        default = inspect.Parameter.empty if self.is_required else None
        return inspect.Parameter(self.name, inspect.Parameter.KEYWORD_ONLY, annotation=self.annotation, default=default)


def video_options(models: Models) -> list[Option]:
    """The options of ``/video``. While a model is not known yet, those that it may need are there."""
    specs = models.usable
    is_sure = len(specs) >= len(models.ids)
    only = specs[0] if is_sure and len(specs) == 1 and not models.has_choice else None
    found = [Option(name="prompt", annotation=str, description=command_text("video.prompt"), is_required=True)]
    if models.has_choice:
        found.append(_completed("model", str))
    found += [_file(f"image{n}", command_text("video.image", number=n)) for n in range(1, MAX_IMAGES + 1)]
    found += [_file(name, command_text(f"video.{name}")) for name in ("start", "end") if _has(specs, name, is_sure)]
    for n in range(1, MAX_ELEMENTS + 1):
        found.append(_file(f"element{n}_front", command_text("video.front", number=n)))
        angles = range(1, MAX_ANGLES + 1)
        found += [_file(f"element{n}_angle{a}", command_text("video.angle", number=n)) for a in angles]
    found.append(_completed("use", str))
    found.append(_chosen("duration", int, only, None if only is None else only.length))
    found.append(_chosen("aspect_ratio", str, only, None if only is None else only.aspect_ratio))
    if _has(specs, "resolution", is_sure):
        found.append(_chosen("resolution", str, only, None if only is None else only.resolution))
    if _has(specs, "sound", is_sure):
        found.append(Option(name="sound", annotation=bool, description=command_text("video.sound")))
    if _has(specs, "faces", is_sure=True):
        found.append(Option(name="faces", annotation=str, description=command_text("video.faces")))
    return _within_the_limit(found)


def _has(specs: Sequence[ModelSpec], role: str, is_sure: bool) -> bool:  # noqa: FBT001
    """Whether any of the models has a role, or may have it."""
    if role == "faces":
        return any(one.faces is not None or any(frame.face_field for frame in one.frames) for one in specs)
    return not is_sure or any(getattr(one, role) is not None for one in specs)


def _within_the_limit(options: list[Option]) -> list[Option]:
    for name in _GIVEN_UP_FIRST:
        if len(options) <= MOST_OPTIONS:
            break
        options = [option for option in options if option.name != name]
    return options[:MOST_OPTIONS]


def _file(name: str, description: Any) -> Option:  # noqa: ANN401 - discord.py's own
    return Option(name=name, annotation=discord.Attachment | None, description=description)


def _completed(name: str, kind: type) -> Option:
    return Option(name=name, annotation=kind | None, description=command_text(f"video.{name}"), is_completed=True)


def _chosen(name: str, kind: type, only: ModelSpec | None, choice: Choice[Any] | None) -> Option:
    """An option with fixed choices where there is one model, else completed by the one that was chosen."""
    default = None if only is None or choice is None else str(choice.default)
    key = f"video.{name}" if default is not None else f"video.{name}.of_model"
    description = command_text(key) if default is None else command_text(key, default=default)
    if choice is None or len(choice.values) > MOST_OPTIONS:
        return Option(name=name, annotation=kind | None, description=description, is_completed=True)
    return Option(name=name, annotation=Literal[tuple(choice.values)] | None, description=description)
