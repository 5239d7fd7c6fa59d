"""What the bot's messages look like: the status card, the references, the outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import discord
from discord import ui

from bot.domain.job import CANCELLABLE, Job, JobState, Phase
from bot.domain.redaction import Redaction
from bot.domain.request import VideoRequest, View
from bot.errors import RequestError
from bot.media.pictures.normalized_picture import PictureNote
from bot.services.ports import NotMade, Original, Outcome, Unopened, VideoBlocked, VideoFile, VideoLink
from cogs.ui.custom_ids import (
    again_custom_id,
    cancel_custom_id,
    continue_custom_id,
    edit_custom_id,
    original_custom_id,
    run_custom_id,
    videos_custom_id,
)
from cogs.ui.markdown import clean, escape, quote_prompt, shorten

NOT_CHARGED = "You were not charged."
BLOCKED = "-# Discord blocked this prompt here, so it isn't shown."
NOT_AFFECTED = "The video isn't affected."
VIDEO_NAME = "video.mp4"
POSTER_NAME = "poster.jpg"
_COLOURS = {
    Phase.STARTING: 0x8A8F98,
    Phase.MAKING: 0x4F7CFF,
    Phase.CANCELLING: 0x8A8F98,
    Phase.FETCHING: 0x4F7CFF,
    Phase.UNOPENED: 0xE0A030,
    Phase.FITTING: 0x4F7CFF,
    Phase.KEPT: 0xE0A030,
    Phase.DONE: 0x2E9E5B,
    Phase.FAILED: 0xC8504B,
    Phase.CANCELLED: 0x8A8F98,
}


TEXT_CHARS = 4_000
"""What all texts of a message may have together (Discord's page on components)."""
_BUTTON_URL_CHARS = 512
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


def ago(moment: datetime) -> str:
    """A clock that counts on the reader's side."""
    return f"<t:{int(moment.timestamp())}:R>"


def status_card(job: Job, phase: Phase) -> Layout:
    """The one card of a job; it changes with the phase alone."""
    details = f"-# {_what(job.request)}"
    if unnamed := job.request.unnamed_slots:
        details += f"\n-# Not named in the prompt, sent all the same: {', '.join(map(str, unnamed))}"
    items: list[ui.Item[ui.LayoutView]] = [
        ui.TextDisplay(f"{_state_line(job, phase)}\n{shown_prompt(job)}"),
        ui.TextDisplay(details),
    ]
    if job.redaction >= Redaction.TEXT:
        items = [ui.TextDisplay("…")]
    if job.state in CANCELLABLE:
        cancel: ui.Button[ui.LayoutView] = ui.Button(
            label="Cancel", style=discord.ButtonStyle.secondary, custom_id=cancel_custom_id(job.id)
        )
        items.append(ui.ActionRow(cancel))
    return Layout(ui.Container(*items, accent_colour=_COLOURS[phase]))


def shown_prompt(job: Job, room: int = 2_000) -> str:
    """A job's prompt as a quotation; a sentence instead, where Discord blocked it."""
    if job.redaction is Redaction.NOTHING:
        return quote_prompt(job.request.prompt, room)
    return BLOCKED if job.has_ended and job.state is not JobState.DELIVERED else f"{BLOCKED} {NOT_AFFECTED}"


def _state_line(job: Job, phase: Phase, reason_chars: int = 600) -> str:
    match phase:
        case Phase.STARTING:
            return f"**Getting ready** · asked {ago(job.created_at)}"
        case Phase.MAKING:
            since = ago(job.running_at or job.updated_at)
            return f"**In the making** · started {since} · usually done in 5 to 15 minutes"
        case Phase.CANCELLING:
            return (
                "**Cancelling** · Oxen has not confirmed yet that it stopped. If it is done first, you get the video."
            )
        case Phase.FETCHING:
            return f"**Finished** · fetching the video, since {ago(job.updated_at)}"
        case Phase.UNOPENED:
            until = f" until <t:{int(job.fetch_until.timestamp())}:f>" if job.fetch_until else ""
            return f"**Finished** · Oxen finished it, but its file does not open yet; I keep trying{until}."
        case Phase.FITTING:
            return f"**Finished** · making a copy that fits Discord, since {ago(job.updated_at)}"
        case Phase.DONE:
            return f"**Done** · {_outcome_link(job)}"
        case Phase.KEPT if job.reason:
            return f"**Finished** · {_reason(job, reason_chars)}Its owner can have it fetched anew with /jobs."
        case Phase.KEPT:
            return "**Finished**, but no place took the video. Its owner finds it with /jobs."
        case Phase.CANCELLED:
            return f"**Cancelled** · {_reason(job, reason_chars)}{NOT_CHARGED}"
        case Phase.FAILED:
            return f"**Not made** · {_reason(job, reason_chars)}{NOT_CHARGED}"


def _outcome_link(job: Job) -> str:
    if not job.outcome_message_id:
        return "the video was sent"
    guild = job.guild_id or "@me"
    return f"[watch it](https://discord.com/channels/{guild}/{job.outcome_place_id}/{job.outcome_message_id})"


def _reason(job: Job, chars: int = 600) -> str:
    if not job.reason or job.redaction >= Redaction.QUOTES:
        return ""
    reason = escape(shorten(job.reason, chars))
    return f"{reason} " if reason.endswith((".", "!", "?", "…")) else f"{reason}. "


def _what(request: VideoRequest) -> str:
    parts = [] if request.model_name is None else [escape(request.model_name)]
    parts += [] if request.duration is None else [f"{request.duration} s"]
    parts += [choice for choice in (request.aspect_ratio, request.resolution) if choice is not None]
    parts += ["sound"] if request.sound else []
    parts += [str(frame) for frame in request.frames]
    for number in sorted(request.images):
        parts.append(f"@Image{number}")
    for number, element in sorted(request.elements.items()):
        parts.append(f"@Element{number}" + (f" ({1 + len(element.angles)} views)" if element.angles else ""))
    return " · ".join(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardEntry:
    """A picture on the reference board: its place, its file, and what was done to it."""

    view: View
    filename: str
    notes: tuple[PictureNote, ...]


def reference_board(
    request: VideoRequest, entries: Sequence[BoardEntry], *, is_first: bool, redaction: Redaction = Redaction.NOTHING
) -> Layout:
    """The pictures as they will be sent, each under its name."""
    if redaction >= Redaction.TEXT:
        names = dict.fromkeys(entry.filename for entry in entries)
        return Layout(ui.MediaGallery(*(discord.MediaGalleryItem(f"attachment://{name}") for name in names)))
    sections: list[ui.Item[ui.LayoutView]] = []
    first: dict[str, str] = {}
    room = TEXT_CHARS
    for entry in entries:
        lines = [f"**{entry.view.label}**"]
        if redaction < Redaction.QUOTES:
            lines.append(f"-# {escape(shorten(clean(entry.view.picture.filename), 40))}")
        if first.setdefault(entry.filename, entry.view.label) != entry.view.label:
            lines.append(f"-# It is the same picture as {first[entry.filename]}.")
        lines += [f"-# It {note.words}." for note in entry.notes]
        picture = ui.Thumbnail[ui.LayoutView](
            f"attachment://{entry.filename}",
            description=entry.view.label,
            spoiler=entry.view.picture.is_spoiler,
        )
        sections.append(ui.Section("\n".join(lines), accessory=picture))
        room -= len("\n".join(lines))
    if is_first:
        title = "**References**\n"
        prompt = f"{BLOCKED} {NOT_AFFECTED}"
        if redaction is Redaction.NOTHING:
            prompt = quote_prompt(request.prompt, min(2_000, room - len(title)))
        sections.insert(0, ui.TextDisplay(title + prompt))
    return Layout(ui.Container(*sections))


def outcome_message(job: Job, outcome: Outcome) -> Layout:
    """The one message that tells how a job ended. It mentions its user, and carries the job's mark.

    That a video is kept because its file does not open is no end, and has no such mark.
    """
    items: list[ui.Item[ui.LayoutView]] = []
    buttons: list[ui.Button[ui.LayoutView]] = []
    match outcome:
        case VideoFile():
            items += _text(job, _ready_text(job, outcome))
            items.append(_gallery(VIDEO_NAME, job))
            if outcome.copy_of is not None:
                buttons.append(_button(f"Original ({_size(outcome.copy_of)})", original_custom_id(job.id)))
            buttons.append(_button("Continue from here", continue_custom_id(job.id)))
        case VideoLink():
            items += _text(job, _link_text(job, outcome))
            if outcome.poster is not None:
                items.append(_gallery(POSTER_NAME, job))
            if len(outcome.url) <= _BUTTON_URL_CHARS and job.redaction < Redaction.QUOTES:
                buttons.append(ui.Button(label="Open the video", style=discord.ButtonStyle.link, url=outcome.url))
            buttons.append(_button(f"Original ({_size(outcome.original)})", original_custom_id(job.id)))
            buttons.append(_button("Continue from here", continue_custom_id(job.id)))
        case VideoBlocked():
            items += _text(job, _blocked_text(job))
            buttons.append(_button(f"Original ({_size(outcome.original)})", original_custom_id(job.id)))
        case NotMade():
            items += _text(job, _not_made_text(job))
        case Unopened():  # without the mark of an outcome: the video is still to come
            row = ui.ActionRow[ui.LayoutView](_button("Send again", again_custom_id(job.id)))
            return Layout(*_text(job, _unopened_text(job)), row)
    more = [
        _button("Run again", run_custom_id(job.id)),
        _button("Edit and run again", edit_custom_id(job.id)),
        _button("My videos", videos_custom_id(job.id)),
    ]
    rows = [ui.ActionRow(*buttons)] if buttons else []
    return Layout(*items, *rows, ui.ActionRow(*more))


def _text(job: Job, text: str) -> list[ui.Item[ui.LayoutView]]:
    match job.redaction:
        case Redaction.MENTION:
            return []
        case Redaction.TEXT:
            return [ui.TextDisplay(f"<@{job.user_id}>")]
        case _:
            return [ui.TextDisplay(text)]


def _button(label: str, mark: str) -> ui.Button[ui.LayoutView]:
    return ui.Button(label=label, style=discord.ButtonStyle.secondary, custom_id=mark)


def _gallery(name: str, job: Job) -> ui.MediaGallery[ui.LayoutView]:
    fallback = None if job.redaction else shorten(clean(job.request.prompt), 250)
    shown = posted_name(name, is_spoiler=job.is_spoiler)
    return ui.MediaGallery(
        discord.MediaGalleryItem(f"attachment://{shown}", description=fallback, spoiler=job.is_spoiler)
    )


def _spoiler_note(job: Job) -> str:
    """Why a result is hidden, as a line of its own; empty where it is not."""
    hidden = job.request.first_spoiler
    return "" if hidden is None else f"\n-# Posted as a spoiler, because {hidden.label} is one."


def _size(original: Original) -> str:
    size = f"{max(1, round(original.size / 1024 / 1024))} MB"
    return f"{original.lines}p, {size}" if original.lines else size


def _ready_text(job: Job, video: VideoFile) -> str:
    text = f"<@{job.user_id}> Your video is ready.\n{shown_prompt(job)}"
    if video.copy_of is not None:
        text += f"\n-# A {video.lines}p copy that fits here. The original is one press away while Oxen keeps it."
    return text + _spoiler_note(job)


def _link_text(job: Job, link: VideoLink) -> str:
    until = f"until <t:{int(link.works_until.timestamp())}:f>" if link.works_until else "for a limited time"
    text = (
        f"<@{job.user_id}> Your video is ready. It has {max(1, round(link.original.size / 1024 / 1024))} MB, more than "
        "Discord takes here. "
    )
    prompt = shown_prompt(job, 1_200)
    if link.poster is not None:
        prompt += _spoiler_note(job)
    if job.redaction >= Redaction.QUOTES:
        return f"{text}**Original** gives a link to it.\n{prompt}"
    if len(link.url) <= _BUTTON_URL_CHARS:
        return f"{text}It is behind the button, which works {until}.\n{prompt}"
    masked = f"{text}[Open the video](<{_in_brackets(link.url)}>), which works {until}.\n{prompt}"
    if len(masked) <= TEXT_CHARS:
        return masked
    return f"{text}**Original** gives a link to it.\n{prompt}"


def _blocked_text(job: Job) -> str:
    return (
        f"<@{job.user_id}> Discord blocked this video here as explicit content. "
        f"**Original** gives you a private link to it while Oxen keeps it.\n{shown_prompt(job)}"
    )


def _in_brackets(url: str) -> str:
    return url.replace("<", "%3C").replace(">", "%3E").replace(" ", "%20")


def original_link(url: str, works_until: datetime | None) -> Layout:
    """A fresh link to an original.

    Raises:
        RequestError: the link is longer than any message.
    """
    until = f"until <t:{int(works_until.timestamp())}:f>" if works_until else "for a limited time"
    text = f"Here is the video as Oxen made it. The link works {until}."
    if len(url) <= _BUTTON_URL_CHARS:
        button: ui.Button[ui.LayoutView] = ui.Button(label="Open the original", style=discord.ButtonStyle.link, url=url)
        return Layout(ui.TextDisplay(text), ui.ActionRow(button))
    masked = f"{text} [Open the original](<{_in_brackets(url)}>)"
    if len(masked) > TEXT_CHARS:
        raise RequestError("Oxen's link to this video is too long for a message. The copy in this conversation stays.")
    return Layout(ui.TextDisplay(masked))


def _not_made_text(job: Job) -> str:
    if job.state is JobState.CANCELLED:
        by = f" by <@{job.cancel_requested_by}>" if job.cancel_requested_by not in (None, job.user_id) else ""
        text = f"<@{job.user_id}> Your video was cancelled{by}. {_reason(job)}{NOT_CHARGED}"
    else:
        text = f"<@{job.user_id}> Your video was not made. {_reason(job)}{NOT_CHARGED}"
    return f"{text}\n{shown_prompt(job)}"


def _unopened_text(job: Job) -> str:
    return (
        f"<@{job.user_id}> Oxen finished your video, but its file did not open, however often I tried. I keep it for a "
        "day: **Send again** fetches it anew, here or in /jobs. You are charged once you have it.\n"
        f"{shown_prompt(job)}"
    )


def job_list(jobs: Sequence[Job]) -> Layout:
    """One's running and recent videos, newest first; those that no place took can be sent again."""
    if not jobs:
        return Layout(ui.TextDisplay("You have no videos yet. Start one with /video."))
    items: list[ui.Item[ui.LayoutView]] = [ui.TextDisplay("**Your videos**")]
    for job in jobs:
        prompt = shown_prompt(job, 160)
        state = _state_line(job, job.phase, reason_chars=100)
        text = ui.TextDisplay[ui.LayoutView](f"{state}\n{prompt}\n-# asked {ago(job.created_at)}")
        items.append(ui.Separator())
        if job.state is JobState.UNDELIVERABLE:
            again: ui.Button[ui.LayoutView] = ui.Button(label="Send again", custom_id=again_custom_id(job.id))
            items.append(ui.Section(text, accessory=again))
        else:
            items.append(text)
    return Layout(ui.Container(*items))
