"""Forms: a request typed and uploaded in one go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import discord
from discord import ui

from bot.domain import limits
from bot.domain.gate import Purpose
from bot.domain.idempotency import form_key
from bot.domain.prompt_checks import PendingRequest
from bot.domain.reference_draft import Draft
from bot.domain.request import Element, Picture, VideoRequest
from cogs.adapter.pictures import elements, pictures
from cogs.gate import admit
from cogs.replies import Interaction, answer_error
from cogs.stale_interactions import TAKEN
from cogs.submit_flow import start_job
from cogs.ui.markdown import clean, shorten

_KINDS: Final = [(duration, ratio) for duration in limits.DURATIONS for ratio in limits.ASPECT_RATIOS]
_USE: Final = "use"
_OPTION_CHARS: Final = 100
_SHAPES: Final = {"16:9": "wide", "9:16": "tall", "1:1": "square"}


class _Form(ui.Modal):
    """A form that ends in a job; its errors become private sentences."""

    def __init__(self, title: str, given: VideoRequest | None) -> None:
        super().__init__(title=title, timeout=3_600)
        self._given = given
        prompt = given.prompt if given is not None else ""
        self.prompt: ui.TextInput[Any] = ui.TextInput(
            style=discord.TextStyle.paragraph,
            max_length=max(limits.MAX_PROMPT_CHARS, len(prompt)),
            default=prompt or None,
            placeholder="@Element1 lands next to the ox in @Image1",
        )
        self.kind: ui.Select[Any] = ui.Select(
            options=[
                discord.SelectOption(
                    label=f"{duration} seconds, {_SHAPES[ratio]} ({ratio})",
                    value=f"{duration} {ratio}",
                    default=(duration, ratio) == self._default_kind(),
                )
                for duration, ratio in _KINDS
            ]
        )
        self.add_item(ui.Label(text="Prompt", description="What happens; name the pictures", component=self.prompt))

    def _default_kind(self) -> tuple[int, str]:
        if self._given is None:
            return limits.DEFAULT_DURATION, limits.DEFAULT_ASPECT_RATIO
        return self._given.duration, self._given.aspect_ratio

    def _add_kind(self) -> None:
        self.add_item(ui.Label(text="Length and shape", component=self.kind))

    def _request(self, images: Mapping[int, Picture], cast: Mapping[int, Element]) -> VideoRequest:
        duration, _, ratio = (self.kind.values or [f"{limits.DEFAULT_DURATION} {limits.DEFAULT_ASPECT_RATIO}"])[
            0
        ].partition(" ")
        return VideoRequest(
            prompt=self.prompt.value, images=images, elements=cast, duration=int(duration), aspect_ratio=ratio
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


class StudioForm(_Form):
    """The whole request: prompt, images, two elements, length and shape.

    With ``given`` it starts from an earlier request: fields without files keep what was in them, and references can
    be left out. Else, without images of its own, it takes those of the ``draft``. ``pending`` is the pending request
    that is edited.
    """

    def __init__(
        self,
        given: VideoRequest | None = None,
        draft: Draft = (),
        pending: PendingRequest | None = None,
    ) -> None:
        title = "Make a video" if given is None else "Edit and run again"
        if pending is not None:
            given, title = pending.request, "Edit your request"
        super().__init__(title, given)
        self._draft = draft
        self._pending = pending
        keeps = "" if given is None else "; empty keeps what was there"
        takes = f"; empty takes the {len(draft)} that you collected" if draft else keeps
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
            placeholder="Nothing: keep all of them",
            options=left_out,
        )
        self.add_item(
            ui.Label(text="Images", description=f"They become @Image1, @Image2…{takes}", component=self.images)
        )
        for number, upload in enumerate(self.cast, start=1):
            text = f"The first file is the front view, others are angles{keeps}"
            self.add_item(ui.Label(text=f"Element {number}", description=text, component=upload))
        if left_out:
            self.add_item(ui.Label(text="Leave out", description="References not to use", component=self.left_out))
        self._add_kind()

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

    def __init__(self, images: Mapping[int, Picture]) -> None:
        super().__init__("Make a video from this", None)
        self._images = images
        names = ", ".join(f"@Image{number}" for number in images)
        self.add_item(ui.TextDisplay(f"The pictures are {names}."))
        self._add_kind()

    async def submit(self, interaction: Interaction) -> None:
        """Start the job."""
        request = self._request(self._images, {})
        await start_job(interaction, request, key=form_key(self.custom_id))
