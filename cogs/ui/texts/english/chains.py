"""Stories of several shots: their places, what is picked, and the video that is joined from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cogs.ui.texts.message import Plural

MESSAGES: Final[Mapping[str, str | Plural]] = {
    "chain.shot": "shot {number} of {count}",
    "chain.another_take": "another take",
    "button.pick_take": "Use this one in the story",
    "chain.strip": "**Story** · {shots}",
    "chain.step": "shot {number}",
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
    "chain.picked": "Your story now uses this video as shot {number}.",
    "chain.not_owner": "Only {owner} can change this story.",
    "chain.no_story": "This video isn't a shot of a story. Press **Continue** under it to make the next shot.",
}
