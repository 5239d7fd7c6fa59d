"""What is known of a video, and of the copy that was made to fit. Plain records: no I/O, and PyAV is not imported."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoInfo:
    """One video file, as it was read and not as it was announced.

    ``width`` and ``height`` are pixels as shown: after rotation, and with square pixels. ``duration`` is in seconds and
    ``fps`` the mean over it; both come from the packets. ``size`` is the file's, ``media_bytes`` what of it is picture
    and sound; ``coded_pixels`` is the area of a frame as it is stored. ``plays_from_first_byte`` says that
    the index of all of it is in front of the media.
    """

    container: str
    codec: str
    pixel_format: str
    width: int
    height: int
    coded_pixels: int
    rotation: int
    duration: float
    fps: float
    frames: int
    has_audio: bool
    size: int
    media_bytes: int
    plays_from_first_byte: bool = True

    @property
    def plays_anywhere(self) -> bool:
        """Whether every common browser and phone decodes it: 8-bit H.264 in an MP4 or MOV."""
        return (
            self.container in {"mp4", "mov"} and self.codec == "h264" and self.pixel_format in {"yuv420p", "yuvj420p"}
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedVideo:
    """A copy that fits: where it is, its size in bytes, its frame in pixels, and how many seconds making it took."""

    path: Path
    size: int
    width: int
    height: int
    seconds_taken: float
