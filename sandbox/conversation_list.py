"""The sandbox's channel and its threads as a list in the browser; the one that is chosen opens in SimCord's preview."""

from __future__ import annotations

import asyncio
import html
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Final

import simcord
from aiohttp import web
from simcord.builders import ChannelHandle
from simcord.preview import Preview

from sandbox.page_server import draw_as_discord
from sandbox.world import World

PHONE_WIDTH: Final = 390
"""In CSS pixels."""
_RETRY_SECONDS: Final = 0.1
_PATIENCE_SECONDS: Final = 30.0
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
}
_PAGE: Final = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="5">
<title>The Herd</title>
<style>
body {{ background: #313338; color: #dbdee1; font: 16px/1.5 sans-serif; margin: 2rem auto; max-width: 40rem }}
a {{ color: #00a8fc }} li {{ margin: .5rem 0 }} small {{ color: #949ba4 }}
</style>
<h1>The Herd</h1>
<p>Each opens in a tab of its own; at its top you can be alice, bob or ada, who is an admin. One is open at a time.</p>
<ul>
{lines}
</ul>
"""
_LINE: Final = """\
<li>{mark}<a href="show/{id}" target="conversation">{name}</a>
<small>· {messages} · <a href="show/{id}?phone=1" target="conversation">as on a phone</a></small>"""


class ConversationList:
    """Serves the list, and owns the preview of the conversation that is open."""

    def __init__(self, here: World, viewers: Sequence[Any]) -> None:
        self._here = here
        self._viewers = viewers
        self._key = secrets.token_urlsafe(12)
        self._port = 0
        self._switching = asyncio.Lock()
        self._open = AsyncExitStack()
        self._preview: Preview | None = None

    @property
    def url(self) -> str:
        """Where the list is. It holds a key: whoever has it can read and write as everybody."""
        return f"http://127.0.0.1:{self._port}/{self._key}/"

    @property
    def preview(self) -> Preview:
        """The conversation that is open."""
        assert self._preview is not None
        return self._preview

    @asynccontextmanager
    async def running(self, first: ChannelHandle, port: int = 0) -> AsyncIterator[None]:
        """Serve the list on a port of 127.0.0.1 (0: any free one), with one conversation open.

        Raises:
            simcord.SetupError: the port is taken.
        """
        app = web.Application()
        app.router.add_get(f"/{self._key}/", self._list)
        app.router.add_get(f"/{self._key}/show/{{channel:[0-9]{{1,20}}}}", self._show)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        try:
            site = web.TCPSite(runner, "127.0.0.1", port)
            try:
                await site.start()
            except OSError as error:
                raise simcord.SetupError(f"the page could not bind port {port}") from error
            self._port = int(runner.addresses[0][1])
            await self.show(first)
            yield
        finally:
            await runner.cleanup()
            await self._open.aclose()

    async def show(self, channel: ChannelHandle, width: int | None = None) -> None:
        """Close the conversation that is open and open another, on request in a fixed width (in pixels).

        Raises:
            TimeoutError: the bot was busy for all the time.
        """
        size: dict[str, Any] = {} if width is None else {"width": width, "display": "fixed"}

        async def open_it() -> None:
            preview = draw_as_discord(self._here.env.preview(channel, viewers=self._viewers, layout="channel", **size))
            self._preview = await self._open.enter_async_context(preview)

        async with self._switching, asyncio.timeout(_PATIENCE_SECONDS):
            await self._open.aclose()
            await _when_free(open_it)

    async def refresh(self) -> None:
        """Show what changed."""
        await _when_free(lambda: self.preview.refresh())

    async def wait_closed(self) -> None:
        """Return once the reader ended a conversation on its page."""
        while True:
            preview = self.preview
            await preview.wait_closed()
            async with self._switching:
                if preview is self._preview:
                    return

    def _channels(self) -> list[ChannelHandle]:
        return [self._here.channel, *self._here.channel.threads]

    async def _list(self, _request: web.Request) -> web.Response:
        lines = [
            _LINE.format(
                mark="#&nbsp;" if channel is self._here.channel else "↳&nbsp;",
                id=channel.id,
                name=html.escape(channel.name or ""),
                messages=f"{count} message" if (count := len(channel.history())) == 1 else f"{count} messages",
            )
            for channel in self._channels()
        ]
        return web.Response(text=_PAGE.format(lines="\n".join(lines)), content_type="text/html", headers=_HEADERS)

    async def _show(self, request: web.Request) -> web.Response:
        chosen = [channel for channel in self._channels() if str(channel.id) == request.match_info["channel"]]
        if not chosen:
            raise web.HTTPNotFound
        width = PHONE_WIDTH if "phone" in request.query else None
        await self.show(chosen[0], width)
        raise web.HTTPSeeOther(self.preview.url, headers=_HEADERS)


async def _when_free(do: Callable[[], Awaitable[None]]) -> None:
    """Do something on SimCord's page. Where its reader or the bot is busy just now, theirs goes first."""
    while True:
        try:
            await do()
        except (simcord.SetupError, simcord.BackendError, TimeoutError):
            await asyncio.sleep(_RETRY_SECONDS)
        else:
            return
