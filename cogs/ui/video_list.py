"""What ``/videos`` looks like: a page of one's videos, what to choose others by, and one of them by itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Final

import discord
from discord import ui

from bot.domain.job import Job
from bot.domain.model_spec import Media
from bot.domain.redaction import Redaction
from bot.domain.video_list import VideoFilter, VideoGroup, VideoPage
from cogs.ui import custom_ids
from cogs.ui.cards import Layout, listed_job, posted_name
from cogs.ui.markdown import clean, escape, shorten
from cogs.ui.plain_button import plain_button
from cogs.ui.story_parts import join_button, story_strip
from cogs.ui.texts import ENGLISH, Texts

_OPTION_CHARS: Final = 100
_LABEL_CHARS: Final = 60
_GALLERY: Final = 10
"""What a gallery holds at most (Discord's page on components)."""
_MOST_PAGES: Final = 9_999
ALL: Final = "all"
"""The choice that takes a filter away."""
STORY: Final = "chain"
"""How the choice of a story begins, before its id: as in lists of earlier versions, which are answered as well."""
_GROUPS: Final = {
    VideoGroup.DONE: "videos.group.done",
    VideoGroup.RUNNING: "videos.group.running",
    VideoGroup.READY: "videos.group.ready",
    VideoGroup.FAILED: "videos.group.failed",
}


def custom_id_of(what: str, shown: VideoFilter) -> str:
    """The custom id of a control of the list, which says what the list shows."""
    group, story, model = shown.group or "", shown.story_id or "", shown.model or ""
    element = "" if shown.element is None else shown.element
    return f"videos:{what}:{shown.page}:{group}:{story}:{element}:{model}:{shown.search}"


def filter_of(given: Mapping[str, str]) -> VideoFilter:
    """What a list shows, from the custom id of one of its controls."""
    return VideoFilter(
        page=int(given["page"]),
        group=VideoGroup(given["group"]) if given["group"] else None,
        story_id=given["story"] or None,
        element=int(given["element"]) if given["element"] else None,
        model=given["model"] or None,
        search=given["search"],
    )


def video_list(
    page: VideoPage,
    shown: VideoFilter,
    story: Sequence[Job] = (),
    texts: Texts = ENGLISH,
    posters: Collection[str] = (),
) -> Layout:
    """A page of one's videos, newest first. ``story`` are the shots of the story that is shown, if it is one.

    ``posters`` are the ids of those whose posters are on the message, as ``poster_name`` has it.
    """
    if not page.jobs and shown.shows_everything and not shown.page:
        return Layout(ui.TextDisplay(texts("videos.none")))
    items: list[ui.Item[ui.LayoutView]] = [ui.TextDisplay(_title(shown, texts))]
    if not page.jobs:
        items.append(ui.TextDisplay(texts("videos.none_found")))
    for job in page.jobs:
        items += [ui.Separator(), listed_job(job, texts, _thumbnail(job, posters))]
    layout = Layout(ui.Container(*items), *_story_items(story, texts), *_selects(page, shown, texts))
    if turns := _turns(page, shown, texts):
        layout.add_item(ui.ActionRow(*turns))
    return layout


def one_video(job: Job, story: Sequence[Job], texts: Texts = ENGLISH, posters: Collection[str] = ()) -> Layout:
    """One video of one's own by itself, with its story and what can be done with it; ``posters`` as for the list."""
    buttons: list[ui.Button[ui.LayoutView]] = []
    if any(job.request.views()):
        buttons.append(plain_button(texts("button.use_references"), custom_ids.REFERENCES.of(job.id)))
    is_video = job.request.media is Media.VIDEO
    if is_video:
        buttons.append(plain_button(texts("button.edit_again"), custom_ids.EDIT.of(job.id)))
    if job.has_video and is_video:
        buttons.append(plain_button(texts("button.last_frame"), custom_ids.CONTINUE.of(job.id)))
    if job.has_video:
        buttons.append(plain_button(texts("button.download"), custom_ids.ORIGINAL.of(job.id)))
    items: list[ui.Item[ui.LayoutView]] = [listed_job(job, texts, _thumbnail(job, posters))]
    strip = [_poster_item(shot, texts) for shot in story[:_GALLERY] if shot.id in posters]
    if len(story) > 1 and strip:
        items.append(ui.MediaGallery(*strip))
    row = [ui.ActionRow(*buttons)] if buttons else []
    return Layout(ui.Container(*items), *_story_items(story, texts, of=job), *row)


def poster_name(job: Job) -> str:
    """The name of the file with a video's poster."""
    return posted_name(f"{job.id}.jpg", is_spoiler=job.is_spoiler)


def _thumbnail(job: Job, posters: Collection[str]) -> ui.Thumbnail[ui.LayoutView] | None:
    if job.id not in posters:
        return None
    return ui.Thumbnail(f"attachment://{poster_name(job)}", spoiler=job.is_spoiler)


def _poster_item(shot: Job, texts: Texts) -> discord.MediaGalleryItem:
    assert shot.shot is not None
    step = texts("story.step", number=shot.shot.number)
    return discord.MediaGalleryItem(f"attachment://{poster_name(shot)}", description=step, spoiler=shot.is_spoiler)


def _story_items(story: Sequence[Job], texts: Texts, of: Job | None = None) -> list[ui.Item[ui.LayoutView]]:
    """The strip of a story, and what can be done about it."""
    if len(story) < 2:
        return []
    buttons = []
    if of is not None and of.has_video and of not in story:
        buttons.append(plain_button(texts("button.pick_take"), custom_ids.PICK_TAKE.of(of.id)))
    count = sum(job.is_made for job in story)
    if count > 1:
        buttons.append(join_button(story[-1], count, texts))
    strip: list[ui.Item[ui.LayoutView]] = [ui.TextDisplay(story_strip(story, texts, of))]
    return [*strip, ui.ActionRow(*buttons)] if buttons else strip


def _title(shown: VideoFilter, texts: Texts) -> str:
    title = texts("videos.title")
    if shown.page:
        title += f" · {texts('videos.page', number=shown.page + 1)}"
    if shown.search:
        title += f"\n-# {texts('videos.search', words=escape(shown.search))}"
    return title


def _turns(page: VideoPage, shown: VideoFilter, texts: Texts) -> list[ui.Button[ui.LayoutView]]:
    turns = []
    if shown.page:
        turns.append(
            plain_button(texts("button.previous_page"), custom_id_of("page", replace(shown, page=shown.page - 1)))
        )
    if page.has_more and shown.page < _MOST_PAGES:
        turns.append(plain_button(texts("button.next_page"), custom_id_of("page", replace(shown, page=shown.page + 1))))
    return turns


def _selects(page: VideoPage, shown: VideoFilter, texts: Texts) -> list[ui.Item[ui.LayoutView]]:
    chosen = shown.group or ALL
    groups = [(ALL, texts("videos.group.all")), *((group, texts(key)) for group, key in _GROUPS.items())]
    selects = [_select("group", shown, [_option(value, label, is_chosen=value == chosen) for value, label in groups])]
    if page.stories or page.elements:
        selects.append(_select("story", shown, _subjects(page, shown, texts)))
    if page.jobs:
        options = [_option(job.id, _label(job, texts)) for job in page.jobs]
        selects.append(_select("open", shown, options, texts("videos.open")))
    return [ui.ActionRow(select) for select in selects]


def _subjects(page: VideoPage, shown: VideoFilter, texts: Texts) -> list[discord.SelectOption]:
    """Stories and elements to choose from."""
    options = [_option(ALL, texts("videos.subject.all"), is_chosen=shown.story_id is None and shown.element is None)]
    for story in page.stories:
        assert story.first.shot is not None
        story_id = story.first.shot.story_id
        label = texts("videos.subject.story", count=story.count, prompt=_label(story.first, texts))
        options.append(_option(f"{STORY} {story_id}", label, is_chosen=shown.story_id == story_id))
    for number, name in page.elements:
        options.append(_option(f"element {number}", f"@{clean(name)}", is_chosen=shown.element == number))
    return options


def _label(job: Job, texts: Texts) -> str:
    """The beginning of a video's prompt, where it may be shown."""
    unnamed = texts("thread.unnamed", made=job.request.media)
    if job.redaction is Redaction.NOTHING and job.is_judged:
        return shorten(clean(job.request.prompt), _LABEL_CHARS) or unnamed
    return unnamed


def _select(
    what: str, shown: VideoFilter, options: list[discord.SelectOption], placeholder: str | None = None
) -> ui.Select[ui.LayoutView]:
    return ui.Select(custom_id=custom_id_of(what, shown), options=options, placeholder=placeholder)


def _option(value: str, label: str, *, is_chosen: bool = False) -> discord.SelectOption:
    return discord.SelectOption(value=value, label=shorten(label, _OPTION_CHARS), default=is_chosen)
