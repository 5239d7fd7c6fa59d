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
from cogs.ui.markdown import shorten
from cogs.ui.texts import ENGLISH, Texts
from cogs.ui.workbench_choices import shape_label

_OPTION_CHARS: Final = 100
_DESCRIPTION_CHARS: Final = 100
_OPTIONS: Final = 25
"""What a list holds at most (Discord's page on selects)."""
_Kind = tuple[int | None, str | None]
"""A length in seconds and a shape; ``None`` where the model decides."""


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

    def _request(self, images: Mapping[int, Picture], elements: Mapping[int, Element]) -> VideoRequest:
        default = _default_kind(self._model, self._given)
        duration, ratio = self._kinds[self.kind.values[0]] if self.kind.values else default
        asked = self._given or VideoRequest(prompt="", images={}, elements={})
        if asked.model not in (None, self._model.id):  # it is gone, and the form is the default's
            asked = without_model(asked, self._model)
        return replace(
            asked, prompt=self.prompt.value, images=images, elements=elements, duration=duration, aspect_ratio=ratio
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
    shape = "" if ratio is None else shape_label(ratio, texts)
    parts = ["" if length is None else texts("form.kind.seconds", seconds=length), shape]
    return shorten(", ".join(filter(None, parts)) or texts("form.kind.own"), _OPTION_CHARS)


class StudioForm(_Form):
    """The whole request: prompt, images, two elements, length and shape.

    With ``given`` it starts from another request: fields without files keep what was in them. Else, without images of
    its own, it takes those of the ``draft``. ``title`` is for what is filled in and was no request yet.
    """

    def __init__(
        self,
        services: Services,
        given: VideoRequest | None = None,
        draft: Draft = (),
        texts: Texts = ENGLISH,
        title: Text | None = None,
    ) -> None:
        super().__init__(services, title or text("form.title"), given, example=text("form.prompt.example"), texts=texts)
        self._draft = draft
        self.images: ui.FileUpload[Any] = ui.FileUpload(required=False, min_values=0, max_values=MAX_IMAGES)
        self.elements: Sequence[ui.FileUpload[Any]] = [
            ui.FileUpload(required=False, min_values=0, max_values=1 + MAX_ANGLES) for _ in range(2)
        ]
        self.add_item(ui.Label(text=texts("form.images"), description=self._about_images(), component=self.images))
        for number, upload in enumerate(self.elements, start=1):
            about = self._about_element(number)
            self.add_item(ui.Label(text=texts("form.element", number=number), description=about, component=upload))
        self._add_kind()

    def _about_images(self) -> str:
        if self._draft:
            return self.texts("form.images.collected", count=len(self._draft))
        if self._given is None or not self._given.images:
            return self.texts("form.images.description")
        names = tuple(f"@Image{number}" for number in self._given.images)
        told = self.texts("form.filled_in", names=names)
        return told if len(told) <= _DESCRIPTION_CHARS else self.texts("form.images.keep")

    def _about_element(self, number: int) -> str:
        if self._given is not None and number in self._given.elements:
            return self.texts("form.filled_in", names=(f"@Element{number}",))
        return self.texts("form.element.description", angles=MAX_ANGLES)

    async def submit(self, interaction: Interaction) -> None:
        """Start the job."""
        images = pictures(*self.images.values)
        attached = elements(*[upload.values for upload in self.elements])
        if self._given is not None:
            images, attached = images or dict(self._given.images), {**self._given.elements, **attached}
        images = images or dict(enumerate(self._draft, start=1))
        request = self._request(images, attached)
        await start_job(interaction, request, like=self._given, key=form_key(self.custom_id))


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
