"""Models: what one takes and costs, and why a request does not fit it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cogs.ui.texts.message import Plural

MESSAGES: Final[Mapping[str, str | Plural]] = {
    "model.gone": "The model {model} isn't available. Choose another one with {/video}: {others:or}.",
    "model.gone.only": "The model {model} isn't available now. Tell whoever runs the bot, or try again later.",
    "model.not_read": "I don't know yet what {model} takes, because Oxen hasn't told me. Try again in a minute.",
    "model.takes.prompt": "prompt alone",
    "model.takes.images": Plural("count", "{count} image", "{count} images"),
    "model.takes.elements": Plural("count", "{count} element", "{count} elements"),
    "model.takes.start": "start frame",
    "model.takes.frames": "start and end frame",
    "model.takes.end": "end frame",
    "model.takes.sound": "sound",
    "model.counts": "{seconds}\u00a0s count as {counted}\u00a0s",
    "model.price": "{cost} for {seconds}\u00a0s",
    "model.seconds": "{count}\u00a0s",
    "model.split_elements": "{model} has no elements, so the pictures of {elements} would go to it as images, "
    "the front first. It may keep them less alike.",
    "model.no_such_face": "There's no picture {slot} to mark as a face. Use the numbers of your images, such as 1 3.",
    "model.aspect_ratio": "The aspect ratio of {model} can be {values:or}. Choose one of these.",
    "model.aspect_ratio.none": "{model} sets the aspect ratio by itself. Leave it out.",
    "model.resolution": "The resolution of {model} can be {values:or}. Choose one of these.",
    "model.resolution.none": "{model} has one resolution only. Leave it out.",
    "model.length": "Videos of {model} are {values:or} seconds long. Choose one of these.",
    "model.length.range": "Videos of {model} are {least}–{most} seconds long. Choose a length in between.",
    "model.length.none": "{model} sets the length by itself. Leave it out.",
    "model.no_sound": "{model} makes no sound. Turn sound off, or choose another model.",
    "model.no_pictures": "{model} works from the prompt alone. Remove the pictures, or choose another model.",
    "model.no_start": "{model} takes no start frame. Add it as an image, or choose another model.",
    "model.no_end": "{model} takes no end frame. Leave it out, or choose another model.",
    "model.needs_start": "{model} needs a picture to start from. Add one in {=start} or {=image1}.",
    "model.needs_end": "{model} needs a picture to end with. Add one in {=end}.",
    "model.needs_images": Plural(
        "count",
        "{model} needs at least {count} image. Add one in {=image1}.",
        "{model} needs at least {count} images. Add them in {=image1}, {=image2}, and so on.",
    ),
    "model.lost.length": "{model} doesn't make that length. It's {now}\u00a0s now.",
    "model.lost.aspect_ratio": "{model} doesn't have the aspect ratio {value}.",
    "model.lost.resolution": "{model} doesn't have the resolution {value}.",
    "model.lost.sound": "{model} makes no sound.",
    "model.lost.pictures": "{model} has no place for {pictures}.",
    "model.no_room": Plural(
        "count",
        "{model} takes {count} image. Remove the others.",
        "{model} takes {count} images. Remove the others.",
    ),
}
