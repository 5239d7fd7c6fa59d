"""Turning, cropping and scaling decoded frames, so that what comes out is upright, even, 8-bit and of one size."""

from __future__ import annotations

from fractions import Fraction

from av.filter import Graph
from av.video.frame import VideoFrame

from bot.media.video.probe import quarter_turns

_TURNS = {0: (), 1: (("transpose", "clock"),), 2: (("hflip", None), ("vflip", None)), 3: (("transpose", "cclock"),)}
# Codes of ITU-T H.273 as ffmpeg numbers them.
_UNKNOWN = 2
_BT709 = 1
_RGB = 0
_HD_HEIGHT = 720


class Shaper:
    """Makes every frame one of ``width`` by ``height``. A source may change its size in the middle."""

    def __init__(self, width: int, height: int, *, pixel_format: str = "yuv420p") -> None:
        self._size = (width, height)
        self._format = pixel_format
        self._key: tuple[object, ...] | None = None
        self._graph: Graph | None = None

    def shape(self, frame: VideoFrame) -> VideoFrame:
        """A frame of the wanted size and format, with the time of the one given."""
        turns = quarter_turns(frame)
        key = (frame.width, frame.height, frame.format.name, frame.color_range, frame.colorspace, turns)
        if self._graph is None or key != self._key:
            self._graph = self._build(frame, turns)
            self._key = key
        pts, base = frame.pts, frame.time_base
        self._graph.vpush(frame)
        shaped = self._graph.vpull()
        shaped.pts, shaped.time_base = pts, base
        # The type of the source's frame would force the encoder to the same one.
        shaped.pict_type = 0
        return shaped

    def _build(self, frame: VideoFrame, turns: int) -> Graph:
        width, height = self._size
        upright = (frame.height, frame.width) if turns % 2 else (frame.width, frame.height)
        steps: list[tuple[str, str | None]] = []
        if all(0 <= has - wanted <= 1 for has, wanted in zip(upright, self._size, strict=True)):
            # One odd row or column: cutting it off keeps the picture sharp, scaling does not.
            before = (frame.width // 2 * 2, frame.height // 2 * 2)
            if before != (frame.width, frame.height):
                steps.append(("crop", f"{before[0]}:{before[1]}:0:0"))
            steps.extend(_TURNS[turns])
        elif width * height < frame.width * frame.height:
            small = (height, width) if turns % 2 else (width, height)
            steps.extend([_scale(frame, small), *_TURNS[turns]])
        else:
            steps.extend([*_TURNS[turns], _scale(frame, self._size)])
        if not any(name == "scale" for name, _ in steps):
            steps.append(_scale(frame, self._size))
        steps.extend([("setsar", "1"), ("format", self._format)])
        return _link(frame, steps)


class Framer:
    """Makes every frame one of ``size`` by scaling it, with black margins where its shape (``given``) is another."""

    def __init__(self, given: tuple[int, int], size: tuple[int, int], *, pixel_format: str = "yuv420p") -> None:
        scale = min(size[0] / given[0], size[1] / given[1])
        inner = [max(2, round(side * scale / 2) * 2) for side in given]
        self._size = size
        self._inner = (min(inner[0], size[0]), min(inner[1], size[1]))
        self._shaper = Shaper(*self._inner, pixel_format=pixel_format)
        self._margins: Graph | None = None

    def shape(self, frame: VideoFrame) -> VideoFrame:
        """A frame of the wanted size."""
        shaped = self._shaper.shape(frame)
        if self._inner == self._size:
            return shaped
        if self._margins is None:
            self._margins = _link(shaped, [("pad", f"{self._size[0]}:{self._size[1]}:-1:-1:black")])
        self._margins.vpush(shaped)
        framed = self._margins.vpull()
        framed.pict_type = 0
        return framed


def _scale(frame: VideoFrame, size: tuple[int, int]) -> tuple[str, str]:
    colours = ":out_range=tv"
    if frame.format.is_rgb or frame.colorspace == _RGB:
        colours += ":out_color_matrix=bt709"
    return "scale", f"{size[0]}:{size[1]}:flags=bicubic{colours}"


def _link(frame: VideoFrame, steps: list[tuple[str, str | None]]) -> Graph:
    graph = Graph()
    graph.threads = 1  # the graph keeps each, and what is reserved for it, until the garbage is collected
    node = graph.add(
        "buffer",
        video_size=f"{frame.width}x{frame.height}",
        pix_fmt=frame.format.name,
        time_base=str(frame.time_base or Fraction(1, 90_000)),
        range=str(int(frame.color_range)),
        colorspace=str(int(frame.colorspace)),
    )
    for name, arguments in steps:
        following = graph.add(name, arguments)
        node.link_to(following)
        node = following
    sink = graph.add("buffersink")
    node.link_to(sink)
    graph.configure()
    return graph


def colour_codes(primaries: int, transfer: int, matrix: int, *, height: int) -> tuple[int, int, int]:
    """Colour tags for the copy: the source's own; for HD that has none, what players assume of HD (BT.709)."""
    assumed = _BT709 if height >= _HD_HEIGHT else _UNKNOWN
    return (
        assumed if primaries in {0, _UNKNOWN} else primaries,
        assumed if transfer in {0, _UNKNOWN} else transfer,
        _BT709 if matrix == _RGB else assumed if matrix == _UNKNOWN else matrix,
    )
