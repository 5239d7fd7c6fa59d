"""``make demo``: the main job from a slash command to a video, with no credentials and no network but loopback.

The bot is the real one: real discord.py, real SQLite, real HTTP and Server-Sent Events. Discord and Oxen are simulated.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import logging
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import discord

from sandbox.drawings import bird_from_the_front, bird_from_the_side, ox_in_a_meadow
from sandbox.oxen import SimulatedOxen
from sandbox.plain_text import size
from sandbox.texts import saying
from sandbox.transcript import Narrator, Tell
from sandbox.world import World, world

PROJECT = Path(__file__).resolve().parent.parent
FOLDER = PROJECT / "data" / "demo"
PROMPT = "@Element1 flies into the scene and lands on the table next to the ox in @Image1"
SECONDS = 4.0
_PATIENCE_SECONDS = 60.0
_FAILED, _INTERRUPTED = 1, 130


class DemoError(Exception):
    """The demo did not come to its end; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Film:
    """What PyAV finds in a video file. ``seconds`` is its duration."""

    seconds: float
    width: int
    height: int


async def play(folder: Path, seconds: float, tell: Tell, *, bold: bool = False) -> Path:
    """Play the conversation, save its video in ``folder`` and give its path.

    Raises:
        DemoError: there is no video at the end.
    """
    with tempfile.TemporaryDirectory(prefix="oxen-video-demo-") as scratch:
        async with world(Path(scratch), seconds=seconds, render=True, max_daily_seconds_per_user=600) as here:
            narrator = Narrator(here, tell, bold=bold)
            async with asyncio.TaskGroup() as tasks:
                watching = tasks.create_task(_watch_oxen(here.oxen, narrator, seconds + _PATIENCE_SECONDS))
                video = await _converse(here, narrator, seconds)
                watching.cancel()
    path = await asyncio.to_thread(_save, video, folder)
    try:
        film = await asyncio.to_thread(inspect, path)
    except (OSError, ValueError, IndexError) as error:
        raise DemoError(f"The video in {_shown(path)} cannot be played: {error}") from error
    tell(f"\nThe video is in {_shown(path)}")
    tell(f"It plays for {film.seconds:.1f} s at {film.width} x {film.height}, and has {size(len(video))}.")
    return path


async def _converse(here: World, narrator: Narrator, seconds: float) -> bytes:
    """Alice's part. What comes back is the file that the bot's last message carries."""
    await _ask_quota(here, narrator)
    await here.alice.slash(
        here.channel,
        "video",
        prompt=PROMPT,
        image1=("ox-in-a-meadow.png", await asyncio.to_thread(ox_in_a_meadow)),
        element1_front=("bird-front.png", await asyncio.to_thread(bird_from_the_front)),
        element1_angle1=("bird-side.png", await asyncio.to_thread(bird_from_the_side)),
    )
    try:
        outcome: discord.Message = await here.until(lambda: _outcome(here), timeout=seconds + _PATIENCE_SECONDS)
    except TimeoutError as error:
        raise DemoError(f"No answer came within {seconds + _PATIENCE_SECONDS:.0f} s.") from error
    videos = [file for file in outcome.attachments if file.filename.endswith(".mp4")]
    if not videos:
        raise DemoError("The bot's last message carries no video; what it says is above.")
    await here.until(lambda: _card_text(here).startswith(saying("card.done")))
    await _ask_quota(here, narrator)
    data = here.env.backend.cdn.get(videos[0].url)
    if data is None:
        raise DemoError("The simulated Discord does not have the video that the bot sent.")
    return data


async def _ask_quota(here: World, narrator: Narrator) -> None:
    result = await here.alice.slash(here.channel, "quota")
    if result.response is None:
        raise DemoError("/quota was not answered.")
    narrator.private_answer({"components": result.response.components}, here.channel.id)


def _outcome(here: World) -> discord.Message | None:
    """The bot's message that mentions alice."""
    thread = here.thread()
    messages = thread.history() if thread else []
    return next((message for message in messages if any(user.id == here.alice.id for user in message.mentions)), None)


def _card_text(here: World) -> str:
    """The text of the first card in the channel."""
    for message in here.channel.history():
        for component in message.components:
            first = component.children[0] if isinstance(component, discord.Container) else None
            if isinstance(first, discord.SectionComponent):  # a poster is beside the text
                first = first.children[0]
            if isinstance(first, discord.TextDisplay):
                return first.content
    return ""


async def _watch_oxen(oxen: SimulatedOxen, narrator: Narrator, patience: float) -> None:
    """Tell what goes to Oxen and what comes of it."""
    narrator.asked(await oxen.wait_for_request("POST", "/api/ai/queue", timeout=patience))
    generation = await oxen.wait_for_generation(timeout=patience)
    narrator.ended(await oxen.wait_for_end(generation.id, timeout=patience))


def _save(video: bytes, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "video.mp4"
    part = path.with_suffix(".part")
    part.write_bytes(video)
    return part.replace(path)


def inspect(path: Path) -> Film:
    """Decode a video to its end. Blocking. Raises OSError, ValueError or IndexError when it cannot be played."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        frames = sum(1 for _ in container.decode(stream))
        if not frames or not stream.average_rate:
            raise ValueError("it has no frames")
        return Film(seconds=float(frames / stream.average_rate), width=stream.width, height=stream.height)


def _shown(path: Path) -> str:
    return str(path.relative_to(PROJECT)) if path.is_relative_to(PROJECT) else str(path)


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox.demo", description="Play the main job, no credentials.")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="how long the generation takes (default: 4)")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where video.mp4 goes (default: data/demo)")
    parsed = parser.parse_args(arguments)
    if not 0 <= parsed.seconds <= 3_600:
        parser.error("--seconds must be between 0 and 3600")
    return parsed


def _reason(error: BaseException) -> str:
    """One sentence; of a group, the first error that is none."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return str(error) if isinstance(error, DemoError) else f"{type(error).__name__}: {error}"


def main(arguments: list[str] | None = None) -> int:
    """Play the demo on the console; the exit status."""
    options: Any = _parse(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("bot.operations.start_checks").setLevel(logging.ERROR)  # advice for whoever pays Oxen
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A console that knows fewer letters shows "?" for the rest, rather than ending the demo.
        sys.stdout.reconfigure(errors="replace")
    bold = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    print("The real bot between a simulated Discord and a simulated Oxen. No credentials, nothing is charged.")
    try:
        asyncio.run(play(options.folder, options.seconds, lambda line: print(line, flush=True), bold=bold))
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return _INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the edge: whatever it was becomes a sentence and a status
        print(f"\nThe demo failed: {_reason(error)}", file=sys.stderr)
        return _FAILED
    return 0


if __name__ == "__main__":
    sys.exit(main())
