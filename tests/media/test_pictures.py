"""Pictures are normalized into what the model takes, and stay as they are where nothing needs normalizing."""

import random
import zlib
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageChops, JpegImagePlugin

from bot.domain.model_spec import PICTURE_ENDINGS, PICTURE_LIMITS
from bot.media.pictures.normalize import normalize
from bot.media.pictures.normalized_picture import PictureNote, PictureRefused, Refusal
from bot.text import text
from tests.media.hostile_pictures import (
    BLUE,
    FORMATS,
    GREEN,
    RED,
    SECRET,
    SIZE,
    archive,
    chunk,
    foreign_profile,
    lying_on_its_side,
    noise,
    picture,
    saved,
    with_chunks,
    with_secrets,
)
from tests.media.picture_checks import is_upright, looks_like, opened

pytestmark = pytest.mark.exhaustive


def same_pixels(one: bytes, other: bytes) -> bool:
    first, second = (Image.open(BytesIO(data)).convert("RGBA") for data in (one, other))
    return first.size == second.size and ImageChops.difference(first, second).getbbox(alpha_only=False) is None


@pytest.mark.parametrize(
    ("kind", "mode", "options"),
    [
        *(("PNG", mode, {}) for mode in ("RGB", "RGBA", "L")),
        *(("WEBP", mode, {"lossless": exact}) for mode in ("RGB", "RGBA") for exact in (False, True)),
        *(
            ("JPEG", mode, options)
            for mode in ("RGB", "L")
            for options in ({}, {"progressive": True}, {"restart_marker_rows": 1})
        ),
    ],
)
def test_a_good_file_stays_the_same_byte_for_byte(kind: str, mode: str, options: dict[str, Any]) -> None:
    image = picture().convert(mode)
    if mode == "RGBA":
        image.putalpha(Image.linear_gradient("L").resize(SIZE))
    data = saved(image, kind, **options)
    normalized = normalize(data)
    assert normalized.data == data
    assert normalized.notes == ()
    opened(normalized)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_where_it_was_taken_is_dropped_and_no_pixel_changes(kind: str) -> None:
    data = with_secrets(kind)
    assert SECRET in data
    normalized = normalize(data)
    assert SECRET not in normalized.data
    assert normalized.notes == ()
    opened(normalized)
    assert same_pixels(normalized.data, data)


def test_a_webp_does_not_announce_what_was_dropped() -> None:
    data = with_secrets("WEBP")
    assert (data[12:16], data[20] & 0x2C) == (b"VP8X", 0x0C)
    assert normalize(data).data[20] & 0x2C == 0


@pytest.mark.parametrize("kind", ["TIFF", "AVIF", "HEIF"])
def test_where_it_was_taken_does_not_survive_a_change_of_format(kind: str) -> None:
    data = with_secrets(kind)
    assert SECRET in data
    normalized = normalize(data)
    assert SECRET not in normalized.data
    assert is_upright(opened(normalized))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_what_hangs_behind_the_end_of_a_picture_is_cut_off(kind: str) -> None:
    data = saved(picture(), kind)
    assert normalize(data + archive()).data == data


def test_an_archive_in_a_part_of_its_own_is_dropped() -> None:
    png = saved(picture())
    assert normalize(with_chunks(png, chunk(b"zIPs", archive()))).data == png
    jpeg = normalize(saved(picture(), "JPEG", comment=archive())).data
    assert b"run.js" not in jpeg


def test_a_second_picture_in_the_file_is_dropped() -> None:
    first = saved(picture(), "JPEG")
    both = saved(picture(), "MPO", save_all=True, append_images=[Image.new("RGB", SIZE, GREEN)])
    normalized = normalize(both)
    assert len(normalized.data) <= len(first)
    assert is_upright(opened(normalized))


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_a_picture_is_turned_the_way_its_camera_was_held(kind: str, orientation: int) -> None:
    normalized = normalize(lying_on_its_side(orientation, kind))
    assert (normalized.width, normalized.height) == SIZE
    assert is_upright(opened(normalized))
    assert normalized.notes == ()


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
@pytest.mark.parametrize("kind", ["AVIF", "HEIF"])
def test_a_format_that_turns_itself_is_turned_once(kind: str, orientation: int) -> None:
    assert is_upright(opened(normalize(lying_on_its_side(orientation, kind))))


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_on_the_list_comes_out_as_one_that_is_safe(kind: str) -> None:
    normalized = normalize(saved(picture(), kind))
    assert normalized.ending in PICTURE_ENDINGS
    assert is_upright(opened(normalized))


def test_the_bytes_decide_the_ending() -> None:
    assert [normalize(saved(picture(), kind)).ending for kind in ("PNG", "JPEG", "WEBP")] == ["png", "jpg", "webp"]


def test_the_first_frame_of_an_animation_is_taken() -> None:
    for kind in ("GIF", "WEBP", "PNG", "TIFF"):
        data = saved(picture(), kind, save_all=True, append_images=[Image.new("RGB", SIZE, GREEN)])
        assert is_upright(opened(normalize(data))), kind


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_print_colours_become_screen_colours(kind: str) -> None:
    assert is_upright(opened(normalize(saved(picture().convert("CMYK"), kind))))


@pytest.mark.parametrize(("kind", "mode"), [("PNG", "I;16"), ("TIFF", "I;16"), ("TIFF", "I"), ("TIFF", "F")])
def test_a_picture_of_more_than_8_bits_keeps_its_tones(kind: str, mode: str) -> None:
    ramp = Image.linear_gradient("L").resize(SIZE).convert("I").point(lambda value: value * 257)
    image = opened(normalize(saved(ramp.convert("I;16") if mode == "I;16" else ramp.convert(mode), kind)))
    tones = [image.getpixel((320, y)) for y in (40, 240, 440)]
    assert all(looks_like(tone, (y * 255 // 480,) * 3) for tone, y in zip(tones, (40, 240, 440), strict=True))


def test_a_png_of_16_bits_a_colour_is_sent_with_8() -> None:
    rows = b"".join(b"\0" + b"\xdc\x00\x14\x00\x14\x00" * 320 for _ in range(320))
    header = (320).to_bytes(4) * 2 + b"\x10\x02\0\0\0"
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    normalized = normalize(b"\x89PNG\r\n\x1a\n" + body)
    assert normalized.data[24] == 8
    assert looks_like(opened(normalized).getpixel((100, 100)), RED)


def test_what_is_clear_in_a_palette_stays_clear() -> None:
    image = picture().quantize(8)
    red = image.getpixel((0, 0))
    normalized = opened(normalize(saved(image, transparency=red)))
    assert normalized.mode == "RGBA"
    assert normalized.getchannel("A").getpixel((0, 0)) == 0
    assert normalized.getchannel("A").getpixel((639, 0)) == 255
    assert looks_like(normalized.getpixel((639, 0)), GREEN)


def test_a_clear_colour_and_a_grey_picture_with_alpha_stay_clear() -> None:
    keyed = opened(normalize(saved(picture(), transparency=RED)))
    assert (keyed.getchannel("A").getpixel((0, 0)), keyed.getchannel("A").getpixel((639, 0))) == (0, 255)
    grey = Image.merge("LA", [Image.new("L", SIZE, 90), Image.new("L", SIZE, 40)])
    assert opened(normalize(saved(grey))).getpixel((9, 9)) == (90, 90, 90, 40)


def test_colours_of_another_profile_are_turned_into_srgb() -> None:
    """The made-up profile swaps red and green, so what is stored red was meant green."""
    normalized = normalize(saved(picture(), "JPEG", quality=95, icc_profile=foreign_profile()))
    pixel = opened(normalized).getpixel((10, 10))
    assert isinstance(pixel, tuple)
    assert pixel[1] > 150 > 100 > pixel[0]


def test_a_profile_of_nonsense_is_dropped() -> None:
    data = saved(picture(), "JPEG", icc_profile=b"nonsense" * 40)
    assert normalize(data).data == saved(picture(), "JPEG")


def test_more_than_10_mib_is_made_smaller() -> None:
    data = saved(noise((1900, 1900)), compress_level=0)
    assert len(data) > PICTURE_LIMITS.max_bytes
    normalized = normalize(data)
    assert (opened(normalized).size, normalized.notes) == ((1900, 1900), ())


def test_a_clear_picture_of_more_than_10_mib_is_made_smaller_and_stays_clear() -> None:
    data = saved(noise((1700, 1700), mode="RGBA"), compress_level=0)
    assert len(data) > PICTURE_LIMITS.max_bytes
    normalized = normalize(data)
    assert normalized.notes == ()
    assert opened(normalized).mode == "RGBA"


def test_a_noisy_picture_of_the_largest_size_is_within_the_limit() -> None:
    photo = noise((2048, 2048)).resize((4096, 4096), Image.Resampling.NEAREST)
    assert opened(normalize(saved(photo, "JPEG", quality=98, subsampling=0))).size == (4096, 4096)


def test_one_byte_more_than_10_mib_is_no_refusal() -> None:
    data = saved(picture()).ljust(PICTURE_LIMITS.max_bytes + 1, b"\0")
    assert is_upright(opened(normalize(data)))


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_an_over_large_picture_is_scaled_to_4096_without_a_word(kind: str) -> None:
    normalized = normalize(saved(picture((5000, 4000)), kind))
    assert ((normalized.width, normalized.height), normalized.notes) == ((4096, 3277), ())
    assert is_upright(opened(normalized))


@pytest.mark.parametrize("subsampling", [0, 2])
def test_a_photo_that_is_turned_keeps_as_much_colour_as_it_had(subsampling: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = Image.open(BytesIO(normalize(saved(noise(SIZE), "JPEG", subsampling=subsampling, exif=exif)).data))
    assert isinstance(turned, JpegImagePlugin.JpegImageFile)
    assert JpegImagePlugin.get_sampling(turned) == subsampling


def test_the_photo_of_a_phone_with_64_megapixels_is_taken() -> None:
    normalized = normalize(saved(picture((9248, 6936)), "JPEG"))
    assert normalized.width >= 3000
    assert is_upright(opened(normalized))


def test_a_small_picture_is_scaled_up_with_a_note() -> None:
    normalized = normalize(saved(picture((250, 400))))
    assert ((normalized.width, normalized.height), normalized.notes) == ((300, 480), (PictureNote.SCALED_UP,))
    assert is_upright(opened(normalized))


def test_a_ribbon_gets_margins_in_the_colours_of_its_edges_with_a_note() -> None:
    ribbon = Image.new("RGB", (1200, 400), RED)
    ribbon.paste(BLUE, (0, 200, 1200, 400))
    normalized = normalize(saved(ribbon))
    assert ((normalized.width, normalized.height), normalized.notes) == ((1200, 480), (PictureNote.PADDED,))
    image = opened(normalized)
    seen = [image.getpixel((600, y)) for y in (0, 38, 41, 239, 241, 438, 479)]
    assert seen == [RED, RED, RED, RED, BLUE, BLUE, BLUE]


def test_a_tall_ribbon_gets_margins_at_its_sides() -> None:
    ribbon = Image.new("RGB", (400, 1200), RED)
    ribbon.paste(BLUE, (200, 0, 400, 1200))
    normalized = normalize(saved(ribbon))
    assert ((normalized.width, normalized.height), normalized.notes) == ((480, 1200), (PictureNote.PADDED,))
    assert [opened(normalized).getpixel((x, 600)) for x in (0, 41, 439, 479)] == [RED, RED, BLUE, BLUE]


def test_the_margins_of_a_clear_picture_are_clear() -> None:
    normalized = opened(normalize(saved(Image.new("RGBA", (1200, 400), (*RED, 200)))))
    assert (normalized.getpixel((5, 5)), normalized.getpixel((5, 240))) == ((0, 0, 0, 0), (*RED, 200))


def test_a_small_ribbon_has_both_notes() -> None:
    normalized = normalize(saved(picture((210, 660))))
    assert normalized.notes == (PictureNote.SCALED_UP, PictureNote.PADDED)
    opened(normalized)


@pytest.mark.parametrize("kind", FORMATS)
def test_a_file_that_was_cut_off_is_refused(kind: str) -> None:
    data = saved(noise((320, 320)), kind)
    for part in (2, 3, 10):
        with pytest.raises(PictureRefused) as refused:
            normalize(data[: len(data) * (part - 1) // part])
        assert refused.value.reason in (Refusal.DAMAGED, Refusal.UNREADABLE)


def test_a_picture_under_200_pixels_is_refused_with_its_size() -> None:
    with pytest.raises(PictureRefused) as refused:
        normalize(saved(picture((640, 199))))
    assert (refused.value.width, refused.value.height) == (640, 199)
    assert refused.value.named("image3").user_message == text(
        "picture.refused.too_small", picture="image3", width=640, height=199, side=300
    )


def test_200_pixels_are_enough() -> None:
    assert normalize(saved(picture((200, 200)))).notes == (PictureNote.SCALED_UP,)


def test_whatever_breaks_in_a_file_it_is_mended_or_refused() -> None:
    chance = random.Random(11)
    files = [saved(picture((220, 240)), kind) for kind in FORMATS] + [with_secrets("JPEG"), with_secrets("PNG")]
    outcomes = set()
    for _ in range(400):
        data = bytearray(chance.choice(files))
        for _ in range(chance.choice((1, 3, 10))):
            data[chance.randrange(chance.choice((64, len(data))))] = chance.randrange(256)
        try:
            opened(normalize(bytes(data)))
            outcomes.add("normalized")
        except PictureRefused as refused:
            outcomes.add(refused.reason)
    assert {"normalized", Refusal.UNREADABLE, Refusal.DAMAGED} <= outcomes
