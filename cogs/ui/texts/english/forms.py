"""Forms: titles and labels have at most 45 characters, descriptions and placeholders 100."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cogs.ui.texts.message import Plural

MESSAGES: Final[Mapping[str, str | Plural]] = {
    "form.title": "Make a video",
    "form.title.continue": "Continue this video",
    "form.prompt.continue": "Take @Image1 as the start frame. ",
    "form.title.from_pictures": "Make a video from this",
    "form.prompt": "Prompt",
    "form.prompt.description": "Describe the scene. Call your pictures @Image1, @Element1, and so on",
    "form.prompt.example": "@Element1 walks up to the table in @Image1. Slow push-in, soft morning light",
    "form.prompt.example_pictures": "Take @Image1 as the start frame. The camera slowly moves closer",
    "form.kind": "Length and aspect ratio",
    "form.kind.seconds": Plural("seconds", "{seconds} second", "{seconds} seconds"),
    "form.kind.shape": "{shape} ({ratio})",
    "form.kind.own": "The model's own",
    "form.shape.wide": "wide",
    "form.shape.tall": "tall",
    "form.shape.square": "square",
    "form.images": "Images",
    "form.images.description": "They become @Image1, @Image2, … in this order",
    "form.images.keep": "They become @Image1, @Image2, … in this order. Leave empty to keep the current ones",
    "form.images.collected": "They become @Image1, @Image2, … in this order. Leave empty to use the {count} you collected",
    "form.element": "Element {number}",
    "form.element.description": "First the front picture, then up to {angles} other angles",
    "form.filled_in": "Already filled in: {names}. Choose files only to replace that",
    "form.title.fail": "Fail this video",
    "form.fail_reason": "Reason",
    "form.fail_reason.description": "A sentence for its user. Its seconds are given back",
    "form.pictures": "Your pictures: {names}",
}
