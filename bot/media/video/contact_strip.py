"""One wide JPEG with a frame of each of several videos, side by side. Runs in the worker."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
from av.video.frame import VideoFrame
from av.video.plane import VideoPlane

from bot.errors import ResultError
from bot.media.video.frame import first_frame, jpeg
from bot.media.video.frame_filters import Framer
from bot.media.video.probe import shown_size
from bot.media.video.source import open_source

_HEIGHT = 120
_FORMAT = "yuvj420p"
_BLACK = (0, 128, 128)
"""Of the planes of the format: brightness, and the two of colour."""


def contact_strip(parts: Sequence[Path]) -> bytes:
    """The first frame that shows something of each video, in order, in cells of the first one's shape.

    Nothing, where one has no frame that can be shown: what it stands beside is worth more.
    """
    try:
        return _contact_strip(parts)
    except (av.FFmpegError, ResultError, ValueError):
        return b""


def _contact_strip(parts: Sequence[Path]) -> bytes:
    cells: list[VideoFrame] = []
    size = (0, 0)
    for path in parts:
        with open_source(path) as source:
            frame = first_frame(source)
            if frame is None:
                raise ResultError("No frame can be decoded", retryable=False)
            shown = shown_size(frame, source.video.sample_aspect_ratio)
            size = size if cells else (max(16, round(shown[0] * _HEIGHT / shown[1] / 16) * 16), _HEIGHT)
            cells.append(Framer(shown, size, pixel_format=_FORMAT).shape(frame))
    return jpeg(_side_by_side(cells, size), (size[0] * len(cells), size[1]))


def _side_by_side(cells: Sequence[VideoFrame], size: tuple[int, int]) -> VideoFrame:
    width, height = size
    strip = VideoFrame(width * len(cells), height, _FORMAT)
    for index, black in enumerate(_BLACK):
        plane = strip.planes[index]
        rows = [_rows(cell.planes[index]) for cell in cells]
        filling = bytes([black]) * (plane.line_size - plane.width)
        lines = (b"".join([*(row[line] for row in rows), filling]) for line in range(plane.height))
        whole = b"".join(lines)
        plane.update(whole.ljust(plane.buffer_size, bytes([black])))
    strip.color_range = cells[0].color_range
    strip.pts, strip.time_base = 0, Fraction(1, 25)
    return strip


def _rows(plane: VideoPlane) -> list[bytes]:
    """What each line of a plane shows, without what fills it up."""
    data = bytes(plane)
    return [data[start : start + plane.width] for start in range(0, plane.line_size * plane.height, plane.line_size)]
