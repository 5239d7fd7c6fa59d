"""Writing a picture as a file that is small enough, in a time that is short enough."""

from __future__ import annotations

from io import BytesIO
from typing import Final

from PIL import Image

from bot.domain.model_spec import PICTURE_LIMITS

# A clear picture (RGBA) goes out as PNG, and of more pixels that takes seconds: 1536 squared are 9 MiB raw.
MAX_CLEAR_SIDE: Final = 1536
_EXACT_BYTES: Final = 9 * 1024 * 1024
_FULL_COLOUR, _HALF_COLOUR = 0, 2  # Pillow's numbers for 4:4:4 and 4:2:0
_QUALITIES: Final = (92, 85, 60)


def encoded(
    image: Image.Image, *, is_exact: bool, has_half_colour: bool = False, max_bytes: int = PICTURE_LIMITS.max_bytes
) -> tuple[str, bytes]:
    """The ending and the bytes of an RGB or RGBA picture, at most ``max_bytes``, with no metadata.

    RGBA comes with at most `MAX_CLEAR_SIDE`, and is written as PNG; so is RGB, where ``is_exact`` asks for it
    and even the raw pixels are within the limit, so that no second try is needed. The rest becomes JPEG;
    ``has_half_colour`` says that it was one whose colours have half its size (4:2:0), so more would be wasted on them.
    """
    image.info = {}
    channels = len(image.getbands())
    if channels == 4 or (is_exact and image.width * image.height * channels <= _EXACT_BYTES):
        return "png", _bytes(image, "PNG", compress_level=3)
    subsampling = _HALF_COLOUR if has_half_colour else _FULL_COLOUR
    for quality in _QUALITIES:
        data = _bytes(image, "JPEG", quality=quality, subsampling=subsampling)
        subsampling = _HALF_COLOUR
        if len(data) <= max_bytes:
            break
    return "jpg", data


def _bytes(image: Image.Image, kind: str, **options: int) -> bytes:
    buffer = BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()
