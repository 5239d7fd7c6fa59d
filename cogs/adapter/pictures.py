"""Attachments as pictures, and pictures as slots."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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

_UNKNOWN_BYTES: Final = 1
"""Stands for a size that is not known: it is found out when the picture is read."""


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


def _shown_in(message: discord.Message) -> Iterator[Picture]:
    """The attachments that the components of a message show, where it lists none; Discord names no sizes of them."""
    forwarded = [component for snapshot in message.message_snapshots for component in snapshot.components]
    for component in walk([*message.components, *forwarded]):
        shown = component.items if isinstance(component, discord.MediaGalleryComponent) else [component]
        for item in shown:
            if not isinstance(item, discord.MediaGalleryItem | discord.ThumbnailComponent | discord.FileComponent):
                continue
            media = item.media
            if media.attachment_id is not None:  # else it is somewhere outside of Discord
                yield Picture(
                    url=media.url,
                    filename=urlsplit(media.url).path.rpartition("/")[2],
                    content_type=media.content_type,
                    size=_UNKNOWN_BYTES,
                    width=media.width,
                    height=media.height,
                    is_spoiler=item.spoiler,
                )


def pictures_of(message: discord.Message) -> dict[int, Picture]:
    """The pictures of a message as ``@Image1`` and so on, forwarded ones too; other files are passed over.

    Raises:
        RequestError: there are more than a request can have.
    """
    owner_id = 0 if message.author.bot else message.author.id
    given = [picture(file) for file in files_of(message)] or _shown_in(message)
    found = [replace(one, owner_id=owner_id) for one in given if picture_type(one) is not None]
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
