"""``make sandbox``: the simulated Discord as a page in the browser; behind it the real bot and a simulated Oxen."""

from __future__ import annotations

import argparse
import asyncio
import logging
import math
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import discord
import simcord
from simcord.builders import ChannelHandle
from simcord.preview import Preview

from sandbox.conversation_list import ConversationList
from sandbox.drawings import PICTURES
from sandbox.oxen import SimulatedGeneration, SimulatedOxen
from sandbox.wall_clock import follow_wall_clock
from sandbox.world import World, world

PROJECT = Path(__file__).resolve().parent.parent
PICTURES_FOLDER = PROJECT / "data" / "sandbox"
SECONDS = 6.0
FAIL_MARK = "[fail]"
_FAILED = 1
_GATHER_SECONDS = 0.1
_WELCOME = (
    "Hello alice, the bot works in this thread. Type `/help`, or `/video` with a prompt and pictures; `/quota` and "
    "`/videos` are there too. At the top you can be me instead, and see what others see of it, or ada, an admin: "
    "`/admin setup`."
)
_HELP = """\
Open this page (the address is a key to it, so keep it to yourself):

    {url}

It lists the channel and its threads; begin with the thread. You are alice there: type /help for examples, or /video
with a prompt and pictures; /quota and /videos are there too. At the top you can be bob, or ada, who is an admin:
/admin setup.

Pictures to pick are in {pictures}
A prompt for them:      @Element1 flies into the scene and lands on the table next to the ox in @Image1
A generation takes:     {seconds:g} s (--seconds)
To see a failure:       write {fail} anywhere in the prompt
To stop:                press Ctrl-C
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What is behind the page. ``thread`` is what it shows at first."""

    here: World
    thread: ChannelHandle
    conversations: ConversationList

    @property
    def preview(self) -> Preview:
        """The conversation that is open."""
        return self.conversations.preview


@asynccontextmanager
async def page(folder: Path, *, seconds: float = SECONDS, port: int = 0, render: bool = True) -> AsyncIterator[Page]:
    """Serve a list of the channel and its threads, one of them open as alice sees it; the database is in ``folder``.

    Raises:
        simcord.SetupError: the port is taken.
    """
    async with world(folder, seconds=seconds, render=render, max_daily_seconds_per_user=600) as here:
        follow_wall_clock(here.env)
        thread = _open_thread(here, "Alice's videos")
        bob = here.guild.add_member(here.env.create_user("bob"))
        admins = here.guild.create_role("admins", permissions=discord.Permissions(manage_guild=True))
        ada = here.guild.add_member(here.env.create_user("ada"), roles=[admins])
        await bob.send(thread, _WELCOME)
        conversations = ConversationList(here, [here.alice, bob, ada])
        async with conversations.running(thread, port), asyncio.TaskGroup() as tasks:
            mine = [
                tasks.create_task(_repaint(here, conversations), name="repaint"),
                tasks.create_task(_fail_on_request(here.oxen, seconds), name="fail-on-request"),
            ]
            try:
                yield Page(here=here, thread=thread, conversations=conversations)
            finally:
                for task in mine:
                    task.cancel()


def _open_thread(here: World, name: str) -> ChannelHandle:
    """A thread of alice's, where the video arrives as well: so a first video is made without a change of pages."""
    here.env.backend.create_thread(here.channel.id, name, here.alice.id)
    return here.channel.threads[-1]


async def _repaint(here: World, conversations: ConversationList) -> None:
    """Show on the page what changes in the simulated Discord."""
    changed = asyncio.Event()

    def note(_event: str, _payload: Mapping[str, Any]) -> None:
        changed.set()

    here.env.backend.subscribers.append(note)
    try:
        while True:
            await changed.wait()
            await asyncio.sleep(_GATHER_SECONDS)
            changed.clear()
            await conversations.refresh()
    finally:
        here.env.backend.subscribers.remove(note)


async def _fail_on_request(oxen: SimulatedOxen, seconds: float) -> None:
    """Fail every generation whose prompt asks for it."""
    async with asyncio.TaskGroup() as tasks:
        count = 0
        while True:
            count += 1
            generation = await oxen.wait_for_generation(count, timeout=math.inf)
            if FAIL_MARK in str(generation.body.get("prompt")):
                tasks.create_task(_fail(oxen, generation, seconds / 2))


async def _fail(oxen: SimulatedOxen, generation: SimulatedGeneration, after: float) -> None:
    await asyncio.sleep(after)
    if generation.status.active:
        oxen.fail(generation.id, f"The provider gave up, as {FAIL_MARK} in the prompt asked it to")


def write_pictures(folder: Path) -> None:
    """Put the drawings where a file picker finds them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, draw in PICTURES.items():
        (folder / name).write_bytes(draw())


async def serve(pictures: Path, seconds: float, port: int, stop: asyncio.Event) -> None:
    """Serve the page until ``stop`` is set or its reader ends it; say on the console what to do with it."""
    await asyncio.to_thread(write_pictures, pictures)
    shown = pictures.relative_to(PROJECT) if pictures.is_relative_to(PROJECT) else pictures
    with tempfile.TemporaryDirectory(prefix="oxen-video-sandbox-") as folder:
        async with page(Path(folder), seconds=seconds, port=port) as served:
            print(
                _HELP.format(url=served.conversations.url, pictures=shown, seconds=seconds, fail=FAIL_MARK),
                flush=True,
            )
            await _first(stop.wait(), served.conversations.wait_closed())
    print("Stopped.", flush=True)


async def _first(*waits: Any) -> None:  # noqa: ANN401 - any coroutine
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _run(pictures: Path, seconds: float, port: int) -> None:
    stop = asyncio.Event()
    for signum in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(signum, stop.set)
    await serve(pictures, seconds, port, stop)


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox.page", description="The bot in a browser, no credentials.")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="how long a generation takes (default: 6)")
    parser.add_argument("--port", type=int, default=0, help="where to listen on 127.0.0.1 (default: any free port)")
    parser.add_argument(
        "--folder", type=Path, default=PICTURES_FOLDER, help="where pictures to pick are put (default: data/sandbox)"
    )
    parsed = parser.parse_args(arguments)
    if not 0 <= parsed.seconds <= 3_600:
        parser.error("--seconds must be between 0 and 3600")
    if not 0 <= parsed.port <= 65_535:
        parser.error("--port must be between 0 and 65535")
    return parsed


def _reason(error: BaseException) -> str:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return str(error) if isinstance(error, simcord.SetupError) else f"{type(error).__name__}: {error}"


def main(arguments: list[str] | None = None) -> int:
    """Serve the page until it is stopped; the exit status."""
    options: Any = _parse(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("bot.operations.start_checks").setLevel(logging.ERROR)  # advice for whoever pays Oxen
    try:
        asyncio.run(_run(options.folder, options.seconds, options.port))
    except Exception as error:  # noqa: BLE001 - the edge: whatever it was becomes a sentence and a status
        print(f"The sandbox stopped: {_reason(error)}", file=sys.stderr)
        return _FAILED
    return 0


if __name__ == "__main__":
    sys.exit(main())
