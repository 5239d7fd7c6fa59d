"""The status card, the references, the list of one's videos."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cogs.ui.texts.message import Plural

MESSAGES: Final[Mapping[str, str | Plural]] = {
    "card.starting": "**Getting ready** · requested {at:R}",
    "card.waiting": "**Waiting at Oxen** · requested {at:R}",
    "card.waiting_behind": Plural(
        "ahead",
        "**Waiting at Oxen** · {ahead} of this bot's requests is ahead",
        "**Waiting at Oxen** · {ahead} of this bot's requests are ahead",
    ),
    "card.making": "**Making the video** · started {at:R}",
    "card.making_about": "**Making the video** · usually {most}\u00a0min · done about {at:R}",
    "card.making_range": "**Making the video** · usually {least}–{most}\u00a0min · done about {at:R}",
    "card.slow": "**Making the video** · slower than usual, still running · started {at:R}",
    "card.canceling": "**Canceling** · Oxen hasn't confirmed yet that it stopped. "
    "If the video is done first, you'll get it.",
    "card.fetching": "**Almost done** · downloading, started {at:R}",
    "card.fitting": "**Almost done** · making a copy that fits Discord, started {at:R}",
    "card.unopened": "**Almost done** · Oxen's file doesn't open yet, still trying",
    "card.unopened_until": "**Almost done** · Oxen's file doesn't open yet. I'll keep trying until {until:f}.",
    "card.done": "**Done** · [Watch the video]({link})",
    "card.posted": "**Done** · the video was posted",
    "card.kept": "**Ready**, but I couldn't post the video here. {owner} can get it with {/videos}.",
    "card.kept_unopened": "**Ready**, but its file doesn't open. {owner} can try again with {/videos}.",
    "card.canceled": "**Canceled** · {details}",
    "card.failed": "**Failed** · {details}",
    "card.for": "for {user}",
    "card.for_again": "for {user} · again, from [this video]({link})",
    "card.count": Plural("count", "{count} video", "{count} videos"),
    "card.first_of": "1 of {count}",
    "card.length": "{seconds}\u00a0s",
    "card.sound": "sound",
    "card.not_used": "Not used in the prompt, but sent: {slots}",
    "card.blocked": "Discord blocked this prompt here, so it isn't shown.",
    "card.blocked_unaffected": "Discord blocked this prompt here, so it isn't shown. The video isn't affected.",
    "card.shortened": Plural(
        "count", "Shortened. {count} character in total", "Shortened. {count} characters in total"
    ),
    "card.returned": "{seconds}\u00a0s returned.",
    "board.title": "**References**",
    "board.alt": "{picture}: {filename}",
    "thread.unnamed": "Video",
    "thread.for_member": "Video for @{name}",
    "thread.for_name": "Video for {name}",
    "videos.title": "**Your videos**",
    "videos.none": "No videos yet. Make one with {/video}.",
    "videos.requested": "requested {at:R}",
}
