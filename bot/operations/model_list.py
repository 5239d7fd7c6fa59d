"""``python -m bot models``: every model that makes videos, what each takes and costs, or why it is not usable."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import aiohttp

from bot.config import Settings
from bot.domain.model_schema import UnusableModel, media_of, read_model
from bot.domain.model_spec import DEFAULT_SECONDS, KLING_O1, Media, ModelSpec
from bot.domain.money import dollars
from bot.errors import OxenError, OxenNotFound
from bot.oxen.client import OxenClient
from bot.plain_text import on_one_line
from bot.store.models import read_models

_AT_ONCE: Final = 8
_FAVORITE: Final = "is_favorite"
_CALL_SECONDS: Final = 15.0


def show_models(settings: Settings) -> int:
    """Print the models, those that are offered first; the process's status."""
    logging.disable()  # what is to be known of it is said
    try:
        found = asyncio.run(_asked(settings))
    except OxenError as error:
        print(f"Oxen could not be asked ({error}). This is what it said last.", file=sys.stderr)  # noqa: T201
        found = {name: one.object for name, one in read_models(settings.database_path).items() if not one.is_gone}
        if not found:
            return 2
    offered = _offered(settings, found)
    for line in _lines(found, offered):
        print(on_one_line(line))  # noqa: T201 - what was asked for
    return 0


async def _asked(settings: Settings) -> dict[str, Mapping[str, object]]:
    """What Oxen lists, its favorites where they are offered, and what the settings name."""
    async with aiohttp.ClientSession() as session:
        client = OxenClient(
            session=session,
            base_url=settings.api_url,
            api_key=settings.oxen_api_key.get_secret_value,
            timeout_seconds=_CALL_SECONDS,
        )
        listed = await _listed(client)
        if settings.offers_favorites:
            for one in await client.favorite_models():
                listed[str(one["id"])] = {**one, _FAVORITE: True}
        wanted = [
            *settings.model_ids,
            *settings.image_model_ids,
            *(name for name, one in listed.items() if not _has_schema(one)),
        ]
        gate = asyncio.Semaphore(_AT_ONCE)
        answers = await asyncio.gather(*(_described(client, name, gate) for name in dict.fromkeys(wanted)))
        for name, answer in zip(dict.fromkeys(wanted), answers, strict=True):
            if answer is not None:
                listed[name] = {**answer, _FAVORITE: listed.get(name, {}).get(_FAVORITE, False)}
        return listed


async def _listed(client: OxenClient) -> dict[str, Mapping[str, object]]:
    """What Oxen lists of what the queue takes; the list is an extra, so without it the rest is asked for."""
    try:
        found = await client.models()
    except OxenError as error:
        print(f"Oxen gives no list of its models ({error}).", file=sys.stderr)  # noqa: T201
        return {}
    return {str(one["id"]): one for one in found if media_of(one) is not None}


async def _described(client: OxenClient, name: str, gate: asyncio.Semaphore) -> Mapping[str, object] | None:
    async with gate:
        try:
            return await client.model(name)
        except OxenNotFound:
            return None


def _has_schema(model: Mapping[str, object]) -> bool:
    return bool(model.get("request_schema") or model.get("json_request_schema"))


def _offered(settings: Settings, found: Mapping[str, Mapping[str, object]]) -> tuple[str, ...]:
    favorites = [name for name, one in found.items() if settings.offers_favorites and one.get(_FAVORITE)]
    return tuple(dict.fromkeys((*settings.model_ids, *favorites, *settings.image_model_ids)))


def _lines(found: Mapping[str, Mapping[str, object]], offered: Iterable[str]) -> Iterator[str]:
    names = dict.fromkeys((*offered, *sorted(found)))
    width = max(map(len, names))
    offered = set(offered)
    yield f"{'':2}{'model':<{width}}  {'5 s cost':<9}  takes"
    for name in names:
        yield f"{'* ' if name in offered else '  '}{name:<{width}}  {_about(name, found.get(name))}"
    yield "* is offered by OXEN_MODEL, OXEN_MODELS, or OXEN_IMAGE_MODELS."


def _about(name: str, model: Mapping[str, object] | None) -> str:
    if model is None:
        return f"{'-':<9}  not usable: Oxen does not know it"
    read = read_model(model)
    if isinstance(read, UnusableModel) and name == KLING_O1.id and not _has_schema(model):
        read = KLING_O1
    cost = _cost(read)
    if isinstance(read, UnusableModel):
        return f"{cost:<9}  not usable: {read.reason}"
    return f"{cost:<9}  {', '.join(_taken(read))}"


def _cost(model: ModelSpec | UnusableModel) -> str:
    if model.media is Media.IMAGE:
        return "-" if model.price.per_image is None else f"{dollars(model.price.per_image)}/img"
    if isinstance(model, UnusableModel):
        second = model.price.of_second()
        return "unknown" if second is None else dollars(second * DEFAULT_SECONDS)
    cost = model.estimate(DEFAULT_SECONDS)
    return "unknown" if cost is None else dollars(cost)


def _taken(model: ModelSpec) -> Iterator[str]:
    """What a model takes and offers, for a terminal."""
    if model.image_fields:
        yield f"{model.most_images} images"
    if model.most_elements:
        yield f"{model.most_elements} elements"
    yield from ["start frame"] * (model.start is not None) + ["end frame"] * (model.end is not None)
    if not model.takes_pictures:
        yield "prompt alone"
    if model.length is not None:
        lengths = sorted(model.length.values)
        yield f"{lengths[0]}-{lengths[-1]} s" if len(lengths) > 2 else f"{' or '.join(map(str, lengths))} s"
    if model.aspect_ratio is not None:
        yield " ".join(model.aspect_ratio.values)
    if model.resolution is not None:
        yield " ".join(model.resolution.values)
    if model.sound is not None:
        yield "sound"
