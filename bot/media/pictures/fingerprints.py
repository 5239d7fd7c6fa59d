"""Making the fingerprint of a picture. Blocking: it belongs in the worker process, as normalizing does."""

from __future__ import annotations

import warnings
from typing import Final

from PIL import Image

from bot.domain.fingerprint import Fingerprint
from bot.media.pictures.normalize import read_small
from bot.media.pictures.normalized_picture import PictureRefused, Refusal

_SIDE: Final = 8
_MARGIN: Final = 2
"""What a plain surface differs by after it was encoded, of 255."""


def fingerprint(data: bytes) -> Fingerprint:
    """The fingerprint of the bytes of a picture.

    Raises:
        PictureRefused: it cannot be read.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            image = read_small(data)
        except MemoryError:
            raise PictureRefused(Refusal.TOO_COSTLY) from None
    grey = image.convert("L")
    across = grey.resize((_SIDE + 1, _SIDE), Image.Resampling.BOX).tobytes()
    down = grey.resize((_SIDE, _SIDE + 1), Image.Resampling.BOX).tobytes()
    bits = 0
    for row in range(_SIDE):
        for column in range(_SIDE):
            at = row * (_SIDE + 1) + column
            bits = bits << 1 | (across[at] > across[at + 1] + _MARGIN)
            bits = bits << 1 | (down[row * _SIDE + column] > down[(row + 1) * _SIDE + column] + _MARGIN)
    red, green, blue = image.resize((1, 1), Image.Resampling.BOX).tobytes()
    return Fingerprint(bits=bits, colour=(red, green, blue))
