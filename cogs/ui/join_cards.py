"""The one message with the shots of a story as one video, or with why there is none."""

from __future__ import annotations

from typing import Final

import discord
from discord import ui

from bot.domain.job import Job
from bot.services.ports import JoinedVideo, NotJoined
from bot.text import Bytes, User
from cogs.ui import custom_ids
from cogs.ui.cards import VIDEO_NAME, Layout, posted_name
from cogs.ui.plain_button import plain_button
from cogs.ui.texts import ENGLISH, Texts

STRIP_NAME: Final = "shots.jpg"


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
    row.add_item(plain_button(texts("button.delete_result"), custom_ids.DELETE_JOINED.of(job.id)))
    return Layout(ready, *galleries, ui.TextDisplay(f"-# {details}"), row)


def _gallery(name: str, alt: str, *, is_spoiler: bool) -> ui.MediaGallery[ui.LayoutView]:
    url = f"attachment://{posted_name(name, is_spoiler=is_spoiler)}"
    return ui.MediaGallery(discord.MediaGalleryItem(url, description=alt, spoiler=is_spoiler))
