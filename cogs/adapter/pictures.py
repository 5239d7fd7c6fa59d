"""Attachments as pictures, and pictures as slots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

import discord

from bot.domain.model_spec import KLING_O1
from bot.domain.picture_addresses import BoardPictureAddress
from bot.domain.request import Element, Picture, picture_type
from bot.errors import RequestError
from bot.text import Option, text
from cogs.adapter.messages import walk

_UNKNOWN_SIZE: Final = 1
"""Of a picture that a component shows: how many bytes it has is seen when it is read."""


def picture(attachment: discord.Attachment) -> Picture:
    """An attachment as Discord describes it."""
    return Picture(
        url=attachment.url,
        filename=attachment.filename,
        content_type=attachment.content_type,
        size=attachment.size,
        width=attachment.width,
        height=attachment.height,
        is_spoiler=attachment.is_spoiler(),
    )


def pictures(*files: discord.Attachment | None) -> dict[int, Picture]:
    """The pictures of options that are numbered from 1; an empty option leaves a gap."""
    return {number: picture(file) for number, file in enumerate(files, start=1) if file is not None}


def elements(*options: Sequence[discord.Attachment | None]) -> dict[int, Element]:
    """The elements of options that are numbered from 1, each given as its front view and its angles.

    Raises:
        RequestError: there are angles, but no front view.
    """
    found = {}
    for number, views in enumerate(options, start=1):
        front, *angles = views or [None]
        if front is not None:
            found[number] = Element(front=picture(front), angles=pictures(*angles))
        elif any(angles):
            refusal = text("refusal.no_front", number=number, where=Option(f"element{number}_front"))
            raise RequestError(refusal, came_instead_of_a_video=True)
    return found


def files_of(message: discord.Message) -> list[discord.Attachment]:
    """The files of a message: its own, and those of what it forwards."""
    forwarded = [file for snapshot in message.message_snapshots for file in snapshot.attachments]
    return [*message.attachments, *forwarded]


def _shown_in(components: Sequence[object]) -> dict[int, Picture]:
    """The uploaded files that components show, by their ids: Discord need not name them among the attachments."""
    found = {}
    for component in walk(components):
        shown = component.items if isinstance(component, discord.MediaGalleryComponent) else [component]
        for item in shown:
            if not isinstance(item, discord.ThumbnailComponent | discord.MediaGalleryItem | discord.FileComponent):
                continue
            media, filename = item.media, urlsplit(item.media.url).path.rpartition("/")[2]
            if media.attachment_id is not None:
                found[media.attachment_id] = Picture(
                    url=media.url,
                    filename=filename,
                    content_type=media.content_type,
                    size=_UNKNOWN_SIZE,
                    width=media.width,
                    height=media.height,
                    is_spoiler=item.spoiler or filename.startswith("SPOILER_"),
                )
    return found


def _all_files_of(message: discord.Message) -> list[Picture]:
    """The files of a message, with those that its components alone show, each once; hidden where it is hidden."""
    snapshots = [component for snapshot in message.message_snapshots for component in snapshot.components]
    shown = _shown_in([*message.components, *snapshots])
    found = []
    for file in files_of(message):
        same = shown.pop(file.id, None)
        is_spoiler = file.is_spoiler() or (same is not None and same.is_spoiler)
        found.append(replace(picture(file), is_spoiler=is_spoiler))
    return [*found, *shown.values()]


def pictures_of(message: discord.Message) -> dict[int, Picture]:
    """The pictures of a message as ``@Image1`` and so on, forwarded ones too; other files are passed over.

    Raises:
        RequestError: there are more than a request can have.
    """
    owner_id = 0 if message.author.bot else message.author.id
    found = [replace(file, owner_id=owner_id) for file in _all_files_of(message) if picture_type(file) is not None]
    if len(found) > KLING_O1.most_references:
        raise RequestError(text("refusal.too_many_pictures", count=len(found), limit=KLING_O1.most_references))
    return dict(enumerate(found, start=1))


def own_pictures_of(message: discord.Message) -> dict[int, Picture]:
    """The pictures of a message of the bot's own, at addresses that do not die while it stands."""
    return {
        number: replace(
            one, url=str(BoardPictureAddress(place_id=message.channel.id, message_id=message.id, filename=one.filename))
        )
        for number, one in pictures_of(message).items()
    }
