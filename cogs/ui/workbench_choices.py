"""What is chosen from lists on the workbench."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.text import text
from cogs.ui.texts import ENGLISH, Texts

NOTHING: Final = "none"
"""The value of the choice of nothing."""
CAMERA: Final = ("push_in", "pull_back", "orbit", "tracking", "rise", "handheld", "still")
LOOKS: Final = ("golden_hour", "soft_morning", "overcast", "night_neon", "studio", "film_grain", "watercolor", "clay")
_SHAPES: Final = {
    "16:9": text("form.shape.wide"),
    "9:16": text("form.shape.tall"),
    "1:1": text("form.shape.square"),
}


def shape_label(ratio: str, texts: Texts = ENGLISH) -> str:
    """An aspect ratio in a list: ``wide (16:9)``."""
    return texts("form.kind.shape", shape=_SHAPES[ratio], ratio=ratio) if ratio in _SHAPES else ratio


def sentences(kind: str, texts: Texts = ENGLISH) -> dict[str, str]:
    """What can be added to a prompt about the ``camera`` or the ``look``: each sentence by its value."""
    names: Sequence[str] = CAMERA if kind == "camera" else LOOKS
    return {name: f"{texts(f'workbench.{kind}.{name}')}." for name in names}


def added_sentence(kind: str, prompt: str, texts: Texts = ENGLISH) -> str:
    """The value of the sentence that a prompt has, else that of none."""
    return next((name for name, sentence in sentences(kind, texts).items() if sentence in prompt), NOTHING)
