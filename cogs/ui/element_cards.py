"""What the private answers about saved elements and drafts look like."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from itertools import groupby
from typing import Final

import discord
from discord import ui

from bot.domain.request import Picture
from bot.domain.saved_element import ListedElement, SavedElement
from bot.media.pictures.normalized_picture import PictureNote
from bot.text import Option, Quote, Text, User, text
from cogs.ui.cards import Layout, posted_name
from cogs.ui.lines import fitted
from cogs.ui.markdown import clean, shorten
from cogs.ui.texts import ENGLISH, Texts

_SHOWN_BYTES: Final = 24 * 1024 * 1024


def saved_card(element: SavedElement, notes: Mapping[str, tuple[PictureNote, ...]], texts: Texts = ENGLISH) -> Layout:
    """An element was saved."""
    name, pictures = Quote(element.name), text("count.pictures", count=len(element.views))
    lines = [texts("element.saved", name=name, pictures=pictures, reach=_reach(element))]
    lines += [
        f"-# {texts('element.saved_note', where=Option(where), note=note.text)}"
        for where, several in notes.items()
        for note in several
    ]
    lines.append(f"-# {texts('element.how_to_use', name=name)}")
    return _card("\n".join(lines))


def list_card(elements: Sequence[ListedElement], count: int, user_id: int, texts: Texts = ENGLISH) -> Layout:
    """One's own elements, then those that others share here: as many of ``count`` as a message holds."""
    if not elements:
        return Layout(ui.TextDisplay(texts("element.none")))
    lines = []
    for is_own, group in groupby(elements, lambda one: one.owner_id == user_id):
        heading = texts("element.own") if is_own else texts("element.others")
        named = [_line(one, user_id, texts) for one in group]
        lines += [f"{heading}\n{named[0]}", *named[1:]]
    return _card(fitted(lines, count=count, texts=texts))


def _line(element: ListedElement, user_id: int, texts: Texts) -> str:
    pictures = text("count.pictures", count=element.views)
    return texts("element.line", name=Quote(element.name), pictures=pictures, reach=_about(element, user_id))


def _about(element: SavedElement | ListedElement, user_id: int) -> Text:
    if element.owner_id == user_id:
        return _reach(element)
    return text("element.reach.by", owner=User(element.owner_id))


def _reach(element: SavedElement | ListedElement) -> Text:
    return text("element.reach.shared") if element.is_shared else text("element.reach.private")


def choice_label(element: ListedElement, user_id: int, texts: Texts = ENGLISH) -> str:
    """An element in a list of choices: its name, and whose it is if not one's own."""
    if element.owner_id == user_id:
        return element.name
    return shorten(texts("element.choice", name=element.name, owner=clean(element.owner_name)), 100)


def show_card(
    element: SavedElement,
    pictures: Iterable[tuple[int | None, Picture, bytes | None]],
    user_id: int,
    texts: Texts = ENGLISH,
) -> tuple[Layout, list[discord.File]]:
    """An element with its pictures, and the files that the card shows."""
    head = texts("element.shown", name=Quote(element.name), reach=_about(element, user_id))
    items: list[ui.Item[ui.LayoutView]] = [ui.TextDisplay(head)]
    files: list[discord.File] = []
    room = _SHOWN_BYTES
    for angle, picture, data in pictures:
        name = texts("picture.view.front") if angle is None else texts("picture.view.angle", number=angle)
        size = _size(picture, texts)
        if data is None:
            items.append(ui.TextDisplay(f"**{name}**\n-# {texts('element.picture_missing')}"))
        elif len(data) > room:
            items.append(ui.TextDisplay(f"**{name}**\n-# {texts('element.picture_too_large', size=size)}"))
        else:
            room -= len(data)
            stem, ending = "front" if angle is None else f"angle{angle}", picture.filename.rpartition(".")[2]
            filename = posted_name(f"{stem}.{ending}", is_spoiler=picture.is_spoiler)
            files.append(discord.File(BytesIO(data), filename=filename))
            thumbnail = ui.Thumbnail[ui.LayoutView](
                f"attachment://{filename}", description=name, spoiler=picture.is_spoiler
            )
            items.append(ui.Section(f"**{name}**\n-# {size}", accessory=thumbnail))
    return Layout(ui.Container(*items)), files


def _size(picture: Picture, texts: Texts) -> str:
    if not picture.width or not picture.height:
        return ""
    return texts("picture.size", width=str(picture.width), height=str(picture.height))


def _card(*texts: str) -> Layout:
    return Layout(ui.Container(*(ui.TextDisplay[ui.LayoutView](text) for text in texts)))
