"""What the help looks like: the first card, and the pages behind its buttons."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from typing import Final

import discord
from discord import ui

from bot.domain.attachments import MAX_ANGLES
from bot.text import Command, Text, text
from cogs.examples import EXAMPLES, Example, read_example_picture
from cogs.ui.cards import Layout
from cogs.ui.custom_ids import HELP_MAKE, help_page_custom_id, help_try_custom_id
from cogs.ui.plain_button import plain_button
from cogs.ui.texts import ENGLISH, Texts

_COMMANDS: Final = ("video", "studio", "element save", "element list", "videos", "quota", "privacy")
"""Those on the page of commands, what one needs first before the rest."""


def example_prompt(example: Example, texts: Texts = ENGLISH) -> str:
    """The prompt of an example."""
    return texts(f"help.example.{example.key}.prompt")


def example_files() -> list[discord.File]:
    """The pictures that the help shows."""
    names = dict.fromkeys(name for _, _, name in _pictures())
    return [discord.File(BytesIO(read_example_picture(name) or b""), filename=name) for name in names]


def help_card(texts: Texts = ENGLISH, *, has_pictures: bool = True) -> Layout:
    """What the bot does, three examples and where to go on; ``has_pictures`` if ``example_files`` go with it."""
    items: list[ui.Item[ui.LayoutView]] = [ui.TextDisplay(texts("help.title"))]
    for example in EXAMPLES.values():
        shown = texts("help.example", title=_title(example), prompt=example_prompt(example, texts))
        items.append(ui.Section(shown, accessory=plain_button(texts("help.try"), help_try_custom_id(example.key))))
    if has_pictures:
        items.append(_gallery(texts))
    make = plain_button(texts("help.make"), HELP_MAKE, discord.ButtonStyle.primary)
    images = plain_button(texts("help.images"), help_page_custom_id("images"))
    quota = plain_button(texts("help.quota"), help_page_custom_id("quota"))
    commands = plain_button(texts("help.commands"), help_page_custom_id("commands"))
    return Layout(ui.Container(*items, ui.ActionRow(make, images, quota, commands)))


def welcome_card(daily_seconds: int, texts: Texts = ENGLISH) -> Layout:
    """What a server reads when the bot joins it."""
    about = f"{texts('help.welcome')}\n-# {texts('help.welcome.admins', seconds=daily_seconds)}"
    return Layout(
        ui.TextDisplay(about), ui.ActionRow(plain_button(texts("help.show_examples"), help_page_custom_id("start")))
    )


def images_page(texts: Texts = ENGLISH) -> Layout:
    """What an image and what an element is for."""
    return Layout(ui.Container(ui.TextDisplay(texts("help.page.images", angles=MAX_ANGLES))))


def commands_page(texts: Texts = ENGLISH, *, makes_pictures: bool = False) -> Layout:
    """The commands that one needs, each with what Discord says of it; ``/image`` where it is on."""
    names = [*_COMMANDS[:2], *(["image"] if makes_pictures else []), *_COMMANDS[2:]]
    lines = [
        texts("help.page.command", command=Command(name), about=text(f"command.{name.replace(' ', '.')}"))
        for name in names
    ]
    menus = texts(
        "help.page.messages", make=text("command.make_from_message"), collect=text("command.add_from_message")
    )
    about = "\n".join([texts("help.page.commands"), *lines, menus, texts("help.page.admins")])
    return Layout(ui.Container(ui.TextDisplay(about)))


def _title(example: Example) -> Text:
    return text(f"help.example.{example.key}")


def _pictures() -> Iterable[tuple[Example, str, str]]:
    """Each picture once: the first example that has it, its name in that prompt, its file."""
    seen: set[str] = set()
    for example in EXAMPLES.values():
        for name, file in example.named_pictures():
            if file not in seen:
                seen.add(file)
                yield example, name, file


def _gallery(texts: Texts) -> ui.MediaGallery[ui.LayoutView]:
    return ui.MediaGallery(
        *(
            discord.MediaGalleryItem(
                f"attachment://{file}", description=texts("help.picture", title=_title(example), name=name)
            )
            for example, name, file in _pictures()
        )
    )
