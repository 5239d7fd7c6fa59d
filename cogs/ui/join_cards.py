"""The one message with the shots of a story as one video, or with why there is none."""

from __future__ import annotations

import discord
from discord import ui

from bot.domain.job import Job
from bot.services.ports import JoinedVideo, NotJoined
from bot.text import Bytes, User
from cogs.ui import custom_ids
from cogs.ui.cards import VIDEO_NAME, Layout, posted_name
from cogs.ui.texts import ENGLISH, Texts


def joined_message(job: Job, outcome: JoinedVideo | NotJoined, texts: Texts = ENGLISH) -> Layout:
    """The message; it mentions its user, and carries the mark of an outcome as a result does."""
    user = User(job.user_id)
    mine: ui.Button[ui.LayoutView] = ui.Button(
        label=texts("button.my_videos"), style=discord.ButtonStyle.secondary, custom_id=custom_ids.VIDEOS.of(job.id)
    )
    row = ui.ActionRow[ui.LayoutView](mine)
    if isinstance(outcome, NotJoined):
        return Layout(ui.TextDisplay(texts("join.failed", user=user, reason=outcome.reason)), row)
    details = " · ".join([texts("card.length", seconds=outcome.seconds), texts.value(Bytes(outcome.size))])
    if outcome.lines:
        details += f"\n-# {texts('join.copy', lines=str(outcome.lines))}"
    shown = discord.MediaGalleryItem(
        f"attachment://{posted_name(VIDEO_NAME, is_spoiler=job.is_spoiler)}",
        description=texts("join.alt", count=outcome.count),
        spoiler=job.is_spoiler,
    )
    ready = ui.TextDisplay[ui.LayoutView](texts("join.ready", user=user, count=outcome.count))
    delete: ui.Button[ui.LayoutView] = ui.Button(
        label=texts("menu.delete"), style=discord.ButtonStyle.secondary, custom_id=custom_ids.DELETE_JOINED.of(job.id)
    )
    row.add_item(delete)
    return Layout(ready, ui.MediaGallery(shown), ui.TextDisplay(f"-# {details}"), row)
