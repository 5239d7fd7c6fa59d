"""Showing the workbench: as a private answer, or in place of the one that was pressed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Final
from urllib.parse import urlsplit

import discord

from bot.domain.picture_addresses import ExamplePictureAddress, StoredPictureAddress
from bot.domain.prompt_checks import PendingRequest
from bot.domain.request import picture_type
from bot.domain.workbench import Reference
from bot.media.pictures.normalized_picture import PictureNote
from bot.services.library.workbench import WorkbenchView
from bot.services.services import Services
from bot.text import Text
from cogs.interaction_context import actor_of
from cogs.replies import Interaction, answer_privately
from cogs.ui.texts import texts_of
from cogs.ui.workbench_card import OPTIONS, shown_references, workbench_card

_SHOWN_TYPES: Final = frozenset({"png", "jpg", "webp", "gif"})
"""What Discord can show."""
_SHOWN_BYTES: Final = 4 * 1024 * 1024
"""What is uploaded for thumbnails at most: Discord waits 3 s for an answer."""


async def open_workbench(
    interaction: Interaction,
    pending: PendingRequest,
    *,
    problem: Text | None = None,
    notes: Mapping[str, Sequence[PictureNote]] | None = None,
) -> None:
    """Answer in private with the workbench of a request; ``problem`` is why it was refused."""
    view = await _view(interaction, pending, problem)
    thumbnails, files = await _thumbnails(interaction.client.services, view, "0")
    card = workbench_card(view, "0", thumbnails, notes, texts_of(interaction))
    await answer_privately(interaction, card, files=files)


async def update_workbench(
    interaction: Interaction,
    pending: PendingRequest,
    page: str,
    *,
    problem: Text | None = None,
    lost: Sequence[Text] = (),
) -> None:
    """Show the workbench anew where it was pressed; ``lost`` is what the request just lost with another model."""
    view = await _view(interaction, pending, problem, lost)
    thumbnails, files = await _thumbnails(interaction.client.services, view, page)
    card = workbench_card(view, page, thumbnails, texts=texts_of(interaction))
    none = discord.AllowedMentions.none()
    if interaction.response.is_done():
        await interaction.edit_original_response(view=card, attachments=files, allowed_mentions=none)
    else:
        await interaction.response.edit_message(view=card, attachments=files, allowed_mentions=none)


async def _view(
    interaction: Interaction, pending: PendingRequest, problem: Text | None, lost: Sequence[Text] = ()
) -> WorkbenchView:
    return await interaction.client.services.workbench.view(pending, actor_of(interaction), problem=problem, lost=lost)


async def _thumbnails(services: Services, view: WorkbenchView, page: str) -> tuple[dict[str, str], list[discord.File]]:
    """Where the pictures of a page are, by the keys of references, and the files that go with it."""
    found: dict[str, str] = {}
    files: list[discord.File] = []
    room = _SHOWN_BYTES
    for reference in () if page == OPTIONS else shown_references(view, page):
        address = _address(reference)
        if address is not None:
            found[reference.key] = address
            continue
        data = await _own_bytes(services, reference)
        if data is not None and len(data) <= room:
            room -= len(data)
            name = f"{reference.key}.{picture_type(reference.pictures[0])}"
            files.append(discord.File(BytesIO(data), filename=name))
            found[reference.key] = f"attachment://{name}"
    return found, files


def _address(reference: Reference) -> str | None:
    """The address at which Discord has a reference's picture, if it can show it."""
    if not reference.pictures or picture_type(reference.pictures[0]) not in _SHOWN_TYPES:
        return None
    url = reference.pictures[0].url
    return url if urlsplit(url).scheme in ("http", "https") else None


async def _own_bytes(services: Services, reference: Reference) -> bytes | None:
    """The bytes of a reference's picture, where the bot has the file itself."""
    for picture in reference.pictures[:1]:
        if StoredPictureAddress.parse(picture.url) or ExamplePictureAddress.parse(picture.url):
            return await services.picture_storage.read(picture)
    return None
