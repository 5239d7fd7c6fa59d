"""The buttons and lists of the workbench, and its two forms; they work for a day, after a restart too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final

import discord
from discord import ui

from bot.domain.attachments import MAX_ANGLES, MAX_IMAGES
from bot.domain.gate import Purpose
from bot.domain.prompt_checks import PendingRequest, name_fixes
from bot.domain.workbench import (
    Change,
    moved_up,
    with_element,
    with_ending,
    with_images,
    with_references_of,
    without_reference,
)
from bot.errors import RequestError
from bot.text import Text, text
from cogs.adapter.messages import with_fresh_links
from cogs.adapter.pictures import elements, pictures
from cogs.gate import admit
from cogs.interaction_context import TAKEN
from cogs.replies import Interaction, answer_error, show_form
from cogs.submit_flow import MAX_FIELD_CHARS, start_job
from cogs.ui import custom_ids
from cogs.ui.button_base import ButtonBase, chosen_value
from cogs.ui.texts import Texts, texts_of
from cogs.ui.waiting import answer_with_standing
from cogs.ui.workbench_choices import NOTHING, sentences
from cogs.workbench import update_workbench


class WorkbenchButton(ButtonBase, template=custom_ids.WORKBENCH):
    """A button on the workbench. What it changes is written down before the workbench is shown anew."""

    async def press(self, interaction: Interaction) -> None:
        """Make the video, open a form, or change the request."""
        services, page, which = interaction.client.services, self.given["page"], self.given["which"] or ""
        pending_id, user_id = self.given["pending"], interaction.user.id
        if (ahead := await services.waiting_requests.find(pending_id, user_id)) is not None:
            await answer_with_standing(interaction, pending_id, ahead)
            return
        pending = await services.prompt_checks.find(pending_id, user_id)
        match self.given["what"]:
            case "make":
                await start_job(interaction, pending.request, use=pending.use, is_sure=True, pending=pending, page=page)
            case "prompt":
                most = services.workbench.model_of(pending.request).prompt_chars
                await show_form(interaction, WorkbenchPromptForm(pending, page, most, texts_of(interaction)))
            case "add":
                await show_form(interaction, WorkbenchPicturesForm(pending, page, texts_of(interaction)))
            case "page":
                await self._change(interaction, lambda pending: pending)
            case "up":
                await self._change(interaction, partial(moved_up, key=which))
            case "remove":
                await self._change(interaction, partial(without_reference, key=which))
            case "fix":
                await self._fix(interaction, pending, which)
            case "last":
                await self._add_last_used(interaction)

    async def _change(self, interaction: Interaction, change: Change) -> None:
        await _change(interaction, self.given["pending"], self.given["page"], change)

    async def _fix(self, interaction: Interaction, pending: PendingRequest, key: str) -> None:
        """Write the name that was meant, unless the prompt was changed meanwhile."""
        saved = await interaction.client.services.prompt_checks.names_near(
            pending.request, user_id=interaction.user.id, guild_id=interaction.guild_id or 0
        )

        def change(current: PendingRequest) -> PendingRequest:
            fix = next((one for one in name_fixes(current.request, saved) if one.key == key), None)
            return current if fix is None else _with_prompt(current, fix.applied(current.request.prompt))

        await self._change(interaction, change)

    async def _add_last_used(self, interaction: Interaction) -> None:
        history = interaction.client.services.job_history
        jobs = await history.recent(interaction.user.id, interaction.guild_id or 0)
        last = next((job for job in jobs if job.request.slots), None)
        if last is None:
            raise RequestError(text("workbench.nothing_last"))
        await interaction.response.defer()
        other = await with_fresh_links(interaction.client, await history.again(last.id))
        await self._change(
            interaction, lambda pending: replace(pending, request=with_references_of(pending.request, other))
        )


class WorkbenchChoice(ButtonBase, template=custom_ids.WORKBENCH_CHOICE):
    """A list on the workbench: what is chosen holds at once."""

    async def press(self, interaction: Interaction) -> None:
        """Change the request, and show it anew."""
        chosen = chosen_value(interaction)
        if self.given["what"] == "model":
            await _change_model(interaction, self.given["pending"], self.given["page"], chosen)
            return
        change = await self._chosen(interaction, chosen)
        await _change(interaction, self.given["pending"], self.given["page"], change)

    async def _chosen(self, interaction: Interaction, value: str) -> Change:
        match self.given["what"]:
            case "length":
                return lambda pending: replace(pending, request=replace(pending.request, duration=int(value)))
            case "shape":
                return lambda pending: replace(pending, request=replace(pending.request, aspect_ratio=value))
            case "count":
                return lambda pending: replace(pending, request=replace(pending.request, count=int(value)))
            case "spoiler":
                return lambda pending: replace(pending, request=replace(pending.request, is_spoiler=value == "yes"))
            case "saved":
                return await _bring_in(interaction, value)
            case kind:
                known = sentences(kind, texts_of(interaction))
                sentence = "" if value == NOTHING else known[value]
                return lambda pending: _with_prompt(
                    pending, with_ending(pending.request.prompt, sentence, known.values())
                )


async def _bring_in(interaction: Interaction, name: str) -> Change:
    """Add a saved element: its pictures if it is one's own, else by its name, so that its use is agreed to."""
    user_id = interaction.user.id
    element = await interaction.client.services.elements.find(name, user_id=user_id, guild_id=interaction.guild_id or 0)

    def change(pending: PendingRequest) -> PendingRequest:
        if element.owner_id == user_id:
            return replace(pending, request=with_element(pending.request, element.element))
        if pending.use not in (None, element.name):
            raise RequestError(text("workbench.one_shared", name=pending.use or "", more=element.name))
        return replace(pending, use=element.name)

    return change


async def _change_model(interaction: Interaction, pending_id: str, page: str, model_id: str) -> None:
    """Choose another model, and say what the request loses for it."""
    workbench, lost = interaction.client.services.workbench, list[Text]()

    def change(pending: PendingRequest) -> PendingRequest:
        changed = workbench.change_model(pending.request, model_id)
        lost[:] = changed.lost
        return replace(pending, request=changed.request)

    await _change(interaction, pending_id, page, change, lost)


async def _change(
    interaction: Interaction, pending_id: str, page: str, change: Change, lost: Sequence[Text] = ()
) -> None:
    """Change a request, and show it anew with what it ``lost``. Why it cannot be changed is said where it is shown."""
    services, user_id = interaction.client.services, interaction.user.id
    checks = services.prompt_checks
    problem: Text | None = None
    try:
        pending = await checks.change(pending_id, user_id, change)
    except RequestError as error:
        pending, problem = await checks.find(pending_id, user_id), error.sentence
    if pending.is_collected:
        images = pending.request.images
        await services.drafts.follow(user_id, [images[number] for number in sorted(images)])
    await update_workbench(interaction, pending, page, problem=problem, lost=lost)


def _with_prompt(pending: PendingRequest, prompt: str) -> PendingRequest:
    return replace(pending, request=replace(pending.request, prompt=prompt))


class _WorkbenchForm(ui.Modal):
    """A form of the workbench: sent off, it changes the request."""

    def __init__(self, pending: PendingRequest, page: str, title: str) -> None:
        super().__init__(title=title, timeout=3_600)
        self._pending_id = pending.id
        self._page = page

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Whether it may go on: much can have changed while it was open. Opening it was counted."""
        interaction.extras[TAKEN] = True
        return await admit(interaction, Purpose.MAKE, is_counted=False)

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        """Change the request, and show it anew."""
        try:
            await _change(interaction, self._pending_id, self._page, self.change)
        except Exception as error:  # noqa: BLE001 - the edge: every error becomes a sentence
            await answer_error(interaction, error)

    def change(self, pending: PendingRequest) -> PendingRequest:
        """What the form changes."""
        raise NotImplementedError


class WorkbenchPromptForm(_WorkbenchForm):
    """The prompt, of at most so many characters, unless it has more already."""

    def __init__(self, pending: PendingRequest, page: str, most: int, texts: Texts) -> None:
        super().__init__(pending, page, texts("form.title.workbench_prompt"))
        prompt = pending.request.prompt
        self.prompt: ui.TextInput[Any] = ui.TextInput(
            style=discord.TextStyle.paragraph,
            max_length=min(max(most, len(prompt)), MAX_FIELD_CHARS),
            default=prompt[:MAX_FIELD_CHARS] or None,
            placeholder=texts("form.prompt.example"),
        )
        about = texts("form.prompt.description")
        self.add_item(ui.Label(text=texts("form.prompt"), description=about, component=self.prompt))

    def change(self, pending: PendingRequest) -> PendingRequest:
        """A request with the prompt that was typed."""
        return _with_prompt(pending, self.prompt.value)


class WorkbenchPicturesForm(_WorkbenchForm):
    """Pictures to add: images, and one element."""

    def __init__(self, pending: PendingRequest, page: str, texts: Texts) -> None:
        super().__init__(pending, page, texts("form.title.workbench_add"))
        self.images: ui.FileUpload[Any] = ui.FileUpload(required=False, min_values=0, max_values=MAX_IMAGES)
        self.element: ui.FileUpload[Any] = ui.FileUpload(required=False, min_values=0, max_values=1 + MAX_ANGLES)
        about = texts("form.images.added")
        self.add_item(ui.Label(text=texts("form.images"), description=about, component=self.images))
        about = texts("form.element.description", angles=MAX_ANGLES)
        self.add_item(ui.Label(text=texts("form.element.added"), description=about, component=self.element))

    def change(self, pending: PendingRequest) -> PendingRequest:
        """A request with the pictures that were attached."""
        request = with_images(pending.request, list(pictures(*self.images.values).values()))
        for element in elements(self.element.values).values():
            request = with_element(request, element)
        return replace(pending, request=request)


WORKBENCH_ITEMS: Final = (WorkbenchButton, WorkbenchChoice)
