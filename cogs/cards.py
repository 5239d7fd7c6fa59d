"""What the bot's messages look like: the status card, the references, the outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import discord
from discord import ui

from bot.domain.job import CANCELLABLE, Job, JobState, Phase
from bot.domain.request import VideoRequest, View
from bot.media.mended_picture import PictureNote
from bot.services.ports import NotMade, Original, Outcome, VideoFile, VideoLink
from cogs.marks import again_mark, cancel_mark, continue_mark, edit_mark, original_mark, run_mark, videos_mark
from cogs.text import clean, escape, quote_prompt, shorten

NOT_CHARGED = "You were not charged."
MAX_BUTTON_URL = 512
"""Characters of a link button's address: Discord documentation, page "Component Reference"."""
MAX_TEXT_URL = 1_900
"""Characters of an address in a text; a presigned one with a session token has 1,500 or so."""
VIDEO_NAME = "video.mp4"
POSTER_NAME = "poster.jpg"
_COLOURS = {
    Phase.STARTING: 0x8A8F98,
    Phase.MAKING: 0x4F7CFF,
    Phase.FETCHING: 0x4F7CFF,
    Phase.FITTING: 0x4F7CFF,
    Phase.KEPT: 0xE0A030,
    Phase.DONE: 0x2E9E5B,
    Phase.FAILED: 0xC8504B,
    Phase.CANCELLED: 0x8A8F98,
}


class Layout(ui.LayoutView):
    """A message of ours. Its buttons are found by their custom ids, so discord.py need not keep it."""

    def __init__(self, *items: ui.Item[ui.LayoutView]) -> None:
        super().__init__(timeout=None)
        for item in items:
            self.add_item(item)
        self.stop()


def ago(moment: datetime) -> str:
    """A clock that counts on the reader's side."""
    return f"<t:{int(moment.timestamp())}:R>"


def status_card(job: Job, phase: Phase) -> Layout:
    """The one card of a job; it changes with the phase alone."""
    details = f"-# {_what(job.request)}"
    if unnamed := job.request.unnamed_slots:
        details += f"\n-# Not named in the prompt, sent all the same: {', '.join(map(str, unnamed))}"
    items: list[ui.Item[ui.LayoutView]] = [
        ui.TextDisplay(f"{_state_line(job, phase)}\n{quote_prompt(job.request.prompt)}"),
        ui.TextDisplay(details),
    ]
    if job.state in CANCELLABLE:
        cancel: ui.Button[ui.LayoutView] = ui.Button(
            label="Cancel", style=discord.ButtonStyle.secondary, custom_id=cancel_mark(job.id)
        )
        items.append(ui.ActionRow(cancel))
    return Layout(ui.Container(*items, accent_colour=_COLOURS[phase]))


def _state_line(job: Job, phase: Phase) -> str:
    match phase:
        case Phase.STARTING:
            return f"**Getting ready** · asked {ago(job.created_at)}"
        case Phase.MAKING:
            since = ago(job.running_at or job.updated_at)
            return f"**In the making** · started {since} · usually done in 5 to 15 minutes"
        case Phase.FETCHING:
            return f"**Finished** · fetching the video, since {ago(job.updated_at)}"
        case Phase.FITTING:
            return f"**Finished** · making a copy that fits Discord, since {ago(job.updated_at)}"
        case Phase.DONE:
            return f"**Done** · {_outcome_link(job)}"
        case Phase.KEPT:
            return "**Finished**, but no place took the video. Its owner finds it with /jobs."
        case Phase.CANCELLED:
            return f"**Cancelled** · {_reason(job)}{NOT_CHARGED}"
        case Phase.FAILED:
            return f"**Not made** · {_reason(job)}{NOT_CHARGED}"


def _outcome_link(job: Job) -> str:
    if not job.outcome_message_id:
        return "the video was sent"
    guild = job.guild_id or "@me"
    return f"[watch it](https://discord.com/channels/{guild}/{job.outcome_place_id}/{job.outcome_message_id})"


def _reason(job: Job) -> str:
    if not job.reason:
        return ""
    reason = escape(shorten(job.reason, 600))
    return f"{reason} " if reason.endswith((".", "!", "?", "…")) else f"{reason}. "


def _what(request: VideoRequest) -> str:
    parts = [f"{request.duration} s", request.aspect_ratio]
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


def reference_board(request: VideoRequest, entries: Sequence[BoardEntry], *, is_first: bool) -> Layout:
    """The pictures as they will be sent, each under its name."""
    items: list[ui.Item[ui.LayoutView]] = []
    if is_first:
        items.append(ui.TextDisplay(f"**References**\n{quote_prompt(request.prompt)}"))
    for entry in entries:
        lines = [f"**{entry.view.label}**", f"-# {escape(shorten(clean(entry.view.picture.filename), 60))}"]
        lines += [f"-# It {note.words}." for note in entry.notes]
        picture = ui.Thumbnail[ui.LayoutView](f"attachment://{entry.filename}", description=entry.view.label)
        items.append(ui.Section("\n".join(lines), accessory=picture))
    return Layout(ui.Container(*items))


def outcome_message(job: Job, outcome: Outcome) -> Layout:
    """The one message that tells how a job ended. It mentions its user, and carries the job's mark."""
    items: list[ui.Item[ui.LayoutView]] = []
    buttons: list[ui.Button[ui.LayoutView]] = []
    match outcome:
        case VideoFile():
            items.append(ui.TextDisplay(_ready_text(job, outcome)))
            items.append(_gallery(VIDEO_NAME, job))
            if outcome.copy_of is not None:
                buttons.append(_button(f"Original ({_size(outcome.copy_of)})", original_mark(job.id)))
            buttons.append(_button("Continue from here", continue_mark(job.id)))
        case VideoLink():
            items.append(ui.TextDisplay(_link_text(job, outcome)))
            if outcome.poster is not None:
                items.append(_gallery(POSTER_NAME, job))
            buttons.extend(_link_buttons("Open the video", outcome.url))
            buttons.append(_button(f"Original ({_size(outcome.original)})", original_mark(job.id)))
            buttons.append(_button("Continue from here", continue_mark(job.id)))
        case NotMade():
            items.append(ui.TextDisplay(_not_made_text(job)))
    more = [
        _button("Run again", run_mark(job.id)),
        _button("Edit and run again", edit_mark(job.id)),
        _button("My videos", videos_mark(job.id)),
    ]
    rows = [ui.ActionRow(*buttons)] if buttons else []
    return Layout(*items, *rows, ui.ActionRow(*more))


def _button(label: str, mark: str) -> ui.Button[ui.LayoutView]:
    return ui.Button(label=label, style=discord.ButtonStyle.secondary, custom_id=mark)


def _gallery(name: str, job: Job) -> ui.MediaGallery[ui.LayoutView]:
    fallback = shorten(clean(job.request.prompt), 250)
    return ui.MediaGallery(discord.MediaGalleryItem(f"attachment://{name}", description=fallback))


def _size(original: Original) -> str:
    size = f"{max(1, round(original.size / 1024 / 1024))} MB"
    return f"{original.lines}p, {size}" if original.lines else size


def _ready_text(job: Job, video: VideoFile) -> str:
    text = f"<@{job.user_id}> Your video is ready.\n{quote_prompt(job.request.prompt)}"
    if video.copy_of is not None:
        text += f"\n-# A {video.lines}p copy that fits here. The original is one press away while Oxen keeps it."
    return text


def _link_text(job: Job, link: VideoLink) -> str:
    size = max(1, round(link.original.size / 1024 / 1024))
    if len(link.url) > MAX_TEXT_URL:
        where = "still at Oxen: the link to it is too long to be shown here"
    else:
        where = f"behind {_named(link.url) or 'the button'}, which works {_until(link.works_until)}"
    return (
        f"<@{job.user_id}> Your video is ready. It has {size} MB, more than Discord takes here, so it is {where}.\n"
        f"{quote_prompt(job.request.prompt)}"
    )


def original_link(url: str, works_until: datetime | None) -> Layout:
    """A fresh link to an original."""
    if len(url) > MAX_TEXT_URL:
        return Layout(ui.TextDisplay("The link to the video as Oxen made it is too long to be shown here."))
    named = _named(url)
    where = f", behind {named}" if named else ""
    text = ui.TextDisplay[ui.LayoutView](
        f"Here is the video as Oxen made it{where}. The link works {_until(works_until)}."
    )
    buttons = _link_buttons("Open the original", url)
    return Layout(text, ui.ActionRow(*buttons)) if buttons else Layout(text)


def _link_buttons(label: str, url: str) -> list[ui.Button[ui.LayoutView]]:
    """A button for an address that fits one."""
    if len(url) > MAX_BUTTON_URL:
        return []
    return [ui.Button(label=label, style=discord.ButtonStyle.link, url=url)]


def _named(url: str) -> str | None:
    """A link in a text, for an address that fits no button."""
    return f"[this link](<{url.replace('>', '%3E')}>)" if len(url) > MAX_BUTTON_URL else None


def _until(works_until: datetime | None) -> str:
    return f"until <t:{int(works_until.timestamp())}:f>" if works_until else "for a limited time"


def _not_made_text(job: Job) -> str:
    if job.state is JobState.CANCELLED:
        by = f" by <@{job.cancel_requested_by}>" if job.cancel_requested_by not in (None, job.user_id) else ""
        text = f"<@{job.user_id}> Your video was cancelled{by}. {_reason(job)}{NOT_CHARGED}"
    else:
        text = f"<@{job.user_id}> Your video was not made. {_reason(job)}{NOT_CHARGED}"
    return f"{text}\n{quote_prompt(job.request.prompt)}"


def job_list(jobs: Sequence[Job]) -> Layout:
    """One's running and recent videos, newest first; those that no place took can be sent again."""
    if not jobs:
        return Layout(ui.TextDisplay("You have no videos yet. Start one with /video."))
    items: list[ui.Item[ui.LayoutView]] = [ui.TextDisplay("**Your videos**")]
    for job in jobs:
        prompt = quote_prompt(shorten(job.request.prompt, 120))
        text = ui.TextDisplay[ui.LayoutView](f"{_state_line(job, job.phase)}\n{prompt}\n-# asked {ago(job.created_at)}")
        items.append(ui.Separator())
        if job.state is JobState.UNDELIVERABLE:
            again: ui.Button[ui.LayoutView] = ui.Button(label="Send again", custom_id=again_mark(job.id))
            items.append(ui.Section(text, accessory=again))
        else:
            items.append(text)
    return Layout(ui.Container(*items))
