"""What ``/video`` offers: what the models take, within Discord's limits whatever their schemas say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from discord import app_commands

from bot.domain.model_schema import read_model
from bot.domain.model_spec import ModelSpec
from cogs.ui.forms import PromptForm
from cogs.ui.model_texts import model_label
from cogs.ui.texts.catalogues import LOCALES, load_catalogues
from sandbox.oxen.catalogue import REFERENCE_TO_VIDEO, SERVED, models
from sandbox.oxen.server import SimulatedOxen
from sandbox.world import World, world
from tests.support import picture

OMNI = "kling-video-o3-omni"
MOST = 25


def options(here: World) -> dict[str, app_commands.Parameter]:
    command = here.parts.bot.tree.get_command("video")
    assert isinstance(command, app_commands.Command)
    return {parameter.name: parameter for parameter in command.parameters}


async def completed(here: World, name: str, typed: str = "", **given: Any) -> list[Any]:
    """What Discord offers while an option is typed."""
    return list(await here.alice.autocomplete(here.channel, "video", name, typed, **given))


async def test_with_the_default_alone_nothing_is_there_to_choose(here: World) -> None:
    names = options(here)
    assert names.keys() & {"model", "start", "end", "sound", "resolution", "faces"} == set()
    assert "element3_front" in names
    assert [one.value for one in names["duration"].choices] == [5, 10]
    assert [one.value for one in names["aspect_ratio"].choices] == ["16:9", "9:16", "1:1"]


@pytest.mark.slow
@pytest.mark.parametrize("ratios", [("1:1", "9:16", "16:9"), ("9:16", "1:1", "16:9")])
async def test_choices_stand_in_the_models_order_though_another_has_the_same_in_another_order(
    tmp_path: Path, ratios: tuple[str, ...]
) -> None:
    oxen = SimulatedOxen()
    described = oxen.models["happyhorse-1.1-r2v"]["request_schema"]["properties"]["aspect_ratio"]
    described |= {"enum": list(ratios), "default": ratios[0]}
    async with world(tmp_path, oxen=oxen, oxen_model="happyhorse-1.1-r2v") as here:
        assert [one.value for one in options(here)["aspect_ratio"].choices] == list(ratios)


async def test_with_a_choice_the_options_are_those_that_the_models_take_and_at_most_25(tmp_path: Path) -> None:
    async with world(tmp_path, oxen_models=",".join(SERVED)) as here:
        names = options(here)
        assert len(names) <= MOST
        assert {"model", "start", "end", "sound", "resolution", "faces", "element2_front"} <= names.keys()
        assert all(len(str(one.description)) <= 100 for one in names.values())


async def test_a_single_model_offers_what_it_takes_as_fixed_choices(tmp_path: Path) -> None:
    async with world(tmp_path, oxen_model="happyhorse-1.1-r2v") as here:
        names = options(here)
        assert "start" not in names
        assert "model" not in names
        assert len(names["duration"].choices) <= MOST


async def test_a_hundred_lengths_and_ratios_are_never_more_than_25_choices(tmp_path: Path) -> None:
    oxen = SimulatedOxen(seconds=None)
    properties = oxen.models[REFERENCE_TO_VIDEO]["request_schema"]["properties"]
    properties["duration"] = {"type": "integer", "minimum": 1, "maximum": 100, "default": 5}
    properties["aspect_ratio"] = {"type": "string", "enum": [f"{n}:9" for n in range(1, 100)]}
    async with world(tmp_path, oxen=oxen, oxen_models=OMNI) as here:
        for model in (None, OMNI):
            given = {} if model is None else {"model": model}
            for name in ("duration", "aspect_ratio", "resolution", "model"):
                assert len(await completed(here, name, **given)) <= MOST
        form = PromptForm(here.parts.services, {1: picture(1)})
        assert 1 < len(form.kind.options) <= MOST


async def test_a_model_is_offered_with_what_it_takes_and_the_price_of_five_seconds(tmp_path: Path) -> None:
    async with world(tmp_path, oxen_models=",".join(SERVED)) as here:
        [found] = await completed(here, "model", "omni")
        assert found["value"] == OMNI
        assert "elements" in found["name"]
        assert "$0.84" in found["name"]
        lengths = [one["value"] for one in await completed(here, "duration", model=OMNI)]
        assert lengths == list(range(3, 16))


@pytest.mark.parametrize("name", ["en-US", *LOCALES])
def test_what_a_model_takes_fits_into_its_choice_in_every_language(name: str) -> None:
    read = read_model(models(REFERENCE_TO_VIDEO)[OMNI])
    assert isinstance(read, ModelSpec)
    label = model_label(read, load_catalogues().of(name))
    assert len(label) <= 100
    assert "…" not in label
