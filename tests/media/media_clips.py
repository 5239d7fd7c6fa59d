"""Real video files for the tests, made by ffmpeg's own test pictures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import av
from av.audio.frame import AudioFrame
from av.container import OutputContainer
from av.filter import Graph
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

NOISE = "noise"
CHART = "chart"
_SOUND_RATE = 44_100


def pictures(
    size: tuple[int, int], count: int, *, kind: str = CHART, colour: str | None = None
) -> Iterator[VideoFrame]:
    """Moving test pictures, with fine noise over them where `kind` says so; or one colour only."""
    graph = Graph()
    if colour is None:
        nodes = [graph.add("testsrc2", f"s={size[0]}x{size[1]}:r=24")]
    else:
        nodes = [graph.add("color", f"c={colour}:s={size[0]}x{size[1]}:r=24")]
    if kind == NOISE:
        nodes.append(graph.add("noise", "alls=24:allf=t:all_seed=7"))
    nodes += [graph.add("format", "yuv420p"), graph.add("buffersink")]
    graph.link_nodes(*nodes).configure()
    for _ in range(count):
        yield graph.vpull()


def write_clip(
    path: Path,
    *,
    size: tuple[int, int] = (640, 360),
    count: int = 24,
    fps: int = 24,
    kind: str = CHART,
    colour: str | None = None,
    codec: str = "libx264",
    options: dict[str, str] | None = None,
    shown_for: Sequence[int] | None = None,
    sound: bool = False,
    sound_seconds: float | None = None,
    faststart: bool = True,
) -> Path:
    """Write a clip. `shown_for` gives each frame's length in milliseconds, in turn: a variable frame rate.

    Its sound is as long as the pictures, or lasts `sound_seconds`.
    """
    flags = {"movflags": "faststart"} if faststart and path.suffix == ".mp4" else {}
    with av.open(str(path), "w", options=flags) as out:
        stream = out.add_stream(codec, rate=fps)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        usual = {"preset": "ultrafast"} if codec == "libx264" else {}
        stream.options = {**usual, **(options or {})}
        stream.codec_context.time_base = Fraction(1, 1000) if shown_for else Fraction(1, fps)
        voice = _Voice(out) if sound else None
        at = 0
        for index, frame in enumerate(pictures(size, count, kind=kind, colour=colour)):
            frame.time_base = Fraction(1, 1000) if shown_for else Fraction(1, fps)
            frame.pts = at if shown_for else index
            at += shown_for[index % len(shown_for)] if shown_for else 1
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
        if voice is not None:
            voice.speak(sound_seconds or count / fps)
    return path


def write_sound(path: Path, seconds: float = 1.0) -> Path:
    """Write a file with sound and no picture."""
    with av.open(str(path), "w") as out:
        _Voice(out).speak(seconds)
    return path


class _Voice:
    def __init__(self, out: OutputContainer) -> None:
        self._out = out
        self._stream = out.add_stream("aac", rate=_SOUND_RATE, layout="stereo")

    def speak(self, seconds: float) -> None:
        graph = Graph()
        nodes = [
            graph.add("sine", f"frequency=440:sample_rate={_SOUND_RATE}:duration={seconds}:samples_per_frame=1024"),
            graph.add("aformat", "sample_fmts=fltp:channel_layouts=stereo"),
            graph.add("abuffersink"),
        ]
        graph.link_nodes(*nodes).configure()
        while True:
            try:
                frame = graph.pull()
            except (av.error.EOFError, BlockingIOError):
                break
            assert isinstance(frame, AudioFrame)
            self._out.mux(self._stream.encode(frame))
        self._out.mux(self._stream.encode(None))


def turn(path: Path, target: Path) -> Path:
    """Copy an MP4 with its track's matrix set to "turn by 90 degrees clockwise" (ISO 14496-12, 8.3.2)."""
    data = bytearray(path.read_bytes())
    matrix = data.index(b"tkhd") + 4 + 40
    numbers = (0, 1 << 16, 0, -(1 << 16), 0, 0, 0, 0, 1 << 30)
    for index, number in enumerate(numbers):
        data[matrix + 4 * index : matrix + 4 * index + 4] = number.to_bytes(4, "big", signed=True)
    target.write_bytes(data)
    return target


def times(path: Path) -> list[float]:
    """When each frame is shown, in seconds."""
    with av.open(str(path)) as container:
        return [frame.time for frame in container.decode(video=0) if frame.time is not None]


def files(folder: Path) -> list[str]:
    """The names of what lies in a folder, sorted."""
    return sorted(path.name for path in folder.iterdir())
