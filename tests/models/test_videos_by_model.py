"""Each model that the simulated Oxen serves, end to end: asked for in Discord, checked by its provider, delivered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from sandbox.oxen import SimulatedOxen
from sandbox.oxen.catalogue import REFERENCE_TO_VIDEO, SERVED, TEXT_TO_VIDEO, documented_model, schema_of
from sandbox.world import World, world
from tests.support import picture_bytes, png, private, text_of

SEEDANCE = "bytedance-seedance-2-0-reference-to-video"
WAN = "wan-v2-7-reference-to-video"
HORSE = "happyhorse-1.1-r2v"
OMNI = "kling-video-o3-omni"
FRAMES = "kling-video-o1-image-to-video"
EVERY = ",".join(SERVED)
ENVELOPE = {"model", "num_generations", "target_namespace"}


async def ask(here: World, model: str, prompt: str, **options: Any) -> Any:
    """Alice asks a model for a video."""
    return await here.alice.slash(here.channel, "video", prompt=prompt, model=model, **options)


async def sent(here: World, number: int = 1) -> dict[str, Any]:
    """What Oxen was sent; its provider must have nothing against it."""
    generation = await here.oxen.wait_for_generation(number)
    assert await here.oxen.judge(generation.id) is None
    return dict(generation.body)


async def delivered(here: World) -> str:
    """The outcome's text, once Oxen has made the video."""
    here.oxen.succeed(list(here.oxen.generations)[-1])
    thread = await here.until(here.thread)
    found = await here.until(
        lambda: next((one for one in reversed(thread.history()) if "Your video is ready" in text_of(one)), None)
    )
    return text_of(found)


def shown(here: World, address: object) -> bytes:
    return bytes(here.env.backend.cdn.get(str(address)) or b"")


def with_models(tmp_path: Path, models: str = EVERY, **settings: Any) -> Any:
    return world(tmp_path, oxen_models=models, **settings)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("model", "options"),
    [
        (REFERENCE_TO_VIDEO, {"prompt": "@Image1 by the sea", "image1": png()}),
        (OMNI, {"prompt": "@Image1 meets @Element1", "image1": png(), "element1_front": png(seed=1), "duration": 7}),
        (FRAMES, {"prompt": "The ox turns", "start": png(), "end": png(seed=1), "duration": 10}),
        (SEEDANCE, {"prompt": "@Image1 at dawn", "image1": png(), "resolution": "1080p", "sound": True}),
        (WAN, {"prompt": "@Image1 at noon", "image1": png(), "start": png(seed=1), "duration": 2}),
        (HORSE, {"prompt": "@Image1 at night", "image1": png(), "aspect_ratio": "4:3"}),
        ("minimax-h3", {"prompt": "@Image1 in snow", "image1": png(), "resolution": "768P"}),
        (TEXT_TO_VIDEO, {"prompt": "A garden", "duration": 15}),
    ],
)
async def test_each_model_makes_a_video_of_what_it_takes(tmp_path: Path, model: str, options: dict[str, Any]) -> None:
    async with with_models(tmp_path) as here:
        await ask(here, model, **options)
        body = await sent(here)
        assert body["model"] == model
        assert "Your video is ready" in await delivered(here)
        job = await here.parts.store.job_of_generation(next(iter(here.oxen.generations)))
        assert job is not None
        assert job.model == model


@pytest.mark.parametrize(
    ("model", "options"),
    [
        ("ltx-2-3-pro", {"start": png(), "end": png(seed=1), "resolution": "2k", "sound": True, "duration": 3}),
        (
            "bytedance-seedance-2-5-image-to-video",
            {"start": png(), "end": png(seed=1), "resolution": "480p", "sound": False, "duration": 30},
        ),
    ],
)
async def test_one_more_documented_model_is_a_setting_alone(
    tmp_path: Path, model: str, options: dict[str, Any]
) -> None:
    assert model not in SERVED
    oxen = SimulatedOxen(seconds=None)
    oxen.models[model] = documented_model(model, {"method": "per_video_output_second", "cost_per_second": 0.2})
    async with world(tmp_path, oxen=oxen, oxen_models=model, quota_daily_seconds=100) as here:
        listed = await here.alice.autocomplete(here.channel, "video", "model", "")
        assert any(one["value"] == model and "$1.00" in one["name"] for one in listed)
        await ask(here, model, "The ox turns", **options)
        generation = await oxen.wait_for_generation()
        parameters = {name: value for name, value in generation.body.items() if name not in ENVELOPE}
        assert [e.message for e in jsonschema_rs.validator_for(schema_of(model)).iter_errors(parameters)] == []
        assert generation.body["model"] == model
        assert (parameters["resolution"], int(parameters["duration"])) == (options["resolution"], options["duration"])
        assert parameters["generate_audio"] is options["sound"]
        frames = [value for value in parameters.values() if str(value).startswith("http")]
        assert [shown(here, url) for url in frames] == [picture_bytes(0), picture_bytes(1)]
        assert "Your video is ready" in await delivered(here)


async def test_seedance_is_told_of_faces_first_and_in_its_own_words(tmp_path: Path) -> None:
    async with with_models(tmp_path) as here:
        await ask(
            here,
            SEEDANCE,
            "@Image1 hugs @Image3",
            image1=png(seed=1),
            image3=png(seed=3),
            image2=png(seed=2),
            faces="3",
        )
        body = await sent(here)
        assert body["prompt"] == "image 2 hugs image 1"
        assert [shown(here, url) for url in body["input_face_images"]] == [picture_bytes(3)]
        assert [shown(here, url) for url in body["input_images"]] == [picture_bytes(1), picture_bytes(2)]


async def test_an_element_for_a_model_without_them_is_asked_about_and_then_sent_as_images(tmp_path: Path) -> None:
    async with with_models(tmp_path) as here:
        answer = await ask(here, HORSE, "@Element1 gallops", element1_front=png(seed=1), element1_angle1=png(seed=2))
        question = private(answer)
        assert "@Element1" in text_of(question)
        assert here.oxen.generations == {}
        await here.alice.click(question, label="Make")
        body = await sent(here)
        assert body["prompt"] == "image 1 gallops"
        assert [shown(here, one) for one in body["reference_images"]] == [picture_bytes(1), picture_bytes(2)]
