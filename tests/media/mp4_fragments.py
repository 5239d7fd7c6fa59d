"""MP4s in fragments."""

from __future__ import annotations

from pathlib import Path

import av


def fragment(path: Path, target: Path, flags: str) -> None:
    with av.open(str(path)) as source, av.open(str(target), "w", options={"movflags": flags}) as out:
        copied = {stream.index: out.add_stream_from_template(stream) for stream in source.streams}
        for packet in source.demux():
            if packet.dts is not None:
                packet.stream = copied[packet.stream.index]
                out.mux_one(packet)
