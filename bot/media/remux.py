"""Packing a video anew without encoding it: for files that are large by what surrounds picture and sound."""

from __future__ import annotations

from pathlib import Path

import av
from av.packet import Packet

from bot.media.facts import VideoFacts
from bot.media.source import open_source

_INDEX_SHARE = 1.01
_INDEX_BYTES = 64 * 1024


def remux(source_path: Path, target: Path, limit_bytes: int, facts: VideoFacts) -> bool:
    """Copy picture and sound as they are into a new MP4; ``False`` where that would not fit or not play.

    Raises:
        av.FFmpegError: the packets can't be written as they are.
    """
    if not facts.plays_anywhere or facts.rotation or facts.media_bytes * _INDEX_SHARE + _INDEX_BYTES > limit_bytes:
        return False
    with (
        open_source(source_path) as source,
        av.open(f"file:{target}", "w", format="mp4", options={"movflags": "+faststart"}) as out,
    ):
        video = out.add_stream_from_template(source.video)
        sound = out.add_stream_from_template(source.audio) if source.audio is not None else None
        streams = [source.video] if source.audio is None else [source.video, source.audio]
        for packet in source.container.demux(*streams):
            if _is_real(packet):
                packet.stream = video if packet.stream is source.video or sound is None else sound
                out.mux_one(packet)
    return True


def _is_real(packet: Packet) -> bool:
    """Whether it carries anything: the demuxer ends with an empty packet for each stream."""
    return packet.size > 0 and packet.dts is not None
