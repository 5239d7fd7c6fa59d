"""Stories of several shots: their places, what is picked, and the video that is joined from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cogs.ui.texts.message import Plural

MESSAGES: Final[Mapping[str, str | Plural]] = {
    "story.shot": "shot {number} of {count}",
    "story.another_take": "another take",
    "button.pick_take": "Use this one in the story",
    "story.strip": "**Story** · {shots}",
    "story.step": "shot {number}",
    "videos.subject.all": "All stories and elements",
    "videos.subject.story": Plural(
        "count", one="Story of {count} shot: {prompt}", other="Story of {count} shots: {prompt}"
    ),
    "videos.group.all": "All videos",
    "videos.group.done": "Done",
    "videos.group.running": "Running",
    "videos.group.ready": "Ready to post",
    "videos.group.failed": "Failed or canceled",
    "videos.open": "Open a video",
    "videos.page": "page {number}",
    "videos.search": "Found with: {words}",
    "videos.none_found": "No videos match. Choose **All videos**, or search for something else.",
    "button.previous_page": "Previous",
    "button.next_page": "Next",
    "button.use_references": "Use these references again",
    "form.title.references": "Make a video from these",
    "button.join": Plural("count", one="Join {count} shot", other="Join {count} shots"),
    "join.asked": Plural(
        "count",
        one="Joining {count} shot. I'll post the video here. It uses no seconds.",
        other="Joining {count} shots. I'll post the video here. It uses no seconds.",
    ),
    "join.ready": Plural(
        "count", one="{user} Your story of {count} shot is ready.", other="{user} Your story of {count} shots is ready."
    ),
    "join.alt": Plural("count", one="A story of {count} shot", other="A story of {count} shots"),
    "join.strip": "A frame of each shot, in order",
    "join.copy": "{lines}p copy that fits Discord. The shots keep their full quality.",
    "join.failed": "{user} I couldn't join your story. {reason}",
    "join.too_few": "A story needs at least 2 shots to join. Press **Continue** under the last one to make the next.",
    "join.too_long": "These shots are {seconds}\u00a0s together. I can join up to {limit}\u00a0s.",
    "join.running": "I'm joining this story already. I'll post it when it's done.",
    "join.original_gone": "Oxen no longer has the original of shot {number}. Make it again, then join.",
    "join.unreachable": "I couldn't download shot {number} from Oxen. Try again later.",
    "join.too_large": "The joined video doesn't fit here: files can have up to {limit}.",
    "join.unfit": "The shots differ too much to make one video of them in time.",
    "join.blocked": "Discord blocked the joined video here as explicit content.",
    "join.no_place": "I couldn't post the video anywhere.",
    "join.unexpected": "Something went wrong. Try again later.",
    "story.picked": "Your story now uses this video as shot {number}.",
    "story.not_owner": "Only {owner} can change this story.",
    "story.no_story": "This video isn't a shot of a story. Press **Continue** under it to make the next shot.",
}
