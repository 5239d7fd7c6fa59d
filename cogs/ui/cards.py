"""What the bot's messages look like: the status card, the references, the outcome."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import discord
from discord import ui

from bot.domain.job import CANCELLABLE, Job, JobState, Phase, Remover
from bot.domain.model_spec import Media
from bot.domain.moderation import Verdict
from bot.domain.redaction import Redaction
from bot.domain.request import VideoRequest, View
from bot.errors import RequestError
from bot.media.pictures.normalized_picture import PictureNote
from bot.services.ports import JobOutcome, NotMade, Unopened, VideoBlocked, VideoFile, VideoLink
from bot.text import Bytes, User, text
from cogs.ui import custom_ids
from cogs.ui.custom_ids import JobCustomId
from cogs.ui.markdown import clean, escape, shorten, shorten_markup
from cogs.ui.picture_texts import picture_state
from cogs.ui.plain_button import plain_button
from cogs.ui.prompts import begin_prompt, quote_prompt
from cogs.ui.story_parts import shot_parts, story_buttons
from cogs.ui.texts import ENGLISH, Texts

VIDEO_NAME = "video.mp4"
POSTER_NAME = "poster.jpg"


class CardStill(StrEnum):
    """The picture on a card, by the name of its file."""

    POSTER = POSTER_NAME
    REFERENCES = "references.webp"


_BEING_MADE = frozenset(Phase) - {Phase.STARTING, Phase.KEPT, Phase.DONE, Phase.DELETED, Phase.FAILED, Phase.CANCELLED}
_COLOURS = {
    Phase.STARTING: 0x8A8F98,
    Phase.WAITING: 0x8A8F98,
    Phase.MAKING: 0x4F7CFF,
    Phase.SLOW: 0x4F7CFF,
    Phase.CANCELLING: 0x8A8F98,
    Phase.FETCHING: 0x4F7CFF,
    Phase.UNOPENED: 0xE0A030,
    Phase.FITTING: 0x4F7CFF,
    Phase.KEPT: 0xE0A030,
    Phase.DONE: 0x2E9E5B,
    Phase.DELETED: 0x8A8F98,
    Phase.FAILED: 0xC8504B,
    Phase.CANCELLED: 0x8A8F98,
}


TEXT_CHARS = 4_000
"""What all texts of a message may have together (Discord's page on components)."""
_FILENAME_CHARS = 40
_CARD_PROMPT_CHARS = 180
_LINE_CHARS = 38
"""About what a phone shows in a line."""
_LEAST_PROMPT_CHARS = 16
_RUN_AGAIN = "🔁"
"""On the one button that uses seconds with one press."""
_SMALL = "-# "
_LEAST_LEAD_CHARS, _LEAD_CHARS, _MOST_LEAD_CHARS = 80, 110, 170
"""Small words beside a thumbnail: on a phone, 110 characters with markup are about as high as it."""
_A_ROW_OF_PICTURES = 3
_A_ROW = 5
"""Buttons in one row (Discord's page on components)."""
_ENDS = (".", "!", "?", "…", "。", "！", "？")
"""What ends a sentence."""
_END = re.compile(r"[.!?…](?= )|[。！？]")
"""Where one ends between others."""
BUTTON_URL_CHARS = 512
"""The longest address of a link button (the same page). Signed links can be longer."""


class Layout(ui.LayoutView):
    """A message of ours. Its buttons are found by their custom ids, so discord.py need not keep it."""

    def __init__(self, *items: ui.Item[ui.LayoutView]) -> None:
        super().__init__(timeout=None)
        for item in items:
            self.add_item(item)
        self.stop()


def posted_name(filename: str, *, is_spoiler: bool) -> str:
    """The name under which a file is posted; Discord hides one by it until somebody presses it."""
    return f"SPOILER_{filename}" if is_spoiler else filename


def has_poster(job: Job, phase: Phase) -> bool:
    """Whether a job's card shows what was made: only where its result is told beside it."""
    is_near = job.outcome_place_id is not None and job.outcome_place_id in (job.place_id, job.channel_id)
    return phase is Phase.DONE and job.poster is not None and is_near and job.redaction < Redaction.TEXT


def has_references(job: Job, phase: Phase) -> bool:
    """Whether a job's card shows what its video is made from: until it ends."""
    is_being_made = phase in _BEING_MADE and any(job.request.views())
    return is_being_made and job.is_judged and job.redaction < Redaction.TEXT


def status_card(job: Job, phase: Phase, texts: Texts = ENGLISH, *, still: CardStill | None = None) -> Layout:
    """The one card of a job; it changes with the phase alone. ``still`` is the picture that is on the message."""
    details = f"-# {asked_by(job, texts)} · {_what(job, phase, texts)}"
    details += f" · {texts('card.spoiler')}" if job.is_spoiler else ""
    details += "".join(f" · {part}" for part in shot_parts(job, texts))
    if (unnamed := job.request.unnamed_slots) and phase is not Phase.DONE:
        details += f"\n-# {texts('card.not_used', slots=tuple(map(str, unnamed)))}"
    if job.hint is not None and not job.has_ended:
        details += f"\n-# {texts.render(job.hint)}"
    said = _state_line(job, phase, texts)
    is_title = job.place_id == job.card_message_id and not job.has_plain_title  # that of the thread below the card
    if still is not CardStill.POSTER or not is_title or not _stands_on_board(job):
        said += f"\n{_card_prompt(job, texts, is_short=still is CardStill.POSTER)}"
    items: list[ui.Item[ui.LayoutView]] = [ui.TextDisplay(said), ui.TextDisplay(details)]
    if still is CardStill.POSTER:
        items = [ui.Section(said, details, accessory=_thumbnail(job))]
    elif still is CardStill.REFERENCES:
        items.append(_reference_strip(job, texts))
    if job.redaction >= Redaction.TEXT:
        items = [ui.TextDisplay("…")]
    if job.state in CANCELLABLE:
        items.append(ui.ActionRow(plain_button(texts("button.cancel"), custom_ids.CANCEL.of(job.id))))
    return Layout(ui.Container(*items, accent_colour=_COLOURS[phase]))


def _card_prompt(job: Job, texts: Texts, *, is_short: bool) -> str:
    """The beginning of a prompt that stands whole with its pictures; where it has none, the card is its place."""
    if _stands_on_board(job):
        return f"-# {begin_prompt(job.request.prompt, _LINE_CHARS if is_short else _CARD_PROMPT_CHARS)}"
    return shown_prompt(job, texts=texts)


def _stands_on_board(job: Job) -> bool:
    """Whether a job's prompt stands whole with its pictures."""
    return any(job.request.views()) and job.is_judged and job.redaction is Redaction.NOTHING


def asked_by(job: Job, texts: Texts) -> str:
    """Who asked for a video, and what it is made from."""
    user = User(job.user_id)
    if job.request.made_from is None:
        return texts("card.for", user=user)
    return texts("card.for_again", user=user, link=job.request.made_from, made=job.request.media)


def shown_prompt(job: Job, room: int = 2_000, texts: Texts = ENGLISH) -> str:
    """A job's prompt as a quotation; a sentence instead, where Discord blocked it."""
    if not job.is_judged:
        return texts("card.prompt.pending" if job.verdict is Verdict.PENDING else "card.prompt.refused")
    if job.redaction is Redaction.NOTHING:
        return quote_prompt(job.request.prompt, room, texts)
    if job.has_ended and job.state is not JobState.DELIVERED:
        return f"-# {texts('card.blocked')}"
    return f"-# {texts('card.blocked_unaffected', made=job.request.media)}"


def _state_line(job: Job, phase: Phase, texts: Texts, reason_chars: int = 600) -> str:
    if job.request.media is Media.IMAGE and (said := picture_state(job, phase, texts)) is not None:
        return said
    match phase:
        case Phase.STARTING:
            return texts("card.starting", at=job.created_at)
        case Phase.WAITING if job.ahead:
            return texts("card.waiting_behind", ahead=job.ahead)
        case Phase.WAITING:
            return texts("card.waiting", at=job.created_at)
        case Phase.MAKING:
            return _making(job, texts)
        case Phase.SLOW:
            return texts("card.slow", at=job.taken_at)
        case Phase.CANCELLING:
            return texts("card.canceling")
        case Phase.FETCHING:
            return texts("card.fetching", at=job.updated_at)
        case Phase.UNOPENED if job.fetch_until is not None:
            return texts("card.unopened_until", until=job.fetch_until)
        case Phase.UNOPENED:
            return texts("card.unopened")
        case Phase.FITTING:
            return texts("card.fitting", at=job.updated_at)
        case Phase.DONE if job.outcome_link:
            return texts("card.done", link=job.outcome_link)
        case Phase.DONE:
            return texts("card.posted")
        case Phase.DELETED:
            return texts(f"card.deleted.{job.removed_by or Remover.MODERATOR}")
        case Phase.KEPT if job.reason:
            return texts("card.kept_unopened", owner=User(job.user_id))
        case Phase.KEPT:
            return texts("card.kept", owner=User(job.user_id))
        case Phase.CANCELLED | Phase.FAILED:
            returned = texts("card.returned", seconds=job.counted_seconds)
            details = texts.sentences(*_reason(job, texts, reason_chars), returned)
            return texts("card.canceled" if phase is Phase.CANCELLED else "card.failed", details=details)


def _making(job: Job, texts: Texts) -> str:
    started = job.taken_at
    if job.done_about is None or job.slow_after is None:
        return texts("card.making", at=started)
    least, most = (_minutes(moment - started) for moment in (job.done_about, job.slow_after))
    if least == most:
        return texts("card.making_about", most=most, at=job.done_about)
    return texts("card.making_range", least=least, most=most, at=job.done_about)


def _minutes(time: timedelta) -> int:
    return max(1, round(time / timedelta(minutes=1)))


def _reason(job: Job, texts: Texts, chars: int = 600) -> list[str]:
    """Why a job ended as a sentence, where it is known and may be shown."""
    if not job.reason or job.redaction >= Redaction.QUOTES:
        return []
    reason = shorten_markup(texts.render(job.reason), chars)
    return [reason if reason.endswith(_ENDS) else f"{reason}."]


def _what(job: Job, phase: Phase, texts: Texts) -> str:
    """What was asked for, in few words, with the names of its pictures until it is done."""
    request = job.request
    parts = [] if request.model_name is None else [escape(request.model_name)]
    if request.count > 1:
        fails_alone = phase is Phase.FAILED and job.submitted_at is not None  # the others may still come
        parts.append(texts("card.first_of" if fails_alone else "card.count", count=request.count))
    parts += [] if request.duration is None else [texts("card.length", seconds=request.duration)]
    parts += [choice for choice in (request.aspect_ratio, request.resolution) if choice is not None]
    parts += [texts("card.sound")] if request.sound else []
    if phase is Phase.DONE:
        return " · ".join(parts)
    parts += [texts.render(frame.label) for frame in request.frames]
    parts += [f"@Image{number}" for number in sorted(request.images)]
    for number, element in sorted(request.elements.items()):
        count = f" ({texts('count.pictures', count=1 + len(element.angles))})" if element.angles else ""
        parts.append(f"@Element{number}{count}")
    return " · ".join(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardEntry:
    """A picture on the reference board: its place, its file, and what was done to it."""

    view: View
    filename: str
    notes: tuple[PictureNote, ...]
    is_spoiler: bool = False


def reference_board(
    request: VideoRequest,
    entries: Sequence[BoardEntry],
    *,
    is_first: bool,
    redaction: Redaction = Redaction.NOTHING,
    texts: Texts = ENGLISH,
) -> Layout:
    """The pictures as they will be sent, each under its name."""
    if redaction >= Redaction.TEXT:
        files = dict.fromkeys(entry.filename for entry in entries)
        return Layout(ui.MediaGallery(*(discord.MediaGalleryItem(f"attachment://{name}") for name in files)))
    below = "\n".join(_notes(entries, texts))
    has_plain_names = is_first and redaction is Redaction.NOTHING and _are_in_order(entries)
    names = [] if has_plain_names else [f"**{texts.render(entry.view.label)}**" for entry in entries]
    above = f"{_SMALL}{texts('board.title')}"
    if is_first:
        room = TEXT_CHARS - len(above) - len(_beside(names)) - len(below) - 2 * len(f"\n{_SMALL}")
        above += f" · {_whole_prompt(request, room, redaction, texts)}"
    pictures = [_shown(entry, redaction, texts) for entry in entries]
    items = _words_and_pictures(above, names, pictures, is_first=is_first)
    if below:
        items.append(ui.TextDisplay(below))
    return Layout(*items)


def _words_and_pictures(
    words: str, names: Sequence[str], pictures: Sequence[discord.MediaGalleryItem], *, is_first: bool
) -> list[ui.Item[ui.LayoutView]]:
    """Small words, and the pictures in as few rows as there can be below their names, where those are told.

    Discord lays them in rows of three, and gives a whole row to one that is left over: that stands beside the first
    words instead, unless it is the only one, and seen for the first time.
    """
    lead, rest = _lead(words)
    is_alone = is_first and len(pictures) == 1
    if is_alone or len(pictures) % _A_ROW_OF_PICTURES != 1 or not lead:
        return [ui.TextDisplay(words + _beside(names)), ui.MediaGallery(*pictures)]
    first = ui.Thumbnail[ui.LayoutView](
        pictures[0].media, description=pictures[0].description, spoiler=pictures[0].spoiler
    )
    items: list[ui.Item[ui.LayoutView]] = [ui.Section(lead + _beside(names[:1]), accessory=first)]
    if below := (rest + _beside(names[1:])).lstrip("\n"):
        items.append(ui.TextDisplay(below))
    if others := pictures[1:]:
        items.append(ui.MediaGallery(*others))
    return items


def _beside(names: Sequence[str]) -> str:
    """Names of pictures as a small line of its own, below other words; empty without any."""
    return f"\n{_SMALL}{' · '.join(names)}" if names else ""


def _lead(words: str) -> tuple[str, str]:
    """The first of small words, about as many as stand beside a thumbnail on a phone, and the lines with the others.

    A line parts at the end of a sentence, else at a space. A short one is left whole; where a long one has no space,
    there are none to be first.
    """
    line, newline, others = words.partition("\n")
    if len(line) <= _MOST_LEAD_CHARS:
        return line, newline + others
    ends = [end.end() for end in _END.finditer(line, _LEAST_LEAD_CHARS, _MOST_LEAD_CHARS)]
    at = ends[-1] if ends else line.rfind(" ", _LEAST_LEAD_CHARS, _LEAD_CHARS)
    return ("", words) if at < 0 else (words[:at], f"{_SMALL}{words[at:].lstrip(' ')}")


def _are_in_order(entries: Sequence[BoardEntry]) -> bool:
    """Whether the pictures are ``@Image1``, ``@Image2`` and so on, so that their names need not be told."""
    return [entry.view.key for entry in entries] == [f"image{number}" for number in range(1, len(entries) + 1)]


def _whole_prompt(request: VideoRequest, room: int, redaction: Redaction, texts: Texts) -> str:
    """All of a prompt, in at most ``room`` characters with what stands before it: the one place that has it."""
    if redaction is not Redaction.NOTHING:
        return texts("card.blocked_unaffected", made=request.media)
    room -= len(" · ")
    return quote_prompt(request.prompt, room, texts, most=room).removeprefix("> ")


def _notes(entries: Sequence[BoardEntry], texts: Texts) -> list[str]:
    """What was done to pictures, a line for each thing that was done; and which are the same as others."""
    done: dict[str, list[str]] = {}
    first: dict[str, str] = {}
    for entry in entries:
        label = texts.render(entry.view.label)
        said = [texts.render(note.text) for note in entry.notes]
        if first.setdefault(entry.filename, label) != label:
            said.append(texts("picture.note.same", picture=first[entry.filename]))
        for note in said:
            done.setdefault(note, []).append(label)
    return [f"-# {' · '.join(labels)}: {note}" for note, labels in done.items()]


def _shown(entry: BoardEntry, redaction: Redaction, texts: Texts) -> discord.MediaGalleryItem:
    """A picture with its name and its file's as alternative text."""
    return discord.MediaGalleryItem(
        f"attachment://{entry.filename}",
        description=alternative_text(entry.view, redaction, texts),
        spoiler=entry.is_spoiler or entry.view.picture.is_spoiler,
    )


def alternative_text(view: View, redaction: Redaction, texts: Texts = ENGLISH) -> str:
    """What stands for a picture of the board: the name that the prompt uses, and its file's where that may be shown."""
    label = texts.render(view.label)
    if redaction >= Redaction.QUOTES:
        return label
    filename = shorten(clean(view.picture.filename), _FILENAME_CHARS)
    return texts("board.alt", picture=label, filename=filename)


def outcome_message(job: Job, outcome: JobOutcome, texts: Texts = ENGLISH) -> Layout:
    """The one message that tells how a job ended. It mentions its user, and carries the job's mark.

    That a video is kept because its file does not open is no end, and has no such mark.
    """
    match outcome:
        case VideoFile() | VideoLink() | VideoBlocked():
            return _result(job, outcome, texts)
        case NotMade():
            videos = plain_button(texts("button.my_videos"), custom_ids.VIDEOS.of(job.id))
            row = ui.ActionRow[ui.LayoutView](*_again_buttons(job, texts), videos)
            return Layout(*outcome_words(job, _not_made_text(job, texts)), row)
        case Unopened():  # without the mark of an outcome: the video is still to come
            row = ui.ActionRow[ui.LayoutView](plain_button(texts("button.send_here"), custom_ids.SEND_AGAIN.of(job.id)))
            unopened = texts("result.unopened", user=User(job.user_id))
            return Layout(*outcome_words(job, f"{unopened}\n{_short_prompt(job, texts)}"), row)


def _result(job: Job, outcome: VideoFile | VideoLink | VideoBlocked, texts: Texts) -> Layout:
    """A video: what shows it, one line about it, and one row of buttons."""
    items: list[ui.Item[ui.LayoutView]] = []
    buttons = _again_buttons(job, texts)
    continued = [plain_button(texts("button.last_frame"), custom_ids.CONTINUE.of(job.id)), *story_buttons(job, texts)]
    download = plain_button(texts("button.download"), custom_ids.ORIGINAL.of(job.id))
    match outcome:
        case VideoFile():
            items = [_gallery(VIDEO_NAME, job), *outcome_words(job, _file_text(job, outcome, texts))]
            buttons += [*continued, download]
        case VideoLink():
            items = [] if outcome.poster is None else [_gallery(POSTER_NAME, job)]
            items += outcome_words(job, _link_text(job, outcome, texts))
            link = _link_button(job, outcome, texts)
            buttons += [*continued, download if link is None else link]
        case VideoBlocked():
            blocked = texts("result.blocked", user=User(job.user_id))
            items = [*outcome_words(job, f"{blocked}\n{_short_prompt(job, texts)}")]
            buttons.append(download)
    return Layout(ui.Container(*items, ui.ActionRow(*_fitting(buttons), more_button(job, texts))))


def _fitting(buttons: Sequence[ui.Button[ui.LayoutView]]) -> Sequence[ui.Button[ui.LayoutView]]:
    """Those for which a row has room beside **More**, which offers the one that is left out.

    That is the last, the download; where the last is a link, it is the second, **Edit**.
    """
    if len(buttons) < _A_ROW:
        return buttons
    return buttons[:-1] if buttons[-1].url is None else [buttons[0], *buttons[2:]]


def _link_button(job: Job, link: VideoLink, texts: Texts) -> ui.Button[ui.LayoutView] | None:
    """The button that opens a video at Oxen; none where its address is too long, or may not be shown."""
    if len(link.url) > BUTTON_URL_CHARS or job.redaction >= Redaction.QUOTES:
        return None
    return ui.Button(label=texts("button.open_video"), style=discord.ButtonStyle.link, url=link.url)


def more_button(job: Job, texts: Texts, *, mark: JobCustomId = custom_ids.MENU) -> ui.Button[ui.LayoutView]:
    """The button under a result that shows in private what else can be done with it."""
    return plain_button(texts("menu.more"), mark.of(job.id))


def copy_message(
    job: Job, outcome: VideoFile | VideoLink | None, texts: Texts = ENGLISH, *, poster: bool = False
) -> Layout:
    """The second message about a video, in its channel: the video, or its poster, and where it was told.

    It mentions nobody, and carries a mark of its own.
    """
    size = outcome.size if isinstance(outcome, VideoFile) else None
    head = f"{asked_by(job, texts)} · {texts('result.watch', link=job.outcome_link or '')}"
    items: list[ui.Item[ui.LayoutView]] = []
    if isinstance(outcome, VideoFile):
        items.append(_gallery(VIDEO_NAME, job))
    elif poster:
        items.append(_gallery(POSTER_NAME, job))
    items += outcome_words(job, f"{head}\n{_line(job, size, texts, chars=_CARD_PROMPT_CHARS)}{_notes_of(job, texts)}")
    buttons = [*_again_buttons(job, texts), plain_button(texts("button.last_frame"), custom_ids.CONTINUE.of(job.id))]
    return Layout(ui.Container(*items, ui.ActionRow(*buttons, more_button(job, texts, mark=custom_ids.COPY))))


def _again_buttons(job: Job, texts: Texts) -> list[ui.Button[ui.LayoutView]]:
    return [*run_again_buttons(job, texts), plain_button(texts("button.edit_again"), custom_ids.EDIT.of(job.id))]


def run_again_buttons(job: Job, texts: Texts) -> list[ui.Button[ui.LayoutView]]:
    """The button that makes the same once more, with what it takes; none where it may not be repeated."""
    if not job.may_be_repeated:
        return []
    seconds = job.counted_seconds * job.request.count
    run_again = plain_button(texts("button.run_again", seconds=seconds), custom_ids.RUN_AGAIN.of(job.id))
    run_again.emoji = _RUN_AGAIN
    return [run_again]


def outcome_words(job: Job, words: str) -> list[ui.Item[ui.LayoutView]]:
    """Words of an outcome, with what Discord would refuse left out."""
    match job.redaction:
        case Redaction.MENTION:
            return []
        case Redaction.TEXT:
            return [ui.TextDisplay(f"<@{job.user_id}>")]
        case _:
            return [ui.TextDisplay(words)]


def _reference_strip(job: Job, texts: Texts) -> ui.MediaGallery[ui.LayoutView]:
    """The references beside each other, small, in the order of the board."""
    names = [texts.render(frame.label) for frame in job.request.frames] + list(map(str, job.request.slots))
    url = f"attachment://{posted_name(CardStill.REFERENCES, is_spoiler=job.is_spoiler)}"
    return ui.MediaGallery(discord.MediaGalleryItem(url, description=", ".join(names), spoiler=job.is_spoiler))


def _thumbnail(job: Job) -> ui.Thumbnail[ui.LayoutView]:
    """The poster beside what a card says: as high as its lines, whatever the video's shape."""
    name = posted_name(POSTER_NAME, is_spoiler=job.is_spoiler)
    return ui.Thumbnail(f"attachment://{name}", description=result_alternative(job), spoiler=job.is_spoiler)


def result_alternative(job: Job) -> str | None:
    """What stands for a job's video or picture where it cannot be seen."""
    return shorten(clean(job.request.prompt), 250) if job.is_judged and not job.redaction else None


def _gallery(name: str, job: Job) -> ui.MediaGallery[ui.LayoutView]:
    shown = posted_name(name, is_spoiler=job.is_spoiler)
    return ui.MediaGallery(
        discord.MediaGalleryItem(f"attachment://{shown}", description=result_alternative(job), spoiler=job.is_spoiler)
    )


def _spoiler_note(job: Job, texts: Texts) -> str:
    """Why a result is hidden, as a line of its own; empty where it is not."""
    if job.is_hidden:
        return f"\n-# {texts('result.hidden_here')}"
    hidden = job.request.first_spoiler
    return "" if hidden is None else f"\n-# {texts('result.spoiler', picture=hidden.label)}"


def _short_prompt(job: Job, texts: Texts) -> str:
    """The beginning of a prompt as a quotation; a sentence instead, where it may not be shown."""
    if job.is_judged and job.redaction is Redaction.NOTHING:
        return f"> {begin_prompt(job.request.prompt, _CARD_PROMPT_CHARS)}"
    return shown_prompt(job, texts=texts)


def _line(job: Job, size: int | None, texts: Texts, *, chars: int = 2 * _LINE_CHARS) -> str:
    """One line about a video: its prompt's beginning, length, shape and size (in bytes), where it is known.

    The prompt takes what the rest leaves of so many characters: of two lines on a phone, one in a wide window.
    """
    parts = [] if job.request.duration is None else [texts("card.length", seconds=job.request.duration)]
    parts += [] if job.request.aspect_ratio is None else [job.request.aspect_ratio]
    parts += [] if size is None else [texts.value(Bytes(size))]
    parts += shot_parts(job, texts)
    if job.is_judged and job.redaction is Redaction.NOTHING:
        room = chars - len(" · ".join(["", *parts]))
        parts.insert(0, begin_prompt(job.request.prompt, max(_LEAST_PROMPT_CHARS, room)))
    return f"-# {' · '.join(parts)}"


def _notes_of(job: Job, texts: Texts) -> str:
    """What else is to be said about a video, each on a line of its own; empty where there is nothing."""
    if job.redaction is Redaction.NOTHING:
        return _spoiler_note(job, texts)
    return f"\n-# {texts('card.blocked_unaffected', made=job.request.media)}{_spoiler_note(job, texts)}"


def _file_text(job: Job, video: VideoFile, texts: Texts) -> str:
    ready = texts("result.ready", user=User(job.user_id))
    copied = ""
    if video.copy_of is not None:
        copied = f"\n-# {texts('result.copy', lines=str(video.lines), size=Bytes(video.copy_of.size))}"
    return f"{ready}\n{_line(job, video.size, texts)}{copied}{_notes_of(job, texts)}"


def _link_text(job: Job, link: VideoLink, texts: Texts) -> str:
    head = texts("result.too_large", user=User(job.user_id), size=Bytes(link.original.size))
    about = f"{_line(job, link.original.size, texts)}{_notes_of(job, texts)}"
    if job.redaction < Redaction.QUOTES:
        if len(link.url) <= BUTTON_URL_CHARS:
            told = _until(texts, "result.open_button", "result.open_button_until", link.works_until)
            return f"{texts.sentences(head, told)}\n{about}"
        url = _in_brackets(link.url)
        masked = _until(texts, "result.open_link", "result.open_link_until", link.works_until, url=url)
        if len(text := f"{texts.sentences(head, masked)}\n{about}") <= TEXT_CHARS:
            return text
    return f"{texts.sentences(head, texts('result.use_original'))}\n{about}"


def _until(texts: Texts, key: str, key_until: str, until: datetime | None, **values: str) -> str:
    """A message about a link: with the moment until when it works, where that is known."""
    return texts(key, **values) if until is None else texts(key_until, until=until, **values)


def _in_brackets(url: str) -> str:
    return url.replace("<", "%3C").replace(">", "%3E").replace(" ", "%20")


def original_link(url: str, works_until: datetime | None, texts: Texts = ENGLISH, made: Media = Media.VIDEO) -> Layout:
    """A fresh link to an original, and what that is.

    Raises:
        RequestError: the link is longer than any message.
    """
    about = _until(texts, "result.original", "result.original_until", works_until, made=made)
    if len(url) <= BUTTON_URL_CHARS:
        label = texts("button.open_original")
        button: ui.Button[ui.LayoutView] = ui.Button(label=label, style=discord.ButtonStyle.link, url=url)
        return Layout(ui.TextDisplay(about), ui.ActionRow(button))
    masked = texts.sentences(about, texts("result.original_link", url=_in_brackets(url)))
    if len(masked) > TEXT_CHARS:
        raise RequestError(text("note.link_too_long", made=made))
    return Layout(ui.TextDisplay(masked))


def _not_made_text(job: Job, texts: Texts) -> str:
    user, by = User(job.user_id), job.cancel_requested_by
    if job.state is not JobState.CANCELLED:
        head = texts("result.failed", user=user)
    elif by is None or by == job.user_id:
        head = texts("result.canceled", user=user)
    else:
        head = texts("result.canceled_by", user=user, by=User(by))
    told = texts.sentences(head, *_reason(job, texts), texts("result.returned", seconds=job.counted_seconds))
    return f"{told}\n{_short_prompt(job, texts)}"


def listed_job(
    job: Job, texts: Texts = ENGLISH, accessory: ui.Item[ui.LayoutView] | None = None
) -> ui.Item[ui.LayoutView]:
    """A video on the list of one's own, beside what stands at its edge; one that could not be posted can be sent."""
    state = _state_line(job, job.phase, texts, reason_chars=100)
    requested = texts("videos.requested", at=job.created_at)
    if job.shot is not None:  # how many its story has by now, the list of the story says
        requested += f" · {texts('story.step', number=job.shot.number)}"
    shown = ui.TextDisplay[ui.LayoutView](f"{state}\n{shown_prompt(job, 160, texts)}\n-# {requested}")
    if job.state is JobState.UNDELIVERABLE:
        accessory = ui.Button(label=texts("button.send_here"), custom_id=custom_ids.SEND_AGAIN.of(job.id))
    return shown if accessory is None else ui.Section(shown, accessory=accessory)
