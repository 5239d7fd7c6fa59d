"""Oxen: the key, the credit, the models, their prices, the event stream, the history. Nothing here costs anything."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

import aiohttp

from bot.config import Settings
from bot.domain.model_schema import UnusableModel, read_model
from bot.domain.model_spec import KLING_O1, Media, ModelSpec
from bot.domain.money import dollars, price_per_second
from bot.operations.doctor.clock import ServerClock, check_clock
from bot.operations.doctor.finding import Finding, fail, ok, warn
from bot.oxen.protocol import credit_of

_CALL_SECONDS: Final = 15.0
_KEEP_ALIVE_SECONDS: Final = 20.0
"""Oxen sends one every 15 s."""
_VIDEO_SECONDS: Final = 10
_MOST_FAVORITES: Final = 100
_BAD_KEY: Final = "Oxen refuses the key."
_NEW_KEY: Final = "Set OXEN_API_KEY to a key from Oxen's settings page."
_AWAY: Final = "Check OXEN_API_URL and the network, then Oxen's status."
_FAILURES: Final = (aiohttp.ClientError, OSError)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """A status and the JSON object that came with it, if one did."""

    status: int
    body: Mapping[str, object]


class _Oxen:
    """The few calls that are needed, with the key, to Oxen's own origin alone."""

    def __init__(self, session: aiohttp.ClientSession, settings: Settings) -> None:
        self._session = session
        self._settings = settings

    def request(self, path: str, timeout: aiohttp.ClientTimeout, **query: str) -> aiohttp.client._RequestContextManager:
        """A GET, to be entered. It is not redirected, as that would take the key elsewhere."""
        key = self._settings.oxen_api_key.get_secret_value()
        return self._session.get(
            f"{self._settings.api_url}/{path}",
            params=query,
            headers={"Authorization": f"Bearer {key}"},
            timeout=timeout,
            allow_redirects=False,
        )

    async def get(self, path: str, **query: str) -> _Answer:
        """What Oxen answers."""
        async with self.request(path, aiohttp.ClientTimeout(total=_CALL_SECONDS), **query) as response:
            try:
                body = await response.json(content_type=None)
            except ValueError:
                body = None
            return _Answer(status=response.status, body=body if isinstance(body, dict) else {})


async def check_oxen(settings: Settings) -> AsyncIterator[Finding]:
    """Everything about Oxen, one after the other: where it is away, that is said once."""
    clock = ServerClock()
    async with aiohttp.ClientSession(trace_configs=[clock.trace()]) as session:
        oxen = _Oxen(session, settings)
        try:
            queue = await oxen.get("ai/queue", model=settings.oxen_model)
        except _FAILURES as error:
            yield fail("Oxen", f"{settings.api_url} does not answer ({_in_short(error)}).", _AWAY)
            return
        yield _key(queue, settings)
        if queue.status in (401, 403):
            return
        try:
            async for finding in _models(oxen, settings):
                yield finding
        except _FAILURES as error:
            yield fail("Oxen", f"it stopped answering ({_in_short(error)}).", _AWAY)
        for check in (_credit, _history, _stream):
            try:
                yield await check(oxen, settings)
            except _FAILURES as error:
                yield fail("Oxen", f"it stopped answering ({_in_short(error)}).", _AWAY)
    yield check_clock("Oxen", clock)


def _key(queue: _Answer, settings: Settings) -> Finding:
    if queue.status in (401, 403):
        return fail("Oxen's key", _BAD_KEY, _NEW_KEY)
    if queue.status == 200 and "generations" in queue.body:
        return ok("Oxen's key", f"{settings.api_url} takes it.")
    return fail("Oxen", f"{settings.api_url} answers {queue.status}, and not like Oxen.", _AWAY)


async def _models(oxen: _Oxen, settings: Settings) -> AsyncIterator[Finding]:
    """Each model that videos or pictures may be made with: whether it is usable, and what it costs."""
    yield await _model(oxen, settings, settings.oxen_model)
    others = dict.fromkeys((*settings.model_ids, *await _favorites(oxen, settings)))
    for model in others:
        if model != settings.oxen_model:
            yield await _model(oxen, settings, model)
    for model in settings.image_model_ids:
        yield await _image_model(oxen, model)


async def _image_model(oxen: _Oxen, model: str) -> Finding:
    name, to_do = f"model {model}", "Choose another in OXEN_IMAGE_MODELS; python -m bot models lists them."
    answer = await oxen.get(f"ai/models/{quote(model, safe='')}")
    if answer.status != 200:
        return warn(name, "Oxen does not know it." if answer.status == 404 else f"Oxen answers {answer.status}.", to_do)
    read = read_model(answer.body)
    if isinstance(read, UnusableModel):
        return warn(name, f"not usable: {read.reason}.", to_do)
    if read.media is not Media.IMAGE:
        return warn(name, "not usable for pictures: it makes videos.", to_do)
    if read.price.per_image is None:
        return warn(name, "Oxen names no price of a picture. With a budget none is accepted then.", to_do)
    return ok(name, f"usable. A picture costs {dollars(read.price.per_image)}.")


async def _favorites(oxen: _Oxen, settings: Settings) -> list[str]:
    """The favorites of the account, where users may choose from them."""
    if not settings.offers_favorites:
        return []
    listed = (await oxen.get("ai/models/favorites")).body.get("data")
    found = [one.get("id") for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    return [one for one in found if isinstance(one, str)][:_MOST_FAVORITES]


async def _model(oxen: _Oxen, settings: Settings, model: str) -> Finding:
    """A model; where it is not the default, what is wrong with it keeps only those away who choose it."""
    is_default = model == settings.oxen_model
    setting = "OXEN_MODEL" if is_default else "OXEN_MODELS"
    name, bad = f"model {model}", fail if is_default else warn
    answer = await oxen.get(f"ai/models/{quote(model, safe='')}")
    if answer.status == 404:
        return bad(name, "Oxen does not know it.", f"Set {setting} to a model that Oxen lists.")
    if answer.status != 200:
        return bad(name, f"Oxen answers {answer.status}.", _AWAY)
    read = read_model(answer.body)
    if isinstance(read, UnusableModel) and not (is_default and read.id == KLING_O1.id):
        return bad(name, f"not usable: {read.reason}.", f"Choose another {setting}; python -m bot models lists them.")
    price = read.price.of_second()
    if isinstance(read, ModelSpec):
        price = read.price_of_second()
    if price is None:
        has_budget = settings.budget_usd_per_day is not None or settings.budget_usd_per_month is not None
        text = "Oxen names no price of a second."
        if has_budget:
            return bad(name, text, f"With a budget no video is accepted then. Choose another {setting}.")
        return warn(name, text, f"What is spent cannot be counted. Choose another {setting}, or live with it.")
    return ok(name, f"usable. A second costs {dollars(price)}, a video of 10 s {dollars(_VIDEO_SECONDS * price)}.")


async def _credit(oxen: _Oxen, settings: Settings) -> Finding:
    answer = await oxen.get("users/me")
    amount = credit_of(answer.body)
    if answer.status != 200 or amount is None:
        return warn("Oxen's credit", "Oxen does not say it for this key.", "Look at it on Oxen's billing page.")
    text = f"{dollars(max(0, amount))} are left."
    if amount <= 0:
        return fail("Oxen's credit", text, "Add credit on Oxen's billing page: every video is refused until then.")
    price = price_per_second((await oxen.get(f"ai/models/{quote(settings.oxen_model, safe='')}")).body)
    if price is not None and amount < _VIDEO_SECONDS * price:
        return warn("Oxen's credit", f"{text} That is less than one video of 10 s costs.", "Add credit.")
    return ok("Oxen's credit", text)


async def _history(oxen: _Oxen, _settings: Settings) -> Finding:
    answer = await oxen.get("ai/generations", page_size="1")
    if answer.status == 200:
        return ok("Oxen's history", "readable: what was charged can be compared.")
    return warn("Oxen's history", f"not readable (status {answer.status}): costs are those of the model's price.")


async def _stream(oxen: _Oxen, _settings: Settings) -> Finding:
    """Connect, and wait for the first byte: an event, or the keep-alive of an idle stream."""
    name = "Oxen's event stream"
    timeout = aiohttp.ClientTimeout(total=None, connect=_CALL_SECONDS, sock_read=_KEEP_ALIVE_SECONDS)
    async with oxen.request("events", timeout) as response:
        if response.status != 200 or response.content_type != "text/event-stream":
            text = f"Oxen answers {response.status} and no stream."
            return fail(name, text, "Videos are then found by the sweep alone, RECONCILE_SECONDS late. Ask Oxen.")
        try:
            first = await response.content.readany()
        except TimeoutError:
            first = b""
        if not first:
            text = f"it connects, but stays silent for {_KEEP_ALIVE_SECONDS:.0f} s."
            return warn(name, text, "Something on the way may hold it back, such as a proxy that buffers.")
    return ok(name, "it connects, and is alive.")


def _in_short(error: Exception) -> str:
    """Without the address, which may have been given a password."""
    return "no answer in time" if isinstance(error, TimeoutError) else type(error).__name__
