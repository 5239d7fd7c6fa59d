"""Pictures that a bot on the open internet gets to see, made here from nothing."""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pillow_heif
from PIL import Image, ImageCms, PngImagePlugin

SIZE = (640, 480)
RED, GREEN, BLUE, WHITE = (220, 20, 20), (20, 200, 20), (20, 20, 220), (250, 250, 250)
CORNERS = {("top", "left"): RED, ("top", "right"): GREEN, ("bottom", "left"): BLUE, ("bottom", "right"): WHITE}
OPPOSITE = {"top": "bottom", "bottom": "top", "left": "right", "right": "left"}
# Exif 2.32, tag 274: the visual side of the first stored row, and of the first stored column.
FIRST_ROW_AND_COLUMN = {
    1: ("top", "left"),
    2: ("top", "right"),
    3: ("bottom", "right"),
    4: ("bottom", "left"),
    5: ("left", "top"),
    6: ("right", "top"),
    7: ("right", "bottom"),
    8: ("left", "bottom"),
}
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "HEIF")
HURRY = {"preset": "ultrafast"}
"""For the encoder of HEIC: how small its files are is nothing to these tests."""
SECRET = b"MARKER-52.5163N-13.3777E"


def picture(
    size: tuple[int, int] = SIZE, corners: dict[tuple[str, str], tuple[int, int, int]] = CORNERS
) -> Image.Image:
    """Four quarters in four colours, so that it shows which way is up."""
    image = Image.new("RGB", size)
    half = (size[0] // 2, size[1] // 2)
    for (row, column), colour in corners.items():
        image.paste(
            colour, (half[0] * (column == "right"), half[1] * (row == "bottom"), *_end(size, half, row, column))
        )
    return image


def _end(size: tuple[int, int], half: tuple[int, int], row: str, column: str) -> tuple[int, int]:
    return (size[0] if column == "right" else half[0], size[1] if row == "bottom" else half[1])


def noise(size: tuple[int, int], seed: int = 1, mode: str = "RGB") -> Image.Image:
    """A picture that no format makes small."""
    return Image.frombytes(mode, size, random.Random(seed).randbytes(size[0] * size[1] * len(mode)))


def saved(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    """An image as a file."""
    buffer = BytesIO()
    if kind == "HEIF":  # from_pillow registers no reader of its own beside the one under test
        exif = options.pop("exif", Image.Exif())
        bytes_of_exif = exif.tobytes() if len(exif) else None
        pillow_heif.from_pillow(image).save(buffer, exif=bytes_of_exif, enc_params=HURRY, **options)
    else:
        image.save(buffer, kind, **options)
    return buffer.getvalue()


def lying_on_its_side(orientation: int, kind: str = "JPEG") -> bytes:
    """`picture()` as a camera stores it that was held otherwise: only its EXIF orientation tells."""
    row, column = FIRST_ROW_AND_COLUMN[orientation]
    sides = {"top": row, "bottom": OPPOSITE[row], "left": column, "right": OPPOSITE[column]}
    corners = {}
    for stored_row in ("top", "bottom"):
        for stored_column in ("left", "right"):
            seen = {sides[stored_row], sides[stored_column]}
            corners[stored_row, stored_column] = next(colour for at, colour in CORNERS.items() if set(at) == seen)
    exif = Image.Exif()
    exif[0x0112] = orientation
    size = SIZE if row in ("top", "bottom") else (SIZE[1], SIZE[0])
    return saved(picture(size, corners), kind, exif=exif)


def with_secrets(kind: str) -> bytes:
    """A picture that tells where it was taken: in EXIF with GPS, in XMP, and in a comment."""
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    exif.get_ifd(0x8825)[29] = SECRET.decode()
    options: dict[str, Any] = {"exif": exif}
    if kind == "JPEG":
        options |= {"comment": SECRET, "xmp": b"<x>" + SECRET + b"</x>"}
    elif kind == "WEBP":
        options |= {"xmp": b"<x>" + SECRET + b"</x>"}
    elif kind == "PNG":
        texts = PngImagePlugin.PngInfo()
        texts.add_text("Location", SECRET.decode())
        texts.add_itxt("XML:com.adobe.xmp", SECRET.decode())
        options |= {"pnginfo": texts}
    return saved(picture(), kind, **options)


def chunk(name: bytes, body: bytes) -> bytes:
    """A chunk of a PNG file."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def with_chunks(png: bytes, *chunks: bytes) -> bytes:
    """A PNG file with more chunks behind its header."""
    return png[:33] + b"".join(chunks) + png[33:]


def vast_png() -> bytes:
    """100,000 squared, in pixels of one bit, in a file of a few KB."""
    header = struct.pack(">IIBBBBB", 100_000, 100_000, 1, 0, 0, 0, 0)
    pixels = zlib.compress(bytes(1_000_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def long_gif(frames: int = 10_000) -> bytes:
    """An animated GIF; all frames but the first have one pixel."""
    first = saved(picture(), "GIF").removesuffix(b";")
    one_pixel = b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00"
    return first + one_pixel * (frames - 1) + b";"


def long_webp(frames: int = 10_000) -> bytes:
    """An animated WebP; each frame has the whole size."""

    def u24(number: int) -> bytes:
        return number.to_bytes(3, "little")

    def part(name: bytes, body: bytes) -> bytes:
        return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)

    width, height = SIZE
    frame = bytes(6) + u24(width - 1) + u24(height - 1) + u24(40) + b"\0" + saved(picture(), "WEBP", lossless=True)[12:]
    body = part(b"VP8X", b"\x02\0\0\0" + u24(width - 1) + u24(height - 1)) + part(b"ANIM", bytes(6))
    body += part(b"ANMF", frame) * frames
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def long_png(frames: int = 10_000) -> bytes:
    """An animated PNG; all frames but the first have one pixel."""
    png = saved(picture())
    parts = [png[:33], chunk(b"acTL", struct.pack(">II", frames, 0))]
    parts += [chunk(b"fcTL", struct.pack(">IIIIIHHBB", 0, *SIZE, 0, 0, 1, 25, 0, 0)), png[33:-12]]
    pixel = zlib.compress(b"\0\x10\x20\x30")
    for number in range(1, 2 * frames - 1, 2):
        parts.append(chunk(b"fcTL", struct.pack(">IIIIIHHBB", number, 1, 1, 0, 0, 1, 25, 0, 0)))
        parts.append(chunk(b"fdAT", struct.pack(">I", number + 1) + pixel))
    return b"".join([*parts, png[-12:]])


def heic_of(pictures: int) -> bytes:
    """A HEIC file of several pictures."""
    file = pillow_heif.from_pillow(picture())
    for _ in range(pictures - 1):
        file.add_from_pillow(noise(SIZE))
    buffer = BytesIO()
    file.save(buffer, enc_params=HURRY)
    return buffer.getvalue()


def claiming_heic(side: int) -> bytes:
    """A HEIC file that says it is larger than it is, in its `ispe` box (ISO 23008-12)."""
    data = saved(picture(), "HEIF")
    says = b"ispe" + bytes(4)
    return data.replace(says + struct.pack(">II", *SIZE), says + struct.pack(">II", side, side))


def archive() -> bytes:
    """A ZIP file with a script."""
    buffer = BytesIO()
    with ZipFile(buffer, "w") as file:
        file.writestr("run.js", "alert(1)")
    return buffer.getvalue()


def script_in_gif() -> bytes:
    """A GIF that is a script as well: its width reads `/*`, and the rest is a comment."""
    gif = saved(picture((0x2A2F, 220)), "GIF")
    return gif.removesuffix(b";") + b";*/=1;alert(document.domain);//"


def huge_text_png() -> bytes:
    """A PNG with a text of 200 MB in 200 KB."""
    text = zlib.compress(bytes(200_000_000), 9)
    return with_chunks(saved(picture()), chunk(b"zTXt", b"Comment\0\0" + text))


def foreign_profile() -> bytes:
    """A colour profile that is not sRGB: a made-up display with the same primaries, and its red and green swapped."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile = bytearray(bytes(profile).replace("sRGB".encode("utf-16-be"), "Odd1".encode("utf-16-be")))
    profile = bytearray(bytes(profile).replace(b"sRGB", b"Odd1"))
    return bytes(profile.replace(b"rXYZ", b"tmpX").replace(b"gXYZ", b"rXYZ").replace(b"tmpX", b"gXYZ"))


def mendable() -> Iterator[tuple[str, bytes]]:
    """Odd ones that are pictures all the same, by what is odd in them."""
    yield "gif of 10,000 frames", long_gif()
    yield "webp of 10,000 frames", long_webp()
    yield "png of 10,000 frames", long_png()
    yield "png and zip", saved(picture()) + archive()
    yield "png with a zip in a chunk", with_chunks(saved(picture()), chunk(b"zIPs", archive()))
    yield "jpeg and zip", saved(picture(), "JPEG") + archive()
    yield "jpeg with a zip in its comment", saved(picture(), "JPEG", comment=archive())
    yield "webp and zip", saved(picture(), "WEBP") + archive()
    yield "gif and script", script_in_gif()
    yield "two jpegs in one file", saved(picture(), "MPO", save_all=True, append_images=[picture((300, 300))])
    yield "cmyk jpeg", saved(picture().convert("CMYK"), "JPEG")
    yield "cmyk tiff", saved(picture().convert("CMYK"), "TIFF")
    yield "lab tiff", saved(picture().convert("LAB"), "TIFF")
    yield "16-bit png", saved(Image.new("I;16", SIZE, 30_000))
    yield "16-bit tiff", saved(Image.new("I;16", SIZE, 30_000), "TIFF")
    yield "32-bit tiff", saved(Image.new("I", SIZE, -70_000), "TIFF")
    yield "float tiff", saved(Image.new("F", SIZE, 0.5), "TIFF")
    yield "1-bit png", saved(picture().convert("1"))
    yield "grey png with alpha", saved(picture().convert("LA"))
    yield "palette png", saved(picture().convert("P"))
    yield "palette png with transparency", saved(picture().convert("P"), transparency=bytes(range(256)))
    yield "rgb png with a clear colour", saved(picture(), transparency=RED)
    yield "noise of more than 10 MiB", saved(noise((1900, 1900)), compress_level=0)
    yield "clear noise of more than 10 MiB", saved(noise((1700, 1700), mode="RGBA"), compress_level=0)
    yield "10 MiB + 1, mostly behind the end", saved(picture()).ljust(10 * 1024 * 1024 + 1, b"\0")
    yield "wider than 4096", saved(picture((6000, 3000)), "JPEG")
    yield "photo of 50 megapixels", saved(picture((8160, 6120)), "JPEG")
    yield "photo of 64 megapixels", saved(picture((8000, 8000)), "JPEG")
    yield "heic of 24 megapixels", saved(picture((5712, 4284)), "HEIF")
    yield "heic of ten pictures", heic_of(10)
    yield "10-bit heic", saved(Image.new("I;16", SIZE, 30_000), "HEIF")
    yield "heic with alpha", saved(picture().convert("RGBA"), "HEIF")
    yield "ribbon of 1:75", saved(picture((200, 15_000)))
    yield "small ribbon", saved(picture((900, 210)))
    yield "colour profile of nonsense", saved(picture(), "JPEG", icc_profile=b"nonsense" * 40)
    yield "foreign colour profile", saved(picture(), "JPEG", icc_profile=foreign_profile())
    yield "text of 200 MB", huge_text_png()
    yield "exif of nonsense", saved(picture(), "JPEG", exif=b"Exif\0\0MM\0*\xff\xff\xff\xff" + b"\xff" * 60)


@cache
def hopeless() -> tuple[tuple[str, bytes], ...]:
    """Ones that cannot become a picture that the model takes, by what is wrong with them; made once."""
    return tuple(_hopeless())


def _hopeless() -> Iterator[tuple[str, bytes]]:
    yield "nothing", b""
    yield "one byte", b"\x89"
    yield "text", b"Not a picture at all." * 50
    yield "svg", b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="640" height="480"></svg>'
    yield "html", b"<html><script>alert(1)</script></html>"
    yield "zip", archive()
    yield "pdf", saved(picture(), "PDF")
    yield "format off the list", saved(picture(), "PPM")
    yield "postscript", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 640 480\n%%EndComments\nshowpage\n"
    yield "12,000 squared", saved(Image.new("RGB", (12_000, 12_000)), compress_level=1)
    yield "100,000 squared", vast_png()
    yield "gif of 65,535 squared", b"GIF89a" + struct.pack("<HHBBB", 65_535, 65_535, 0, 0, 0) + b";"
    yield "heic of 48 megapixels", saved(picture((8064, 6048)), "HEIF")
    yield "heic of 16,000 squared", claiming_heic(16_000)
    yield "199 pixels", saved(picture((199, 640)))
    yield "one pixel", saved(Image.new("RGB", (1, 1)))
    for kind in FORMATS:
        data = saved(noise((320, 320)), kind)
        yield f"half of a {kind}", data[: len(data) // 2]
        yield f"head of a {kind}", data[:24]
