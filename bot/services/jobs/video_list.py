"""The list of one's videos, and the stories that they make."""

from __future__ import annotations

from typing import Final

from bot.domain.job import Job
from bot.domain.video_list import VideoFilter, VideoPage
from bot.errors import NotAllowedError, RequestError
from bot.store.picture_files import PictureFiles
from bot.store.videos import VideoStore
from bot.text import User, text

PAGE_SIZE: Final = 6


class VideoList:
    """What ``/videos`` shows."""

    def __init__(self, store: VideoStore, files: PictureFiles) -> None:
        self._store = store
        self._files = files

    async def poster(self, job: Job) -> bytes | None:
        """The poster of a video, a JPEG; ``None`` where none is kept."""
        return await self._files.find(job.poster)

    async def page(self, wanted: VideoFilter, *, user_id: int, guild_id: int) -> VideoPage:
        """A page of a user's videos in a server; in direct messages, of those of everywhere."""
        return await self._store.page(wanted, user_id, guild_id, PAGE_SIZE)

    async def story(self, job: Job) -> list[Job]:
        """The videos of the story that a video is of, one for each shot, in order; nothing where it is of none."""
        return [] if job.shot is None else await self._store.story(job.shot.story_id, job.user_id)

    async def story_of(self, story_id: str, *, user_id: int, guild_id: int) -> list[Job]:
        """The same for the story of an id; nothing where it is not this user's in this server (0: any)."""
        return [job for job in await self._store.story(story_id, user_id) if guild_id in (0, job.guild_id)]

    async def find(self, job_id: str, *, user_id: int, guild_id: int) -> Job:
        """One of a user's own videos in a server (0: everywhere).

        Raises:
            NotAllowedError: it is not, or is not known any more.
        """
        job = await self._store.find(job_id, user_id, guild_id)
        if job is None:
            raise NotAllowedError(text("gate.unknown_video"))
        return job

    async def pick(self, job: Job, *, user_id: int) -> None:
        """Use a video in its story, in the place of another take.

        Raises:
            NotAllowedError: it is somebody else's.
            RequestError: it is of no story.
        """
        if job.user_id != user_id:
            raise NotAllowedError(text("story.not_owner", owner=User(job.user_id)))
        if job.shot is None:
            raise RequestError(text("story.no_story"))
        await self._store.pick(job)
