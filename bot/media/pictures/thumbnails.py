"""Thumbnails of pictures, and several beside each other. Blocking: it belongs in the worker process."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Final

from PIL import Image, ImageOps

_SIDE: Final = 96
_SAMPLES: Final = 4
"""So many pixels of a picture, each way, make one of its thumbnail."""
_GAP: Final = 6
_LEAST_CELLS: Final = 4
"""A strip of fewer has room left, so that it is no higher on a screen."""


def thumbnail(image: Image.Image) -> bytes:
    """The middle of a picture as a small square JPEG; what is clear is white."""
    step = min(image.size) // (_SIDE * _SAMPLES)
    if step > 1:  # to look at every pixel of a photo takes longer than all else that is done for its thumbnail
        image = image.resize((image.width // step, image.height // step), Image.Resampling.NEAREST)
    small = ImageOps.fit(image, (_SIDE, _SIDE), Image.Resampling.BOX)
    if small.mode == "RGBA":
        small = Image.alpha_composite(Image.new("RGBA", small.size, "white"), small)
    file = BytesIO()
    small.convert("RGB").save(file, "JPEG", quality=80)
    return file.getvalue()


def strip(thumbnails: Sequence[bytes]) -> bytes:
    """Thumbnails in one row, as a WebP file that is clear between them."""
    cells = max(len(thumbnails), _LEAST_CELLS)
    row = Image.new("RGBA", (cells * (_SIDE + _GAP) - _GAP, _SIDE))
    for number, data in enumerate(thumbnails):
        with Image.open(BytesIO(data), formats=("JPEG",)) as cell:
            row.paste(cell.convert("RGB"), (number * (_SIDE + _GAP), 0))
    file = BytesIO()
    row.save(file, "WEBP", quality=80)
    return file.getvalue()
