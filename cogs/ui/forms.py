"""Forms: a request typed and uploaded in one go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import discord
from discord import ui

from bot.domain import limits
from bot.domain.idempotency import form_key
from bot.domain.prompt_checks import PendingRequest
from bot.domain.reference_draft import Draft
from bot.domain.request import Element, Picture, VideoRequest
from bot.services.services import Services
from bot.text import Text, text
from cogs.adapter.pictures import elements, pictures
from cogs.replies import Interaction, answer_error
from cogs.stale_interactions import TAKEN
from cogs.submit_flow import start_job
from cogs.ui.markdown import clean, shorten
from cogs.ui.texts import ENGLISH, Texts

_KINDS: Final = [(duration, ratio) for duration in limits.DURATIONS for ratio in limits.ASPECT_RATIOS]
_USE: Final = "use"
_OPTION_CHARS: Final = 100
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
        self._services = services
        self._given = given
        prompt = given.prompt if given is not None else ""
        self.prompt: ui.TextInput[Any] = ui.TextInput(
            style=discord.TextStyle.paragraph,
            max_length=max(limits.MAX_PROMPT_CHARS, len(prompt)),
            default=prompt or None,
            placeholder=texts.render(example),
        )
        self.kind: ui.Select[Any] = ui.Select(
            options=[
                discord.SelectOption(
                    label=texts("form.kind.choice", seconds=duration, shape=_SHAPES[ratio], ratio=ratio),
                    value=f"{duration} {ratio}",
                    default=(duration, ratio) == self._default_kind(),
                )
                for duration, ratio in _KINDS
            ]
        )
        description = texts("form.prompt.description")
        self.add_item(ui.Label(text=texts("form.prompt"), description=description, component=self.prompt))

    def _default_kind(self) -> tuple[int, str]:
        if self._given is None:
            return limits.DEFAULT_DURATION, limits.DEFAULT_ASPECT_RATIO
        return self._given.duration, self._given.aspect_ratio

    def _add_kind(self) -> None:
        self.add_item(ui.Label(text=self.texts("form.kind"), component=self.kind))

    def _request(self, images: Mapping[int, Picture], cast: Mapping[int, Element]) -> VideoRequest:
        duration, _, ratio = (self.kind.values or [f"{limits.DEFAULT_DURATION} {limits.DEFAULT_ASPECT_RATIO}"])[
            0
        ].partition(" ")
        return VideoRequest(
            prompt=self.prompt.value, images=images, elements=cast, duration=int(duration), aspect_ratio=ratio
        )

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        """Whether it was not delivered before: sent off once, it must not pay twice. Opening it was counted."""
        interaction.extras[TAKEN] = True
        return bool(interaction.client.is_new(interaction.id))

    async def on_error(self, interaction: Interaction, error: Exception, /) -> None:  # type: ignore[override]
        """Say what went wrong."""
        await answer_error(interaction, error)


class StudioForm(_Form):
    """The whole request: prompt, images, two elements, length and shape.

    With ``given`` it starts from an earlier request: fields without files keep what was in them, and references can
    be left out. Else, without images of its own, it takes those of the ``draft``. ``pending`` is the pending request
    that is edited.
    """

    def __init__(
        self,
        services: Services,
        given: VideoRequest | None = None,
        draft: Draft = (),
        pending: PendingRequest | None = None,
        texts: Texts = ENGLISH,
    ) -> None:
        title = text("form.title") if given is None else text("form.title.edit_again")
        if pending is not None:
            given, title = pending.request, text("form.title.edit")
        super().__init__(services, title, given, example=text("form.prompt.example"), texts=texts)
        self._draft = draft
        self._pending = pending
        self.images: ui.FileUpload[Any] = ui.FileUpload(required=False, min_values=0, max_values=limits.MAX_IMAGES)
        left_out = [] if given is None else _left_out_options(given, None if pending is None else pending.use)
        self.cast: Sequence[ui.FileUpload[Any]] = [
            ui.FileUpload(required=False, min_values=0, max_values=1 + limits.MAX_ANGLES)
            for _ in range(1 if left_out else 2)
        ]
        self.left_out: ui.Select[Any] = ui.Select(
            required=False,
            min_values=0,
            max_values=max(1, len(left_out)),
            placeholder=texts("form.leave_out.nothing"),
            options=left_out,
        )
        self.add_item(ui.Label(text=texts("form.images"), description=self._about_images(), component=self.images))
        about = texts("form.element.description" if given is None else "form.element.keep", angles=limits.MAX_ANGLES)
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

    async def on_submit(self, interaction: Interaction, /) -> None:
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
            self._services,
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

    async def on_submit(self, interaction: Interaction, /) -> None:
        """Start the job."""
        request = self._request(self._images, {})
        await start_job(interaction, self._services, request, key=form_key(self.custom_id))
