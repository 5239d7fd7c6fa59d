"""``/image``: pictures that are made, told in the words of pictures where those of videos would be wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cogs.ui.texts.message import Plural

MESSAGES: Final[Mapping[str, str | Plural]] = {
    "image.making": "**Making the picture** · started {at:R}",
    "image.slow": "**Making the picture** · slower than usual, still running · started {at:R}",
    "image.canceling": "**Canceling** · Oxen hasn't confirmed yet that it stopped. "
    "If the picture is done first, you'll get it.",
    "image.done": "**Done** · [See the picture]({link})",
    "image.posted": "**Done** · the picture was posted",
    "image.kept": "**Ready**, but I couldn't post the picture here. {owner} can get it with {/videos}.",
    "image.deleted.owner": "**Deleted** · whoever asked for it deleted the picture.",
    "image.deleted.moderator": "**Deleted** · a moderator deleted the picture.",
    "image.ready": "{user} Your picture is ready.",
    "image.too_large": "{user} Your picture is ready. It's {size}, over the upload limit here. "
    "Open it with the button. The link works for a limited time.",
    "image.blocked": "{user} Discord blocked this picture here as explicit content.",
    "image.canceled": "{user} Your picture was canceled.",
    "image.canceled_by": "{user} Your picture was canceled by {by}.",
    "image.failed": "{user} Your picture failed.",
    "image.unopened": "{user} Oxen made your picture, but its file didn't open, however often I tried. I'll keep it "
    "for a day: **Send here** tries again, here or in {/videos}. Its seconds count once you have it.",
    "reason.made_no_picture_unsaid": "Oxen couldn't make this picture and didn't say why.",
    "reason.made_no_picture": "Oxen couldn't make this picture: {said}",
    "image.use": "Use as @Image1",
    "image.open": "Open picture",
    "image.form": "Video from this picture",
    "image.gone": "This picture was deleted. Make it again.",
    "image.price": "{cost} each",
}
