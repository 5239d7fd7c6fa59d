"""Why a request cannot be taken as it is, and what to ask about before it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cogs.ui.texts.message import Plural

MESSAGES: Final[Mapping[str, str | Plural]] = {
    "refusal.prompt_empty": "Your prompt is empty. Describe what happens in the video.",
    "refusal.prompt_too_long": Plural(
        "length",
        "Your prompt is {length} character. The limit is {limit}. Shorten it.",
        "Your prompt is {length} characters. The limit is {limit}. Shorten it.",
    ),
    "refusal.no_pictures": "Videos are made from pictures. Add at least one in {=image1} or {=element1_front}.",
    "refusal.too_many_references": "That's {references} ({images}, {elements}). The limit is {limit}. Remove {excess}.",
    "refusal.no_such_picture": "Your prompt uses {slot}, but there's no picture in {where}. Add one, or change the "
    "prompt. You added {have}.",
    "refusal.no_such_picture_guess": "Your prompt uses {slot}, but there's no picture in {where}. Add one, or change "
    "the prompt. You added {have}. Did you mean {meant}?",
    "refusal.no_such_picture_of_none": "Your prompt uses {slot}, but there's no picture in {where}. Add one, or change "
    "the prompt.",
    "refusal.no_front": "Element {number} has other angles, but no front picture. Add one in {where}.",
    "refusal.too_many_pictures": Plural(
        "count",
        "That message has {count} picture. The limit is {limit}. Choose one with fewer.",
        "That message has {count} pictures. The limit is {limit}. Choose one with fewer.",
    ),
    "refusal.no_room_references": Plural(
        "limit",
        "There's no room for @{name}. The limit is {limit} reference. Remove one.",
        "There's no room for @{name}. The limit is {limit} references. Remove one.",
    ),
    "refusal.no_room_elements": Plural(
        "limit",
        "There's no room for @{name}. The limit is {limit} element, and {taken} is in use. Remove one.",
        "There's no room for @{name}. The limit is {limit} elements, and {taken} are in use. Remove one.",
    ),
    "refusal.channel": "You can't make videos in this channel. Use {channels:or}. A server admin can change this.",
    "warning.address": "{word} reads like an address. Did you mean {slot}? Put a space before it.",
    "warning.none_used": "Your prompt doesn't use {names}, so the model has to guess what they're for.",
    "warning.no_such_picture": "There's no picture called @{word}. Did you mean {slot}?",
    "warning.no_such_element": "You don't have an element @{word}. Did you mean @{near}?",
}
