"""One frame of a video as a JPEG: the first one worth seeing, or the last. Runs in the worker."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import av
from av.codec.context import CodecContext
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame

from bot.errors import ResultError
from bot.media.video.frame_filters import Shaper
from bot.media.video.probe import shown_size
from bot.media.video.source import Source, open_source

_QUALITY, _SMALL_QUALITY = "2", "5"
"""Of JPEGs, from 2 (best) to 31; the second for small pictures."""
_TAIL_SECONDS = 2
_LOOK_SECONDS = 2.0
_CONTRAST = 24
_SAMPLE = 97


def still(path: Path, *, last: bool) -> bytes:
    """Encode the first frame that shows something (a video may begin in black), or the very last one.

    Raises:
        ResultError: no frame can be decoded.
    """
    with open_source(path) as source:
        return _encoded(source, _last(source) if last else first_frame(source))


def poster_and_last(path: Path, *, most_side: int) -> tuple[bytes, bytes]:
    """Encode the first frame that shows something as a picture of that size at most, and the very last one whole.

    Raises:
        ResultError: one cannot be decoded.
    """
    with open_source(path) as source:
        return _encoded(source, first_frame(source), most_side), _encoded(source, _last(source))


def _encoded(source: Source, frame: VideoFrame | None, most_side: int | None = None) -> bytes:
    if frame is None:
        raise ResultError("No frame can be decoded", retryable=False)
    size = _within(shown_size(frame, source.video.sample_aspect_ratio), most_side)
    return jpeg(frame, size, _QUALITY if most_side is None else _SMALL_QUALITY)


def _within(size: tuple[int, int], most_side: int | None) -> tuple[int, int]:
    longer = max(size)
    if most_side is None or longer <= most_side:
        return size
    width, height = size
    return width * most_side // longer, height * most_side // longer


def _frames(source: Source) -> Iterator[VideoFrame]:
    for packet in source.container.demux(source.video):
        try:
            frames: Sequence[object] = packet.decode()
            for frame in frames:
                if isinstance(frame, VideoFrame):
                    yield frame
        except (av.error.InvalidDataError, av.error.EOFError):
            continue


def first_frame(source: Source) -> VideoFrame | None:
    """The first frame that shows something; ``None`` where none can be decoded."""
    first: VideoFrame | None = None
    for frame in _frames(source):
        first = first or frame
        if _shows_something(frame):
            return frame
        if frame.time is not None and frame.time > _LOOK_SECONDS:
            break
    return first


def _shows_something(frame: VideoFrame) -> bool:
    levels = bytes(frame.planes[0])[::_SAMPLE]
    return max(levels) - min(levels) >= _CONTRAST


def _last(source: Source) -> VideoFrame | None:
    """The last frame; from the keyframe before the end where seeking works, else from the start."""
    if source.container.duration:
        source.container.seek(max(0, source.container.duration - _TAIL_SECONDS * av.time_base), backward=True)
    found = _newest(source)
    if found is None:
        source.container.seek(0)
        found = _newest(source)
    return found


def _newest(source: Source) -> VideoFrame | None:
    newest: VideoFrame | None = None
    for frame in _frames(source):
        newest = frame
    return newest


def jpeg(frame: VideoFrame, size: tuple[int, int], quality: str = _QUALITY) -> bytes:
    """A frame as a JPEG of about a size, both sides of it even; ``quality`` is the encoder's scale (2 is the best)."""
    width, height = (max(2, side // 2 * 2) for side in size)
    encoder = CodecContext.create("mjpeg", "w")
    assert isinstance(encoder, VideoCodecContext)
    encoder.thread_count = 1
    encoder.width, encoder.height = width, height
    encoder.pix_fmt = "yuvj420p"
    encoder.time_base = Fraction(1, 25)
    encoder.color_range = 2
    encoder.options = {"qmin": quality, "qmax": quality}
    shaped = Shaper(width, height, pixel_format="yuvj420p").shape(frame)
    shaped.pts = 0
    return b"".join(bytes(packet) for packet in [*encoder.encode(shaped), *encoder.encode(None)])
