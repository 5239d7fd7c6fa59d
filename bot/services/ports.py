"""What the services need of a conversation. ``cogs`` implements it; nothing here knows Discord."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from bot.domain.fingerprint import Fingerprint
from bot.domain.job import Job, Phase
from bot.domain.model_spec import PICTURE_LIMITS, PictureLimits
from bot.domain.picture_addresses import BoardPictureAddress, StoredPictureAddress
from bot.domain.request import Picture
from bot.media.pictures.normalized_picture import NormalizedPicture
from bot.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """The video as Oxen made it: its size in bytes, the shorter side of its frame in pixels (0: unknown)."""

    size: int
    lines: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoFile:
    """The finished video as a file that fits. ``size`` is in bytes.

    ``copy_of`` is what it was made from, where it is a smaller copy; ``lines`` is then its own.
    """

    path: Path
    size: int
    lines: int = 0
    copy_of: Original | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureFile:
    """A picture that was made, as a file that fits: its size in bytes, its ending ``png``, ``jpg`` or ``webp``."""

    path: Path
    size: int
    ending: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoLink:
    """The finished video or picture as a link, because no copy of it fits the place.

    ``poster`` is a JPEG of a video's first frame.
    """

    url: str
    original: Original
    works_until: datetime | None
    poster: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoBlocked:
    """There is a video, but Discord blocks it where it should be shown; its user may have a private link."""

    original: Original


@dataclass(frozen=True, slots=True, kw_only=True)
class NotMade:
    """There is no video; the job's own state and reason say why, and nothing was charged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unopened:
    """The video is made, but its file could not be had for so long that it is kept, for its user to have it sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A reference as the bot's own attachment: the link that Oxen fetches, and the source that outlives it."""

    url: str
    source: BoardPictureAddress


@dataclass(frozen=True, slots=True, kw_only=True)
class LastFrame:
    """The last frame of a video, as a JPEG, and whether the video is hidden as a spoiler."""

    jpeg: bytes
    is_spoiler: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinedVideo:
    """The shots of a story as one video that fits: how many, and how long (seconds). ``size`` is in bytes.

    ``strip`` is a JPEG with a frame of each, if there is one; ``lines`` is the shorter side of a smaller copy in
    pixels, 0 where it is as large as the shots.
    """

    path: Path
    strip: Path | None
    size: int
    count: int
    seconds: int
    lines: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinedCopy:
    """A joined video as the second message shows it: its frames and a link; ``count`` is how many shots it has."""

    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NotJoined:
    """Nothing came of joining the shots of a story, and why."""

    reason: Text


JobOutcome = VideoFile | VideoLink | VideoBlocked | NotMade | Unopened
Outcome = JobOutcome | PictureFile | JoinedVideo | NotJoined


class PictureNormalizer(Protocol):
    """Turns the bytes of a picture into what the model takes; ``PicturePool`` is the real one."""

    async def normalize(
        self, data: bytes, *, limits: PictureLimits = PICTURE_LIMITS, user: Hashable = None
    ) -> NormalizedPicture:
        """Normalize a picture, when it is its user's turn.

        Raises:
            PictureRefused: it cannot be used.
        """


class StripMaker(Protocol):
    """Puts thumbnails beside each other; ``PicturePool`` is the real one."""

    async def strip(self, thumbnails: Sequence[bytes], *, user: Hashable = None) -> bytes:
        """One picture of the thumbnails of normalized ones, as a WebP file.

        Raises:
            PictureRefused: it cannot be made.
        """


class PictureFingerprinter(Protocol):
    """Makes fingerprints of pictures; ``PicturePool`` is the real one."""

    async def fingerprint(self, data: bytes, *, user: Hashable = None) -> Fingerprint:
        """The fingerprint of a picture, when it is its user's turn.

        Raises:
            PictureRefused: it cannot be read.
        """


class PictureReader(Protocol):
    """Reads pictures from wherever they are: from Discord, from a message of ours, or from our own store."""

    async def read(self, picture: Picture) -> bytes:
        """The bytes of a picture.

        Raises:
            ConversationError: they are not to be had.
        """


class KeptPictures(Protocol):
    """Finds pictures that the bot keeps itself; ``bot.store.picture_files`` does."""

    async def get(self, source: StoredPictureAddress) -> bytes | None:
        """A picture that is kept; ``None`` if it no longer is."""

    async def find(self, address: str | None) -> bytes | None:
        """The picture at an address, as a job has one; ``None`` where there is none, or it is gone."""


class FrameReader(Protocol):
    """Cuts the last frame of a finished video."""

    async def last_frame(self, job_id: str) -> LastFrame:
        """The last frame of a job's video.

        Raises:
            RequestError: Oxen no longer has it, or cannot be asked now.
        """


class Conversations(Protocol):
    """The places where a job is talked about.

    A *place* is the id of a channel, thread or direct-message channel. Every method may raise
    ``DiscordUnavailable`` (try again later) and, where it names a place, ``PlaceGone``; what says
    something leaves out what ``job.redaction`` says, and may raise ``WordsRefused`` all the same.
    """

    async def find_card(self, job: Job) -> int | None:
        """Look for the job's status card where it was asked for; its message id, if it is there."""

    async def post_card(self, job: Job) -> int:
        """Post the job's status card where it was asked for, without an answer to anybody; its message id."""

    async def open_place(self, job: Job) -> int:
        """Open the thread on the job's card, or say which place serves instead."""

    async def post_references(self, job: Job, *, again: bool) -> Mapping[str, Posted]:
        """Post the references in the job's place, once; where each picture is, by its key.

        ``again`` says that they may be there already: then look first.

        Raises:
            RequestError: a picture can no longer be read; the sentence names it.
        """

    async def show_card(self, job: Job, phase: Phase) -> None:
        """Make the status card say this of the job."""

    async def direct_place(self, user_id: int) -> int:
        """The place for direct messages with a user."""

    def guild_of(self, job: Job, place_id: int) -> int:
        """The server that a place is in; 0 for direct messages. Raises nothing."""

    async def upload_limit(self, job: Job, place_id: int) -> int:
        """How many bytes one file of a message there may have."""

    async def send_outcome(self, job: Job, place_id: int, outcome: Outcome) -> int:
        """Send the one message that tells how the job ended; its id.

        Raises:
            FileTooLarge: the place takes no file of that size.
            FileRefused: the place does not take what the file shows.
        """

    async def delete_outcome(self, job: Job) -> None:
        """Delete the message with a job's result, and the second one, if there is one.

        Raises:
            MessageGone: it is gone already.
        """

    async def hide_outcome(self, job: Job) -> None:
        """Hide what those messages show behind a spoiler.

        Raises:
            MessageGone: it is gone.
        """

    async def send_copy(self, job: Job, outcome: VideoFile | VideoLink | PictureFile | JoinedCopy | None) -> int:
        """Show a job's result in its channel, too, with a link to the message that told it; the new message's id.

        ``None`` shows its poster in the place of the video; a picture is always shown itself.
        """

    async def find_copy(self, job: Job) -> int | None:
        """Look for that message; its id, if it is there."""

    async def find_outcome(self, job: Job, place_id: int) -> int | None:
        """Look for that message; its id, if it is there."""
