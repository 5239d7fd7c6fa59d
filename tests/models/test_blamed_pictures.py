"""What a provider says of a picture is told of the picture that its user gave, whichever field it went into."""

from __future__ import annotations

import json

from bot.domain.model_schema import read_model
from bot.domain.model_spec import ModelSpec
from bot.domain.request import generation_request
from bot.domain.slots import Slot, SlotKind
from bot.services.jobs.failure_reasons import failure_reason
from cogs.ui.texts import ENGLISH
from sandbox.oxen.catalogue import REFERENCE_TO_VIDEO, models
from tests.support import job, picture, request

SEEDANCE = "bytedance-seedance-2-0-reference-to-video"


def test_a_face_that_goes_first_moves_no_blame() -> None:
    model = read_model(models(REFERENCE_TO_VIDEO)[SEEDANCE])
    assert isinstance(model, ModelSpec)
    asked = request(
        "@Image1 and @Image2", images={1: picture(1), 2: picture(2)}, faces=(Slot(SlotKind.IMAGE, 1),), model=SEEDANCE
    )
    urls = {view.key: f"https://cdn.example/{view.key}" for view in asked.views()}
    sent = generation_request(asked, model, urls, namespace=None)
    error = [{"loc": ["body", "input_images", 0], "msg": "too small", "type": "image_too_small"}]
    told = failure_reason(job(request=asked, urls=urls, generation_request=sent), json.dumps(error))
    assert "@Image2" in ENGLISH.render(told)
