"""What the simulated provider makes of a request: its refusals, and its successes."""

import asyncio
import base64
from collections.abc import Callable
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from sandbox.oxen import SimulatedGeneration, check_image
from tests.sandbox.oxen_caller import PICTURE_URL, calling, good, picture


def urls(count: int) -> list[str]:
    return [f"https://pictures.example/{number}.png" for number in range(count)]


def element(angles: int | None = 1) -> dict[str, Any]:
    shown = {} if angles is None else {"reference_image_urls": urls(angles)}
    return {"frontal_image_url": PICTURE_URL, **shown}


async def outcome(fetch: Callable[[str], Any] | None = None, **changes: Any) -> SimulatedGeneration:
    """How a request ends when it is sent with `changes`."""
    settings = {} if fetch is None else {"fetch_image": fetch}
    async with calling(**settings) as caller:
        return await caller.oxen.wait_for_end(await caller.enqueue(**changes))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"input_image": urls(7)},
        {"input_image": urls(4), "elements": [element()] * 3},
        {"input_image": [], "elements": [element(3)], "prompt": "@Element1 walks"},
        {"prompt": "x" * 2500},
        {"prompt": "mail me @Images or @element9"},
        {"duration": 10, "aspect_ratio": "1:1"},
        {"elements": None},
        {"input_image": ["data:image/png;base64," + base64.b64encode(picture()).decode()]},
    ],
)
async def test_a_good_request_succeeds(changes: dict[str, Any]) -> None:
    ended = await outcome(**changes)
    assert (ended.status, ended.error) == ("succeeded", None)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"prompt": None}, "prompt: a string is required"),
        ({"prompt": " \n"}, "prompt: must not be blank"),
        ({"prompt": "x" * 2501}, "prompt: must be at most 2500 characters"),
        ({"prompt": "@Image3", "input_image": urls(2)}, "prompt: @Image3 does not name anything in the request"),
        ({"prompt": "@Image0"}, "prompt: @Image0 does not name anything in the request"),
        ({"prompt": "@Element2", "elements": [element()]}, "prompt: @Element2 does not name anything in the request"),
        ({"input_image": None}, "input_image: an array of image URLs is required"),
        ({"input_image": []}, "At least one reference image or element is required"),
        ({"input_image": urls(8)}, "At most 7 reference images and elements in total are allowed"),
        (
            {"input_image": urls(5), "elements": [element()] * 3},
            "At most 7 reference images and elements in total are allowed",
        ),
        ({"input_image": ["/etc/passwd"]}, "input_image[0]: must be an http(s) URL or an image data URI"),
        ({"elements": "none"}, "elements: must be an array"),
        ({"elements": [element(), {"reference_image_urls": urls(1)}]}, "elements[1].frontal_image_url: field required"),
        ({"elements": [element(None)]}, "elements[0].reference_image_urls: an array of image URLs is required"),
        ({"elements": [element(0)]}, "elements[0].reference_image_urls: must hold 1 to 3 images"),
        ({"elements": [element(4)]}, "elements[0].reference_image_urls: must hold 1 to 3 images"),
        *(({"duration": value}, "duration: must be one of 5, 10") for value in (7, "5", True, 5.0)),
        ({"aspect_ratio": "4:3"}, "aspect_ratio: must be one of '16:9', '9:16', '1:1'"),
        ({"input_image": ["data:image/png;base64,%%%"]}, "input_image[0]: the image could not be downloaded"),
        ({"input_image": ["data:image/png,abc"]}, "input_image[0]: the image could not be downloaded"),
    ],
)
async def test_a_bad_request_fails_with_what_is_wrong(changes: dict[str, Any], error: str) -> None:
    ended = await outcome(**changes)
    assert (ended.status, ended.error) == ("failed", error)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (picture(299, 400), "input_image[0]: the image must be at least 300x300 px, not 299x400"),
        (picture(400, 299), "input_image[0]: the image must be at least 300x300 px, not 400x299"),
        (picture(753, 300), "input_image[0]: the aspect ratio must be between 0.40 and 2.50, not 753:300"),
        (picture(300, 753), "input_image[0]: the aspect ratio must be between 0.40 and 2.50, not 300:753"),
        (picture(kind="GIF"), "input_image[0]: not a readable JPEG, PNG or WebP image"),
        (b"<html>Sign in</html>", "input_image[0]: not a readable JPEG, PNG or WebP image"),
        (picture(kind="JPEG")[:-200], "input_image[0]: not a readable JPEG, PNG or WebP image"),
        (picture() + bytes(10 * 1024 * 1024), "input_image[0]: the image is larger than 10 MB"),
    ],
    ids=["narrow", "flat", "too wide", "too tall", "gif", "html", "truncated", "too big"],
)
async def test_a_bad_image_fails_the_generation(data: bytes, error: str) -> None:
    async def fetch(_: str) -> bytes:
        return data

    ended = await outcome(fetch)
    assert (ended.status, ended.error) == ("failed", error)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize(("width", "height"), [(300, 300), (750, 300), (300, 750)])
def test_an_image_at_the_limits_is_taken(kind: str, width: int, height: int) -> None:
    check_image(picture(width, height, kind), "input_image[0]")


async def test_the_second_view_of_an_element_is_looked_at_too() -> None:
    async def fetch(url: str) -> bytes:
        if url.endswith("/1.png"):
            raise LookupError(url)
        return picture()

    ended = await outcome(fetch, elements=[element(2)])
    assert ended.error == "elements[0].reference_image_urls[1]: the image could not be downloaded"


async def test_images_are_fetched_over_http_without_the_key() -> None:
    seen: list[dict[str, str]] = []

    async def serve(request: web.Request) -> web.Response:
        seen.append(dict(request.headers))
        return web.Response(body=picture(), content_type="image/png")

    application = web.Application()
    application.router.add_get("/one.png", serve)
    async with TestServer(application) as pictures, calling(fetch_image=None) as caller:
        address = str(pictures.make_url("/one.png"))
        found = await caller.oxen.wait_for_end(await caller.enqueue(input_image=[address, address]))
        missed = await caller.oxen.wait_for_end(await caller.enqueue(input_image=[address + "x"]))
    assert (found.status, missed.status) == ("succeeded", "failed")
    assert missed.error == "input_image[0]: the image could not be downloaded"
    assert [("Authorization" in headers) for headers in seen] == [False]


async def test_a_generation_left_to_the_test_is_judged_on_request() -> None:
    async with calling(seconds=None) as caller:
        fine, bad = await caller.enqueue(), await caller.enqueue(duration=6)
        assert await caller.oxen.judge(fine) is None
        assert await caller.oxen.judge(bad) == "duration: must be one of 5, 10"
        assert caller.oxen.generations[bad].status == "queued"


async def test_a_generation_ended_by_force_while_it_runs_stays_as_it_was_ended() -> None:
    downloader, fetched = asyncio.Event(), asyncio.Event()

    async def fetch(_: str) -> bytes:
        downloader.set()
        await fetched.wait()
        return picture()

    async with calling(fetch_image=fetch) as caller:
        generation = await caller.enqueue()
        await downloader.wait()
        caller.oxen.cancel_elsewhere(generation)
        fetched.set()
        # A later one has gone the whole way by now, so the first would have too.
        assert (await caller.oxen.wait_for_end(await caller.enqueue())).status == "succeeded"
        assert (await caller.row(generation))["status"] == "cancelled"


async def test_a_step_can_be_forced_on_a_generation_that_runs_by_itself() -> None:
    async with calling(seconds=3600) as caller:
        generation = await caller.enqueue()
        caller.oxen.start(generation)
        caller.oxen.fail(generation, "The provider is down")
        row = await caller.row(generation)
        assert (row["status"], row["error_message"]) == ("failed", "The provider is down")


async def test_what_is_sent_beside_the_parameters_is_not_changed_on_its_way() -> None:
    async with calling(seconds=None) as caller:
        await caller.enqueue(note="ünï", target_namespace="studio")
        [generation] = caller.oxen.generations.values()
        assert generation.body == good(note="ünï", target_namespace="studio")
        assert (generation.namespace, generation.parameters["note"]) == ("studio", "ünï")
