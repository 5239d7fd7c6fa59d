"""The options of ``/video``, built from the models that can be chosen: no more than Discord allows a command.

What most people need comes first: a phone shows few of them. More angles of an element come from ``/element save``
and ``/studio``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import discord

from bot.domain.attachments import MAX_ELEMENTS, MAX_IMAGES
from bot.domain.model_spec import Choice, ModelSpec
from bot.services.models import Models
from cogs.commands.option_command import MOST_OPTIONS, Option
from cogs.ui.texts.commands import command_text

_GIVEN_UP_FIRST: Final = tuple(
    f"element{number}_{view}" for number in range(MAX_ELEMENTS, 1, -1) for view in ("angle1", "front")
)
"""The options that go, in this order, where there would be too many."""


def video_options(models: Models) -> list[Option]:
    """The options of ``/video``, in their order. While a model is not known yet, those that it may need are there."""
    specs = models.usable
    is_sure = len(specs) >= len(models.ids)
    only = specs[0] if is_sure and len(specs) == 1 and not models.has_choice else None
    images = [_file(f"image{n}", command_text("video.image", number=n)) for n in range(1, MAX_IMAGES + 1)]
    found = [Option(name="prompt", annotation=str, description=command_text("video.prompt"), is_required=True)]
    found += [images[0], *_choices(only), *images[1:]]
    for n in range(1, MAX_ELEMENTS + 1):
        found.append(_file(f"element{n}_front", command_text("video.front", number=n)))
        found.append(_file(f"element{n}_angle1", command_text("video.angle", number=n)))
    found.append(_completed("saved_element", str, command_text("video.saved_element")))
    found.append(
        Option(name="count", annotation=int | None, description=command_text("video.count"), choices=(1, 2, 3, 4))
    )
    found.append(Option(name="spoiler", annotation=bool | None, description=command_text("video.spoiler")))
    if models.has_choice:
        found.append(_completed("model", str, command_text("video.model")))
    return _within_the_limit(found + _of_some_models(specs, only, is_sure=is_sure))


def _of_some_models(specs: Sequence[ModelSpec], only: ModelSpec | None, *, is_sure: bool) -> list[Option]:
    """What only some models take."""
    found: list[Option] = []
    if _has(specs, "start", is_sure=is_sure):
        found.append(_file("start", command_text("video.start")))
    if _has(specs, "end", is_sure=is_sure):
        found.append(_file("end", command_text("video.end")))
    if _has(specs, "resolution", is_sure=is_sure):
        choice = None if only is None else only.resolution
        found.append(_chosen("resolution", str, choice, command_text("video.resolution")))
    if _has(specs, "sound", is_sure=is_sure):
        found.append(Option(name="sound", annotation=bool | None, description=command_text("video.sound")))
    if any(one.faces is not None or any(frame.face_field for frame in one.frames) for one in specs):
        found.append(Option(name="faces", annotation=str | None, description=command_text("video.faces")))
    return found


def _choices(only: ModelSpec | None) -> list[Option]:
    """The length and the aspect ratio: with the defaults of the model, where there is only one."""
    duration, ratio = command_text("video.duration_of_model"), command_text("video.aspect_ratio_of_model")
    if only is None:
        return [_chosen("duration", int, None, duration), _chosen("aspect_ratio", str, None, ratio)]
    if only.length is not None:
        duration = command_text("video.duration", default=str(only.length.default))
    if only.aspect_ratio is not None:
        ratio = command_text("video.aspect_ratio", default=only.aspect_ratio.default)
    return [_chosen("duration", int, only.length, duration), _chosen("aspect_ratio", str, only.aspect_ratio, ratio)]


def _has(specs: Sequence[ModelSpec], role: str, *, is_sure: bool) -> bool:
    """Whether any of the models has a role, or may have it."""
    return not is_sure or any(getattr(one, role) is not None for one in specs)


def _within_the_limit(options: list[Option]) -> list[Option]:
    for name in _GIVEN_UP_FIRST:
        if len(options) <= MOST_OPTIONS:
            break
        options = [option for option in options if option.name != name]
    return options[:MOST_OPTIONS]


def _file(name: str, description: Any) -> Option:  # noqa: ANN401 - discord.py's own
    return Option(name=name, annotation=discord.Attachment | None, description=description)


def _completed(name: str, kind: type, description: Any) -> Option:  # noqa: ANN401
    return Option(name=name, annotation=kind | None, description=description, is_completed=True)


def _chosen(name: str, kind: type, choice: Choice[Any] | None, description: Any) -> Option:  # noqa: ANN401
    """An option with fixed choices where the values are known and few, else completed by the chosen model."""
    if choice is None or len(choice.values) > MOST_OPTIONS:
        return _completed(name, kind, description)
    return Option(name=name, annotation=kind | None, description=description, choices=tuple(choice.values))
