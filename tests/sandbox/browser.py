"""A Chromium without a window, driven over its DevTools protocol (https://chromedevtools.github.io/devtools-protocol)."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import itertools
import json
import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

WINDOW = (1200, 800)
_START_SECONDS = 60.0
_STOP_SECONDS = 60.0
_WAIT_SECONDS = 120.0
_POLL_SECONDS = 0.05
_OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--no-zygote",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--remote-debugging-port=0",
)
_KEYS = {"Enter": 13, "Tab": 9, "Escape": 27, "ArrowDown": 40, "ArrowUp": 38}

_IS_HIT = """(async () => {
    const middle = () => {
        const element = document.querySelector(SELECTOR);
        if (!element) return null;
        const {x, y, width, height} = element.getBoundingClientRect();
        return element.contains(document.elementFromPoint(x + width / 2, y + height / 2)) ? `${x} ${y}` : null;
    };
    const before = middle();
    for (const _ of [1, 2]) await new Promise(requestAnimationFrame);
    return before !== null && before === middle();
})()"""
"""Whether a press in the middle of an element meets it, and would two frames later."""

Box = dict[str, float]
"""Where something is on the page: x, y, width and height in CSS pixels from the top left corner."""


class BrowserError(Exception):
    """The browser, or the script in its page, answered with an error."""


def chromium() -> str | None:
    """Where this machine has a Chromium."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class Tab:
    """One page of the browser."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self._session: str | None = None

    async def attach(self, size: tuple[int, int]) -> None:
        """Open an empty page and talk to it from now on."""
        target = (await self.call("Target.createTarget", url="about:blank"))["targetId"]
        attached = await self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        await self.resize(size)

    async def resize(self, size: tuple[int, int]) -> None:
        """Give the window another width and height, in CSS pixels."""
        await self.call(
            "Emulation.setDeviceMetricsOverride", width=size[0], height=size[1], deviceScaleFactor=1, mobile=False
        )

    async def leave(self) -> None:
        """Ask the whole browser to end."""
        self._session = None
        await self.call("Browser.close")

    async def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """The result of one command of the protocol. Raises BrowserError, TimeoutError."""
        number = next(self._numbers)
        order: dict[str, Any] = {"id": number, "method": method, "params": parameters}
        if self._session is not None:
            order["sessionId"] = self._session
        await self._socket.send_json(order)
        while True:
            answer = json.loads(await self._socket.receive_str(timeout=_WAIT_SECONDS * 2))
            if answer.get("id") == number:
                if "error" in answer:
                    raise BrowserError(f"{method}: {answer['error']['message']}")
                return dict(answer["result"])

    async def run(self, script: str) -> Any:
        """What an expression of JavaScript gives, awaited where it is a promise. Raises BrowserError."""
        answer = await self.call(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True, userGesture=True
        )
        if "exceptionDetails" in answer:
            raise BrowserError(f"{script}: {answer['exceptionDetails'].get('exception', {}).get('description')}")
        return answer["result"].get("value")

    async def until(self, condition: str, seconds: float = _WAIT_SECONDS) -> None:
        """Look until an expression is true. Raises TimeoutError, with what the page says."""
        try:
            async with asyncio.timeout(seconds):
                while True:
                    if await self.run(f"Promise.resolve({condition}).then(Boolean)"):
                        return
                    await asyncio.sleep(_POLL_SECONDS)
        except TimeoutError:
            raise TimeoutError(f"not so: {condition}; the page: {await self.run('document.body.innerText')}") from None

    async def open(self, url: str) -> None:
        """Go to a page."""
        await self.call("Page.navigate", url=url)
        await self.until("location.href !== 'about:blank' && document.readyState === 'complete'")

    async def box(self, selector: str) -> Box:
        """Where the first such element is, scrolled into view. Raises TimeoutError where there is none."""
        found = f"document.querySelector({json.dumps(selector)})"
        await self.until(found)
        await self.run(f"{found}.scrollIntoView({{block: 'nearest'}})")
        shape = "(({x, y, width, height}) => ({x, y, width, height}))"
        return dict(await self.run(f"{shape}({found}.getBoundingClientRect())"))

    async def click(self, selector: str) -> None:
        """Press and release the mouse in the middle of the first such element, once it lies still and uncovered."""
        await self.box(selector)
        await self.until(_IS_HIT.replace("SELECTOR", json.dumps(selector)))
        box = await self.box(selector)
        at: dict[str, Any] = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
        for kind in ("mousePressed", "mouseReleased"):
            await self.call("Input.dispatchMouseEvent", type=kind, button="left", clickCount=1, **at)

    async def type(self, text: str) -> None:
        """Type into whatever has the focus."""
        await self.call("Input.insertText", text=text)

    async def press(self, key: str) -> None:
        """Press and release a key."""
        code = _KEYS[key]
        for kind in ("rawKeyDown", "keyUp"):
            await self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code)

    async def choose(self, selector: str, files: Sequence[Path]) -> None:
        """Choose files in the first such input, as its file picker would."""
        await self.until(f"document.querySelector({json.dumps(selector)})")
        found = await self.call("Runtime.evaluate", expression=f"document.querySelector({json.dumps(selector)})")
        await self.call(
            "DOM.setFileInputFiles", files=[str(file) for file in files], objectId=found["result"]["objectId"]
        )

    async def photograph(self, box: Box | None = None) -> bytes:
        """A PNG of what the window shows, or of a part of it."""
        part = {} if box is None else {"clip": {**box, "scale": 1}}
        shot = await self.call("Page.captureScreenshot", format="png", **part)
        return base64.b64decode(shot["data"])


@asynccontextmanager
async def browser(program: str, *, size: tuple[int, int] = WINDOW) -> AsyncIterator[Tab]:
    """A browser with one empty page; its processes and its files are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="oxen-video-chromium-", ignore_cleanup_errors=True) as home:
        process = await asyncio.create_subprocess_exec(
            program,
            *_OPTIONS,
            f"--user-data-dir={home}",
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            env={**os.environ, "HOME": home, "TMPDIR": home, "XDG_CONFIG_HOME": home, "XDG_CACHE_HOME": home},
            start_new_session=True,
        )
        try:
            url = await _address(process, Path(home) / "DevToolsActivePort")
            async with aiohttp.ClientSession() as session, session.ws_connect(url, max_msg_size=0) as socket:
                tab = Tab(socket)
                await tab.attach(size)
                yield tab
                await tab.leave()
                async with asyncio.timeout(_STOP_SECONDS):
                    await process.wait()
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


async def _address(process: asyncio.subprocess.Process, note: Path) -> str:
    """Where the browser listens, once it has written it down."""
    async with asyncio.timeout(_START_SECONDS):
        while True:
            if process.returncode is not None:
                raise BrowserError(f"the browser ended with status {process.returncode}")
            if len(lines := _lines(note)) == 2:
                return f"ws://127.0.0.1:{lines[0]}{lines[1]}"
            await asyncio.sleep(_POLL_SECONDS)


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []
