"""Measure how fast the pictures of phones are prepared: ``python -m benchmarks.photos [--quick]``.

Photos of 12 megapixels as phones make them (JPEG of 4032x3024, lying on its side, with a thumbnail's worth of
metadata), all given at once. They are made on the spot, seeded.
"""

from __future__ import annotations

import asyncio
import io
import os
import random
import time
from collections.abc import AsyncIterator
from pathlib import Path

from PIL import Image, ImageFilter

from benchmarks.table import Line, run, within
from bot.media.pictures.picture_pool import PicturePool
from bot.media.worker.pool import WorkerPool

_SIZE = (4032, 3024)
_ORIENTATION = 0x0112
_SEED = 20_261_125
_GOAL_SECONDS = 3.0


async def measure(folder: Path, *, quick: bool) -> AsyncIterator[Line]:
    """Everything here, line by line."""
    count = 6 if quick else 30
    photos = [_photo(_SEED + number) for number in range(3)]
    megabytes = sum(len(photo) for photo in photos) / len(photos) / 1e6
    pool = WorkerPool(folder)
    pictures = PicturePool(pool)
    try:
        for what in ("from a cold start", "warm"):
            begun = time.perf_counter()
            async with asyncio.TaskGroup() as tasks:
                for number in range(count):
                    tasks.create_task(pictures.normalize(photos[number % len(photos)], user=number))
            seconds = time.perf_counter() - begun
            note = f" ({count / seconds:.0f} a second, {megabytes:.1f} MB each, {os.cpu_count()} cores)"
            yield within(
                f"{count} photos of 12 MP prepared, {what}", seconds, _GOAL_SECONDS * count / 30, "s", note=note
            )
    finally:
        await pool.close()


def _photo(seed: int) -> bytes:
    """A photo-like JPEG: soft shapes, grain, and the note that it lies on its side."""
    rng = random.Random(seed)
    small = Image.frombytes("RGB", (63, 47), rng.randbytes(63 * 47 * 3)).filter(ImageFilter.GaussianBlur(1.5))
    shapes = small.resize(_SIZE, Image.Resampling.BICUBIC)
    grain = Image.frombytes("RGB", (1008, 756), rng.randbytes(1008 * 756 * 3)).resize(_SIZE, Image.Resampling.BILINEAR)
    photo = Image.blend(shapes, grain, 0.12)
    exif = Image.Exif()
    exif[_ORIENTATION] = 6
    exif[0x010F], exif[0x927C] = "A maker of phones", rng.randbytes(8_000)
    buffer = io.BytesIO()
    photo.save(buffer, "JPEG", quality=92, exif=exif)
    return buffer.getvalue()


if __name__ == "__main__":
    run(measure, about=__doc__ or "")
