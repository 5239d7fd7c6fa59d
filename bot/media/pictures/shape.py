"""The size that a picture gets: numbers only."""

from __future__ import annotations

import math
from dataclasses import dataclass

from bot.domain.model_spec import PICTURE_LIMITS, PictureLimits

LONGEST_SIDE = 4096
SMALLEST_SIDE = 200

Size = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The picture is scaled to ``picture`` and laid in the middle of ``canvas``. Width and height in pixels."""

    picture: Size
    canvas: Size

    @property
    def is_padded(self) -> bool:
        """Whether there are margins."""
        return self.picture != self.canvas


def shape_for(size: Size, limits: PictureLimits = PICTURE_LIMITS, *, longest: int = LONGEST_SIDE) -> Shape:
    """The shape that the model takes and that is nearest to a picture's own.

    A side ratio beyond the limits is padded, then the whole is scaled up to the smallest side that the
    model takes, or down to ``longest``. A picture within the limits keeps its size.
    """
    long, short = max(size), min(size)
    is_padded = long > short * limits.max_aspect
    canvas_short = _short_side_for(long, limits) if is_padded else short
    scale = min(max(1.0, limits.min_side / canvas_short), longest / long)
    long, short = round(long * scale), max(1, round(short * scale))
    canvas_short = max(_short_side_for(long, limits), limits.min_side, 0 if is_padded else short)
    if not is_padded:
        short = canvas_short
    if size[0] >= size[1]:
        return Shape(picture=(long, short), canvas=(long, canvas_short))
    return Shape(picture=(short, long), canvas=(canvas_short, long))


def _short_side_for(long: int, limits: PictureLimits) -> int:
    return math.ceil(long / limits.max_aspect)
