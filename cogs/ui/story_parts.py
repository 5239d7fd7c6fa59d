"""What a card and a result say of the story that a video is a shot of, and its buttons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from discord import ui

from bot.domain.job import Job
from cogs.ui import custom_ids
from cogs.ui.plain_button import plain_button
from cogs.ui.texts import ENGLISH, Texts

_MOST_STEPS: Final = 12
"""Shots that a strip shows: each can be a link of a hundred characters, and a story can go on and on."""
_LEFT_OUT: Final = "…"


def shot_parts(job: Job, texts: Texts = ENGLISH) -> list[str]:
    """Which shot of its story a video is, as a part of a small line; nothing where it is of none."""
    if job.shot is None:
        return []
    shot = texts("story.shot", number=job.shot.number, count=job.shot.count)
    return [shot, texts("story.another_take")] if job.shot.is_retake else [shot]


def story_strip(story: Sequence[Job], texts: Texts = ENGLISH, of: Job | None = None) -> str:
    """The shots of a story in order, each a link to its video; the one that is looked at stands out.

    Of a long story it is those around that one, else the last.
    """
    here = next((place for place, job in enumerate(story) if job == of), len(story))
    first = max(0, min(here - _MOST_STEPS // 2, len(story) - _MOST_STEPS))
    steps = [_step(job, texts, is_here=job == of) for job in story[first : first + _MOST_STEPS]]
    before, after = [_LEFT_OUT] * (first > 0), [_LEFT_OUT] * (first + _MOST_STEPS < len(story))
    return texts("story.strip", shots=" → ".join([*before, *steps, *after]))


def _step(job: Job, texts: Texts, *, is_here: bool) -> str:
    assert job.shot is not None
    name = texts("story.step", number=job.shot.number)
    if is_here:
        return f"**{name}**"
    if not job.has_video or job.outcome_link is None:
        return name
    return f"[{name}](<{texts.value(job.outcome_link)}>)"


def story_buttons(job: Job, texts: Texts = ENGLISH) -> list[ui.Button[ui.LayoutView]]:
    """What can be done about the story under a video of it: take another take, or join the shots so far."""
    if job.shot is None:
        return []
    if job.shot.is_retake:
        return [plain_button(texts("button.pick_take"), custom_ids.PICK_TAKE.of(job.id))]
    return [join_button(job, job.shot.count, texts)] if job.shot.count > 1 else []


def join_button(job: Job, count: int, texts: Texts = ENGLISH) -> ui.Button[ui.LayoutView]:
    """The button that makes one video of the ``count`` shots of the story that a video is of."""
    return plain_button(texts("button.join", count=count), custom_ids.JOIN.of(job.id))
