"""The models that videos are made with, by Oxen's own word, asked every hour; the last word survives an outage."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bot.domain.clock import Clock
from bot.domain.model_schema import UnusableModel, read_model
from bot.domain.model_spec import KLING_O1, Media, ModelSpec, Price
from bot.domain.request import VideoRequest
from bot.domain.schema_fields import SchemaRefused, check_size
from bot.errors import OxenError, OxenNotFound, RequestError, StoreError
from bot.oxen.client import OxenClient
from bot.services.spending.prices import PriceBook
from bot.services.timing import Timing
from bot.store.models import ModelStore, StoredModel
from bot.text import Quote, Text, text

_log = logging.getLogger(__name__)
KEPT_FOR: Final = timedelta(hours=1)
_MISSED_FOR: Final = timedelta(minutes=1)
"""How often a model is asked for that is gone, for it may come back."""
_MOST_FAVORITES: Final = 100
_KEPT: Final = ("id", "display_name", "endpoint", "capabilities", "pricing", "request_schema", "json_request_schema")


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedModels:
    """What the operator lets people choose from: the default, other ids, or the favorites of the Oxen account."""

    default: str
    others: tuple[str, ...] = ()
    favorites: bool = False
    images: tuple[str, ...] = ()
    """The models that pictures may be made with; no pictures are made where there is none."""

    @property
    def has_choice(self) -> bool:
        """Whether there can be more than one."""
        return self.favorites or bool(self.others)


class Models:
    """Knows the models that may be used; accepting a job never waits for Oxen to describe one."""

    def __init__(
        self,
        store: ModelStore,
        client: OxenClient,
        offered: OfferedModels,
        prices: PriceBook,
        timing: Timing,
        clock: Clock,
    ) -> None:
        self._store = store
        self._client = client
        self._offered = offered
        self._prices = prices
        self._timing = timing
        self._clock = clock
        self._read: dict[str, ModelSpec | UnusableModel] = {}
        self._gone: frozenset[str] = frozenset()
        self._favorites: tuple[str, ...] = ()
        self._favorites_read_at: datetime | None = None
        self._asked: set[str] = set()
        """The models that Oxen was asked for by this process: at its start each is, however fresh the last word is."""
        self._known = asyncio.Event()
        self._looked = asyncio.Event()
        if offered.default == KLING_O1.id:
            self._read[offered.default] = KLING_O1

    async def known(self) -> None:
        """Wait until Oxen has described every model."""
        await self._known.wait()

    @property
    def has_choice(self) -> bool:
        """Whether people can choose a model."""
        return self._offered.has_choice

    @property
    def default_id(self) -> str:
        """The id of the model that is used when none is chosen."""
        return self._offered.default

    @property
    def default(self) -> ModelSpec:
        """The model that is used when none is chosen; what is built in, as long as Oxen has described none."""
        found = self._read.get(self._offered.default)
        return self._priced(found if isinstance(found, ModelSpec) else replace(KLING_O1, id=self._offered.default))

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all models that videos may be made with, the default first."""
        return tuple(dict.fromkeys((self._offered.default, *self._offered.others, *self._favorites)))

    @property
    def all_ids(self) -> tuple[str, ...]:
        """The ids of all models that may be used, for videos and for pictures."""
        return tuple(dict.fromkeys((*self.ids, *self._offered.images)))

    @property
    def makes_pictures(self) -> bool:
        """Whether people can have pictures made."""
        return bool(self._offered.images)

    @property
    def picture_ids(self) -> tuple[str, ...]:
        """The ids of the models that pictures may be made with."""
        return self._offered.images

    @property
    def has_picture_choice(self) -> bool:
        """Whether people can choose a model for pictures."""
        return len(self._offered.images) > 1

    @property
    def readable_ids(self) -> tuple[str, ...]:
        """The ids of the models that Oxen has described and that can be used."""
        return tuple(
            one for one in self.all_ids if isinstance(self._read.get(one), ModelSpec) and one not in self._gone
        )

    @property
    def usable(self) -> tuple[ModelSpec, ...]:
        """The models that make videos and can be used now, the default first."""
        return self._usable(self.ids, Media.VIDEO)

    @property
    def usable_for_pictures(self) -> tuple[ModelSpec, ...]:
        """The models that make pictures and can be used now, the one that is used when none is chosen first."""
        return self._usable(self._offered.images, Media.IMAGE)

    def _usable(self, model_ids: Sequence[str], media: Media) -> tuple[ModelSpec, ...]:
        found = (self._read.get(one) for one in model_ids if one not in self._gone)
        return tuple(self._priced(one) for one in found if isinstance(one, ModelSpec) and one.media is media)

    def _priced(self, model: ModelSpec) -> ModelSpec:
        """A model with the prices that are believed, once any are."""
        price = self._prices.of(model.id)
        return model if price is None or price == model.price else replace(model, price=price)

    def find(self, model_id: str | None, media: Media = Media.VIDEO) -> ModelSpec:
        """A model that videos, or pictures, may be made with; ``None`` is the default, or the first for pictures.

        Raises:
            RequestError: it is not there any more, or may not be used.
        """
        wanted = self._default_for(media) if model_id is None else model_id
        offered = self.ids if media is Media.VIDEO else self._offered.images
        if found := self._usable([wanted] if wanted in offered else [], media):
            return found[0]
        usable = self.usable if media is Media.VIDEO else self.usable_for_pictures
        raise RequestError(self._why_not(wanted, self._read.get(wanted), usable))

    def _default_for(self, media: Media) -> str:
        if media is Media.VIDEO:
            return self._offered.default
        return next((one.id for one in self.usable_for_pictures), next(iter(self._offered.images), ""))

    def id_of(self, typed: str) -> str:
        """The id of a model by what somebody typed: its id or its name; what is neither stays as it is."""
        wanted = typed.strip().casefold()
        named = (
            one.id
            for one in (*self.usable, *self.usable_for_pictures)
            if wanted in (one.id.casefold(), one.name.casefold())
        )
        return next(named, typed.strip())

    def name_of(self, model_id: str) -> str:
        """What people call a model: its name where Oxen has told it, else its id."""
        found = self._read.get(model_id)
        return model_id if found is None else found.name

    def offered_id(self, typed: str) -> str:
        """The id of a model that may be chosen here, by its id or its name, whether it can be used now or not.

        Raises:
            RequestError: there is none.
        """
        model_id = self.id_of(typed)
        if model_id not in self.all_ids:
            raise RequestError(self._why_not(model_id, self._read.get(model_id), self.usable))
        return model_id

    def of(self, request: VideoRequest) -> ModelSpec:
        """The model of a request; raises what ``find`` does."""
        return self.find(request.model, request.media)

    def _why_not(self, wanted: str, found: ModelSpec | UnusableModel | None, usable: Sequence[ModelSpec]) -> Text:
        name = Quote(wanted if found is None else found.name)
        others = tuple(one.name for one in usable)
        if found is None and wanted in self.all_ids and wanted not in self._gone:
            return text("model.not_read", model=name)
        if others and (self.has_choice or usable[0].media is Media.IMAGE):
            return text("model.gone", model=name, others=others, made=usable[0].media)
        return text("model.gone.only", model=name)

    @property
    def are_read(self) -> bool:
        """Whether it is known of every model what it takes, or that it is gone."""
        is_listed = not self._offered.favorites or self._favorites_read_at is not None or bool(self._favorites)
        return is_listed and all(one in self._read or one in self._gone for one in self.all_ids)

    async def read(self, *, within: float = 5.0) -> None:
        """Wait until every model was read once, or was tried to be; no longer than that, in seconds."""
        if self.are_read:
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._looked.wait(), within)

    async def run(self) -> None:
        """Keep the models fresh, until cancelled."""
        delays = self._timing.delays()
        while True:
            try:
                wait = await self.look()
                delays = self._timing.delays()
            except (OxenError, StoreError) as error:
                _log.warning("The models could not be read (%s); what was known of them stays", error)
                wait = timedelta(seconds=next(delays))
            await asyncio.sleep(wait.total_seconds())

    async def load(self) -> None:
        """Take up what was written down, before anything is asked for.

        Raises:
            StoreError: the database refused.
        """
        self._take_up(await self._store.all())

    async def look(self) -> timedelta:
        """Take up what was written down, ask for what is old; how long it stays fresh.

        Raises:
            OxenError: Oxen did not say all; what was known of the rest stays.
            StoreError: the database refused.
        """
        stored = await self._store.all()
        self._take_up(stored)
        failure: OxenError | None = None
        if self._offered.favorites and not self._is_fresh(self._favorites_read_at, is_gone=False):
            try:
                await self._read_favorites(stored)
            except OxenError as error:
                failure = error
        for model_id in self.all_ids:
            known = stored.get(model_id)
            is_asked = model_id in self._asked
            if known is not None and is_asked and self._is_fresh(known.read_at, is_gone=known.is_gone):
                continue
            try:
                await self._ask(model_id, known)
            except OxenError as error:
                failure = error
            else:
                self._asked.add(model_id)
        stored = await self._store.all()
        self._take_up(stored)
        self._looked.set()
        if failure is not None:
            raise failure
        self._known.set()
        return self._until_the_next(stored)

    def _is_fresh(self, read_at: datetime | None, *, is_gone: bool) -> bool:
        age = None if read_at is None else self._clock() - read_at
        return age is not None and timedelta() <= age < (_MISSED_FOR if is_gone else KEPT_FOR)

    def _until_the_next(self, stored: Mapping[str, StoredModel]) -> timedelta:
        now = self._clock()
        ends = [
            one.read_at + (_MISSED_FOR if one.is_gone else KEPT_FOR) - now
            for model_id in self.all_ids
            if (one := stored.get(model_id)) is not None
        ]
        return max(timedelta(seconds=1), min(ends, default=KEPT_FOR))

    async def _read_favorites(self, stored: Mapping[str, StoredModel]) -> None:
        listed = (await self._client.favorite_models())[:_MOST_FAVORITES]
        for described in listed:
            if described.get("request_schema") or described.get("json_request_schema"):
                await self._keep(str(described["id"]), described, stored.get(str(described["id"])))
        self._favorites = tuple(str(one["id"]) for one in listed)
        described_by_now = await self._store.all()
        for model_id in self._favorites:
            if model_id not in described_by_now:
                await self._ask(model_id, None)
        await self._store.set_favorites(self._favorites)
        self._favorites_read_at = self._clock()

    async def _ask(self, model_id: str, known: StoredModel | None) -> None:
        """Have Oxen describe a model, and write it down; it is marked where Oxen says that there is none."""
        try:
            described = await self._client.model(model_id)
        except OxenNotFound:
            if known is None or not known.is_gone:
                _log.error("Oxen does not know the model %s; requests for it are refused", model_id)
            await self._store.mark_gone(model_id)
        else:
            await self._keep(model_id, described, known)

    async def _keep(self, model_id: str, described: Mapping[str, object], known: StoredModel | None) -> None:
        """Write a model object down, as far as it is used; what makes no sense in it leaves what was known."""
        kept = {name: described[name] for name in _KEPT if name in described} | {"id": model_id}
        try:
            check_size(kept)
        except SchemaRefused as refusal:
            _log.error("What Oxen says of the model %s is not taken up: %s", model_id, refusal)
            if known is not None and known.object.get("request_schema"):
                kept = dict(known.object)
            else:
                self._read[model_id] = _refused(model_id, refusal)
                kept = {"id": model_id, "refused": str(refusal)}
        await self._store.write(model_id, kept)

    def _take_up(self, stored: Mapping[str, StoredModel]) -> None:
        """Know what was written down."""
        if self._offered.favorites and self._favorites_read_at is None:
            self._favorites = tuple(model_id for model_id, one in stored.items() if one.is_favorite)
        self._gone = frozenset(model_id for model_id, one in stored.items() if one.is_gone)
        for model_id in self.all_ids:
            if (one := stored.get(model_id)) is not None and one.object:
                self._read[model_id] = self._described(model_id, one.object)

    def _described(self, model_id: str, described: Mapping[str, object]) -> ModelSpec | UnusableModel:
        refused = described.get("refused")
        if isinstance(refused, str):
            found: ModelSpec | UnusableModel = _refused(model_id, refused)
        else:
            found = read_model(described)
        has_schema = bool(described.get("request_schema") or described.get("json_request_schema"))
        if isinstance(found, UnusableModel):
            if model_id == KLING_O1.id and not has_schema:
                return replace(KLING_O1, price=found.price)
            if self._read.get(model_id) != found:
                _log.error("The model %s is not usable: %s", model_id, found.reason)
        return found


def _refused(model_id: str, why: object) -> UnusableModel:
    return UnusableModel(id=model_id, name=model_id, media=None, reason=str(why), price=Price())
