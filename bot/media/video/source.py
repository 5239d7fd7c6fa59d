"""Opening a video that nobody vouches for: only known containers and codecs, only this file, only so many pixels."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.video.stream import VideoStream

from bot.errors import ResultError
from bot.media.video.mp4_boxes import is_encrypted

# Larger frames are refused before one is decoded: 8K UHD is the largest picture that any model or player knows.
MOST_PIXELS = 8192 * 4352
_VIDEO_CODECS = frozenset({"h264", "hevc", "vp8", "vp9", "av1", "mpeg4"})
_DECODERS = (
    "h264,hevc,vp8,vp9,av1,libdav1d,mpeg4,aac,mp3,mp3float,opus,libopus,vorbis,flac,ac3,alac,pcm_s16le,pcm_s16be"
)
# Playlists and `concat` files make ffmpeg read other files and addresses: neither is on the list.
_OPTIONS = {
    "format_whitelist": "mov,mp4,matroska,webm",
    "protocol_whitelist": "file",
    "codec_whitelist": _DECODERS,
    "max_pixels": str(MOST_PIXELS),
    "probesize": "5000000",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An open file with the one video stream, and the one sound, that count."""

    container: InputContainer
    video: VideoStream
    audio: AudioStream | None


@contextmanager
def open_source(path: Path, *, threads: int = 1) -> Iterator[Source]:
    """Open a video for reading.

    Raises:
        ResultError: it is no video file of a kind known here.
    """
    try:
        if is_encrypted(path):
            raise ResultError("An encrypted video is not opened", retryable=False)
        container = av.open(f"file:{path}", "r", options=dict(_OPTIONS))
    except (av.FFmpegError, ValueError, UnicodeError, IndexError) as error:
        raise ResultError(f"Not a readable video file: {error}", retryable=True) from error
    with container:
        yield Source(container=container, video=_video(container, threads), audio=_audio(container))


def _video(container: InputContainer, threads: int) -> VideoStream:
    for stream in container.streams.video:
        context = stream.codec_context
        if context is None or context.codec.canonical_name not in _VIDEO_CODECS:
            continue
        if not 0 < context.width * context.height <= MOST_PIXELS:
            raise ResultError(f"A frame of {context.width}x{context.height} is not accepted", retryable=False)
        context.options = {"max_pixels": str(MOST_PIXELS)}
        context.thread_count = threads
        context.thread_type = "AUTO" if threads > 1 else "SLICE"
        return stream
    raise ResultError("The file has no video in it", retryable=False)


def _audio(container: InputContainer) -> AudioStream | None:
    for stream in container.streams.audio:
        context = stream.codec_context
        if context is not None and context.sample_rate and context.codec.name in _DECODERS.split(","):
            return stream
    return None
