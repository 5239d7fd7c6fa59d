"""The sandbox's page, asked over HTTP as a browser does."""

import asyncio
import html
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
import simcord

from bot.domain.clock import utc_now
from sandbox.drawings import ox_in_a_meadow
from sandbox.page import FAIL_MARK, Page, page
from sandbox.process import BotProcess
from sandbox.texts import saying


def names(folder: Path) -> list[str]:
    """What is in a folder."""
    return sorted(path.name for path in folder.iterdir())


class Reader:
    """A browser's part of the page: one context, whose state it reads again and again."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        parts = urlsplit(url)
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self._headers = {"X-Simcord-Capability": parts.fragment}

    async def open(self) -> int:
        """Load the page and open a context on it; the status of the page."""
        async with self._session.get(f"{self._origin}/") as answer:
            status = answer.status
            assert "SimCord" in await answer.text()
        async with self._session.post(f"{self._origin}/api/pages", json={}, headers=self._headers) as answer:
            self._headers["X-Simcord-Context"] = (await answer.json())["context"]["id"]
        return status

    async def state(self) -> dict[str, Any]:
        """What the page shows now. Reading does not repaint it."""
        async with self._session.get(f"{self._origin}/api/state", headers=self._headers) as answer:
            return dict(await answer.json())

    async def reads(self, text: str) -> None:
        """Read until the text is there, as often as a browser may. Raises TimeoutError."""
        await shown(self.state, text)


async def shown(state: Callable[[], Awaitable[dict[str, Any]]], text: str) -> None:
    """Ask for a state until the text is in it, as a browser does; it is not told of changes."""
    async with asyncio.timeout(20):
        while True:
            if text in str(await state()):
                return
            await asyncio.sleep(0.02)


@asynccontextmanager
async def reading(folder: Path, seconds: float = 0.2) -> AsyncIterator[tuple[Page, Reader]]:
    """A page and its reader."""
    async with page(folder, seconds=seconds) as served, aiohttp.ClientSession() as session:
        reader = Reader(session, served.preview.url)
        assert await reader.open() == 200
        yield served, reader


async def ask(served: Page, prompt: str) -> None:
    """Have alice ask for a video in the thread that is shown."""
    await served.here.alice.slash(served.thread, "video", prompt=prompt, image1=("ox.png", ox_in_a_meadow()))


async def snapshot(served: Page) -> dict[str, Any]:
    """The page as SimCord itself tells it; empty while a repainting is under way."""
    try:
        return dict(await served.preview.snapshot())
    except simcord.SetupError:
        return {}


async def test_the_page_greets_its_reader(tmp_path: Path) -> None:
    async with reading(tmp_path) as (_, reader):
        await reader.reads("Hello alice")


@pytest.mark.exhaustive
async def test_a_video_appears_on_the_open_page_by_itself(tmp_path: Path) -> None:
    async with reading(tmp_path) as (served, reader):
        await ask(served, "The ox of @Image1 sings")
        await reader.reads(saying("result.ready"))
        await reader.reads("video.mp4")


async def test_a_snapshot_shows_a_new_message(tmp_path: Path) -> None:
    async with page(tmp_path, seconds=0.2) as served:
        await served.here.alice.send(served.thread, "Look at this")
        await shown(partial(snapshot, served), "Look at this")


async def test_a_prompt_can_ask_for_a_failure(tmp_path: Path) -> None:
    async with reading(tmp_path, seconds=1) as (served, reader):
        await ask(served, f"The ox of @Image1 {FAIL_MARK}")
        await reader.reads(saying("result.failed"))
        assert saying("result.ready") not in str(await reader.state())


async def test_times_on_the_page_are_real_ones(tmp_path: Path) -> None:
    async with reading(tmp_path) as (served, reader):
        await ask(served, "The ox of @Image1 sings")
        await reader.reads(saying("result.ready"))
        page_time = datetime.fromisoformat((await reader.state())["profile"]["presentationTime"])
    sent = [message.created_at for message in served.thread.history()]
    assert all(abs(moment - utc_now()) < timedelta(hours=1) for moment in (page_time, *sent))


async def test_leaving_the_page_closes_its_port(tmp_path: Path) -> None:
    async with aiohttp.ClientSession() as session:
        async with page(tmp_path, seconds=0.2) as served:
            urls = (served.preview.url, served.conversations.url)
        for url in urls:
            with pytest.raises(aiohttp.ClientConnectorError):
                await session.get(url)


async def listed(session: aiohttp.ClientSession, url: str) -> dict[str, str]:
    """The links of the list by what they say: the channel, its threads, each as on a phone."""
    async with session.get(url) as answer:
        text = await answer.text()
    names = re.findall(r'<a href="(show/[0-9]+)"[^>]*>([^<]+)</a>', text)
    return {html.unescape(name): url + link for link, name in names}


async def test_the_list_names_the_channel_and_its_threads_and_opens_each(tmp_path: Path) -> None:
    async with page(tmp_path, seconds=0.2) as served, aiohttp.ClientSession() as session:
        await served.here.alice.send(served.here.channel, "Only in the channel")
        links = await listed(session, served.conversations.url)
        assert list(links) == ["videos", "Alice's videos"]
        async with session.get(links["videos"], allow_redirects=False) as answer:
            assert answer.status == 303
            reader = Reader(session, answer.headers["Location"])
        await reader.open()
        await reader.reads("Only in the channel")


async def test_a_thread_that_the_bot_opens_is_on_the_list_with_its_video(tmp_path: Path) -> None:
    async with page(tmp_path, seconds=0.2) as served, aiohttp.ClientSession() as session:
        here = served.here
        await here.alice.slash(
            here.channel, "video", prompt="The ox of @Image1 sings", image1=("ox.png", ox_in_a_meadow())
        )
        await here.until(lambda: here.thread() and any(m.attachments for m in here.channel.threads[-1].history()))
        [_, _, opened] = (await listed(session, served.conversations.url)).values()
        async with session.get(opened, allow_redirects=False) as answer:
            reader = Reader(session, answer.headers["Location"])
        await reader.open()
        await reader.reads("video.mp4")


async def test_a_conversation_opens_while_the_bot_is_answering(tmp_path: Path) -> None:
    async with page(tmp_path, seconds=0.2) as served, aiohttp.ClientSession() as session:
        links = await listed(session, served.conversations.url)
        asking = asyncio.create_task(ask(served, "The ox of @Image1 sings"))
        async with session.get(links["videos"], allow_redirects=False) as answer:
            assert answer.status == 303
        await asking


async def test_as_on_a_phone_the_conversation_is_390_pixels_wide(tmp_path: Path) -> None:
    async with page(tmp_path, seconds=0.2) as served, aiohttp.ClientSession() as session:
        [link, *_] = (await listed(session, served.conversations.url)).values()
        async with session.get(link + "?phone=1", allow_redirects=False) as answer:
            reader = Reader(session, answer.headers["Location"])
        await reader.open()
        assert (await reader.state())["profile"]["width"] == 390


@pytest.mark.parametrize("path", ["/", "/other/", "/other/show/1"])
async def test_nobody_sees_the_list_without_its_key(tmp_path: Path, path: str) -> None:
    async with page(tmp_path, seconds=0.2) as served, aiohttp.ClientSession() as session:
        parts = urlsplit(served.conversations.url)
        async with session.get(f"{parts.scheme}://{parts.netloc}{path}") as answer:
            assert answer.status == 404


@pytest.mark.exhaustive
async def test_the_page_runs_until_it_is_told_to_stop(tmp_path: Path) -> None:
    arguments = ("-m", "sandbox.page", "--folder", str(tmp_path))
    async with BotProcess({}, arguments=arguments) as running:
        await running.wrote("To stop:")
        status = await running.stop()
    assert (status, running.stderr) == (0, "")
    assert "http://127.0.0.1:" in running.stdout
    assert names(tmp_path) == ["bird-front.png", "bird-side.png", "ox-in-a-meadow.png"]
