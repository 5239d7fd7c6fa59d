"""``doctor --make``: one video of 5 s, made from the command line by one of Oxen's three ways, and saved.

For whoever sets up a key: it needs neither Discord nor the database. It is paid for, and in nobody's ledger.
"""

from __future__ import annotations

import asyncio
import base64
import io
import logging
import random
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

import aiohttp
from PIL import Image, ImageDraw

from bot.config import Settings
from bot.domain.generation import PROMPT, Completion, Generation, GenerationRequest
from bot.domain.money import dollars, price_per_second
from bot.errors import BotError, OxenError, OxenRefused, OxenUncertain, OxenUnreachable, ResultError
from bot.oxen.client import OxenClient
from bot.oxen.stream import EventStream
from bot.public_web import PublicWeb

SECONDS: Final = 5
_MIB: Final = 1024 * 1024
_SIDE: Final = 768
_PROMPT: Final = "The camera moves slowly towards the sun of @Image1, while its light grows warmer."
_POLL_SECONDS: Final = 5.0
_CALL_SECONDS: Final = 15.0
_CONNECT_SECONDS: Final = 30.0


class Way(StrEnum):
    """Oxen's three ways to a video."""

    SYNC = "sync"
    """``POST /ai/videos/generate``, whose answer comes when the video is there."""
    QUEUE = "queue"
    """``POST /ai/queue``, then asking every few seconds."""
    EVENTS = "events"
    """``POST /ai/queue``, then waiting for the event stream to say it: what the bot does."""


class _NotMade(Exception):  # noqa: N818 - what happened
    """Oxen took the request and ended it without a video."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Maker:
    """Makes one video; ``say`` tells how far it is."""

    client: OxenClient
    settings: Settings
    say: Callable[[str], None]
    poll_seconds: float = _POLL_SECONDS

    async def make(self, way: Way) -> str:
        """The address of a new video.

        Raises:
            OxenError: Oxen refused, or could not be reached.
            _NotMade: it took the request, and made no video.
            TimeoutError: it was not done within ``JOB_TIMEOUT_SECONDS``.
        """
        ways: Mapping[Way, Callable[[GenerationRequest], Awaitable[str]]] = {
            Way.SYNC: self._wait_for_answer,
            Way.QUEUE: self._ask_again,
            Way.EVENTS: self._listen,
        }
        async with asyncio.timeout(self.settings.job_timeout_seconds):
            return await ways[way](self._request())

    def _request(self) -> GenerationRequest:
        return GenerationRequest(
            model=self.settings.oxen_model,
            parameters={
                PROMPT: _PROMPT,
                "input_image": [picture_address()],
                "duration": SECONDS,
                "aspect_ratio": "16:9",
            },
            target_namespace=self.settings.oxen_target_namespace,
        )

    async def _wait_for_answer(self, request: GenerationRequest) -> str:
        self.say("POST /ai/videos/generate: waiting for its answer, which takes 5 to 15 minutes.")
        return await self.client.generate(request, timeout_seconds=self.settings.job_timeout_seconds)

    async def _enqueue(self, request: GenerationRequest) -> str:
        generation_id = await self.client.enqueue(request)
        self.say(f"POST /ai/queue: Oxen took it as {generation_id}.")
        return generation_id

    async def _ask_again(self, request: GenerationRequest) -> str:
        generation_id, said = await self._enqueue(request), ""
        while True:
            generation = await self._look(generation_id)
            if generation is not None and generation.status != said:
                said = generation.status
                self.say(f"GET /ai/queue/{generation_id}: {said}.")
            if generation is not None and not generation.status.is_active:
                return _address(generation.result_url, generation.error_message)
            await asyncio.sleep(self.poll_seconds)

    async def _look(self, generation_id: str) -> Generation | None:
        """A generation; ``None`` where Oxen does not say now: it is paid for, so it is asked about again."""
        try:
            return await self.client.generation(generation_id)
        except OxenError as error:
            self.say(f"GET /ai/queue/{generation_id}: {error}. Asking again.")
            return None

    async def _listen(self, request: GenerationRequest) -> str:
        """Connect first: what fires while nobody listens is lost."""
        connected, heard = asyncio.Event(), asyncio.Queue[Completion]()

        async def note_connection() -> None:
            connected.set()

        stream = EventStream(
            self.client,
            silence_seconds=self.settings.stream_silence_seconds,
            on_connected=note_connection,
            on_completion=heard.put,
            rng=random.Random(),  # noqa: S311 - jitter, not a secret
        )
        listening = asyncio.create_task(stream.run(), name="event-stream")
        try:
            try:
                async with asyncio.timeout(_CONNECT_SECONDS):
                    await connected.wait()
            except TimeoutError:
                raise OxenUnreachable("Oxen's event stream cannot be connected") from None
            self.say("GET /events: connected.")
            generation_id = await self._enqueue(request)
            while True:
                completion = await self._next(heard, self.settings.stream_silence_seconds)
                if completion is not None and completion.generation_id != generation_id:
                    continue
                if completion is not None:
                    self.say(f"GET /events: {completion.status}.")
                    if completion.url or completion.error:
                        return _address(completion.url, completion.error)
                generation = await self._look(generation_id)  # an event may be lost, or say little
                if generation is not None and not generation.status.is_active:
                    return _address(generation.result_url, generation.error_message)
        finally:
            listening.cancel()
            await asyncio.wait({listening})

    @staticmethod
    async def _next(heard: asyncio.Queue[Completion], seconds: float) -> Completion | None:
        try:
            async with asyncio.timeout(seconds):
                return await heard.get()
        except TimeoutError:
            return None


def _address(url: str | None, error: str | None) -> str:
    if url is None:
        raise _NotMade(error or "Oxen does not say why")
    return url


def picture_address() -> str:
    """A drawn picture as a data address, so that none has to be on the web: a sun above hills."""
    image = Image.new("RGB", (_SIDE, _SIDE), (120, 170, 220))
    draw = ImageDraw.Draw(image)
    draw.ellipse((260, 140, 500, 380), fill=(255, 214, 110))
    draw.ellipse((-200, 480, 620, 1100), fill=(72, 128, 84))
    draw.ellipse((260, 540, 1080, 1200), fill=(54, 104, 72))
    data = io.BytesIO()
    image.save(data, "JPEG", quality=90)
    return f"data:image/jpeg;base64,{base64.b64encode(data.getvalue()).decode()}"


def make_first_video(settings: Settings, way: Way, target: Path, *, may_pay: bool) -> int:
    """Say the price, then make the video if that was agreed to; the process's status, 2 where nothing was made."""
    if target.exists() or not target.absolute().parent.is_dir():
        why = "is there already" if target.exists() else "cannot be made: its folder is not there"
        return _refuse(f"{target} {why}. Name another file with --output FILE. Nothing was made.")
    logging.disable()  # what is to be known of it is said
    return asyncio.run(_make(settings, way, target, may_pay=may_pay))


async def _make(settings: Settings, way: Way, target: Path, *, may_pay: bool) -> int:
    async with aiohttp.ClientSession() as session:
        client = OxenClient(
            session=session,
            base_url=settings.api_url,
            api_key=settings.oxen_api_key.get_secret_value,
            timeout_seconds=_CALL_SECONDS,
            elsewhere=PublicWeb(allow_private=settings.result_hosts_allow_private),
        )
        try:
            price = price_per_second(await client.model(settings.oxen_model))
        except BotError as error:
            return _refuse(f"The price is not known: {error}. Nothing was made; python -m bot doctor says more.")
        cost = "a price that Oxen does not name" if price is None else dollars(SECONDS * price)
        _say(f"A video of {SECONDS} s by {settings.oxen_model} costs {cost}, paid by the account of OXEN_API_KEY.")
        if not may_pay:
            return _refuse("Nothing was made. To make it, add --yes.")
        return await _pay_and_save(_Maker(client=client, settings=settings, say=_say), way, target)


async def _pay_and_save(maker: _Maker, way: Way, target: Path) -> int:
    begun = time.monotonic()
    try:
        url = await maker.make(way)
        most = maker.settings.max_result_mb * _MIB
        size = await maker.client.download(url, target, max_bytes=most)
    except (OxenUncertain, TimeoutError) as error:
        return _fail(f"It is not known what became of it ({error or 'no answer in time'}); it may have been paid for.")
    except OxenRefused as error:
        return _fail(f"Oxen refused it: {error.reason}. Nothing was made.")
    except _NotMade as error:
        return _fail(f"Oxen made no video: {error}. Whether it was charged is in Oxen's history.")
    except ResultError as error:
        return _fail(f"It was made, but could not be saved: {error}. Oxen still has it.")
    except BotError as error:
        return _fail(f"Nothing was made: {error}.")
    _say(f"Saved {target} ({size / _MIB:.1f} MB) after {time.monotonic() - begun:.0f} s.")
    return 0


def _say(sentence: str) -> None:
    print(sentence, flush=True)  # noqa: T201 - what was asked for


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)  # noqa: T201
    return 2


def _fail(sentence: str) -> int:
    print(sentence, file=sys.stderr)  # noqa: T201
    return 1
