"""What fitting is compared with, and by what measure. Each of these runs in a process as polite as the bot's own."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
from av.filter import Graph
from av.filter.context import FilterContext
from av.video.stream import VideoStream

from bot.media.video.encode import encode
from bot.media.video.plan import EncodingPlan
from bot.media.video.video_info import VideoInfo

_EVERY = 3
_SSIM = re.compile(r"All:([\d.]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoded:
    """One way's copy: bytes, seconds by the clock and of CPU, and its SSIM to the original at the original's frame."""

    size: int
    seconds: float
    cpu: float
    ssim: float


def two_pass(source: Path, folder: Path, size: int) -> Encoded:
    """Plain two-pass libx264 *medium*, the frame as it is, at about the same size. Sound is left out."""
    path = folder / "two-pass.mp4"
    begun, used = time.monotonic(), time.process_time()
    with av.open(str(source)) as container:
        length = float(container.streams.video[0].duration * container.streams.video[0].time_base)  # type: ignore[operator]
    for number in (1, 2):
        # libx264's own parameters: PyAV has no other way to the first pass's statistics.
        options = {
            "preset": "medium",
            "b": str(int(size * 8 / length)),
            "x264-params": f"pass={number}:stats={folder}/2p",
        }
        _plain(source, path, options, height=None)
    seconds, cpu = time.monotonic() - begun, time.process_time() - used
    return Encoded(size=path.stat().st_size, seconds=seconds, cpu=cpu, ssim=ssim(source, path))


def hope(source: Path, folder: Path) -> Encoded:
    """Scale to 480 lines, the encoder's defaults (*medium*, CRF 23), and see what size comes out."""
    path = folder / "hope.mp4"
    begun, used = time.monotonic(), time.process_time()
    _plain(source, path, {"preset": "medium", "crf": "23"}, height=480)
    seconds, cpu = time.monotonic() - begun, time.process_time() - used
    return Encoded(size=path.stat().st_size, seconds=seconds, cpu=cpu, ssim=ssim(source, path))


def _plain(source: Path, target: Path, options: dict[str, str], *, height: int | None) -> None:
    with av.open(str(source)) as container, av.open(str(target), "w", options={"movflags": "faststart"}) as out:
        video = container.streams.video[0]
        video.thread_type = "AUTO"
        short = min(video.width, video.height)
        scale = Fraction(height, short) if height else Fraction(1)
        stream = out.add_stream("libx264", rate=video.average_rate)
        stream.width, stream.height = (round(side * scale / 2) * 2 for side in (video.width, video.height))
        stream.pix_fmt = "yuv420p"
        stream.options = {**options}
        for frame in container.decode(video):
            shaped = frame.reformat(width=stream.width, height=stream.height, interpolation="BICUBIC")
            shaped.pict_type = 0
            out.mux(stream.encode(shaped))
        out.mux(stream.encode(None))


def ssim(original: Path, copy: Path) -> float:
    """Mean SSIM of all planes (ffmpeg's ``ssim``), every third frame, the copy scaled up to the original's frame."""
    log = copy.with_suffix(".ssim")
    with av.open(str(original)) as one, av.open(str(copy)) as other:
        reference, test = one.streams.video[0], other.streams.video[0]
        for stream in (reference, test):
            stream.thread_type = "AUTO"
        graph = Graph()
        first, second = _input(graph, reference), _input(graph, test)
        scale = graph.add("scale", f"{reference.width}:{reference.height}:flags=bicubic")
        measure = graph.add("ssim", f"stats_file={log}")
        sink = graph.add("buffersink")
        # Copies differ in how they are tagged; without this the tags, and not the pixels, would be compared.
        for node, following, port in ((first, measure, 0), (scale, measure, 1)):
            same = graph.add("setparams", "range=tv:colorspace=bt709")
            node.link_to(same)
            same.link_to(following, 0, port)
        second.link_to(scale)
        measure.link_to(sink)
        graph.configure()
        for index, (wanted, got) in enumerate(zip(one.decode(reference), other.decode(test), strict=False)):
            if index % _EVERY == 0:
                first.push(wanted)
                second.push(got)
                _drain(graph)
    # ffmpeg writes the last of its log when the graph goes.
    del graph, first, second, scale, measure, sink, node, following, same
    values = [float(value) for value in _SSIM.findall(log.read_text())]
    return sum(values) / len(values)


def _input(graph: Graph, stream: VideoStream) -> FilterContext:
    context = stream.codec_context
    return graph.add(
        "buffer",
        video_size=f"{stream.width}x{stream.height}",
        pix_fmt=str(context.pix_fmt),
        time_base=str(stream.time_base),
        range=str(int(context.color_range)),
        colorspace=str(int(context.colorspace)),
    )


def _drain(graph: Graph) -> None:
    while True:
        try:
            graph.vpull()
        except (BlockingIOError, av.error.EOFError):
            return


def pixels_per_second(source: Path, target: Path, info: VideoInfo, plan: EncodingPlan) -> float:
    """Encoded pixels a second of CPU time with one plan: other work on the machine hardly changes that."""
    begun = time.process_time()
    encode(source, target, info, plan, lambda _done, _written: None)
    return info.frames * plan.width * plan.height / (time.process_time() - begun)
