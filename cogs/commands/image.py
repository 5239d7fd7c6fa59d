"""``/image``: a prompt in, a picture out, which can become a reference of a video with one press."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import discord
from discord import app_commands

from bot.client import VideoBot
from bot.domain.attachments import MAX_IMAGES
from bot.domain.model_spec import Media, ModelSpec
from bot.domain.request import VideoRequest
from bot.errors import RequestError
from bot.services.models import Models
from bot.text import Usd
from cogs.adapter.pictures import pictures
from cogs.commands.option_command import MOST_OPTIONS, Option, command_of
from cogs.replies import Interaction
from cogs.submit_flow import start_job
from cogs.ui.markdown import shorten
from cogs.ui.picture_buttons import UsePictureButton
from cogs.ui.texts import Texts, texts_of
from cogs.ui.texts.commands import command_text

_UNREAD_IMAGES: Final = 4
"""How many images the command takes as long as no model has said how many it does."""
_CHOICE_CHARS: Final = 100
Options = Mapping[str, Any]


def image_command(models: Models) -> app_commands.Command[Any, ..., None]:
    """The command that makes pictures, with the options that the models take."""

    async def image(interaction: Interaction, **given: Any) -> None:  # noqa: ANN401 - by the options' own types
        await start_job(interaction, _request(given, interaction.client.services.models), is_sure=True)

    completed = {"model": _model_choices, "aspect_ratio": _ratio_choices}
    return command_of("image", image, _options(models), completed)


def _options(models: Models) -> list[Option]:
    known = models.usable_for_pictures
    is_sure = models.are_read and bool(known)
    most = max((one.most_images for one in known), default=0) if is_sure else _UNREAD_IMAGES
    found = [Option(name="prompt", annotation=str, description=command_text("image.prompt"), is_required=True)]
    for number in range(1, min(most, MAX_IMAGES) + 1):
        description = command_text("image.image", number=number)
        found.append(Option(name=f"image{number}", annotation=discord.Attachment | None, description=description))
    if not is_sure or any(one.aspect_ratio is not None for one in known):
        description = command_text("image.aspect_ratio")
        found.append(Option(name="aspect_ratio", annotation=str | None, description=description, is_completed=True))
    if models.has_picture_choice:
        description = command_text("image.model")
        found.append(Option(name="model", annotation=str | None, description=description, is_completed=True))
    found.append(Option(name="spoiler", annotation=bool | None, description=command_text("image.spoiler")))
    return found


def _request(given: Options, models: Models) -> VideoRequest:
    """What was asked for.

    Raises:
        RequestError: there is no such model.
    """
    typed = given.get("model")
    model = models.find(models.id_of(typed) if typed else None, Media.IMAGE)
    return VideoRequest(
        prompt=given["prompt"],
        images=pictures(*(given.get(f"image{number}") for number in range(1, MAX_IMAGES + 1))),
        elements={},
        aspect_ratio=given.get("aspect_ratio"),
        model=model.id,
        model_name=model.name,
        is_spoiler=bool(given.get("spoiler")),
        media=Media.IMAGE,
    )


async def _model_choices(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """The models for pictures whose name or id holds what was typed, and what a picture of each costs."""
    wanted, texts = typed.strip().casefold(), texts_of(interaction)
    rules = await interaction.client.services.quotas.model_rules(interaction.guild_id or 0)
    found = [
        app_commands.Choice(name=_label(one, texts), value=one.id)
        for one in interaction.client.services.models.usable_for_pictures
        if wanted in f"{one.name} {one.id}".casefold() and len(one.id) <= _CHOICE_CHARS
        if one.id not in rules or rules[one.id].is_allowed
    ]
    return found[:MOST_OPTIONS]


def _label(model: ModelSpec, texts: Texts) -> str:
    cost = model.estimate()
    end = "" if cost is None else f" · {texts('image.price', cost=Usd(cost))}"
    return shorten(model.name, _CHOICE_CHARS - len(end)) + end


async def _ratio_choices(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """The aspect ratios of the model that stands in the command so far."""
    models, wanted = interaction.client.services.models, typed.strip().casefold()
    named = getattr(interaction.namespace, "model", None)
    try:
        model = models.find(models.id_of(named) if named else None, Media.IMAGE)
    except RequestError:
        return []
    ratios = [] if model.aspect_ratio is None else [one for one in model.aspect_ratio.values if wanted in one]
    return [app_commands.Choice(name=one, value=one) for one in ratios[:MOST_OPTIONS]]


async def setup(bot: VideoBot) -> None:
    """Add the command, where the operator names models for it. The button under older pictures stays good."""
    models = bot.services.models
    bot.add_dynamic_items(UsePictureButton)
    if models.makes_pictures:
        await models.read()
        bot.tree.add_command(image_command(models))
