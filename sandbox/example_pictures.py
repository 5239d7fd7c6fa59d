"""The pictures of the examples in ``/help``: drawn here, and shipped with the bot as files.

``python -m sandbox.example_pictures`` draws them anew.
"""

from __future__ import annotations

import functools
import io
import math
import random
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from PIL import Image

from sandbox.drawings import SCENE_SIZE, Canvas, bird_from_the_front, new_studio, ox_in_a_meadow

FOLDER: Final = Path(__file__).resolve().parent.parent / "cogs" / "examples"
_COLOURS: Final = 96
_FOX, _FOX_DARK, _CREAM, _INK = (232, 126, 52), (176, 84, 34), (252, 240, 222), (38, 28, 26)
_SCARF, _SCARF_DARK = (58, 122, 178), (40, 92, 142)


def pier() -> bytes:
    """A wooden pier at sunset, seen along its planks: a PNG of 1280 by 720."""
    canvas = Canvas(SCENE_SIZE)
    canvas.gradient(0, 360, (92, 112, 176), (255, 196, 140))
    for size, colour in ((180, (255, 210, 150)), (132, (255, 224, 160)), (96, (255, 240, 196))):
        canvas.oval(640, 318, size, size, colour)
    canvas.gradient(360, 720, (236, 158, 118), (44, 78, 120))
    rng = random.Random(11)
    for _ in range(160):
        y = rng.uniform(368, 716)
        wide = 14 + (y - 360) / 5
        x = rng.uniform(0, 1280)
        canvas.stroke([(x, y), (x + wide, y)], 2.4, rng.choice(((250, 190, 140), (96, 110, 150), (64, 96, 140))))
    canvas.shape([(596, 372), (684, 372), (980, 720), (300, 720)], (150, 104, 68))
    for step in range(1, 16):
        part = (step / 16) ** 2
        y = 372 + 348 * part
        half = 44 + 296 * part
        canvas.stroke([(640 - half, y), (640 + half, y)], 1.5 + 4 * part, (104, 68, 44))
    for part in (0.04, 0.14, 0.32, 0.62, 1.0):
        y, half, tall = 372 + 348 * part, 46 + 298 * part, 30 + 170 * part
        for side in (-1, 1):
            x = 640 + side * half
            wide = 4 + 18 * part
            canvas.shape([(x - wide, y - tall), (x + wide, y - tall), (x + wide, y), (x - wide, y)], (92, 58, 40))
            canvas.oval(x, y - tall, wide * 2, wide, (138, 94, 64))
    return canvas.png()


def fox() -> bytes:
    """A fox with a scarf from the front, on a plain background: a PNG of 768 by 768."""
    canvas = new_studio()
    canvas.blob([(470, 640), (600, 620), (660, 500), (634, 400), (590, 470), (560, 560), (470, 590)], _FOX)
    canvas.blob([(646, 470), (634, 392), (606, 450)], _CREAM)
    for side in (-1, 1):
        canvas.oval(384 + side * 58, 640, 72, 44, _FOX_DARK)
    canvas.blob([(300, 470), (384, 440), (468, 470), (492, 600), (450, 652), (318, 652), (276, 600)], _FOX)
    canvas.oval(384, 570, 110, 130, _CREAM)
    for side in (-1, 1):
        canvas.stroke([(384 + side * 40, 560), (384 + side * 42, 640)], 34, _FOX_DARK)
        canvas.shape([(384 + side * a, b) for a, b in ((48, 240), (152, 236), (140, 110))], _FOX)
        canvas.shape([(384 + side * a, b) for a, b in ((82, 226), (138, 228), (132, 148))], _FOX_DARK)
    canvas.blob([(210, 340), (270, 226), (384, 204), (498, 226), (558, 340), (450, 430), (384, 456), (318, 430)], _FOX)
    for side in (-1, 1):
        cheek = [(0, 350), (70, 330), (166, 342), (90, 410), (0, 448)]
        canvas.blob([(384 + side * a, b) for a, b in cheek], _CREAM)
        canvas.oval(384 + side * 76, 312, 50, 58, (255, 252, 246))
        canvas.oval(384 + side * 72, 316, 32, 40, _INK)
        canvas.oval(384 + side * 72 + 7, 306, 11, 12, (255, 255, 255))
    canvas.oval(384, 396, 44, 32, _INK)
    canvas.stroke([(356, 428), (384, 436), (412, 428)], 5, _INK)
    canvas.blob([(296, 450), (384, 478), (472, 450), (484, 494), (384, 522), (284, 494)], _SCARF)
    canvas.blob([(430, 490), (476, 486), (492, 590), (444, 596)], _SCARF_DARK)
    return canvas.png()


def forest() -> bytes:
    """The edge of a dark forest in flat paper-cut shapes, a style to follow: a PNG of 1280 by 720."""
    canvas = Canvas(SCENE_SIZE)
    canvas.gradient(0, 720, (28, 40, 84), (96, 118, 160))
    canvas.oval(960, 150, 170, 170, (244, 232, 196))
    canvas.oval(920, 132, 140, 140, (58, 72, 116))
    rng = random.Random(5)
    for _ in range(70):
        x, y = rng.uniform(0, 1280), rng.uniform(0, 320)
        canvas.oval(x, y, 4, 4, (232, 226, 206))
    for base, tall, colour in ((560, 380, (46, 70, 108)), (620, 430, (32, 56, 84)), (690, 500, (20, 40, 60))):
        x = -60.0
        while x < 1340:
            height = tall * rng.uniform(0.6, 1.0) * (1 - 0.55 * math.exp(-(((x - 640) / 240) ** 2)))
            for layer in range(4):
                top, wide = base - height * (1 - layer * 0.2), 30 + layer * 22
                canvas.shape([(x, top), (x + wide, top + height * 0.34), (x - wide, top + height * 0.34)], colour)
            x += rng.uniform(56, 92)
        canvas.shape([(0, base - 40), (1280, base - 40), (1280, 720), (0, 720)], colour)
    canvas.blob([(520, 720), (600, 640), (620, 590), (680, 590), (700, 640), (800, 720)], (132, 118, 96))
    return canvas.png()


DRAWINGS: Final[Mapping[str, Callable[[], bytes]]] = {
    "meadow.png": ox_in_a_meadow,
    "pier.png": pier,
    "fox.png": fox,
    "bird.png": bird_from_the_front,
    "forest.png": forest,
}
"""What draws each file."""


@functools.cache
def draw(name: str) -> bytes:
    """A picture with few colours, so that it is a small file."""
    with Image.open(io.BytesIO(DRAWINGS[name]())) as drawn:
        buffer = io.BytesIO()
        drawn.quantize(_COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def main() -> None:
    """Write every file."""
    for name in DRAWINGS:
        (FOLDER / name).write_bytes(draw(name))


if __name__ == "__main__":
    main()
