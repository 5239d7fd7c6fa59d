"""The message that says how a picture that was asked for ended, with the button that makes a reference of it."""

from __future__ import annotations

from typing import Final

import discord
from discord import ui

from bot.domain.job import Job, JobState
from bot.domain.redaction import Redaction
from bot.services.ports import JobOutcome, NotMade, PictureFile, Unopened, VideoBlocked, VideoFile, VideoLink
from bot.text import Bytes, User
from cogs.ui import custom_ids
from cogs.ui.cards import (
    BUTTON_URL_CHARS,
    Layout,
    asked_by,
    more_button,
    outcome_words,
    posted_name,
    result_alternative,
    run_again_buttons,
    shown_prompt,
)
from cogs.ui.markdown import escape, shorten_markup
from cogs.ui.plain_button import plain_button
from cogs.ui.texts import ENGLISH, Texts

_REASON_CHARS: Final = 600


def picture_name(job: Job, ending: str) -> str:
    """The name under which a picture is posted."""
    return posted_name(f"picture-{job.id[:8]}.{ending}", is_spoiler=job.is_spoiler)


def picture_outcome(job: Job, outcome: JobOutcome | PictureFile, texts: Texts = ENGLISH) -> Layout:
    """The one message that tells how a picture ended. It mentions its user, and carries the job's mark.

    That a picture is kept because its file does not open is no end, and has no such mark.
    """
    items: list[ui.Item[ui.LayoutView]] = []
    buttons = run_again_buttons(job, texts)
    match outcome:
        case PictureFile():
            items += outcome_words(
                job, f"{texts('image.ready', user=User(job.user_id))}\n{_about(job, outcome.size, texts)}"
            )
            items.append(_gallery(job, picture_name(job, outcome.ending)))
            use = plain_button(texts("image.use"), custom_ids.USE_PICTURE.of(job.id), discord.ButtonStyle.primary)
            buttons.insert(0, use)
        case VideoLink():
            large = texts("image.too_large", user=User(job.user_id), size=Bytes(outcome.original.size))
            items += outcome_words(job, large)
            if len(outcome.url) <= BUTTON_URL_CHARS and job.redaction < Redaction.QUOTES:
                style = discord.ButtonStyle.link
                buttons.insert(0, ui.Button(label=texts("image.open"), style=style, url=outcome.url))
            else:
                buttons.append(plain_button(texts("button.download"), custom_ids.ORIGINAL.of(job.id)))
        case NotMade():
            items += outcome_words(job, f"{_not_made(job, texts)}\n{shown_prompt(job, texts=texts)}")
            videos = plain_button(texts("button.my_videos"), custom_ids.VIDEOS.of(job.id))
            return Layout(*items, ui.ActionRow(*buttons, videos))
        case Unopened():
            items += outcome_words(job, texts("image.unopened", user=User(job.user_id)))
            again = plain_button(texts("button.send_here"), custom_ids.SEND_AGAIN.of(job.id))
            return Layout(*items, ui.ActionRow(again))
        case VideoBlocked():
            items += outcome_words(job, texts("image.blocked", user=User(job.user_id)))
        case VideoFile():
            raise TypeError("a video is no picture")
    return Layout(ui.Container(*items, ui.ActionRow(*buttons, more_button(job, texts))))


def picture_copy(job: Job, filename: str, size: int, texts: Texts = ENGLISH) -> Layout:
    """The second message about a picture, in its channel: the picture, and where it was told; it mentions nobody."""
    where = texts("result.see", link=job.outcome_link or "")
    use = plain_button(texts("image.use"), custom_ids.USE_PICTURE.of(job.id), discord.ButtonStyle.primary)
    return Layout(
        ui.Container(
            _gallery(job, filename),
            *outcome_words(job, f"{asked_by(job, texts)} · {where}\n{_about(job, size, texts)}"),
            ui.ActionRow(use, *run_again_buttons(job, texts), more_button(job, texts, mark=custom_ids.COPY)),
        )
    )


def _about(job: Job, size: int, texts: Texts) -> str:
    """One line under a picture: what was asked, of which model, its shape and size in bytes."""
    parts = [escape(name) for name in (job.request.model_name, job.request.aspect_ratio) if name is not None]
    line = f"-# {' · '.join([*parts, texts.value(Bytes(size))])}"
    return f"{line}\n{shown_prompt(job, texts=texts)}"


def _not_made(job: Job, texts: Texts) -> str:
    user, by = User(job.user_id), job.cancel_requested_by
    if job.state is not JobState.CANCELLED:
        head = texts("image.failed", user=user)
    elif by is None or by == job.user_id:
        head = texts("image.canceled", user=user)
    else:
        head = texts("image.canceled_by", user=user, by=User(by))
    parts = [head]
    if job.reason and job.redaction < Redaction.QUOTES:
        parts.append(shorten_markup(texts.render(job.reason), _REASON_CHARS))
    return texts.sentences(*parts, texts("result.returned", seconds=job.counted_seconds))


def _gallery(job: Job, filename: str) -> ui.MediaGallery[ui.LayoutView]:
    shown = f"attachment://{filename}"
    return ui.MediaGallery(discord.MediaGalleryItem(shown, description=result_alternative(job), spoiler=job.is_spoiler))
