"""The workbench's card: a request that is not ready, with everything that can be changed of it.

Discord takes 40 components a message, so references come in pages, and choices for which there is no room beside them
are on a page of their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import discord
from discord import ui

from bot.domain.request import Frame
from bot.domain.slots import Slot
from bot.domain.workbench import Reference, references_of
from bot.media.pictures.normalized_picture import PictureNote
from bot.services.library.workbench import WorkbenchView
from cogs.ui.cards import Layout
from cogs.ui.custom_ids import workbench_choice_custom_id, workbench_custom_id
from cogs.ui.element_cards import choice_label
from cogs.ui.markdown import clean, escape, shorten
from cogs.ui.model_texts import model_label
from cogs.ui.prompts import quote_prompt
from cogs.ui.texts import ENGLISH, Texts
from cogs.ui.workbench_choices import NOTHING, added_sentence, sentences, shape_label

OPTIONS: Final = "options"
"""The page of what is chosen from lists."""
_COMPONENTS: Final = 40
"""What a message may have, nested ones included (Discord's page on components)."""
_A_PAGE: Final = 4
_A_CHOICE: Final = 2
_MOST_FIXES: Final = 3
_MOST_COUNT: Final = 4
_LIST: Final = 25
"""What a list holds at most (Discord's page on selects)."""
_LABEL_CHARS: Final = 100
_BUTTON_CHARS: Final = 80
_FILENAME_CHARS: Final = 40
_PROMPT_CHARS: Final = 700
_PROMPT_ROOM: Final = 1_500
_WORDS_ROOM: Final = 1_300
"""For what is to be said about a request, of the 4,000 characters that a message has."""
_UP: Final = "⬆️"

Thumbnails = Mapping[str, str]
"""Addresses that Discord can show, by the keys of references."""


def workbench_card(
    view: WorkbenchView,
    page: str = "0",
    thumbnails: Thumbnails | None = None,
    notes: Mapping[str, Sequence[PictureNote]] | None = None,
    texts: Texts = ENGLISH,
) -> Layout:
    """A request with its references, its prompt and its choices.

    ``page`` is the number of a page of references, from 0, or ``OPTIONS``; ``notes`` is what was done to pictures, by
    their addresses.
    """
    card = _Card(view, page, texts)
    if page == OPTIONS:
        return card.options()
    return card.references(thumbnails or {}, notes or {})


def shown_references(view: WorkbenchView, page: str) -> Sequence[Reference]:
    """The references on a page; on one that is there no more, those on the last."""
    found = references_of(view.pending)
    first = _page_number(page, len(found)) * _A_PAGE
    return found[first : first + _A_PAGE]


def _page_number(page: str, count: int) -> int:
    return max(0, min(int(page) if page.isdecimal() else 0, (count - 1) // _A_PAGE))


class _Card:
    """One card while it is put together."""

    def __init__(self, view: WorkbenchView, page: str, texts: Texts) -> None:
        self._view = view
        self._texts = texts
        self._count = len(references_of(view.pending))
        self._page = page if page == OPTIONS else str(_page_number(page, self._count))

    def references(self, thumbnails: Thumbnails, notes: Mapping[str, Sequence[PictureNote]]) -> Layout:
        """The card with a page of references."""
        items: list[ui.Item[ui.LayoutView]] = [ui.TextDisplay(self._words()), ui.TextDisplay(self._prompt())]
        if fixes := self._fixes():
            items.append(ui.ActionRow(*fixes))
        for reference in shown_references(self._view, self._page):
            items.append(self._reference(reference, thumbnails.get(reference.key), notes))
            items.append(ui.ActionRow(*self._reference_buttons(reference)))
        if self._count > _A_PAGE:
            items.append(ui.ActionRow(*self._page_buttons()))
        row = [self._make(), self._button("prompt", "workbench.edit_prompt")]
        if self._view.model.takes_pictures:
            row += [self._button("add", "workbench.add"), self._button("last", "workbench.last_used")]
        room = _COMPONENTS - _size(items) - 3 - len(row)  # the container, the last row and one more button in it
        choices = self._choices()
        if room < _A_CHOICE * len(choices):
            choices = choices[: room // _A_CHOICE]
            row.append(self._button("page", "workbench.options", view=OPTIONS))
        items += [ui.ActionRow(choice) for choice in choices]
        return Layout(ui.Container(*items, ui.ActionRow(*row)))

    def options(self) -> Layout:
        """The card with every list to choose from."""
        items: list[ui.Item[ui.LayoutView]] = [ui.TextDisplay(self._words()), ui.TextDisplay(self._prompt())]
        items += [ui.ActionRow(choice) for choice in self._choices()]
        row = [self._make(), self._button("page", "workbench.back", view="0")]
        return Layout(ui.Container(*items, ui.ActionRow(*row)))

    def _words(self) -> str:
        """What is wrong with the request, what to know of it, and what it takes."""
        view, texts = self._view, self._texts
        told = [] if view.problem is None else [view.problem]
        lines = [texts("workbench.title"), *map(texts.render, (*told, *view.lost, *view.questions, *view.warnings))]
        lines += [f"-# {texts.render(hint)}" for hint in view.hints]
        shown = lines[:1]
        for line in lines[1:]:
            if sum(map(len, shown)) + len(line) <= _WORDS_ROOM:
                shown.append(line)
        cost = texts("common.cost.none_yet" if view.problem is None else "common.cost.none")
        return "\n".join([*shown, f"-# {texts.sentences(cost, self._takes())}"])

    def _takes(self) -> str:
        view = self._view
        if view.left is None:
            return self._texts("workbench.takes_unlimited", seconds=view.seconds)
        return self._texts("workbench.takes", seconds=view.seconds, left=view.left)

    def _prompt(self) -> str:
        prompt = self._view.request.prompt
        if not clean(prompt):
            return f"-# {self._texts('workbench.no_prompt')}"
        return quote_prompt(prompt, _PROMPT_ROOM, self._texts, most=_PROMPT_CHARS)

    def _fixes(self) -> list[ui.Button[ui.LayoutView]]:
        """A button for each name that was likely meant."""
        fixes = self._view.fixes[:_MOST_FIXES]
        written = {fix.written for fix in fixes}
        buttons = []
        for fix in fixes:
            key = "workbench.use" if len(written) == 1 else "workbench.use_for"
            label = shorten(clean(self._texts(key, name=fix.name, written=fix.written)), _BUTTON_CHARS)
            buttons.append(self._named_button("fix", label, which=fix.key, style=discord.ButtonStyle.success))
        return buttons

    def _reference(
        self, reference: Reference, address: str | None, notes: Mapping[str, Sequence[PictureNote]]
    ) -> ui.Item[ui.LayoutView]:
        texts = self._texts
        name = self._name(reference)
        lines = [f"**{name}**"]
        if reference.pictures:
            lines[0] += f" {escape(shorten(clean(reference.pictures[0].filename), _FILENAME_CHARS))}"
        if len(reference.pictures) > 1:
            lines.append(f"-# {texts('count.pictures', count=len(reference.pictures))}")
        done = dict.fromkeys(note for one in reference.pictures for note in notes.get(one.url, ()))
        lines += [f"-# {texts.render(note.text)}" for note in done]
        if address is None:
            return ui.TextDisplay("\n".join(lines))
        is_spoiler = any(picture.is_spoiler for picture in reference.pictures)
        thumbnail = ui.Thumbnail[ui.LayoutView](address, description=shorten(name, 250), spoiler=is_spoiler)
        return ui.Section("\n".join(lines), accessory=thumbnail)

    def _name(self, reference: Reference) -> str:
        match reference.slot:
            case None:
                return f"@{escape(reference.name.removeprefix('@'))}"
            case Frame() as frame:
                return self._texts.render(frame.label)
            case slot:
                return str(slot)

    def _reference_buttons(self, reference: Reference) -> list[ui.Button[ui.LayoutView]]:
        buttons = []
        if isinstance(reference.slot, Slot):
            up = self._button("up", "button.move_up", which=reference.key)
            up.emoji, up.disabled = discord.PartialEmoji(name=_UP), reference.is_first
            buttons.append(up)
        return [*buttons, self._button("remove", "button.remove", which=reference.key)]

    def _page_buttons(self) -> list[ui.Button[ui.LayoutView]]:
        number, last = int(self._page), (self._count - 1) // _A_PAGE
        back = self._button("page", "workbench.previous", which="previous", view=str(max(0, number - 1)))
        more = self._button("page", "workbench.next", which="next", view=str(min(last, number + 1)))
        back.disabled, more.disabled = number == 0, number == last
        return [back, more]

    def _make(self) -> ui.Button[ui.LayoutView]:
        key = "answer.use_it" if self._view.questions else "workbench.make"
        return self._button("make", key, style=discord.ButtonStyle.primary)

    def _button(self, what: str, key: str, **given: Any) -> ui.Button[ui.LayoutView]:  # noqa: ANN401
        return self._named_button(what, self._texts(key), **given)

    def _named_button(
        self,
        what: str,
        label: str,
        *,
        which: str | None = None,
        view: str | None = None,
        style: discord.ButtonStyle = discord.ButtonStyle.secondary,
    ) -> ui.Button[ui.LayoutView]:
        custom_id = workbench_custom_id(what, self._view.pending.id, self._page if view is None else view, which)
        return ui.Button(label=label, style=style, custom_id=custom_id)

    def _choices(self) -> list[ui.Select[Any]]:
        """The lists of what the model lets one choose, what matters most first."""
        view, texts = self._view, self._texts
        request, model = view.request, view.model
        found = []
        if len(view.models) > 1:
            names = {one.id: model_label(one, texts) for one in view.models if len(one.id) <= _LABEL_CHARS}
            found.append(self._choice("model", names, model.id))
        if model.length is not None and len(model.length.values) > 1:
            chosen = request.duration or model.length.default
            lengths = {str(one): texts("form.kind.seconds", seconds=one) for one in model.length.some(_LIST, chosen)}
            found.append(self._choice("length", lengths, str(chosen)))
        if model.aspect_ratio is not None and len(model.aspect_ratio.values) > 1:
            ratios = {ratio: shape_label(ratio, texts) for ratio in model.aspect_ratio.values}
            found.append(self._choice("shape", ratios, request.aspect_ratio or model.aspect_ratio.default))
        if view.offered and model.takes_pictures:
            names = {one.name: f"@{choice_label(one, view.pending.user_id, texts)}" for one in view.offered}
            found.append(self._choice("saved", names, None))
        counts = {str(one): texts("workbench.count", count=one) for one in range(1, _MOST_COUNT + 1)}
        found.append(self._choice("count", counts, str(request.count)))
        for kind in ("camera", "look"):
            lines = {NOTHING: texts(f"workbench.{kind}.none")}
            lines |= {name: sentence.removesuffix(".") for name, sentence in sentences(kind, texts).items()}
            found.append(self._choice(kind, lines, added_sentence(kind, request.prompt, texts)))
        hidden = {"no": texts("workbench.spoiler.no"), "yes": texts("workbench.spoiler.yes")}
        found.append(self._choice("spoiler", hidden, "yes" if request.is_spoiler else "no"))
        return found

    def _choice(self, what: str, labels: Mapping[str, str], chosen: str | None) -> ui.Select[Any]:
        return ui.Select(
            custom_id=workbench_choice_custom_id(what, self._view.pending.id, self._page),
            placeholder=self._texts(f"workbench.choose.{what}"),
            options=[
                discord.SelectOption(label=shorten(label, _LABEL_CHARS), value=value, default=value == chosen)
                for value, label in list(labels.items())[:_LIST]
            ],
        )


def _size(items: Sequence[ui.Item[ui.LayoutView]]) -> int:
    """How many components some items are, nested ones included."""
    return sum(map(_size_of, items))


def _size_of(item: ui.Item[ui.LayoutView]) -> int:
    match item:
        case ui.Section():
            return 2 + len(item.children)
        case ui.ActionRow():
            return 1 + len(item.children)
        case _:
            return 1
