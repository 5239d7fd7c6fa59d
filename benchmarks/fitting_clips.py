"""The clips that fitting is measured on, made from ffmpeg's own pictures: nothing is downloaded, all is seeded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from pathlib import Path

import av
from av.audio.frame import AudioFrame
from av.filter import Graph
from av.filter.context import FilterContext
from av.video.frame import VideoFrame

FPS = 24
FRAMES = {"16:9": (1920, 1080), "9:16": (1080, 1920), "1:1": (1440, 1440)}
_SOUND_RATE = 48_000
_MEGABYTE = 1_000_000


class Kind(StrEnum):
    """What is to be seen."""

    NOISE = "noise-like motion"
    FLAT = "flat animation"
    PAN = "pan over a photo-like picture"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipSpec:
    """One clip: its kind, length in seconds, shape, and about how many megabytes (10^6 bytes) it has."""

    kind: Kind
    seconds: int
    shape: str
    megabytes: int
    sound: bool = False

    @property
    def title(self) -> str:
        """One line for the table."""
        return f"{self.kind}, {self.shape}, {self.seconds} s{', sound' if self.sound else ''}"


def make(spec: ClipSpec, folder: Path) -> Path:
    """Write the clip and name it; what its kind cannot fill with bits stays smaller than asked."""
    path = folder / f"{spec.kind.name}-{spec.shape.replace(':', 'x')}-{spec.seconds}-{spec.megabytes}-{spec.sound}.mp4"
    if path.exists():
        return path
    with av.open(str(path), "w", options={"movflags": "faststart"}) as out:
        stream = out.add_stream("libx264", rate=FPS)
        stream.width, stream.height = FRAMES[spec.shape]
        stream.pix_fmt = "yuv420p"
        stream.bit_rate = spec.megabytes * _MEGABYTE * 8 // spec.seconds
        intra = {"g": "1"} if spec.kind is Kind.FLAT and spec.megabytes > 4 else {}
        stream.options = {"preset": "superfast", **intra}
        voice = out.add_stream("aac", rate=_SOUND_RATE, layout="stereo") if spec.sound else None
        for index, frame in enumerate(_pictures(spec)):
            frame.pts, frame.time_base = index, Fraction(1, FPS)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
        if voice is not None:
            for sound in _sound(spec.seconds):
                out.mux(voice.encode(sound))
            out.mux(voice.encode(None))
    return path


def _pictures(spec: ClipSpec) -> Iterator[VideoFrame]:
    width, height = FRAMES[spec.shape]
    graph = Graph()
    frame = f"s={width}x{height}:r={FPS}"
    if spec.kind is Kind.NOISE:
        nodes = _turmoil(graph, width, height)
    elif spec.kind is Kind.FLAT:
        nodes = [graph.add("testsrc2", frame)]
    else:
        nodes = _photo(graph, width, height)
    graph.link_nodes(*nodes, graph.add("format", "yuv420p"), graph.add("buffersink")).configure()
    for _ in range(spec.seconds * FPS):
        yield graph.vpull()


def _turmoil(graph: Graph, width: int, height: int) -> list[FilterContext]:
    """Two fine textures that move through each other, as water or leaves do, under some grain."""
    frame = f"s={width}x{height}:r={FPS}"
    blend = graph.add("blend", "all_mode=average")
    for port, (seed, speeds) in enumerate([(7, "h=0.004:v=0.002"), (8, "h=-0.003:v=0.0035")]):
        still = graph.add("perlin", f"{frame}:octaves=8:persistence=0.9:xscale=12:yscale=12:random_seed={seed}")
        moving = graph.add("scroll", speeds)
        graph.link_nodes(still, graph.add("format", "yuv420p"), graph.add("loop", "loop=-1:size=1"), moving)
        moving.link_to(blend, 0, port)
    return [
        blend,
        graph.add("lutyuv", "y=clip((val-126)*2+126\\,16\\,235)"),
        graph.add("noise", "alls=6:allf=t:all_seed=5"),
    ]


def _photo(graph: Graph, width: int, height: int) -> list[FilterContext]:
    """A large still with hard edges and fine texture, over which the view wanders; a little grain, as of a camera."""
    large = f"s={width * 3 // 2 // 2 * 2}x{height * 3 // 2 // 2 * 2}:r={FPS}"
    edges = graph.add("mandelbrot", f"{large}:start_scale=0.4")
    texture = graph.add("perlin", f"{large}:octaves=8:persistence=0.8:xscale=6:yscale=6:random_seed=7")
    blend = graph.add("blend", "all_mode=overlay:all_opacity=0.8")
    for source, port in ((edges, 0), (texture, 1)):
        plain = graph.add("format", "gbrp")
        source.link_to(plain)
        plain.link_to(blend, 0, port)
    return [
        blend,
        graph.add("loop", "loop=-1:size=1"),
        graph.add("crop", f"{width}:{height}:x='mod(n*3,{width // 2})':y='mod(n*1.5,{height // 2})'"),
        graph.add("noise", "alls=4:allf=t:all_seed=9"),
    ]


def _sound(seconds: int) -> Iterator[AudioFrame]:
    graph = Graph()
    graph.link_nodes(
        graph.add("anoisesrc", f"colour=pink:amplitude=0.3:seed=4:r={_SOUND_RATE}:duration={seconds}:nb_samples=1024"),
        graph.add("aformat", "sample_fmts=fltp:channel_layouts=stereo"),
        graph.add("abuffersink"),
    ).configure()
    while True:
        try:
            frame = graph.pull()
        except (av.error.EOFError, BlockingIOError):
            return
        assert isinstance(frame, AudioFrame)
        yield frame
