"""What the simulated image model draws: one plain color for each prompt, in the shape that was asked for."""

import hashlib
from io import BytesIO
from typing import Final

from PIL import Image

_SIZES: Final = {"1:1": (768, 768), "16:9": (1024, 576), "9:16": (576, 1024)}


def drawn_picture(prompt: str, aspect_ratio: str) -> bytes:
    """A PNG file."""
    red, green, blue, *_ = hashlib.sha256(prompt.encode()).digest()
    buffer = BytesIO()
    Image.new("RGB", _SIZES.get(aspect_ratio, _SIZES["1:1"]), (red, green, blue)).save(buffer, "PNG")
    return buffer.getvalue()
