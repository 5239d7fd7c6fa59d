"""Somebody who uses the page in a browser."""

import json
from collections.abc import Mapping
from pathlib import Path

from tests.sandbox.browser import Tab

# A small clip instead of a rendered video: SimCord makes a copy of it that Chromium plays, and gives up after 30 s.
VIDEO = "document.querySelector('video')"


def says(text: str) -> str:
    """The condition that the page shows a text."""
    return f"document.body.innerText.includes({json.dumps(text)})"


async def open_page(tab: Tab, url: str) -> None:
    """Go to the page, and see its greeting and that it has measured the window."""
    await tab.open(url)
    await tab.until(says("Hello alice"))
    await tab.until(says("Viewport updated"))


async def type_command(tab: Tab, name: str) -> None:
    """Type a command and take it from the list that opens."""
    await tab.click("#channel-composer-input")
    await tab.until("document.activeElement.id === 'channel-composer-input'")
    await tab.type(f"/{name}")
    await tab.until("document.querySelector('.command-entry.is-active')")
    await tab.press("Enter")


async def ask_for_video(tab: Tab, prompt: str, files: Mapping[str, Path]) -> None:
    """Type ``/video`` with a prompt, choose files for its options, and send it."""
    await type_command(tab, "video")
    await tab.until("document.activeElement.dataset.option === 'prompt'")
    await tab.type(prompt)
    for option, file in files.items():
        await tab.click(".command-ghost")
        await tab.click(f".command-suggestion[data-value={option}]")
        await tab.choose(f"input[type=file][data-option={option}]", [file])
        await tab.until(f"document.querySelector('button[data-option={option}]').innerText === '{file.name}'")
    await tab.click("#send-message")


async def play(tab: Tab) -> None:
    """Press play on the video that is there, and see a second of it."""
    await tab.until(f"{VIDEO} && {VIDEO}.readyState >= 2")
    await tab.run(f"{VIDEO}.scrollIntoView({{block: 'center'}})")
    await tab.run(f"{VIDEO}.play()")
    await tab.until(f"{VIDEO}.currentTime > 1")
