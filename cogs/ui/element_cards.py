"""What the private answers about saved elements and drafts look like."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from itertools import groupby
from typing import Final

import discord
from discord import ui

from bot.domain.picture_addresses import StoredPictureAddress
from bot.domain.reference_draft import Draft
from bot.domain.request import Picture
from bot.domain.saved_element import SavedElement
from bot.media.pictures.normalized_picture import PictureNote
from bot.store.library import ListedElement
from cogs.ui import custom_ids
from cogs.ui.cards import Layout, posted_name
from cogs.ui.lines import fitted
from cogs.ui.markdown import clean, escape, shorten

_SHOWN_BYTES: Final = 24 * 1024 * 1024
_OWN: Final = "**Your elements**"
_OTHERS: Final = "**Shared here**"
_EMPTY: Final = "You have no references. Add some with **Apps → Add to my references** on a message with pictures."


def saved_card(element: SavedElement, notes: Mapping[str, tuple[PictureNote, ...]]) -> Layout:
    """An element was saved."""
    lines = [f"**Saved @{escape(element.name)}** · {_count(len(element.views))} · {_reach(element)}"]
    lines += [f"-# The picture in {key} {note.words}." for key, several in notes.items() for note in several]
    lines.append(f"-# Write @{escape(element.name)} in any prompt, or choose it in `use` of /video.")
    return _card("\n".join(lines))


def list_card(elements: Sequence[ListedElement], count: int, user_id: int) -> Layout:
    """One's own elements, then those that others share here: as many of ``count`` as a message holds."""
    if not elements:
        return Layout(
            ui.TextDisplay("You have no saved elements, and nobody shares one here. Start with /element save.")
        )
    lines = []
    for heading, group in groupby(elements, lambda one: _OWN if one.owner_id == user_id else _OTHERS):
        named = [f"@{escape(one.name)} · {_count(one.views)} · {_about(one, user_id)}" for one in group]
        lines += [f"{heading}\n{named[0]}", *named[1:]]
    return _card(fitted(lines, count=count))


def _about(element: SavedElement | ListedElement, user_id: int) -> str:
    return _reach(element) if element.owner_id == user_id else f"shared by <@{element.owner_id}>"


def _count(views: int) -> str:
    return f"{views} views" if views > 1 else "1 view"


def _reach(element: SavedElement | ListedElement) -> str:
    return "shared in a server" if element.is_shared else "only you can use it"


def choice_label(element: ListedElement, user_id: int) -> str:
    """An element in a list of choices: its name, and whose it is if not one's own."""
    if element.owner_id == user_id:
        return element.name
    return shorten(f"{element.name} · shared by {clean(element.owner_name)}", 100)


def show_card(
    element: SavedElement, pictures: Iterable[tuple[str, Picture, bytes | None]], user_id: int
) -> tuple[Layout, list[discord.File]]:
    """An element with its pictures, and the files that the card shows."""
    about = _about(element, user_id)
    items: list[ui.Item[ui.LayoutView]] = [ui.TextDisplay(f"**@{escape(element.name)}** · {about}")]
    files: list[discord.File] = []
    room = _SHOWN_BYTES
    for name, picture, data in pictures:
        size = f"-# {picture.width} × {picture.height}" if picture.width and picture.height else "-# "
        if data is None:
            items.append(ui.TextDisplay(f"**{name}**\n-# This picture is gone. Please save the element anew."))
        elif len(data) > room:
            items.append(ui.TextDisplay(f"**{name}**\n{size} · too large to be shown beside the others"))
        else:
            room -= len(data)
            ending = picture.filename.rpartition(".")[2]
            filename = posted_name(f"{name.replace(' ', '')}.{ending}", is_spoiler=picture.is_spoiler)
            files.append(discord.File(BytesIO(data), filename=filename))
            thumbnail = ui.Thumbnail[ui.LayoutView](
                f"attachment://{filename}", description=name, spoiler=picture.is_spoiler
            )
            items.append(ui.Section(f"**{name}**\n{size}", accessory=thumbnail))
    return Layout(ui.Container(*items)), files


def draft_card(draft: Draft, notes: Mapping[str, tuple[PictureNote, ...]] | None = None) -> Layout:
    """One's draft: each picture under the name it will have, with its buttons."""
    if not draft:
        return Layout(ui.TextDisplay(_EMPTY))
    items: list[ui.Item[ui.LayoutView]] = [ui.TextDisplay("**Your references**")]
    for number, picture in enumerate(draft, start=1):
        lines = [f"**@Image{number}** {escape(shorten(clean(picture.filename), 60))}"]
        lines += [f"-# It {note.words}." for note in (notes or {}).get(picture.url, ())]
        items.append(ui.TextDisplay("\n".join(lines)))
        source = StoredPictureAddress.parse(picture.url)
        if source is not None:
            up = _button("Move up", custom_ids.draft_custom_id("up", source.digest), is_off=number == 1)
            items.append(ui.ActionRow(up, _button("Remove", custom_ids.draft_custom_id("remove", source.digest))))
    make = _button("Make a video", custom_ids.DRAFT_MAKE, style=discord.ButtonStyle.primary)
    return Layout(ui.Container(*items), ui.ActionRow(make, _button("Clear", custom_ids.DRAFT_CLEAR)))


def _button(
    label: str, mark: str, *, style: discord.ButtonStyle = discord.ButtonStyle.secondary, is_off: bool = False
) -> ui.Button[ui.LayoutView]:
    return ui.Button(label=label, style=style, custom_id=mark, disabled=is_off)


def _card(*texts: str) -> Layout:
    return Layout(ui.Container(*(ui.TextDisplay[ui.LayoutView](text) for text in texts)))
