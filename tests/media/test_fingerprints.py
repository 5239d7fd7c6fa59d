"""Fingerprints of pictures, made of real ones in the worker that mends pictures."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from bot.domain.fingerprint import Fingerprint, are_alike
from bot.media.pictures.fingerprints import fingerprint
from bot.media.pictures.normalized_picture import PictureRefused
from bot.media.pictures.picture_pool import PicturePool
from bot.media.worker.pool import WorkerPool
from cogs.examples import read_example_picture
from sandbox.drawings import bird_from_the_front, bird_from_the_side, ox_in_a_meadow

EXAMPLES = ("bird.png", "forest.png", "fox.png", "meadow.png", "pier.png")
VIEWS = {"front": bird_from_the_front, "side": bird_from_the_side, "ox": ox_in_a_meadow}


def original(name: str) -> bytes:
    """A picture by its name."""
    data = VIEWS[name]() if name in VIEWS else read_example_picture(name)
    assert data is not None
    return data


def saved_anew(data: bytes, kind: str, scale: float, quality: int) -> bytes:
    """A picture in another size, format and quality."""
    image = Image.open(BytesIO(data)).convert("RGB")
    image = image.resize((round(image.width * scale), round(image.height * scale)), Image.Resampling.LANCZOS)
    file = BytesIO()
    image.save(file, kind, quality=quality)
    return file.getvalue()


@pytest.mark.parametrize("name", [*EXAMPLES, *VIEWS])
@pytest.mark.parametrize(
    ("kind", "scale", "quality"),
    [("JPEG", 1, 30), ("JPEG", 0.5, 80), ("JPEG", 0.5, 20), ("WEBP", 0.45, 60), ("PNG", 1.7, 0), ("PNG", 0.77, 0)],
)
@pytest.mark.exhaustive
def test_a_picture_saved_anew_looks_the_same(name: str, kind: str, scale: float, quality: int) -> None:
    data = original(name)
    assert are_alike(fingerprint(data), fingerprint(saved_anew(data, kind, scale, quality)))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("one", "other"),
    [("front", "side"), ("ox", "front"), ("fox.png", "bird.png"), ("fox.png", "side"), ("pier.png", "meadow.png")],
)
def test_other_views_and_other_things_do_not(one: str, other: str) -> None:
    assert not are_alike(fingerprint(original(one)), fingerprint(original(other)))


@pytest.mark.slow
def test_a_picture_that_lies_on_its_side_is_compared_upright() -> None:
    data = original("ox")
    lying, exif, file = (
        Image.open(BytesIO(data)).convert("RGB").transpose(Image.Transpose.ROTATE_90),
        Image.Exif(),
        BytesIO(),
    )
    exif[0x0112] = 6
    lying.save(file, "JPEG", exif=exif)
    assert are_alike(fingerprint(data), fingerprint(file.getvalue()))


def test_plain_pictures_are_told_apart_by_their_colour() -> None:
    def plain(colour: str) -> Fingerprint:
        file = BytesIO()
        Image.new("RGB", (400, 400), colour).save(file, "PNG")
        return fingerprint(file.getvalue())

    assert are_alike(plain("#808080"), plain("#888080"))
    assert not are_alike(plain("#808080"), plain("#c08080"))


@pytest.mark.slow
async def test_a_worker_makes_them() -> None:
    pool = WorkerPool()
    try:
        pictures = PicturePool(pool)
        assert await pictures.fingerprint(original("front")) == fingerprint(original("front"))
        with pytest.raises(PictureRefused):
            await pictures.fingerprint(b"no picture")
    finally:
        await pool.close()


@pytest.mark.slow
async def test_a_worker_makes_a_thumbnail_of_each_picture_and_one_strip_of_them() -> None:
    pool = WorkerPool()
    try:
        pictures = PicturePool(pool)
        clear = BytesIO()
        Image.new("RGBA", (500, 400), (255, 0, 0, 128)).save(clear, "PNG")
        thumbnails = [
            (await pictures.normalize(data)).thumbnail
            for data in (original("ox"), saved_anew(original("ox"), "JPEG", 1, 80), clear.getvalue())
        ]
        assert [Image.open(BytesIO(one)).size for one in thumbnails] == [(96, 96)] * 3
        strip = Image.open(BytesIO(await pictures.strip(thumbnails)))
        assert (strip.format, strip.size) == ("WEBP", (4 * 102 - 6, 96))
        assert strip.convert("RGBA").getchannel("A").getpixel((4 * 102 - 10, 40)) == 0, "the fourth cell is empty"
        with pytest.raises(PictureRefused):
            await pictures.strip([b"no picture"])
    finally:
        await pool.close()
