"""Pictures: what they are called, what was done to them, why one cannot be used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cogs.ui.texts.message import Plural

MESSAGES: Final[Mapping[str, str | Plural]] = {
    "picture.image": "{slot}",
    "picture.front": "{slot} front",
    "picture.angle": "{slot} angle {number}",
    "picture.start_frame": "Start frame",
    "picture.end_frame": "End frame",
    "picture.view.front": "front",
    "picture.view.angle": "angle {number}",
    "picture.size": "{width} × {height}",
    "picture.named": "{where} ({filename})",
    "picture.some": "One of your pictures",
    "picture.note.scaled_up": "Scaled up, because the model needs at least {side} × {side} pixels",
    "picture.note.padded": "Margins added, because it was too long and narrow for the model",
    "picture.note.same": "Same picture as {picture}",
    "picture.refused.empty": "{picture} is an empty file. Attach it again.",
    "picture.refused.too_heavy": "{picture} is larger than {limit}. Attach a smaller copy.",
    "picture.refused.size": "{picture} is {size}. The limit is {limit}. Attach a smaller copy.",
    "picture.refused.unreadable": "{picture} isn't a picture I can read. Use a PNG, JPEG, or WebP file.",
    "picture.refused.damaged": "{picture} is damaged or incomplete. Save a new copy and attach that.",
    "picture.refused.too_small": "{picture} is too small ({width} × {height} pixels). "
    "Use one with at least {side} × {side}.",
    "picture.refused.too_large": "{picture} has too many pixels for me to open. "
    "Attach a smaller copy: {plenty} pixels on the long side is plenty.",
    "picture.refused.too_costly": "{picture} takes too long to open. Attach a smaller copy as PNG or JPEG.",
    "picture.unread": "I couldn't read {picture}. Attach it again.",
    "picture.gone": "I couldn't get {picture} anymore. Start again and attach it.",
}
