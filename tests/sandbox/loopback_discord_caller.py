"""A bot's HTTP client for the loopback Discord that sends what it is told, right or wrong."""

import io
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from PIL import Image

from sandbox.discord import Channel, Invocation, LoopbackDiscord, Upload


@dataclass(frozen=True, slots=True)
class Answer:
    """What Discord answered."""

    status: int
    data: Any

    @property
    def code(self) -> int:
        """Discord's error code; 0 without one."""
        return int(self.data.get("code", 0)) if isinstance(self.data, dict) else 0


class Api:
    """The client, with the bot's token."""

    def __init__(self, session: aiohttp.ClientSession, discord: LoopbackDiscord) -> None:
        self.session, self.discord = session, discord

    async def __call__(
        self,
        method: str,
        path: str,
        body: Any = None,
        files: Sequence[Upload] = (),
        headers: dict[str, str] | None = None,
    ) -> Answer:
        data: Any = None if body is None else json.dumps(body).encode()
        sent = {"Authorization": f"Bot {self.discord.world.token}"}
        if files:
            data = aiohttp.FormData(quote_fields=False)
            data.add_field("payload_json", json.dumps(body or {}))
            for index, file in enumerate(files):
                data.add_field(f"files[{index}]", file.data, filename=file.filename)
        elif body is not None:
            sent["Content-Type"] = "application/json"
        url = f"{self.discord.origin}/api/v10{path}"
        async with self.session.request(method, url, data=data, headers=sent | (headers or {})) as response:
            raw = await response.read()
            return Answer(response.status, json.loads(raw) if raw else None)

    async def send(self, channel: Channel, body: Any = None, files: Sequence[Upload] = ()) -> Answer:
        return await self("POST", f"/channels/{channel.id}/messages", body or {}, files)

    async def answer(self, invocation: Invocation, kind: int, data: Any = None) -> Answer:
        to = invocation.interaction
        path = f"/interactions/{to.id}/{to.token}/callback?with_response=1"
        return await self("POST", path, {"type": kind, "data": data or {}})

    def hook(self, invocation: Invocation) -> str:
        return f"/webhooks/{self.discord.bot.id}/{invocation.interaction.token}"


@asynccontextmanager
async def calling(discord: LoopbackDiscord) -> AsyncIterator[Api]:
    """A client for one Discord."""
    async with aiohttp.ClientSession() as session:
        yield Api(session, discord)


def picture(name: str = "a.png", size: tuple[int, int] = (30, 20)) -> Upload:
    """A real PNG."""
    data = io.BytesIO()
    Image.new("RGB", size, "orange").save(data, "PNG")
    return Upload(filename=name, data=data.getvalue())
