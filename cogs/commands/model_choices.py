"""Completing a model, and what the chosen one takes, as it is typed: at most 25 choices each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from discord import app_commands

from bot.domain.model_spec import ModelSpec
from bot.errors import RequestError
from cogs.commands.option_command import MOST_OPTIONS
from cogs.replies import Interaction
from cogs.ui.model_texts import model_label
from cogs.ui.texts import texts_of

_MOST_CHARS: Final = 100


async def model_choices(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """The models that may be used here and whose name or id holds what was typed: what each takes and costs."""
    rules = await interaction.client.services.quotas.model_rules(interaction.guild_id or 0)
    found = [
        app_commands.Choice(name=model_label(one, texts_of(interaction), rules.get(one.id)), value=one.id)
        for one in _named(interaction.client.services.models.usable, typed)
        if one.id not in rules or rules[one.id].is_allowed
    ]
    return found[:MOST_OPTIONS]


async def every_model(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """All models whose name or id holds what was typed, whether they may be used here or not."""
    models = interaction.client.services.models
    rules = await interaction.client.services.quotas.model_rules(interaction.guild_id or 0)
    found = [
        app_commands.Choice(name=model_label(one, texts_of(interaction), rules.get(one.id)), value=one.id)
        for one in _named((*models.usable, *models.usable_for_pictures), typed)
    ]
    return found[:MOST_OPTIONS]


def _named(models: Sequence[ModelSpec], typed: str) -> list[ModelSpec]:
    wanted = typed.strip().casefold()
    return [one for one in models if wanted in f"{one.name} {one.id}".casefold() and len(one.id) <= _MOST_CHARS]


async def length_choices(interaction: Interaction, typed: int | str) -> list[app_commands.Choice[int]]:
    """The lengths of the chosen model."""
    model = _chosen(interaction)
    if model is None or model.length is None:
        return []
    fitting = [seconds for seconds in model.length.values if str(seconds).startswith(str(typed).strip())]
    shown = model.length.some(MOST_OPTIONS) if not str(typed).strip() else fitting[:MOST_OPTIONS]
    return [
        app_commands.Choice(name=texts_of(interaction)("model.seconds", count=seconds), value=seconds)
        for seconds in shown
    ]


async def ratio_choices(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """The aspect ratios of the chosen model."""
    model = _chosen(interaction)
    return [] if model is None or model.aspect_ratio is None else _matching(model.aspect_ratio.values, typed)


async def resolution_choices(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """The resolutions of the chosen model."""
    model = _chosen(interaction)
    return [] if model is None or model.resolution is None else _matching(model.resolution.values, typed)


def _chosen(interaction: Interaction) -> ModelSpec | None:
    """The model that stands in the command so far; the default where none does, ``None`` for what is none."""
    models = interaction.client.services.models
    typed = getattr(interaction.namespace, "model", None)
    try:
        return models.find(models.id_of(typed) if typed else None)
    except RequestError:
        return None


def _matching(values: Iterable[str], typed: str) -> list[app_commands.Choice[str]]:
    wanted = typed.strip().casefold()
    found: Sequence[str] = [one for one in values if wanted in one.casefold()]
    return [app_commands.Choice(name=one, value=one) for one in found[:MOST_OPTIONS]]
