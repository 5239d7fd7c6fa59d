"""The one message with the shots of a story as one video, or with why there is none."""

from __future__ import annotations

from typing import Final

import discord
from discord import ui

from bot.domain.job import Job
from bot.domain.join import Join
from bot.services.ports import JoinedCopy, JoinedVideo, NotJoined
from bot.text import Bytes, User
from cogs.ui import custom_ids
from cogs.ui.cards import VIDEO_NAME, Layout, posted_name
from cogs.ui.plain_button import plain_button
from cogs.ui.result_menu import ResultChoice, button_rows, choice_button
from cogs.ui.texts import ENGLISH, Texts

STRIP_NAME: Final = "shots.jpg"
_CHOICES: Final = (ResultChoice.SHARE, ResultChoice.SPOILER, ResultChoice.REPORT, ResultChoice.DELETE)


def joined_message(job: Job, outcome: JoinedVideo | NotJoined, texts: Texts = ENGLISH) -> Layout:
    """The message; it mentions its user, and carries the mark of an outcome as a result does."""
    user = User(job.user_id)
    row = ui.ActionRow[ui.LayoutView](plain_button(texts("button.my_videos"), custom_ids.VIDEOS.of(job.id)))
    if isinstance(outcome, NotJoined):
        return Layout(ui.TextDisplay(texts("join.failed", user=user, reason=outcome.reason)), row)
    details = " · ".join([texts("card.length", seconds=outcome.seconds), texts.value(Bytes(outcome.size))])
    if outcome.lines:
        details += f"\n-# {texts('join.copy', lines=str(outcome.lines))}"
    galleries = [_gallery(VIDEO_NAME, texts("join.alt", count=outcome.count), is_spoiler=job.is_spoiler)]
    if outcome.strip is not None:
        galleries.append(_gallery(STRIP_NAME, texts("join.strip"), is_spoiler=job.is_spoiler))
    ready = ui.TextDisplay[ui.LayoutView](texts("join.ready", user=user, count=outcome.count))
    row.add_item(plain_button(texts("menu.more"), custom_ids.JOINED_MENU.of(job.id)))
    return Layout(ready, *galleries, ui.TextDisplay(f"-# {details}"), row)


def joined_copy(job: Job, joined: JoinedCopy, texts: Texts = ENGLISH, *, has_strip: bool) -> Layout:
    """The second message about a joined video, in its channel: its frames, and where it was posted."""
    strip = [_gallery(STRIP_NAME, texts("join.strip"), is_spoiler=job.is_spoiler)] if has_strip else []
    head = f"{texts('card.for', user=User(job.user_id))} · {texts('result.watch', link=job.outcome_link or '')}"
    words = ui.TextDisplay[ui.LayoutView](f"{head}\n-# {texts('join.alt', count=joined.count)}")
    more = plain_button(texts("menu.more"), custom_ids.JOINED_COPY.of(job.id))
    return Layout(ui.Container(*strip, words, ui.ActionRow(more)))


def joined_menu(join: Join, texts: Texts = ENGLISH, *, may_share: bool) -> Layout:
    """What is shown in private behind **More** under a joined video: a button for each thing to do with it."""
    is_offered = {ResultChoice.SHARE: may_share, ResultChoice.SPOILER: not (join.is_spoiler or join.removed_by)}
    buttons = [
        choice_button(choice, custom_ids.joined_choice_custom_id(choice, join.id), texts)
        for choice in _CHOICES
        if is_offered.get(choice, True)
    ]
    return Layout(ui.TextDisplay(f"-# {texts('join.alt', count=len(join.job_ids))}"), *button_rows(buttons))


def _gallery(name: str, alt: str, *, is_spoiler: bool) -> ui.MediaGallery[ui.LayoutView]:
    url = f"attachment://{posted_name(name, is_spoiler=is_spoiler)}"
    return ui.MediaGallery(discord.MediaGalleryItem(url, description=alt, spoiler=is_spoiler))
