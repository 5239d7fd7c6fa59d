"""The workbench: a request that is not ready."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cogs.ui.texts.message import Plural

MESSAGES: Final[Mapping[str, str | Plural]] = {
    "workbench.title": "**Your next video**",
    "workbench.no_prompt": "No prompt yet. Describe what happens in the video.",
    "workbench.takes": "It takes {seconds}\u00a0s of your {left}\u00a0s.",
    "workbench.takes_unlimited": "It takes {seconds}\u00a0s.",
    "workbench.full": "There's no room for another one. The limit is {limit}. Remove one first.",
    "workbench.nothing_last": "You have no earlier video here whose pictures I could use.",
    "workbench.one_shared": "@{name} is there already. To use @{more} too, write it in your prompt.",
    "workbench.make": "Make",
    "workbench.edit_prompt": "Edit prompt",
    "workbench.add": "Add pictures",
    "workbench.last_used": "Add last used",
    "workbench.options": "Options",
    "workbench.back": "Back",
    "workbench.previous": "Previous",
    "workbench.next": "Next",
    "workbench.use": "Use {name}",
    "workbench.use_for": "Use {name} for {written}",
    "workbench.count": Plural("count", "{count} video", "{count} videos"),
    "workbench.choose.length": "Length",
    "workbench.choose.shape": "Aspect ratio",
    "workbench.choose.saved": "Add a saved element",
    "workbench.choose.count": "Number of videos",
    "workbench.choose.camera": "Camera",
    "workbench.choose.look": "Look",
    "workbench.choose.spoiler": "Spoiler",
    "workbench.spoiler.no": "No spoiler",
    "workbench.spoiler.yes": "Behind a spoiler",
    "workbench.camera.none": "No camera move",
    "workbench.camera.push_in": "Slow push-in",
    "workbench.camera.pull_back": "Slow pull-back",
    "workbench.camera.orbit": "The camera makes a slow half orbit",
    "workbench.camera.tracking": "The camera tracks alongside at eye level",
    "workbench.camera.rise": "The camera rises slowly",
    "workbench.camera.handheld": "Handheld camera, moving slightly",
    "workbench.camera.still": "The camera holds still",
    "workbench.look.none": "No look",
    "workbench.look.golden_hour": "Golden hour light",
    "workbench.look.soft_morning": "Soft morning light",
    "workbench.look.overcast": "Overcast sky, muted colors",
    "workbench.look.night_neon": "Night, neon lights",
    "workbench.look.studio": "Clean studio light",
    "workbench.look.film_grain": "Old film with grain",
    "workbench.look.watercolor": "Watercolor painting",
    "workbench.look.clay": "Clay animation",
    "form.title.workbench_prompt": "Edit the prompt",
    "form.images.added": "They come after the images that are there",
    "form.element.added": "Element",
    "form.title.workbench_add": "Add pictures",
}
