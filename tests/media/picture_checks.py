"""What every normalized picture must be."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

from bot.domain.model_spec import PICTURE_LIMITS
from bot.media.pictures.normalized_picture import NormalizedPicture
from tests.media.hostile_pictures import CORNERS

_KINDS = {"png": "PNG", "jpg": "JPEG", "webp": "WEBP"}
_ENDS = {"png": b"IEND\xaeB`\x82", "jpg": b"\xff\xd9", "webp": b""}


def opened(normalized: NormalizedPicture) -> Image.Image:
    """The normalized file as an RGB or RGBA image, after checking that the model takes it."""
    assert 0 < len(normalized.data) <= PICTURE_LIMITS.max_bytes
    image = Image.open(BytesIO(normalized.data))
    assert (image.format, image.size) == (_KINDS[normalized.ending], (normalized.width, normalized.height))
    assert normalized.data.endswith(_ENDS[normalized.ending])
    assert min(image.size) >= PICTURE_LIMITS.min_side
    assert max(image.size) <= 4096
    assert PICTURE_LIMITS.min_aspect <= image.width / image.height <= PICTURE_LIMITS.max_aspect
    assert image.mode in ("L", "RGB", "RGBA")
    assert getattr(image, "n_frames", 1) == 1
    assert not image.getexif()
    assert not {"icc_profile", "exif", "xmp", "comment", "photoshop"} & image.info.keys()
    image.load()
    return image if image.mode == "RGBA" else image.convert("RGB")


def looks_like(pixel: object, colour: tuple[int, ...], tolerance: int = 12) -> bool:
    """Whether a pixel has a colour, but for what a lossy format does to it."""
    assert isinstance(pixel, tuple)
    return all(abs(a - b) <= tolerance for a, b in zip(pixel[:3], colour, strict=True))


def is_upright(image: Image.Image) -> bool:
    """Whether the four quarters of `picture()` are where they belong."""
    width, height = image.size
    return all(
        looks_like(
            image.getpixel((width * (1 + 2 * (column == "right")) // 4, height * (1 + 2 * (row == "bottom")) // 4)),
            colour,
        )
        for (row, column), colour in CORNERS.items()
    )
