"""Normalizing a picture, from bytes to bytes, so that the model takes it.

Blocking and hungry: it belongs in the worker process (`bot.media.worker`), which has limits of
time and memory. A PNG, JPEG or WebP file of one 8-bit picture that is upright, in sRGB and of a good size
is never encoded anew: only what else is in the file is dropped, so it stays the same byte for byte where
there is nothing else in it.
"""

from __future__ import annotations

import struct
import warnings
import zlib
from io import BytesIO
from typing import Final

from pi_heif import HeifImageFile, register_heif_opener
from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    ImageCms,
    ImageFile,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from bot.domain.model_spec import PICTURE_LIMITS, PictureLimits
from bot.media.pictures.encoding import MAX_CLEAR_SIDE, encoded
from bot.media.pictures.file_parts import ReadableFile, bare, readable
from bot.media.pictures.formats.jpeg import with_noise_at_the_end
from bot.media.pictures.formats.png import MAX_UNPACKED_BYTES
from bot.media.pictures.normalized_picture import NormalizedPicture, PictureNote, PictureRefused, Refusal
from bot.media.pictures.shape import SMALLEST_SIDE, shape_for
from bot.media.pictures.thumbnails import thumbnail

# Named here, so that Pillow does not look for them, or load any other.
_READERS: Final = (
    PngImagePlugin.PngImageFile,
    JpegImagePlugin.JpegImageFile,
    WebPImagePlugin.WebPImageFile,
    GifImagePlugin.GifImageFile,
    BmpImagePlugin.BmpImageFile,
    TiffImagePlugin.TiffImageFile,
    AvifImagePlugin.AvifImageFile,
    HeifImageFile,
)
PngImagePlugin.MAX_TEXT_CHUNK = PngImagePlugin.MAX_TEXT_MEMORY = MAX_UNPACKED_BYTES
register_heif_opener(decode_threads=1, thumbnails=False, depth_images=False, aux_images=False)
FORMATS: Final = tuple(str(reader.format) for reader in _READERS)
_ENDINGS: Final = {"PNG": "png", "JPEG": "jpg", MpoImagePlugin.MpoImageFile.format: "jpg", "WEBP": "webp"}

# The most pixels that the reader of each format holds within the worker's memory.
MAX_PIXELS: Final = 32_000_000
_MAX_PIXELS: Final = {"JPEG": 65_000_000, "MPO": 65_000_000, "WEBP": 17_000_000, "AVIF": 17_000_000, "HEIF": 26_000_000}

# The long side that the readers of larger JPEG files keep at least.
_ENOUGH: Final = 3000
_ENOUGH_TO_COMPARE: Final = 128
_SCALED_WHILE_READ: Final = {"JPEG", MpoImagePlugin.MpoImageFile.format}
_STRIP: Final = 64

_UNTOUCHED_MODES: Final = {"L", "RGB", "RGBA"}
_ORIENTATION: Final = 0x0112
_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# What Pillow's readers raise at bytes that they cannot make sense of.
_READING_ERRORS: Final = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    LookupError,
    TypeError,
    ArithmeticError,
    RuntimeError,
    struct.error,
    zlib.error,
)


def normalize(data: bytes, limits: PictureLimits = PICTURE_LIMITS) -> NormalizedPicture:
    """Turn the bytes of a picture into what the model takes.

    Raises:
        PictureRefused: it cannot be read, is damaged, too small, or too large.
    """
    if not data:
        raise PictureRefused(Refusal.EMPTY)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            return _encoded(data, limits)
        except MemoryError:
            raise PictureRefused(Refusal.TOO_COSTLY) from None


def read_small(data: bytes) -> Image.Image:
    """A picture upright, in RGB and in a size that is enough to tell what it shows; what is clear is white.

    Raises:
        PictureRefused: it cannot be read.
    """
    file = _opened(readable(data).data)
    if file.format in _SCALED_WHILE_READ:
        _load(file, smallest=_ENOUGH_TO_COMPARE)
    else:
        _load(file)
    image = file.copy()
    image.thumbnail((_ENOUGH_TO_COMPARE, _ENOUGH_TO_COMPARE), Image.Resampling.BOX)
    turn = _TURNS.get(_orientation(file))
    image = _simple_mode(image if turn is None else image.transpose(turn))
    if image.mode == "RGBA":
        white = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(white, image).convert("RGB")
    return image.convert("RGB")


def _encoded(data: bytes, limits: PictureLimits) -> NormalizedPicture:
    source = readable(data)
    file = _opened(source.data)
    kind, (width, height) = str(file.format), file.size
    if kind not in _SCALED_WHILE_READ:
        _load(file)  # before its orientation is asked for: that would load it too, and hide what is damaged
    plain = _as_it_is(file, source.data, limits)
    if plain is not None:
        # That it can be decoded is all that counts; missing bits of a progressive one show in its full size alone.
        smallest = None if source.is_ended_here else 1
        _load(file, smallest=smallest)
        _check_that_no_row_lacks(source, file)
        small = thumbnail(_simple_mode(file))
        return NormalizedPicture(data=plain, ending=_ENDINGS[kind], width=width, height=height, thumbnail=small)

    _load(file)
    _check_that_no_row_lacks(source, file)
    profile = _foreign_profile(file)
    turn = _TURNS.get(_orientation(file))
    image = file if turn is None else file.transpose(turn)
    shape = shape_for(image.size, limits)
    is_scaled_up = shape.picture[0] > image.width
    if kind in ("WEBP", "AVIF", "HEIF"):
        image = image.copy()  # the file's own object keeps its decoder, with three more copies
    image = _simple_mode(image)
    if image.mode == "RGBA":
        shape = shape_for(image.size, limits, longest=MAX_CLEAR_SIDE)
    image = _srgb(_scaled(image, shape.picture), profile)
    if shape.is_padded:
        image = _padded(image, shape.canvas)
    is_exact = kind not in ("JPEG", "MPO", "AVIF", "HEIF")
    ending, result = encoded(
        image, is_exact=is_exact, has_half_colour=_has_half_colour(file), max_bytes=limits.max_bytes
    )
    notes = [PictureNote.SCALED_UP] * is_scaled_up + [PictureNote.PADDED] * shape.is_padded
    return NormalizedPicture(
        data=result,
        ending=ending,
        width=image.width,
        height=image.height,
        notes=tuple(notes),
        thumbnail=thumbnail(image),
    )


def _opened(data: bytes) -> ImageFile.ImageFile:
    """A file whose head was read."""
    try:
        file = Image.open(BytesIO(data), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PictureRefused(Refusal.TOO_LARGE) from None
    except _READING_ERRORS:
        raise PictureRefused(Refusal.UNREADABLE) from None
    _check_size(file)
    return file


def _load(file: ImageFile.ImageFile, *, smallest: int | None = None) -> None:
    """Decode the first picture of a file; a JPEG at a part of its size, where ``smallest`` pixels or _ENOUGH do."""
    long = max(file.size)
    if smallest is None and file.width * file.height > MAX_PIXELS:
        smallest = _ENOUGH
    try:
        if smallest is not None and file.format in _SCALED_WHILE_READ:
            file.draft(None, (max(1, file.width * smallest // long), max(1, file.height * smallest // long)))
        file.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PictureRefused(Refusal.TOO_LARGE) from None
    except _READING_ERRORS:
        raise PictureRefused(Refusal.DAMAGED) from None


def _check_that_no_row_lacks(source: ReadableFile, file: ImageFile.ImageFile) -> None:
    """Where the end marker was missing: whether pixels were missing before it, too."""
    if source.is_ended_here:
        other = _opened(with_noise_at_the_end(source.data))
        expected = _digest(file)
        _load(other)
        if _digest(other) != expected:
            raise PictureRefused(Refusal.DAMAGED)


def _digest(image: Image.Image) -> int:
    """A checksum of all pixels, taken in strips to save memory."""
    checksum = 0
    for top in range(0, image.height, _STRIP):
        strip = image.crop((0, top, image.width, min(image.height, top + _STRIP)))
        checksum = zlib.crc32(strip.tobytes(), checksum)
    return checksum


def _as_it_is(file: ImageFile.ImageFile, data: bytes, limits: PictureLimits) -> bytes | None:
    """The file's own coded pixels, where the model takes them as they are."""
    if file.mode not in _UNTOUCHED_MODES or shape_for(file.size, limits).canvas != file.size:
        return None
    plain = bare(data, _ENDINGS.get(str(file.format), ""))
    if plain is None or len(plain) > limits.max_bytes:
        return None
    return None if _orientation(file) in _TURNS or _foreign_profile(file) else plain


def _check_size(file: ImageFile.ImageFile) -> None:
    kind, (width, height) = str(file.format), file.size
    # A progressive JPEG is held whole, as coefficients, whatever the scale that it is read at.
    most = MAX_PIXELS if "progressive" in file.info else _MAX_PIXELS.get(kind, MAX_PIXELS)
    if width * height > most:
        raise PictureRefused(Refusal.TOO_LARGE)
    if min(width, height) < SMALLEST_SIDE:
        raise PictureRefused(Refusal.TOO_SMALL, width=width, height=height)


def _orientation(file: Image.Image) -> int:
    try:
        value = file.getexif().get(_ORIENTATION)
    except _READING_ERRORS:
        return 1
    return value if isinstance(value, int) else 1


def _foreign_profile(image: Image.Image) -> bytes | None:
    """The colour profile, unless it is sRGB already or makes no sense."""
    profile = image.info.get("icc_profile")
    if not isinstance(profile, bytes) or not profile:
        return None
    try:
        description = ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(BytesIO(profile)))
    except (ImageCms.PyCMSError, *_READING_ERRORS):
        return None
    return None if "sRGB" in description else profile


def _has_half_colour(file: Image.Image) -> bool:
    return isinstance(file, JpegImagePlugin.JpegImageFile) and JpegImagePlugin.get_sampling(file) == 2


def _simple_mode(image: Image.Image) -> Image.Image:
    """The picture in one of L, RGB, RGBA, CMYK, with 8 bits a channel; RGBA only where something shows through."""
    if image.mode.startswith("I") or image.mode == "F":
        image = _eight_bits(image)
    if image.has_transparency_data:
        image = image if image.mode == "RGBA" else image.convert("RGBA")
        lowest, _ = image.getchannel("A").getextrema()
        return image.convert("RGB") if lowest == 255 else image
    if image.mode in ("L", "RGB", "CMYK"):
        return image
    return image.convert("L" if image.mode == "1" else "RGB")


def _eight_bits(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I;16"):
        return image.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    low, high = image.getextrema()
    if not isinstance(low, int | float) or not isinstance(high, int | float):
        return image.convert("L")
    if low < 0 or high > 65_535:
        scale, offset = 255 / max(high - low, 1), -low * 255 / max(high - low, 1)
    else:
        offset, scale = 0.0, (255.0 if high <= 1 and image.mode == "F" else 1.0 if high <= 255 else 1 / 257)
    return image.point(lambda value: value * scale + offset).convert("L")


def _scaled(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    if image.size == size:
        return image
    if image.mode != "RGBA":
        return image.resize(size, Image.Resampling.LANCZOS)
    return image.convert("RGBa").resize(size, Image.Resampling.LANCZOS, reducing_gap=1.0).convert("RGBA")


def _srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The picture as RGB or RGBA in sRGB."""
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    if profile is not None:
        try:
            converted = ImageCms.profileToProfile(
                image, ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB"), outputMode=mode
            )
        except (ImageCms.PyCMSError, *_READING_ERRORS):  # a profile of another kind of picture
            converted = None
        if converted is not None:
            return converted
    return image if image.mode == mode else image.convert(mode)


def _padded(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The picture in the middle; the margins are clear, or have the mean colour of the edge that they touch."""
    across = size[0] > image.width
    left, top = (size[0] - image.width) // 2, (size[1] - image.height) // 2
    canvas = Image.new(image.mode, size)
    if image.mode == "RGB":
        width, height = image.size
        first = (0, 0, 1, height) if across else (0, 0, width, 1)
        last = (width - 1, 0, width, height) if across else (0, height - 1, width, height)
        canvas.paste(_mean(image, first), (0, 0, *size))
        canvas.paste(_mean(image, last), (left, 0, *size) if across else (0, top, *size))
    canvas.paste(image, (left, top))
    return canvas


def _mean(image: Image.Image, box: tuple[int, int, int, int]) -> tuple[int, ...]:
    colour = image.crop(box).resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    return colour if isinstance(colour, tuple) else (0, 0, 0)
