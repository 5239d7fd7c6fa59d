"""Another model for the same request: what it does not take is left out, and named."""

from __future__ import annotations

import random
from typing import Any

import pytest

from bot.domain.model_change import change_model
from bot.domain.model_schema import read_model
from bot.domain.model_spec import KLING_O1, ModelSpec
from bot.domain.request import VideoRequest, check_request
from cogs.ui.texts import ENGLISH
from sandbox.oxen.catalogue import SERVED, TEXT_TO_VIDEO, models
from tests.support import element, picture, request

OBJECTS = models(KLING_O1.id)


def spec(model_id: str) -> ModelSpec:
    found = read_model(OBJECTS[model_id])
    assert isinstance(found, ModelSpec)
    return found


OMNI, TEXT_ALONE = spec("kling-video-o3-omni"), spec(TEXT_TO_VIDEO)


def lost(asked: VideoRequest, model: ModelSpec) -> list[str]:
    change = change_model(asked, model, is_default=model.id == KLING_O1.id)
    return [ENGLISH.render(one) for one in change.lost]


def test_what_both_models_take_is_kept_and_nothing_is_said() -> None:
    asked = request(images={1: picture(1)}, elements={1: element(1, 2)}, duration=10)
    change = change_model(asked, OMNI, is_default=False)
    assert change.lost == ()
    assert (change.request.images, change.request.elements) == (asked.images, asked.elements)
    assert (change.request.duration, change.request.aspect_ratio) == (10, "16:9")
    assert (change.request.model, change.request.model_name) == (OMNI.id, OMNI.name)


def test_the_default_is_not_named() -> None:
    change = change_model(request(model=OMNI.id, model_name=OMNI.name), KLING_O1, is_default=True)
    assert (change.request.model, change.request.model_name) == (None, None)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"duration": 7}, "that length"),
        ({"resolution": "4k"}, "resolution 4k"),
        ({"sound": True}, "no sound"),
        ({"start": picture(8)}, "Start frame"),
        ({"start": picture(8), "end": picture(9)}, "Start frame and End frame"),
        ({"aspect_ratio": "21:9"}, "aspect ratio 21:9"),
    ],
)
def test_what_another_model_does_not_take_is_left_out_and_named(changes: dict[str, Any], said: str) -> None:
    asked = request(**{"model": OMNI.id, "model_name": OMNI.name, **changes})
    [sentence] = lost(asked, KLING_O1)
    assert said in sentence


def test_a_model_of_prompts_alone_loses_every_picture_by_its_name() -> None:
    asked = request(images={2: picture(2)}, elements={1: element(1)})
    [sentence] = lost(asked, TEXT_ALONE)
    assert "@Image2 and @Element1" in sentence
    assert change_model(asked, TEXT_ALONE, is_default=False).request.slots == ()


@pytest.mark.slow
def test_a_request_that_was_changed_fits_whatever_it_was() -> None:
    specs = [KLING_O1, *map(spec, SERVED)]
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    rng = random.Random(seed)
    for _ in range(300):
        model = rng.choice(specs)
        asked = VideoRequest(
            prompt="Rain",
            images={n: picture(n) for n in rng.sample(range(1, 8), rng.randint(0, 7))},
            elements={n: element(n, rng.randint(0, 3)) for n in rng.sample(range(1, 4), rng.randint(0, 3))},
            start=rng.choice([None, picture(20)]),
            end=rng.choice([None, picture(21)]),
            duration=rng.choice([None, 3, 5, 7, 10, 15]),
            aspect_ratio=rng.choice([None, "16:9", "21:9"]),
            resolution=rng.choice([None, "720p", "4k"]),
            sound=rng.choice([None, True, False]),
        )
        changed = change_model(asked, model, is_default=False).request
        has_pictures = bool(changed.slots or changed.frames)
        is_short = any(len(changed.slots) < one.least for one in model.image_fields)
        needs_end = model.end is not None and model.end.is_required and changed.end is None
        can_start = bool(changed.slots) or changed.start is not None  # a last frame alone begins nothing
        needs_start = model.start is not None and model.start.is_required and not can_start
        if (has_pictures or not model.needs_picture) and not (is_short or needs_end or needs_start):
            check_request(changed, model)
