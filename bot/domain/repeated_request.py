"""Making a request once more, long after the links of its pictures have died."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.job import Job, JobState
from bot.domain.picture_addresses import LastFrameAddress
from bot.domain.request import Picture, VideoRequest, View, with_pictures
from bot.domain.slots import Slot, SlotKind
from bot.text import Message


def repeat_request(job: Job) -> VideoRequest:
    """The request of a job, each picture at the address where it stays; as given where it was never posted.

    It says whose the prompt and the pictures are.
    """

    def posted(view: View) -> Picture:
        address = job.board.get(view.key, view.picture.url)
        return replace(view.picture, url=address, owner_id=view.picture.owner_id or job.user_id)

    return replace(
        with_pictures(job.request, posted),
        made_from=_video_message(job),
        prompt_owner_id=job.request.prompt_owner_id or job.user_id,
        take_of=job.id,
    )


def _video_message(job: Job) -> Message | None:
    """Where a job's video is seen by those who saw it asked for, if it is."""
    is_seen = job.state is JobState.DELIVERED and job.outcome_place_id in (job.place_id, job.channel_id)
    return job.outcome_link if is_seen else None


def continue_request(job: Job, prompt: str) -> VideoRequest:
    """A request that goes on where a video ends: its last frame is ``@Image1``; shape, length and elements stay.

    Where faces were shown, the last frame shows them, too.
    """
    frame = Picture(
        url=str(LastFrameAddress(job_id=job.id)),
        filename=f"last-frame-{job.id[:8]}.jpg",
        content_type="image/jpeg",
        size=1,
        is_spoiler=job.is_spoiler,
    )
    of = job.request
    elements = repeat_request(job).elements
    faces = [Slot(SlotKind.IMAGE, 1), *(slot for slot in of.faces if slot.kind is SlotKind.ELEMENT)]
    return VideoRequest(
        prompt=prompt,
        images={1: frame},
        elements=elements,
        duration=of.duration,
        aspect_ratio=of.aspect_ratio,
        model=of.model,
        model_name=of.model_name,
        resolution=of.resolution,
        sound=of.sound,
        faces=tuple(faces) if of.faces else (),
        continues=job.id,
    )
