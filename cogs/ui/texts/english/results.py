"""The message that says how a video ended, and the original behind its button."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cogs.ui.texts.message import Plural

MESSAGES: Final[Mapping[str, str | Plural]] = {
    "result.ready": "{user} Your video is ready.",
    "result.too_large": "{user} Your video is ready. It's {size}, over the upload limit here.",
    "result.copy": "{lines}p copy that fits Discord. **Download** gets the original ({size}), as long as Oxen keeps it.",
    "result.open_button": "Open it with the button. The link works for a limited time.",
    "result.open_button_until": "Open it with the button. The link works until {until:f}.",
    "result.open_link": "[Open video](<{url}>). The link works for a limited time.",
    "result.open_link_until": "[Open video](<{url}>). The link works until {until:f}.",
    "result.use_original": "Use **Download** to get a link.",
    "result.blocked": "{user} Discord blocked this video here as explicit content. **Download** gives you a private "
    "link, as long as Oxen keeps it.",
    "result.canceled": "{user} Your video was canceled.",
    "result.canceled_by": "{user} Your video was canceled by {by}.",
    "result.failed": "{user} Your video failed.",
    "result.returned": "{seconds}\u00a0s returned to your quota.",
    "result.unopened": "{user} Oxen made your video, but its file didn't open, however often I tried. I'll keep it for "
    "a day: **Send here** tries again, here or in {/videos}. Its seconds count once you have it.",
    "result.spoiler": "Posted as a spoiler, because {picture} is one.",
    "result.original": "The original video in full quality. The link works for a limited time.",
    "result.original_until": "The original video in full quality. The link works until {until:f}.",
    "result.original_link": "[Open original](<{url}>)",
}
