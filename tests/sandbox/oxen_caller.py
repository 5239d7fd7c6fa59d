"""A plain HTTP client of the simulated Oxen, and pictures to send it."""

import functools
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from PIL import Image

from sandbox.oxen import REFERENCE_TO_VIDEO, SimulatedOxen

PICTURE_URL = "https://pictures.example/one.png"


@functools.cache
def picture(width: int = 400, height: int = 400, kind: str = "PNG", color: str = "teal") -> bytes:
    """An image file."""
    target = io.BytesIO()
    Image.new("RGB", (width, height), color).save(target, kind)
    return target.getvalue()


async def any_picture(_: str) -> bytes:
    """Behind every URL there is a good picture."""
    return picture()


def good(**changes: Any) -> dict[str, Any]:
    """A request that the provider takes, with `changes`; a change to None takes the field out."""
    body = {"model": REFERENCE_TO_VIDEO, "prompt": "@Image1 in the rain", "input_image": [PICTURE_URL], **changes}
    return {name: value for name, value in body.items() if value is not None}


class Caller:
    """Calls the API with the key."""

    def __init__(self, oxen: SimulatedOxen, session: aiohttp.ClientSession) -> None:
        self.oxen = oxen
        self.session = session

    @property
    def headers(self) -> dict[str, str]:
        """What lets a call in."""
        return {"Authorization": f"Bearer {self.oxen.api_key}"}

    async def call(self, method: str, path: str, body: object = None, **query: str) -> tuple[int, Any]:
        """The status and the JSON of an answer."""
        url = self.oxen.url + path
        async with self.session.request(method, url, json=body, params=query, headers=self.headers) as answer:
            return answer.status, await answer.json()

    async def enqueue(self, **changes: Any) -> str:
        """Start a generation, and return its id."""
        status, answer = await self.call("POST", "/ai/queue", good(**changes))
        assert status == 200, answer
        return str(answer["generations"][0]["generation_id"])

    async def row(self, generation_id: str) -> dict[str, Any]:
        """The generation as the API shows it."""
        status, answer = await self.call("GET", f"/ai/queue/{generation_id}")
        assert status == 200, answer
        return dict(answer)

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[aiohttp.StreamReader]:
        """An open event stream."""
        async with self.session.get(self.oxen.url + "/events", headers=self.headers) as answer:
            assert answer.status == 200
            assert answer.content_type == "text/event-stream"
            yield answer.content


@asynccontextmanager
async def calling(**settings: Any) -> AsyncIterator[Caller]:
    """A simulated Oxen with good pictures everywhere, and a caller of it."""
    settings.setdefault("fetch_image", any_picture)
    async with SimulatedOxen(**settings) as oxen, aiohttp.ClientSession() as session:
        yield Caller(oxen, session)
