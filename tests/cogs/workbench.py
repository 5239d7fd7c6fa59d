"""The workbench as a test uses it."""

from __future__ import annotations

from typing import Any

from simcord.results import ResponseMessage

from tests.cogs.messages import fill
from tests.support import text_of, walk


def as_it_is(here: Any, message: Any) -> Any:
    """A private message as it is now."""
    return ResponseMessage(here.env, here.env.backend.get_message(message.channel_id, message.id))


def names(panel: Any) -> list[str]:
    """The references that a workbench shows, in order."""
    lines = [line for line in text_of(panel).splitlines() if line.startswith("**@")]
    return [line.split("**")[1] for line in lines]


def files(panel: Any) -> list[str]:
    """The names of their files."""
    return [line.split("** ")[1] for line in text_of(panel).splitlines() if line.startswith("**@")]


def thumbnails(panel: Any) -> list[str]:
    """The addresses of the pictures that it shows."""
    return [item["media"]["url"] for item in walk(panel.components) if item["type"] == 11]


async def press(here: Any, panel: Any, label: str, number: int = 1, who: Any = None) -> Any:
    """Press the button with a label, the n-th of several; the panel as it is then."""
    ids = [item["custom_id"] for item in walk(panel.components) if item.get("label") == label]
    await (who or here.alice).click(panel, custom_id=ids[number - 1])
    return as_it_is(here, panel)


async def remove(here: Any, panel: Any, name: str) -> Any:
    """Remove one of the references that are shown."""
    return await press(here, panel, "Remove", names(panel).index(name) + 1)


async def choose(here: Any, panel: Any, what: str, value: str) -> Any:
    """Choose from one of the lists; the panel as it is then."""
    [custom_id] = [one for item in walk(panel.components) if f"choice:{what}:" in (one := item.get("custom_id") or "")]
    await here.alice.select(panel, [value], custom_id=custom_id)
    return as_it_is(here, panel)


async def edit(here: Any, panel: Any, prompt: str) -> Any:
    """Write another prompt; the panel as it is then."""
    await fill(here, await here.alice.click(panel, label="Edit prompt"), prompt)
    return as_it_is(here, panel)


async def make(here: Any, panel: Any) -> Any:
    """Make the video: the answer."""
    return await here.alice.click(panel, label="Make")
