"""Saved elements, and the pictures for one's next video."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cogs.ui.texts.message import Plural

MESSAGES: Final[Mapping[str, str | Plural]] = {
    "element.name_unusable": "That name can't be used. Names are {least}–{most} characters: letters, digits, _ or -, "
    "with at least one letter. They can't start or end with -.",
    "element.name_reserved": "@{name} is reserved. Choose another name.",
    "element.name_taken": "You already have an element @{name}. Choose another name, or delete that one first.",
    "element.name_shared": "{owner} already shares @{name} in this server. Choose another name.",
    "element.unknown": "There's no element @{name} here. See all with {/element list}.",
    "element.unknown_name": "There's no element with that name here. See all with {/element list}.",
    "element.not_owner": "Only {owner}, who shares @{name}, can change it.",
    "element.gone": "@{name} no longer exists.",
    "element.too_many": Plural(
        "count",
        "You have {count} saved element. The limit is {limit}. Delete one first.",
        "You have {count} saved elements. The limit is {limit}. Delete one first.",
    ),
    "draft.too_many": Plural(
        "count",
        "You have {count} picture. With these it would be {total}, and the limit is {limit}. Remove some first.",
        "You have {count} pictures. With these it would be {total}, and the limit is {limit}. Remove some first.",
    ),
    "element.saved": "**Saved @{name}** · {pictures} · {reach}",
    "element.saved_note": "{where}: {note}",
    "element.how_to_use": "Write @{name} in any prompt, or pick it in `{=saved_element}` of {/video}.",
    "element.none": "No saved or shared elements yet. Save one with {/element save}.",
    "element.own": "**Your elements**",
    "element.others": "**Shared here**",
    "element.line": "@{name} · {pictures} · {reach}",
    "element.reach.private": "only you",
    "element.reach.shared": "shared with a server",
    "element.reach.by": "shared by {owner}",
    "element.choice": "{name} · shared by {owner}",
    "element.shown": "**@{name}** · {reach}",
    "element.picture_missing": "This picture is missing. Save the element again.",
    "element.picture_too_large": "{size} · too large to show here",
}
