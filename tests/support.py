"""What many tests need: pictures, requests, and readable text of messages."""

from __future__ import annotations

import io
import random
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple

import discord
from PIL import Image

from bot.domain.clock import Clock, utc_now
from bot.domain.job import Job, JobState
from bot.domain.policy import Policy
from bot.domain.request import Element, Picture, VideoRequest
from bot.domain.usage import Span, Sums
from bot.store.job_store import Store
from bot.store.quota import QuotaStore
from cogs.ui.custom_ids import COPY, MENU
from sandbox.outcome_marks import told_job

File = tuple[str, bytes]
NOON = datetime(2026, 8, 8, 12, tzinfo=UTC)


class ManualClock:
    """A clock that a test sets; it begins at noon."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@cache
def picture_bytes(seed: int = 0, size: tuple[int, int] = (640, 480), kind: str = "PNG") -> bytes:
    """A small picture, different for each seed."""
    colour = tuple(random.Random(seed).randrange(256) for _ in range(3))
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, kind)
    return buffer.getvalue()


def png(name: str = "picture.png", seed: int = 0) -> File:
    """A picture as SimCord takes a file."""
    return name, picture_bytes(seed)


def picture(number: int = 0, **changes: Any) -> Picture:
    """A picture as Discord would describe it."""
    values: dict[str, Any] = {
        "url": f"https://cdn.example/attachments/1/{number}/picture{number}.png?ex=1&hm=2",
        "filename": f"picture{number}.png",
        "content_type": "image/png",
        "size": 20_000,
        "width": 640,
        "height": 480,
    }
    return Picture(**values | changes)


def request(prompt: str = "The ox of @Image1 dances", **changes: Any) -> VideoRequest:
    """A request that is fine."""
    values: dict[str, Any] = {
        "prompt": prompt,
        "images": {1: picture(1)},
        "elements": {},
        "duration": 5,
        "aspect_ratio": "16:9",
    }
    return VideoRequest(**values | changes)


def element(number: int = 0, angles: int = 0) -> Element:
    """An element with a front view and some angles."""
    return Element(
        front=picture(number * 10), angles={angle: picture(number * 10 + angle) for angle in range(1, angles + 1)}
    )


def job(number: int = 1, **changes: Any) -> Job:
    """A job as it is when it was just accepted."""
    now = datetime(2026, 8, 8, 12, tzinfo=UTC)
    values: dict[str, Any] = {
        "id": f"{number:016x}",
        "user_id": 7,
        "guild_id": 9,
        "channel_id": 11,
        "state": JobState.ACCEPTED,
        "request": request(),
        "seconds": 5,
        "created_at": now,
        "updated_at": now,
    }
    return Job(**values | changes)


class Usage(NamedTuple):
    """What one user has of today in one server: seconds of the day's own limit and of grants together."""

    used: int = 0
    held: int = 0
    active: int = 0


async def usage_of(store: Store, user_id: int, guild_id: int, clock: Clock = utc_now) -> Usage:
    """What the store has of a user today, as an admin's report and the user's own quota show it."""
    accounts = QuotaStore(store.database, clock)
    report = await accounts.usage(guild_id, Span.DAY)
    sums = next((user.sums for user in report.users if user.user_id == user_id), Sums())
    view = await accounts.quota(user_id, guild_id, (), Policy(daily_seconds=60, max_active=2))
    return Usage(used=sums.used, held=sums.held, active=view.standing.active)


def unreadable_video(size: int) -> bytes:
    """What looks like an MP4 from outside, of so many bytes, and holds nothing that can be played."""
    head = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"
    return head + random.Random(1).randbytes(size - len(head))


def walk(components: list[Any]) -> Iterator[dict[str, Any]]:
    """Every component of a message, as Discord's JSON."""
    for component in components:
        data = component if isinstance(component, dict) else component.to_dict()
        yield data
        yield from walk(data.get("components") or [])
        if data.get("accessory"):
            yield data["accessory"]


def text_of(message: Any) -> str:
    """Everything that a message says, a line for each text."""
    shown = [item["content"] for item in walk(message.components) if item["type"] == 10]
    return "\n".join([message.content, *shown] if message.content else shown)


def buttons_of(message: Any) -> dict[str, dict[str, Any]]:
    """A message's buttons by their labels."""
    return {item["label"]: item for item in walk(message.components) if item["type"] == 2}


def is_outcome(message: Any) -> bool:
    """Whether a message tells how a job ended."""
    return told_job(walk(message.components)) is not None


async def choose(who: Any, message: Any, choice: str) -> Any:
    """Press **More** under a result, and there one of its choices; the answer, or why **More** is refused."""
    shown = await more(who, message)
    marked = [str(item.get("custom_id", "")) for item in walk(private(shown).components)]
    chosen = [mark for mark in marked if mark.startswith(f"job:choice:{choice}:")]
    return await who.click(private(shown), custom_id=chosen[0]) if chosen else shown


async def more(who: Any, message: Any) -> Any:
    """Press **More** under a result; the answer."""
    marks = (MENU.prefix, COPY.prefix)
    [mark] = [item["custom_id"] for item in walk(message.components) if item.get("custom_id", "").startswith(marks)]
    return await who.click(message, custom_id=mark)


async def choices_behind(who: Any, message: Any) -> list[str]:
    """What somebody is offered by **More** under a result."""
    return list(buttons_of(private(await more(who, message))))


def links_of(message: Any) -> list[str]:
    """Where a message leads: its link buttons, and the links in its text."""
    buttons = [item["url"] for item in walk(message.components) if item["type"] == 2 and "url" in item]
    return buttons + re.findall(r"\]\(<([^>]+)>\)", text_of(message))


def private(answer: Any) -> Any:
    """The private message that an interaction was answered with, at once or after a moment."""
    shown, *hints = [m for m in (answer.response, *answer.followups) if m is not None and (m.content or m.components)]
    assert shown.ephemeral
    assert all(hint.ephemeral for hint in hints)
    return shown


def media_of(message: Any) -> list[str]:
    """The addresses of what a message's gallery plays."""
    galleries = (item for item in walk(message.components) if item["type"] == 12)
    return [entry["media"]["url"] for gallery in galleries for entry in gallery["items"]]


def alternative_texts(message: Any) -> list[str]:
    """What stands for each picture and video of a message's galleries."""
    galleries = (item for item in walk(message.components) if item["type"] == 12)
    return [entry.get("description") or "" for gallery in galleries for entry in gallery["items"]]


def mentions_in(sent: dict[str, Any]) -> list[str]:
    """Whom a sent body may ping."""
    allowed = sent.get("allowed_mentions", {"parse": ["everyone", "users", "roles"]})
    return [*allowed.get("parse", []), *map(str, allowed.get("users", [])), *map(str, allowed.get("roles", []))]


def denied(*names: str) -> discord.PermissionOverwrite:
    """An overwrite that denies some permissions."""
    return discord.PermissionOverwrite(**dict.fromkeys(names, False))
