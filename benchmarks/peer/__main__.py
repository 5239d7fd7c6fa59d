"""`python -m benchmarks.peer`, with `DISCORD_TOKEN`, `OXEN_API_KEY` and `OXEN_API_URL`.

Whoever types `/video` is answered, gets a thread and, once Oxen has made it, the video in it. That is four calls to
Discord (answer, read it back, thread, video) and two to Oxen (enqueue, download). What it forgets when it ends, or what
fails on the way, is lost.
"""

from __future__ import annotations

import asyncio
import io
import json
import os
from collections.abc import Coroutine

import aiohttp
import discord
from discord import app_commands

MODEL = "kling-video-o1-reference-to-video"


class Peer(discord.Client):
    """One command, one event stream, and what waits in memory."""

    def __init__(self) -> None:
        super().__init__(intents=discord.Intents(guilds=True), max_messages=None)
        self.tree = app_commands.CommandTree(self)
        self.tree.command(name="video", description="Make a video")(self.make_video)
        self._waiting: dict[str, tuple[discord.Thread, int]] = {}
        self._ended_early: dict[str, str] = {}
        self._background: set[asyncio.Task[None]] = set()
        self._url = os.environ["OXEN_API_URL"]
        self._headers = {"Authorization": f"Bearer {os.environ['OXEN_API_KEY']}"}

    async def setup_hook(self) -> None:
        """Tell Discord the command, and listen to Oxen."""
        self._session = aiohttp.ClientSession()
        await self.tree.sync()
        self._start(self._listen())

    async def make_video(self, interaction: discord.Interaction[Peer], prompt: str, image1: discord.Attachment) -> None:
        """Answer, open a thread, ask Oxen."""
        await interaction.response.send_message(f"In the making: {prompt}")
        answer = await interaction.original_response()
        thread = await answer.create_thread(name=prompt[:100])
        body = {"model": MODEL, "prompt": prompt, "input_image": [image1.url], "duration": 5}
        async with self._session.post(f"{self._url}/ai/queue", json=body, headers=self._headers) as response:
            response.raise_for_status()
            generation_id = (await response.json())["generations"][0]["generation_id"]
        self._waiting[generation_id] = (thread, interaction.user.id)
        if (url := self._ended_early.pop(generation_id, None)) is not None:
            await self._deliver(generation_id, url)

    async def _listen(self) -> None:
        timeout = aiohttp.ClientTimeout(total=None)
        async with self._session.get(f"{self._url}/events", headers=self._headers, timeout=timeout) as stream:
            async for line in stream.content:
                if line.startswith(b"data: "):
                    event = json.loads(line[6:])
                    if event.get("url") and event["generation_id"] in self._waiting:
                        self._start(self._deliver(event["generation_id"], event["url"]))
                    elif event.get("url"):
                        self._ended_early[event["generation_id"]] = event["url"]

    async def _deliver(self, generation_id: str, url: str) -> None:
        thread, user_id = self._waiting.pop(generation_id)
        async with self._session.get(url) as response:
            response.raise_for_status()
            video = await response.read()
        await thread.send(f"<@{user_id}> Your video is ready.", file=discord.File(io.BytesIO(video), "video.mp4"))

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)


if __name__ == "__main__":
    Peer().run(os.environ["DISCORD_TOKEN"], log_handler=None)
