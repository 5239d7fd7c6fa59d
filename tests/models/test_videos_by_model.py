"""Each model that the simulated Oxen serves, end to end: asked for in Discord, checked by its provider, delivered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sandbox.oxen.catalogue import REFERENCE_TO_VIDEO, SERVED, TEXT_TO_VIDEO
from sandbox.world import World, world
from tests.support import picture_bytes, png, private, text_of

SEEDANCE = "bytedance-seedance-2-0-reference-to-video"
WAN = "wan-v2-7-reference-to-video"
HORSE = "happyhorse-1.1-r2v"
OMNI = "kling-video-o3-omni"
FRAMES = "kling-video-o1-image-to-video"
EVERY = ",".join(SERVED)


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
