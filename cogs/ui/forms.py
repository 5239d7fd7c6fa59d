"""Forms: a request typed and uploaded in one go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import discord
from discord import ui

from bot.domain.attachments import MAX_ANGLES, MAX_IMAGES
from bot.domain.gate import Purpose
from bot.domain.idempotency import form_key
from bot.domain.model_spec import ModelSpec
from bot.domain.prompt_checks import PendingRequest
from bot.domain.reference_draft import Draft
from bot.domain.request import Element, Picture, VideoRequest, without_model
from bot.errors import RequestError
from bot.services.services import Services
from bot.text import Text, text
from cogs.adapter.pictures import elements, pictures
from cogs.gate import admit
from cogs.interaction_context import TAKEN
from cogs.replies import Interaction, answer_error
from cogs.submit_flow import MAX_FIELD_CHARS, start_job
from cogs.ui.markdown import clean, shorten
from cogs.ui.texts import ENGLISH, Texts

_USE: Final = "use"
_OPTION_CHARS: Final = 100
_OPTIONS: Final = 25
"""What a list holds at most (Discord's page on selects)."""
_Kind = tuple[int | None, str | None]
"""A length in seconds and a shape; ``None`` where the model decides."""
_SHAPES: Final = {
    "16:9": text("form.shape.wide"),
    "9:16": text("form.shape.tall"),
    "1:1": text("form.shape.square"),
}


class _Form(ui.Modal):
    """A form that ends in a job; its errors become private sentences."""

    def __init__(
        self, services: Services, title: Text, given: VideoRequest | None, *, example: Text, texts: Texts = ENGLISH
    ) -> None:
        super().__init__(title=texts.render(title), timeout=3_600)
        self.texts = texts
        self._given = given
        self._model = _model_of(services, given)
        prompt = given.prompt if given is not None else ""
        self.prompt: ui.TextInput[Any] = ui.TextInput(
            style=discord.TextStyle.paragraph,
            max_length=min(max(self._model.prompt_chars, len(prompt)), MAX_FIELD_CHARS),
            default=prompt or None,
            placeholder=texts.render(example),
        )
        self._kinds = {_kind_value(kind): kind for kind in _kinds(self._model, given)}
        default = _default_kind(self._model, given)
        self.kind: ui.Select[Any] = ui.Select(
            options=[
                discord.SelectOption(label=_kind_label(kind, texts), value=value, default=kind == default)
                for value, kind in self._kinds.items()
            ]
        )
        description = texts("form.prompt.description")
        self.add_item(ui.Label(text=texts("form.prompt"), description=description, component=self.prompt))

    def _add_kind(self) -> None:
        if len(self._kinds) > 1:
            self.add_item(ui.Label(text=self.texts("form.kind"), component=self.kind))

    def _request(self, images: Mapping[int, Picture], cast: Mapping[int, Element]) -> VideoRequest:
        default = _default_kind(self._model, self._given)
        duration, ratio = self._kinds[self.kind.values[0]] if self.kind.values else default
        asked = self._given or VideoRequest(prompt="", images={}, elements={})
        if asked.model not in (None, self._model.id):  # it is gone, and the form is the default's
            asked = without_model(asked, self._model)
        return replace(
            asked, prompt=self.prompt.value, images=images, elements=cast, duration=duration, aspect_ratio=ratio
        )

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Whether it may go on: much can have changed while it was open. Opening it was counted."""
        interaction.extras[TAKEN] = True
        return await admit(interaction, Purpose.MAKE, is_counted=False)

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        """Start the job."""
        try:
            await self.submit(interaction)
        except Exception as error:  # noqa: BLE001 - the edge: every error becomes a sentence
            await answer_error(interaction, error)

    async def submit(self, interaction: Interaction) -> None:
        """What the form does."""
        raise NotImplementedError


def _model_of(services: Services, given: VideoRequest | None) -> ModelSpec:
    """The model that a form is for; the default where the one of an earlier request is gone."""
    try:
        return services.models.find(None if given is None else given.model)
    except RequestError:
        return services.models.default


def _default_kind(model: ModelSpec, given: VideoRequest | None) -> _Kind:
    """What is chosen where a form opens: what was given, as far as the model has it."""
    length = None if model.length is None else model.length.default
    ratio = None if model.aspect_ratio is None else model.aspect_ratio.default
    if given is not None and model.length is not None and given.duration in model.length.values:
        length = given.duration
    if given is not None and model.aspect_ratio is not None and given.aspect_ratio in model.aspect_ratio.values:
        ratio = given.aspect_ratio
    return length, ratio


def _kinds(model: ModelSpec, given: VideoRequest | None) -> list[_Kind]:
    """The lengths and shapes to choose from, no more than a list can have."""
    default = _default_kind(model, given)
    ratios: list[str | None] = [None]
    if model.aspect_ratio is not None:
        ratios = list[str | None](model.aspect_ratio.values)[:_OPTIONS]
    lengths: list[int | None] = [None]
    if model.length is not None:
        lengths = list[int | None](model.length.some(max(1, _OPTIONS // len(ratios)), default[0]))
    found = [(length, ratio) for length in lengths for ratio in ratios]
    return found if default in found else [default, *found[: _OPTIONS - 1]]


def _kind_value(kind: _Kind) -> str:
    length, ratio = kind
    return f"{length} {ratio}"


def _kind_label(kind: _Kind, texts: Texts) -> str:
    length, ratio = kind
    shape = ratio
    if ratio in _SHAPES:
        shape = texts("form.kind.shape", shape=_SHAPES[ratio], ratio=ratio)
    parts = ["" if length is None else texts("form.kind.seconds", seconds=length), shape or ""]
    return shorten(", ".join(filter(None, parts)) or texts("form.kind.own"), _OPTION_CHARS)


class StudioForm(_Form):
    """The whole request: prompt, images, two elements, length and shape.

    With ``given`` it starts from an earlier request: fields without files keep what was in them, and references can
    be left out. Else, without images of its own, it takes those of the ``draft``. ``pending`` is the pending request
    that is edited. ``title`` is for what is filled in and was no request yet.
    """

    def __init__(
        self,
        services: Services,
        given: VideoRequest | None = None,
        draft: Draft = (),
        pending: PendingRequest | None = None,
        texts: Texts = ENGLISH,
        title: Text | None = None,
    ) -> None:
        title = title or text("form.title" if given is None else "form.title.edit_again")
        if pending is not None:
            given, title = pending.request, text("form.title.edit")
        super().__init__(services, title, given, example=text("form.prompt.example"), texts=texts)
        self._draft = draft
        self._pending = pending
        self.images: ui.FileUpload[Any] = ui.FileUpload(required=False, min_values=0, max_values=MAX_IMAGES)
        left_out = [] if given is None else _left_out_options(given, None if pending is None else pending.use)
        self.cast: Sequence[ui.FileUpload[Any]] = [
            ui.FileUpload(required=False, min_values=0, max_values=1 + MAX_ANGLES) for _ in range(1 if left_out else 2)
        ]
        self.left_out: ui.Select[Any] = ui.Select(
            required=False,
            min_values=0,
            max_values=max(1, len(left_out)),
            placeholder=texts("form.leave_out.nothing"),
            options=left_out,
        )
        self.add_item(ui.Label(text=texts("form.images"), description=self._about_images(), component=self.images))
        about = texts("form.element.description" if given is None else "form.element.keep", angles=MAX_ANGLES)
        for number, upload in enumerate(self.cast, start=1):
            self.add_item(ui.Label(text=texts("form.element", number=number), description=about, component=upload))
        if left_out:
            about = texts("form.leave_out.description")
            self.add_item(ui.Label(text=texts("form.leave_out"), description=about, component=self.left_out))
        self._add_kind()

    def _about_images(self) -> str:
        if self._draft:
            return self.texts("form.images.collected", count=len(self._draft))
        return self.texts("form.images.description" if self._given is None else "form.images.keep")

    async def submit(self, interaction: Interaction) -> None:
        """Start the job."""
        images = pictures(*self.images.values)
        cast = elements(*[upload.values for upload in self.cast])
        without = set(self.left_out.values)
        if self._given is not None:
            images = images or {n: one for n, one in self._given.images.items() if f"image{n}" not in without}
            cast = {**{n: one for n, one in self._given.elements.items() if f"element{n}" not in without}, **cast}
        use = None if self._pending is None or _USE in without else self._pending.use
        images = images or dict(enumerate(self._draft, start=1))
        await start_job(
            interaction,
            self._request(images, cast),
            use=use,
            like=self._given if self._pending is None or self._pending.asked else None,
            pending=self._pending,
            key=form_key(self.custom_id),
        )


def _left_out_options(given: VideoRequest, use: str | None) -> list[discord.SelectOption]:
    """The references of a request, to choose those from that it goes on without; none where there is but one image.

    That one is replaced by attaching another.
    """
    if len(given.images) == 1 and not given.elements and use is None:
        return []
    options = [
        discord.SelectOption(
            label=f"@Image{number}", value=f"image{number}", description=_file_label(given.images[number])
        )
        for number in sorted(given.images)
    ]
    options += [
        discord.SelectOption(
            label=f"@Element{number}", value=f"element{number}", description=_file_label(given.elements[number].front)
        )
        for number in sorted(given.elements)
    ]
    if use is not None:
        options.append(discord.SelectOption(label=shorten(f"@{clean(use)}", _OPTION_CHARS), value=_USE))
    return options


def _file_label(picture: Picture) -> str | None:
    return shorten(clean(picture.filename), _OPTION_CHARS) or None


class PromptForm(_Form):
    """A prompt for pictures that are there already."""

    def __init__(self, services: Services, images: Mapping[int, Picture], texts: Texts = ENGLISH) -> None:
        example = text("form.prompt.example_pictures")
        super().__init__(services, text("form.title.from_pictures"), None, example=example, texts=texts)
        self._images = images
        names = tuple(f"@Image{number}" for number in images)
        self.add_item(ui.TextDisplay(texts("form.pictures", names=names)))
        self._add_kind()

    async def submit(self, interaction: Interaction) -> None:
        """Start the job."""
        request = self._request(self._images, {})
        await start_job(interaction, request, key=form_key(self.custom_id))
