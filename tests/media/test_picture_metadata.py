"""What stands beside the picture in its file never keeps it from being read, and what is missing is noticed."""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from _pytest.mark import ParameterSet
from PIL import Image, ImageCms

from bot.media.pictures.normalize import normalize
from bot.media.pictures.normalized_picture import PictureRefused, Refusal
from tests.media.hostile_pictures import (
    SECRET,
    chunk,
    foreign_profile,
    lying_on_its_side,
    noise,
    picture,
    saved,
    with_chunks,
    with_secrets,
)
from tests.media.picture_checks import is_upright, opened

SMALL = (320, 300)
TWO_MIB = zlib.compress(bytes(2 * 1024 * 1024 + 1), 9)
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def named(cases: Iterator[tuple[str, bytes]]) -> list[ParameterSet]:
    return [pytest.param(data, id=name) for name, data in cases]


def small(kind: str, **options: Any) -> bytes:
    return saved(picture(SMALL), kind, **options)


def broken(whole: bytes) -> bytes:
    """A chunk of a PNG file with a wrong checksum."""
    return whole[:-1] + bytes([whole[-1] ^ 1])


def compressed_zeros(mebibytes: int) -> bytes:
    """A zlib stream of so many mebibytes of zeros: the same block again and again, and their checksum."""
    compressor = zlib.compressobj(9, wbits=-15)
    block = compressor.compress(bytes(1024 * 1024)) + compressor.flush(zlib.Z_FULL_FLUSH)
    checksum = (mebibytes * 1024 * 1024 % 65_521) << 16 | 1
    return b"\x78\xda" + block * mebibytes + b"\x03\x00" + checksum.to_bytes(4, "big")


def png_chunks() -> Iterator[tuple[str, bytes]]:
    yield "zTXt of 2 MiB", chunk(b"zTXt", b"Comment\0\0" + TWO_MIB)
    yield "iTXt of 2 MiB", chunk(b"iTXt", b"Comment\0\1\0\0\0" + TWO_MIB)
    yield "XMP of 6 MiB", chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(bytes(6 * 1024 * 1024), 9))
    yield "tEXt of 2 MiB", chunk(b"tEXt", b"Comment\0" + bytes(2 * 1024 * 1024))
    yield "iCCP of 2 MiB", chunk(b"iCCP", b"Profile\0\0" + TWO_MIB)
    yield "iCCP of 200 MB", chunk(b"iCCP", b"Profile\0\0" + compressed_zeros(200))
    yield "iCCP of nonsense", chunk(b"iCCP", b"Profile\0\0nonsense")
    yield "iCCP of another method", chunk(b"iCCP", b"Profile\0\7" + zlib.compress(SRGB))
    yield "iCCP without a name's end", chunk(b"iCCP", b"Profile")
    yield "zTXt of another method", chunk(b"zTXt", b"Raw profile type exif\0\7nonsense")
    yield "empty zTXt", chunk(b"zTXt", b"")
    yield "empty iTXt", chunk(b"iTXt", b"XML:com.adobe.xmp\0")
    for name in (
        b"iCCP",
        b"tEXt",
        b"zTXt",
        b"iTXt",
        b"gAMA",
        b"cHRM",
        b"sRGB",
        b"pHYs",
        b"tIME",
        b"eXIf",
        b"tRNS",
        b"prVt",
    ):
        yield f"wrong checksum in {name.decode()}", broken(chunk(name, b"Text\0\0 of no sense"))
        yield f"{name.decode()} of no byte", chunk(name, b"")
        if name != b"sRGB":  # that one has one byte
            yield f"{name.decode()} of one byte", chunk(name, b"\x07")
    yield "9,000 texts", b"".join(chunk(b"tEXt", b"Comment\0%d" % number) for number in range(9_000))
    yield "eXIf of nonsense", chunk(b"eXIf", b"MM\0*\xff\xff\xff\xff" + b"\xff" * 60)


@pytest.mark.parametrize("odd", named(png_chunks()))
@pytest.mark.parametrize("place", ["before the pixels", "behind the pixels"])
def test_a_png_is_read_whatever_stands_beside_its_pixels(odd: bytes, place: str) -> None:
    png = small("PNG")
    odd_file = with_chunks(png, odd) if place == "before the pixels" else png[:-12] + odd + png[-12:]
    assert normalize(odd_file).data == png


@pytest.mark.slow
def test_a_png_of_a_palette_is_read_whatever_stands_beside_its_pixels() -> None:
    png = saved(picture(SMALL).quantize(16))
    for name, odd in png_chunks():
        assert is_upright(opened(normalize(with_chunks(png, odd)))), name


def test_a_profile_of_more_than_a_mebibyte_still_gives_the_colours() -> None:
    large = foreign_profile() + bytes(1_500_000)
    large = struct.pack(">I", len(large)) + large[4:]
    pixel = opened(normalize(small("PNG", icc_profile=large))).getpixel((10, 10))
    assert isinstance(pixel, tuple)
    assert pixel[1] > 150 > 100 > pixel[0]


@pytest.mark.parametrize("missing", range(1, 17))
def test_a_png_without_its_end_is_read(missing: int) -> None:
    png = small("PNG")
    assert is_upright(opened(normalize(png[:-missing])))


def test_a_png_without_its_end_but_with_something_else_there_is_read() -> None:
    png = small("PNG")
    for tail in (
        b"\0\0\0\xffjunk",
        b"-- end --\r\n",
        chunk(b"tEXt", b"a\0b")[:-3],
        b"\xff\xff\xff\xfftEXt" + bytes(90),
    ):
        assert normalize(png[:-12] + tail).data == png


def segment(marker: int, payload: bytes) -> bytes:
    """A segment of a JPEG file."""
    return struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload


def jpeg_segments() -> Iterator[tuple[str, bytes]]:
    yield "JFIF of five bytes", segment(0xE0, b"JFIF\0")
    yield "second JFIF", segment(0xE0, b"JFIF\0\1\1" + bytes(7))
    yield "EXIF of no byte", segment(0xE1, b"Exif\0\0")
    yield "EXIF of nonsense", segment(0xE1, b"Exif\0\0MM\0*\xff\xff\xff\xff" + b"\xff" * 60)
    yield "ICC without a number", segment(0xE2, b"ICC_PROFILE\0")
    yield "ICC without its count", segment(0xE2, b"ICC_PROFILE\0\1")
    yield "ICC of nonsense", segment(0xE2, b"ICC_PROFILE\0\1\1" + b"nonsense" * 99)
    yield (
        "ICC of 250 parts, none the last",
        b"".join(segment(0xE2, b"ICC_PROFILE\0" + bytes([number, 255]) + bytes(60_000)) for number in range(1, 251)),
    )
    yield "MPF of nonsense", segment(0xE2, b"MPF\0MM\0*\0\0\xff\xff" + bytes(9))
    yield "Photoshop of nonsense", segment(0xED, b"Photoshop 3.0\x008BIM\x04")
    yield "Photoshop of one byte", segment(0xED, b"Photoshop 3.0\x008BIM\4\4\0\0\0\0\xff\xff")
    yield "short Adobe", segment(0xEE, b"Adobe")
    yield "XMP of 60,000 bytes", segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + b"<x/>" * 15_000)
    yield "comment of no byte", segment(0xFE, b"")
    yield "3,000 comments of 1,000 bytes", segment(0xFE, bytes(1_000)) * 3_000
    yield "a length of zero", b"\xff\xe5\0\0"
    yield "fill bytes", b"\xff" * 999
    yield "bytes that are no segment", b"no segment"
    for number in range(16):
        yield f"APP{number} of no sense", segment(0xE0 + number, random.Random(number).randbytes(400))


@pytest.mark.parametrize("odd", named(jpeg_segments()))
@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_is_read_whatever_stands_before_its_pixels(odd: bytes, progressive: bool) -> None:
    jpeg = small("JPEG", progressive=progressive)
    assert normalize(jpeg[:2] + odd + jpeg[2:]).data in (
        jpeg,
        jpeg[:2] + segment(0xE0, b"JFIF\0\1\1" + bytes(7)) + jpeg[20:],
    )
    behind = jpeg[:20] + odd + jpeg[20:]
    assert is_upright(opened(normalize(behind)))


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize(
    "tail", [b"", b"\xff", b"\0" * 40, b"-- end --\r\n", b"\xff\xe1\xff\xf0cut", b"\xff\xd8\xff\xe1"]
)
@pytest.mark.parametrize("orientation", [1, 6])
def test_a_jpeg_without_its_end_marker_is_read(progressive: bool, tail: bytes, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    jpeg = saved(picture(SMALL), "JPEG", progressive=progressive, exif=exif)
    assert jpeg.endswith(b"\xff\xd9")
    assert opened(normalize(jpeg[:-2] + tail)).tobytes() == opened(normalize(jpeg)).tobytes()


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
@pytest.mark.parametrize(
    "options", [{}, {"progressive": True}, {"restart_marker_rows": 1}, {"subsampling": 0}], ids=str
)
def test_a_jpeg_that_lacks_rows_stays_refused(mode: str, options: dict[str, Any]) -> None:
    jpeg = saved(noise(SMALL).convert(mode), "JPEG", **options)
    opened(normalize(jpeg[:-2]))
    for part in (0.3, 0.5, 0.8, 0.9, 0.97):
        with pytest.raises(PictureRefused) as refused:
            normalize(jpeg[: int(len(jpeg) * part)])
        assert refused.value.reason in (Refusal.DAMAGED, Refusal.UNREADABLE), part


@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_whose_last_rows_are_zeros_of_a_download_that_broke_off_is_refused(progressive: bool) -> None:
    jpeg = saved(noise(SMALL), "JPEG", progressive=progressive)
    assert opened(normalize(jpeg[:-2] + bytes(len(jpeg)))).tobytes() == opened(normalize(jpeg)).tobytes()
    for part in (0.5, 0.8, 0.97, 0.99):
        with pytest.raises(PictureRefused):
            normalize(jpeg[: int(len(jpeg) * part)] + bytes(len(jpeg)))


def test_a_jpeg_that_lacks_rows_of_one_colour_stays_refused() -> None:
    """The missing rows would be grey, and so would be the ones that noise is read as: only their bits differ."""
    image = picture((640, 480))
    image.paste((128, 128, 128), (0, 300, 640, 480))
    jpeg = saved(image, "JPEG")
    with pytest.raises(PictureRefused):
        normalize(jpeg[: len(jpeg) - 700])


def test_a_jpeg_whose_first_picture_lacks_its_end_does_not_borrow_the_second_ones() -> None:
    first, second = small("JPEG")[:-2], saved(noise(SMALL), "JPEG")
    assert normalize(first + second).data == first + b"\xff\xd9"


def riff(*parts: bytes) -> bytes:
    body = b"".join(parts)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def part(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def webp_files() -> Iterator[tuple[str, bytes]]:
    plain = small("WEBP", lossless=True)
    pixels = plain[12:]
    size = b"".join((side - 1).to_bytes(3, "little") for side in SMALL)

    def extended(flags: int, *behind: bytes, before: bytes = b"") -> bytes:
        return riff(part(b"VP8X", bytes([flags, 0, 0, 0]) + size), before, pixels, *behind)

    yield "EXIF of nonsense", extended(0x08, part(b"EXIF", b"\xff" * 90))
    yield "EXIF of no byte", extended(0x08, part(b"EXIF", b""))
    yield "EXIF that is announced and missing", extended(0x08)
    yield "EXIF that is not announced", extended(0, part(b"EXIF", b"\xff" * 90))
    yield "EXIF longer than the file", extended(0x08, b"EXIF\xff\xff\xff\x7fshort")
    yield "XMP of 6 MiB", extended(0x04, part(b"XMP ", bytes(6 * 1024 * 1024)))
    yield "ICCP of nonsense", extended(0x20, before=part(b"ICCP", b"nonsense" * 99))
    yield "ICCP of 6 MiB", extended(0x20, before=part(b"ICCP", bytes(6 * 1024 * 1024)))
    yield "9,000 unknown chunks", extended(0, part(b"JUNK", b"odd") * 9_000)
    yield "a length that is too long", plain[:4] + struct.pack("<I", len(plain) + 4_000) + plain[8:]
    yield (
        "a length that is too short",
        (data := extended(0x08, part(b"EXIF", bytes(90))))[:4] + struct.pack("<I", len(data) - 60) + data[8:],
    )
    yield "bytes behind its end", plain + b"-- end --\r\n"
    yield "EXIF in a plain file", riff(pixels, part(b"EXIF", b"\xff" * 90))


@pytest.mark.parametrize("data", named(webp_files()))
def test_a_webp_is_read_whatever_stands_beside_its_pixels(data: bytes) -> None:
    assert is_upright(opened(normalize(data)))


def gif_extensions() -> Iterator[tuple[str, bytes]]:
    yield "a long comment", b"\x21\xfe" + (b"\xff" + bytes(255)) * 9_000 + b"\0"
    yield "9,000 comments", b"\x21\xfe\x01a\0" * 9_000
    yield "an application of no sense", b"\x21\xff\x0bODDODDODD.1" + b"\x05abcde" * 900 + b"\0"
    yield "a loop without a count", b"\x21\xff\x0bNETSCAPE2.0\0"
    yield "a short loop", b"\x21\xff\x0bNETSCAPE2.0\x01\x01\0"
    yield "a short application", b"\x21\xff\x02ab\0"
    yield "an unknown extension", b"\x21\x77\x02ab\0"
    yield "a short control", b"\x21\xf9\x01a\0"
    yield "XMP", b"\x21\xff\x0bXMP DataXMP<x:xmpmeta/>\x01" + bytes(range(255, -1, -1)) + b"\0"


@pytest.mark.parametrize("odd", named(gif_extensions()))
def test_a_gif_is_read_whatever_stands_beside_its_pixels(odd: bytes) -> None:
    gif = small("GIF")
    start = 13 + (3 << (gif[10] & 7) + 1)
    assert is_upright(opened(normalize(gif[:start] + odd + gif[start:])))
    assert is_upright(opened(normalize(gif[:-1] + odd + b";")))
    assert is_upright(opened(normalize(gif[:-1] + odd[:-1])))


def tiff(*odd: tuple[int, int, int, int], order: str = "<", **options: Any) -> bytes:
    """A TIFF file with more entries in its directory: tag, type, count and value."""
    data = small("TIFF", **options)
    assert data[:2] == b"II"
    (start,) = struct.unpack_from("<I", data, 4)
    (count,) = struct.unpack_from("<H", data, start)
    entries = [data[at : at + 12] for at in range(start + 2, start + 2 + 12 * count, 12)]
    entries += [struct.pack("<HHII", *entry) for entry in odd]
    entries.sort(key=lambda entry: struct.unpack_from("<H", entry))
    directory = struct.pack("<H", len(entries)) + b"".join(entries) + bytes(4)
    return data[:4] + struct.pack("<I", len(data)) + data[8:] + directory


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw", "tiff_adobe_deflate", "jpeg"])
@pytest.mark.parametrize(
    "odd",
    [
        (270, 2, 4_000, 0x7FFFFFFF),
        (270, 2, 0xFFFFFFFF, 8),
        (700, 1, 5_000, 0xFFFFFF),
        (269, 77, 1, 1),
        (315, 2, 0, 0),
        (33723, 4, 900, 0xFFFFFF),
        (34377, 7, 900, 0xFFFFFF),
        (34665, 4, 1, 0xFFFFFF),
        (34675, 7, 900, 0xFFFFFF),
        (34675, 7, 90, 8),
        (34853, 4, 1, 8),
        (42112, 2, 40, 0xFFFFFF),
    ],
    ids=str,
)
def test_a_tiff_is_read_whatever_else_its_directory_lists(compression: str, odd: tuple[int, int, int, int]) -> None:
    assert is_upright(opened(normalize(tiff(odd, compression=compression))))


@pytest.mark.parametrize("kind", ["HEIF", "AVIF"])
@pytest.mark.parametrize("what", ["exif", "xmp"])
@pytest.mark.parametrize(
    "tail", [b"", b"-- end --\r\n", b"\0\0\0\x08free", b"\x7f\xff\xff\xffmdatcut", b"\0" * 22], ids=repr
)
def test_a_heif_is_read_whatever_its_metadata_is(kind: str, what: str, tail: bytes) -> None:
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    options: dict[str, Any] = {"exif": exif} if what == "exif" else {"xmp": b"<x>" + SECRET + b"</x>"}
    data = small(kind, **options)
    assert is_upright(opened(normalize(data + tail)))
    assert is_upright(opened(normalize(data.replace(SECRET, b"\xff" * len(SECRET)) + tail)))
    assert is_upright(opened(normalize(moved_metadata(data) + tail)))


def moved_metadata(data: bytes) -> bytes:
    """The file with the place of its last item, which is the metadata, beyond its end (``iloc``, ISO 14496-12)."""
    at = data.index(b"iloc")
    (size,) = struct.unpack_from(">I", data, at - 4)
    changed = bytearray(data)
    changed[at - 4 + size - 8 : at - 4 + size - 4] = struct.pack(">I", len(data) + 9_000)
    return bytes(changed)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", [3, 6, 8])
def test_the_orientation_is_heeded_beside_odd_metadata(kind: str, orientation: int) -> None:
    data = lying_on_its_side(orientation, kind)
    if kind == "PNG":
        data = with_chunks(data, chunk(b"zTXt", b"Comment\0\0" + TWO_MIB), broken(chunk(b"tEXt", b"a\0b")))
    elif kind == "JPEG":
        data = data[:2] + segment(0xED, b"Photoshop 3.0\x008BIM\x04") + data[2:-2]
    elif kind == "WEBP":
        data += b"XMP \xff\xff\xff\x7f"
    assert is_upright(opened(normalize(data)))


@pytest.mark.parametrize(
    "keyword",
    [b"tEXtRaw profile type exif\0", b"zTXtRaw profile type exif\0\0", b"iTXtXML:com.adobe.xmp\0\0\0\0\0"],
    ids=repr,
)
def test_the_orientation_is_found_in_the_texts_of_a_png(keyword: bytes) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    raw = exif.tobytes()
    text = b"\nexif\n%8d\n%s\n" % (len(raw), raw.hex().encode())
    if keyword.startswith(b"zTXt"):
        text = zlib.compress(text)
    elif keyword.startswith(b"iTXt"):
        text = b'<rdf:Description tiff:Orientation="6"/>'
    png = with_chunks(small("PNG"), chunk(keyword[:4], keyword[4:] + text))
    assert (normalize(png).width, normalize(png).height) == SMALL[::-1]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_no_cut_makes_a_file_tell_its_secrets(kind: str) -> None:
    data = with_secrets(kind)
    chance = random.Random(5)
    for _ in range(30):
        cut = data[: chance.randrange(1, len(data))]
        with suppress(PictureRefused):
            assert SECRET not in normalize(cut).data


@pytest.mark.slow
def test_no_change_of_a_length_does_more_than_a_refusal() -> None:
    chance = random.Random(7)
    files = [with_secrets("JPEG"), with_secrets("PNG"), with_secrets("WEBP"), tiff(), small("HEIF"), small("GIF")]
    for _ in range(300):
        data = bytearray(chance.choice(files))
        at = chance.randrange(len(data) // 2)
        data[at : at + 4] = chance.choice(
            (b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff", b"\0\0\0\1", b"\0\0\xff\xff")
        )
        with suppress(PictureRefused):
            opened(normalize(bytes(data)))
