"""What a provider says of a request, as its user reads it: a sentence, their own names, never JSON."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.job import Job
from bot.oxen.provider_errors import ProviderErrorKind, read_provider_error
from bot.services.jobs.failure_reasons import failure_reason
from bot.text import Quote, Text, text
from cogs.ui.texts import PLAIN_ENGLISH
from tests.support import element, job, picture, request

ITEM = {"loc": ["body", "input_image", 1], "msg": "The image is bad", "type": "image_error", "ctx": {"x": 1}}
POLICY = {"loc": ["body", "prompt"], "msg": "The content could not be processed", "type": "content_policy_violation"}
CDN = "https://cdn.discordapp.com/attachments/1/2"


def asked() -> Job:
    """A job with pictures in image2, image5 and element3, the last with two more angles."""
    asked_for = request(
        "@Image5 meets @Image2 and @Element3",
        images={2: picture(2), 5: picture(5)},
        elements={3: element(3, angles=2)},
    )
    urls = {view.key: f"{CDN}/{view.key}.png?ex=1&hm=2" for view in asked_for.views()}
    return job(request=asked_for, urls=urls)


def wrapped(item: object) -> list[str]:
    """The ways in which a provider's error arrives."""
    plain = json.dumps(item)
    listed = json.dumps([item])
    return [
        plain,
        listed,
        json.dumps({"detail": [item]}),
        f"Getting model response error: 422 - {json.dumps({'detail': [item]})}",
        f"Getting model response error: 422 - {listed}",
        json.dumps({"error": {"message": listed}}),
        json.dumps(json.dumps({"detail": json.dumps([item])})),
        str([item]),
        "Getting model response error: 422 - %{" + '"detail" => ' + listed.replace("{", "%{").replace(":", " =>") + "}",
        f"Getting model response error: 422 - {json.dumps({'detail': [item]})}"[:-8],
    ]


@pytest.mark.parametrize("error", wrapped(ITEM))
def test_a_wrapped_error_is_its_sentence_and_the_picture_by_its_own_name(error: str) -> None:
    picture5 = text("picture.named", where=text("picture.image", slot="@Image5"), filename=Quote("picture5.png"))
    told = text("reason.made_said_about", said=Quote("The image is bad."), picture=picture5)
    assert failure_reason(asked(), error) == told


@pytest.mark.parametrize("error", wrapped(POLICY))
def test_a_wrapped_refusal_of_the_prompt_says_that_it_is_the_prompt(error: str) -> None:
    assert failure_reason(asked(), error) == text("reason.policy_prompt")


@pytest.mark.parametrize(
    ("location", "label"),
    [
        (["body", "input_image", 0], "@Image2"),
        (["body", "input_image", 1], "@Image5"),
        (["input_image", "1"], "@Image5"),
        ("input_image.1", "@Image5"),
        ("body.input_image[0]", "@Image2"),
        (["body", "elements", 0, "frontal_image_url"], "@Element3 front"),
        ("elements.0.frontal_image_url", "@Element3 front"),
        ("elements[0].reference_image_urls[1]", "@Element3 angle 2"),
        (["body", "elements", 0, "reference_image_urls", 0], "@Element3 angle 1"),
        (["body", "elements", 0], "@Element3 front"),
    ],
)
def test_a_location_becomes_the_users_own_name(location: object, label: str) -> None:
    error = json.dumps({"detail": [{"loc": location, "type": "content_policy_violation", "msg": "no"}]})
    said = failure_reason(asked(), error)
    assert said.key == "reason.policy_picture"
    assert PLAIN_ENGLISH.value(said.values["picture"]).startswith(f"{label} (")


@pytest.mark.parametrize(
    "location",
    [["body", "input_image", 7], ["elements", 4], "input_image", [None], [[]], {}, -1, ["input_image", True]],
)
def test_a_location_that_leads_nowhere_names_nothing(location: object) -> None:
    error = json.dumps([{"loc": location, "type": "content_policy_violation", "msg": "no"}])
    assert failure_reason(asked(), error) == text("reason.policy")


def test_a_picture_is_known_by_its_address() -> None:
    error = json.dumps({"type": "file_download_error", "msg": f"Failed to download {CDN}/image5.png?ex=9"})
    said = failure_reason(asked(), error)
    assert said.key == "reason.picture_unreadable"
    assert PLAIN_ENGLISH.value(said.values["picture"]) == "@Image5 (picture5.png)"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("too dark", text("reason.made_said", said=Quote("too dark."))),
        (None, text("reason.made_unsaid")),
        ("  ", text("reason.made_unsaid")),
        ("{}", text("reason.made_unsaid")),
        ("[[[[", text("reason.made_unsaid")),
        ("Insufficient credits", text("reason.out_of_credit")),
        ("generation_timeout", text("reason.oxen_timed_out")),
        ("downstream_service_error", text("reason.oxen_busy")),
        ("DataInspectionFailed", text("reason.policy")),
        ("@Image2 is blurred. More words.", text("reason.made_said", said=Quote("@Image5 is blurred."))),
        ("See https://x.test/a?sig=secret now", text("reason.made_said", said=Quote("See the file now."))),
    ],
)
def test_kinds_have_sentences_of_their_own(error: str | None, said: Text) -> None:
    assert failure_reason(asked(), error) == said


def test_a_refusal_is_told_apart_from_a_video_that_was_begun() -> None:
    assert failure_reason(asked(), "no", is_refusal=True) == text("reason.refused_said", said=Quote("no."))
    assert failure_reason(asked(), None, is_refusal=True) == text("reason.refused_unsaid")


def test_only_the_first_sentence_is_told_and_at_most_200_characters_of_it() -> None:
    read = read_provider_error("word " * 1_000)
    assert len(read.sentence) == 200
    assert read.sentence.endswith("…")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=30) | st.sampled_from(["prompt", "input_image"]),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.sampled_from(["loc", "msg", "type", "detail", "error", "x"]), inner, max_size=4)
            | inner.map(json.dumps)
        ),
        max_leaves=20,
    )
)
@pytest.mark.slow
def test_nothing_that_can_come_is_too_much(value: object) -> None:
    for error in (json.dumps(value), str(value), f"error: 422 - {json.dumps(value)}"):
        said = PLAIN_ENGLISH.render(failure_reason(asked(), error))
        assert 0 < len(said) <= 400
        assert '{"' not in said


@pytest.mark.parametrize(
    "hostile",
    [
        "[" * 100_000,
        '{"a":' * 50_000,
        '{"msg": "' + "\\" * 50_000,
        '"' * 100_000,
        ("error " * 10 + ": ") * 5_000,
        "input_image" + ", " * 50_000,
        "[{" * 50_000 + "image " * 10_000,
        json.dumps([{"msg": "x" * 20}] * 5_000),
    ],
    ids=["lists", "objects", "backslashes", "quotes", "prefixes", "locations", "mixed", "many"],
)
def test_hostile_errors_are_read_within_bounds(hostile: str) -> None:
    assert len(PLAIN_ENGLISH.render(failure_reason(asked(), hostile))) <= 400


@pytest.mark.exhaustive
def test_random_bytes_are_read_within_bounds() -> None:
    seed = random.randrange(2**32)
    rng = random.Random(seed)
    for _ in range(200):
        error = "".join(rng.choice("{}[]\":,\\ abimage_input.0123=>%'\n") for _ in range(rng.randrange(3_000)))
        assert len(PLAIN_ENGLISH.render(failure_reason(asked(), error))) <= 400, f"seed {seed}"


def test_a_kind_is_found_inside_of_what_cannot_be_parsed() -> None:
    assert read_provider_error("{'type': 'content_policy_violation', 'loc'").kind is ProviderErrorKind.POLICY
