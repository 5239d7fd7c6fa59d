"""Packing a video anew without encoding it: picture and sound stay bit for bit what they are."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.packet import Packet

from bot.errors import ResultError
from bot.media.video.mp4_boxes import move_index_to_front, plays_from_first_byte
from bot.media.video.probe import inspect
from bot.media.video.source import Source, open_source
from bot.media.video.video_info import VideoInfo

_SAME_MOMENT = Fraction(1, 500)


def repack(source: Path, target: Path, info: VideoInfo) -> VideoInfo | None:
    """Write the same video with its index in front to ``target``; ``None`` where it is better left as it is.

    A file whose index is at its end keeps everything else too; a fragmented one keeps its picture and one sound.
    """
    try:
        if not move_index_to_front(source, target):
            remux(source, target)
        copy = inspect(target)
        is_same = plays_from_first_byte(target) and _tracks(source) == _tracks(target)
    except (av.FFmpegError, ResultError, OSError, ValueError):
        is_same = False
    if is_same and (copy.rotation, copy.width, copy.height) == (info.rotation, info.width, info.height):
        return copy
    target.unlink(missing_ok=True)
    return None


def remux(source_path: Path, target: Path) -> None:
    """Copy picture and sound as they are into a new MP4, its index in front.

    Raises:
        ResultError: a part of the media is not to be shown, which a copy would not say.
        av.FFmpegError: the packets can't be written as they are.
    """
    with (
        open_source(source_path) as source,
        av.open(f"file:{target}", "w", format="mp4", options={"movflags": "+faststart"}) as out,
    ):
        video = out.add_stream_from_template(source.video)
        sound = out.add_stream_from_template(source.audio) if source.audio is not None else None
        for packet in packets_of(source):
            if packet.is_discard:
                raise ResultError("Some of it is not to be shown", retryable=False)
            packet.stream = video if packet.stream is source.video or sound is None else sound
            out.mux_one(packet)


def packets_of(source: Source) -> Iterator[Packet[Any]]:
    """The packets of a video's picture and its sound, in the file's order."""
    streams = [source.video] if source.audio is None else [source.video, source.audio]
    for packet in source.container.demux(*streams):
        if packet.size and packet.dts is not None:  # the demuxer ends with an empty packet for each stream
            yield packet


@dataclass(frozen=True, slots=True)
class _Track:
    """What one stream holds: how many packets of which bytes, and its first and last moment since the video's first."""

    packets: int
    checksum: int
    first: Fraction
    last: Fraction

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, _Track)
            and (self.packets, self.checksum) == (other.packets, other.checksum)
            and abs(self.first - other.first) <= _SAME_MOMENT
            and abs(self.last - other.last) <= _SAME_MOMENT
        )


def _tracks(path: Path) -> list[_Track]:
    """What is in a video's streams, the picture's first."""
    seen: dict[int, list[Fraction]] = {}
    checksums: dict[int, int] = {}
    with open_source(path) as source:
        for packet in packets_of(source):
            if packet.pts is None or packet.time_base is None:
                raise ResultError("A packet has no time", retryable=False)
            stream = 0 if packet.stream is source.video else 1
            seen.setdefault(stream, []).append(packet.pts * packet.time_base)
            checksums[stream] = zlib.crc32(bytes(packet), checksums.get(stream, 0))
    if 0 not in seen:
        return []
    start = min(seen[0])
    return [
        _Track(len(moments), checksums[stream], min(moments) - start, max(moments) - start)
        for stream, moments in sorted(seen.items())
    ]
