"""Finding out whether a file is a video that plays, and what it is like. Runs in the worker: files are hostile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.packet import Packet
from av.video.frame import VideoFrame

from bot.errors import ResultError
from bot.media.errors import CutOff
from bot.media.video.mp4_boxes import is_cut_off, lacks_media, plays_from_first_byte
from bot.media.video.source import Source, open_source
from bot.media.video.video_info import VideoInfo

_MOST_PACKETS = 500_000
_PACKETS_TO_A_FRAME = 400
_WIDEST_PIXEL = 3
_CUT_SECONDS = 0.5


@dataclass(slots=True, kw_only=True)
class _Seen:
    """What went by while reading all packets. Times are in seconds."""

    frames: int = 0
    media_bytes: int = 0
    start: float = float("inf")
    last: float = float("-inf")
    end: float = float("-inf")
    first_frame: VideoFrame | None = None
    trouble: list[str] = field(default_factory=list)


def inspect(path: Path, *, is_last_look: bool = False) -> VideoInfo:
    """Read every packet of a video and decode its first frame.

    At the last look a file may end early, as long as no media is missing.

    Raises:
        CutOff: it is not all there.
        ResultError: it is empty, not a video, or no frame of it can be decoded.
    """
    try:
        size = path.stat().st_size
        if size == 0:
            raise ResultError("The file is empty", retryable=True)
        if lacks_media(path) or (not is_last_look and is_cut_off(path)):
            raise CutOff
        with open_source(path) as source:
            seen = _read(source)
            return replace(_info(source, seen, size), plays_from_first_byte=plays_from_first_byte(path))
    except (av.FFmpegError, OSError, ValueError, MemoryError) as error:
        raise ResultError(f"The video cannot be read: {error}", retryable=False) from error


def shown_size(frame: VideoFrame, pixel_aspect: Fraction | None) -> tuple[int, int]:
    """Width and height of a frame as it is meant to be seen: with square pixels, and turned as its file says."""
    width, height = frame.width, frame.height
    if pixel_aspect and Fraction(1, _WIDEST_PIXEL) <= pixel_aspect <= _WIDEST_PIXEL:
        width = max(1, round(width * pixel_aspect))
    return (height, width) if quarter_turns(frame) % 2 else (width, height)


def quarter_turns(frame: VideoFrame) -> int:
    """How often a frame must be turned by 90 degrees clockwise to be upright: 0 to 3."""
    return round(-frame.rotation / 90) % 4


def _read(source: Source) -> _Seen:
    seen = _Seen()
    video = source.video
    assert video.time_base is not None
    packets = 0
    for packet in source.container.demux(*([video] if source.audio is None else [video, source.audio])):
        packets += 1
        if packets > _MOST_PACKETS:
            raise ResultError("The file has more packets than a short video can have", retryable=False)
        seen.media_bytes += packet.size
        if packet.stream is not video:
            continue
        if packet.size:
            _count(seen, packet, float(video.time_base))
        if seen.first_frame is None and seen.frames <= _PACKETS_TO_A_FRAME:
            seen.first_frame = _first(packet, seen)
    return seen


def _count(seen: _Seen, packet: Packet[Any], tick: float) -> None:
    if packet.is_corrupt:
        seen.trouble.append("a packet is cut off")
    seen.frames += 1
    at = packet.pts if packet.pts is not None else packet.dts
    if at is not None and not packet.is_discard:
        seen.start = min(seen.start, at * tick)
        seen.last = max(seen.last, at * tick)
        seen.end = max(seen.end, (at + (packet.duration or 0)) * tick)


def _first(packet: Packet[Any], seen: _Seen) -> VideoFrame | None:
    try:
        frames: Sequence[object] = packet.decode()
        return next((frame for frame in frames if isinstance(frame, VideoFrame)), None)
    except av.FFmpegError as error:
        seen.trouble.append(str(error))
        return None


def _info(source: Source, seen: _Seen, size: int) -> VideoInfo:
    frame = seen.first_frame
    if frame is None:
        why = seen.trouble[0] if seen.trouble else "there is none"
        raise ResultError(f"No frame can be decoded: {why}", retryable=False)
    duration = seen.end - seen.start
    if seen.end == seen.last and seen.frames > 1:
        duration *= seen.frames / (seen.frames - 1)
    if not 0 < duration < float("inf"):
        raise ResultError("The video has no duration", retryable=False)
    announced = (source.container.duration or 0) / av.time_base
    ends = max(seen.end, seen.start + duration)
    if source.audio is None and ends < announced - max(_CUT_SECONDS, announced / 10):
        raise ResultError(f"The video ends after {ends:.1f} of {announced:.1f} s", retryable=True)
    width, height = shown_size(frame, source.video.sample_aspect_ratio)
    return VideoInfo(
        container=_container(source),
        codec=source.video.codec_context.codec.canonical_name,
        pixel_format=frame.format.name,
        width=width,
        height=height,
        coded_pixels=frame.width * frame.height,
        rotation=quarter_turns(frame) * 90,
        duration=duration,
        fps=seen.frames / duration,
        frames=seen.frames,
        has_audio=source.audio is not None,
        size=size,
        media_bytes=seen.media_bytes,
    )


def _container(source: Source) -> str:
    name = source.container.format.name
    if "mp4" in name:
        return "mov" if source.container.metadata.get("major_brand", "").strip() == "qt" else "mp4"
    return "webm" if source.video.codec_context.codec.canonical_name in {"vp8", "vp9", "av1"} else "matroska"
