"""A moderation service to try the bot with: it answers by the words of a prompt, or as a test tells it.

``python -m sandbox.moderation`` serves it at http://127.0.0.1:8089/judge: a prompt that holds ``refuse`` is refused,
one that holds ``spoiler`` is hidden, every other one is allowed.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, Final, Self

from aiohttp import web

_PORT: Final = 8089
_MOST_BYTES: Final = 64 * 1024 * 1024


def by_words(asked: dict[str, Any]) -> dict[str, Any]:
    """The answer to a prompt by the words in it."""
    prompt = str(asked["prompt"])
    if "refuse" in prompt:
        return {"verdict": "refuse", "reason": "Not with the word refuse."}
    return {"verdict": "spoiler" if "spoiler" in prompt else "allow"}


class SimulatedModerator:
    """A moderation service on this machine. ``asked`` is what it was sent, with the pictures' bytes."""

    def __init__(self, answer: Callable[[dict[str, Any]], dict[str, Any]] = by_words, *, port: int = 0) -> None:
        self.answer = answer
        self.before: Callable[[], Awaitable[web.Response | None]] | None = None
        """Waited for before each answer; a response of its own goes in the answer's place."""
        self.asked: list[dict[str, Any]] = []
        self._port = port
        self._runner: web.AppRunner | None = None
        self.url = ""

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=_MOST_BYTES)
        app.router.add_post("/judge", self._judge)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        [(host, port)] = [address[:2] for address in self._runner.addresses]
        self.url = f"http://{host}:{port}/judge"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _judge(self, request: web.Request) -> web.Response:
        asked = await request.json()
        for picture in asked["pictures"]:
            picture["data"] = base64.b64decode(picture["data"])
        self.asked.append(asked)
        instead = None if self.before is None else await self.before()
        return instead or web.json_response(self.answer(asked))


async def _serve() -> None:
    async with SimulatedModerator(port=_PORT) as moderator:
        print(f"Judging at {moderator.url}")
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve())
