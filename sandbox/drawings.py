"""Pictures for the demo, drawn by code: an ox in a meadow at a table, and a small bird seen from two sides."""

from __future__ import annotations

import functools
import io
import math
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from PIL import Image, ImageDraw, ImageFilter

Colour = tuple[int, int, int]
Point = tuple[float, float]

SCENE_SIZE = (1280, 720)
ELEMENT_SIZE = (768, 768)
_FINER = 2
"""Everything is drawn this many times larger and then made smaller, for smooth edges."""

_HIDE, _HIDE_DARK, _HIDE_LIGHT = (150, 92, 58), (112, 66, 42), (182, 122, 82)
_MUZZLE, _HORN, _INK = (226, 190, 160), (243, 232, 208), (38, 28, 26)
_RED, _RED_DARK, _BELLY, _BEAK = (222, 72, 58), (168, 42, 46), (255, 226, 190), (247, 170, 40)


class Canvas:
    """A drawing in the coordinates of the finished picture."""

    def __init__(self, size: tuple[int, int]) -> None:
        self.size = size
        self.image = Image.new("RGB", (size[0] * _FINER, size[1] * _FINER))
        self._draw = ImageDraw.Draw(self.image)

    def gradient(self, top: int, bottom: int, above: Colour, below: Colour) -> None:
        """A band across the whole width, from one colour to another."""
        for line in range(top * _FINER, bottom * _FINER):
            part = (line / _FINER - top) / (bottom - top)
            colour = tuple(round(a + (b - a) * part) for a, b in zip(above, below, strict=True))
            self._draw.line((0, line, self.image.width, line), fill=colour)

    def oval(self, x: float, y: float, width: float, height: float, colour: Colour, turn: float = 0) -> None:
        """An ellipse around (x, y), turned clockwise by so many degrees."""
        self.shape(_around(x, y, width / 2, height / 2, turn), colour)

    def shape(self, points: Sequence[Point], colour: Colour) -> None:
        """A filled polygon."""
        self._draw.polygon([(x * _FINER, y * _FINER) for x, y in points], fill=colour)

    def blob(self, points: Sequence[Point], colour: Colour) -> None:
        """A filled smooth outline through the points."""
        self.shape(list(_smooth(points)), colour)

    def stroke(self, points: Sequence[Point], width: float, colour: Colour) -> None:
        """A line through the points, with round joints."""
        self._draw.line(
            [(x * _FINER, y * _FINER) for x, y in points], fill=colour, width=round(width * _FINER), joint="curve"
        )
        for x, y in (points[0], points[-1]):
            self.oval(x, y, width, width, colour)

    def shadow(self, x: float, y: float, width: float, height: float) -> None:
        """A soft shadow on the ground."""
        mask = Image.new("L", self.image.size)
        box = [(x - width / 2), (y - height / 2), (x + width / 2), (y + height / 2)]
        ImageDraw.Draw(mask).ellipse([edge * _FINER for edge in box], fill=110)
        self.image.paste((20, 34, 22), mask=mask.filter(ImageFilter.GaussianBlur(8 * _FINER)))

    def png(self) -> bytes:
        """The finished picture."""
        buffer = io.BytesIO()
        self.image.resize(self.size, Image.Resampling.LANCZOS).save(buffer, "PNG", optimize=True)
        return buffer.getvalue()


def _around(x: float, y: float, across: float, down: float, turn: float) -> list[Point]:
    cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    angles = [step / 48 * math.tau for step in range(48)]
    ring = [(math.cos(angle) * across, math.sin(angle) * down) for angle in angles]
    return [(x + a * cos - b * sin, y + a * sin + b * cos) for a, b in ring]


def _smooth(points: Sequence[Point]) -> Iterator[Point]:
    """A closed Catmull-Rom curve."""
    count = len(points)
    for index in range(count):
        a, b, c, d = (points[(index + step) % count] for step in (-1, 0, 1, 2))
        for part in range(12):
            t = part / 12
            yield (_spline(t, a[0], b[0], c[0], d[0]), _spline(t, a[1], b[1], c[1], d[1]))


def _spline(t: float, a: float, b: float, c: float, d: float) -> float:
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)


@functools.cache
def ox_in_a_meadow() -> bytes:
    """The scene for ``@Image1``: a PNG of 1280 by 720."""
    canvas = Canvas(SCENE_SIZE)
    rng = random.Random(7)
    _sky(canvas)
    _meadow(canvas, rng)
    _ox(canvas)
    _table(canvas)
    _flowers(canvas, rng)
    return canvas.png()


def _sky(canvas: Canvas) -> None:
    canvas.gradient(0, 420, (112, 178, 232), (250, 228, 190))
    for size, colour in ((190, (252, 232, 186)), (140, (254, 238, 178)), (104, (255, 246, 208))):
        canvas.oval(1060, 130, size, size, colour)
    for x, y, width in ((220, 110, 150), (300, 92, 120), (390, 116, 140), (760, 70, 90), (830, 80, 110)):
        canvas.oval(x, y, width, width * 0.36, (252, 250, 246))


def _meadow(canvas: Canvas, rng: random.Random) -> None:
    far = [(x, 352 + 34 * math.sin(x / 170) + 12 * math.sin(x / 61)) for x in range(0, 1281, 8)]
    canvas.shape([*far, (1280, 720), (0, 720)], (132, 178, 140))
    near = [(x, 402 + 22 * math.sin(x / 240 + 2)) for x in range(0, 1281, 8)]
    canvas.shape([*near, (1280, 720), (0, 720)], (104, 168, 92))
    for x in (70, 132, 1130, 1205):
        canvas.stroke([(x, 404), (x, 342)], 10, (104, 76, 56))
        canvas.oval(x, 322, 74, 92, (72, 130, 84))
        canvas.oval(x - 12, 306, 44, 52, (92, 152, 98))
    lawn = [(x, 452 + 10 * math.sin(x / 130)) for x in range(0, 1281, 8)]
    canvas.shape([*lawn, (1280, 720), (0, 720)], (92, 162, 74))
    for _ in range(1100):
        left, foot = rng.uniform(0, 1280), rng.uniform(462, 718)
        tall = 6 + (foot - 450) / 16
        shade = rng.choice(((72, 138, 60), (110, 180, 84), (82, 150, 66)))
        canvas.stroke([(left, foot), (left + rng.uniform(-5, 5), foot - tall)], 1.6, shade)


def _flowers(canvas: Canvas, rng: random.Random) -> None:
    for _ in range(46):
        x, y = rng.uniform(10, 1270), rng.uniform(640, 712)
        petal = rng.choice(((250, 250, 246), (248, 214, 84), (236, 128, 150)))
        canvas.stroke([(x, y), (x, y + 12)], 2, (64, 124, 54))
        for step in range(5):
            turn = step / 5 * math.tau
            canvas.oval(x + 5 * math.cos(turn), y + 5 * math.sin(turn), 7, 7, petal)
        canvas.oval(x, y, 6, 6, (240, 170, 50))


def _ox(canvas: Canvas) -> None:
    canvas.shadow(430, 622, 470, 56)
    canvas.stroke([(214, 392), (190, 440), (186, 520)], 9, _HIDE_DARK)
    canvas.oval(186, 532, 20, 36, _INK)
    for x, colour in ((296, _HIDE_DARK), (528, _HIDE_DARK), (246, _HIDE), (478, _HIDE)):
        canvas.shape([(x - 27, 470), (x + 27, 470), (x + 18, 606), (x - 18, 606)], colour)
        canvas.shape([(x - 20, 598), (x + 20, 598), (x + 23, 624), (x - 23, 624)], _INK)
    back: list[Point] = [(206, 400), (262, 346), (400, 350), (500, 318), (580, 372), (574, 486), (480, 530), (290, 524)]
    canvas.blob([*back, (204, 472)], _HIDE)
    canvas.blob([(252, 362), (400, 362), (500, 332), (548, 366), (400, 392), (270, 396)], _HIDE_LIGHT)
    canvas.blob([(480, 340), (600, 316), (640, 402), (584, 500), (500, 500)], _HIDE)
    _ox_head(canvas, 624, 344)


def _ox_head(canvas: Canvas, x: float, y: float) -> None:
    for side in (-1, 1):
        horn = [(40, -62), (92, -78), (122, -122), (112, -150), (98, -118), (72, -104), (34, -92)]
        canvas.blob([(x + side * a, y + b) for a, b in horn], _HORN)
        canvas.blob([(x + side * a, y + b) for a, b in ((108, -128), (122, -128), (112, -152))], _HIDE_DARK)
        canvas.oval(x + side * 96, y - 40, 84, 38, _HIDE_DARK, side * 20)
        canvas.oval(x + side * 94, y - 38, 52, 20, _MUZZLE, side * 20)
    canvas.blob(
        [(x + a, y + b) for a, b in ((-66, -66), (0, -92), (66, -66), (62, 30), (44, 92), (-44, 92), (-62, 30))],
        _HIDE,
    )
    canvas.blob([(x, y - 84), (x + 26, y - 44), (x + 14, y + 26), (x - 14, y + 26), (x - 26, y - 44)], _HIDE_LIGHT)
    for offset in (-28, -10, 8, 26):
        canvas.oval(x + offset, y - 84, 30, 46, _HIDE_DARK, offset / 2)
    canvas.oval(x, y + 74, 118, 84, _MUZZLE)
    for side in (-1, 1):
        canvas.oval(x + side * 26, y + 66, 18, 24, (150, 96, 84), side * -18)
        canvas.oval(x + side * 40, y - 14, 28, 34, (252, 250, 244))
        canvas.oval(x + side * 38, y - 10, 19, 24, _INK)
        canvas.oval(x + side * 38 + 4, y - 15, 7, 8, (255, 255, 255))
    canvas.stroke([(x - 26, y + 96), (x - 10, y + 103), (x + 10, y + 103), (x + 26, y + 96)], 4, (150, 96, 84))


def _table(canvas: Canvas) -> None:
    wood, light, dark = (158, 106, 62), (196, 142, 90), (112, 72, 42)
    canvas.shadow(914, 654, 480, 50)
    for x, foot in ((760, 622), (1066, 622), (724, 660), (1104, 660)):
        canvas.shape([(x - 11, 500), (x + 11, 500), (x + 8, foot), (x - 8, foot)], dark if foot < 650 else wood)
    canvas.shape([(748, 472), (1080, 472), (1142, 524), (686, 524)], light)
    canvas.shape([(686, 524), (1142, 524), (1142, 546), (686, 546)], wood)
    for part in (0.25, 0.5, 0.75):
        canvas.stroke([(748 + 332 * part, 473), (686 + 456 * part, 523)], 2, wood)
    canvas.oval(850, 500, 118, 26, (240, 240, 236))
    canvas.oval(850, 498, 84, 16, (216, 220, 222))
    for x, y, colour in ((828, 484, (206, 62, 54)), (870, 484, (226, 156, 48)), (850, 476, (150, 186, 70))):
        canvas.oval(x, y, 32, 31, colour)
        canvas.stroke([(x, y - 14), (x + 3, y - 22)], 3, dark)
    canvas.shape([(976, 448), (1020, 448), (1014, 504), (982, 504)], (108, 158, 196))
    canvas.oval(998, 504, 32, 10, (84, 134, 172))
    canvas.oval(998, 448, 44, 12, (70, 112, 146))


@functools.cache
def bird_from_the_front() -> bytes:
    """The front view of ``@Element1``: a PNG of 768 by 768."""
    canvas = new_studio()
    for side in (-1, 1):
        wing = [
            (96, 372),
            (214, 268),
            (318, 236),
            (300, 318),
            (264, 352),
            (256, 400),
            (206, 420),
            (186, 468),
            (104, 462),
        ]
        canvas.blob([(384 + side * a, b) for a, b in wing], _RED_DARK)
        canvas.blob([(384 + side * a * 0.86, b + 6) for a, b in [*wing[:3], (206, 350), (112, 430)]], _RED)
        canvas.stroke([(384 + side * 44, 570), (384 + side * 48, 640)], 10, _BEAK)
        for toe in (-24, 0, 24):
            canvas.stroke([(384 + side * 48, 640), (384 + side * 48 + toe, 660)], 9, _BEAK)
    canvas.oval(384, 424, 288, 330, _RED)
    canvas.oval(384, 480, 196, 206, _BELLY)
    _tuft(canvas, 384, 262)
    for side in (-1, 1):
        canvas.oval(384 + side * 62, 344, 76, 84, (255, 252, 246))
        canvas.oval(384 + side * 56, 350, 42, 50, _INK)
        canvas.oval(384 + side * 56 + 9, 338, 14, 16, (255, 255, 255))
        canvas.oval(384 + side * 108, 404, 46, 28, (240, 128, 108))
    canvas.shape([(346, 386), (422, 386), (384, 440)], _BEAK)
    canvas.shape([(356, 404), (412, 404), (384, 440)], (222, 138, 28))
    return canvas.png()


@functools.cache
def bird_from_the_side() -> bytes:
    """A second view of ``@Element1``: a PNG of 768 by 768."""
    canvas = new_studio()
    for end in ((92, 470), (84, 520), (106, 562)):
        canvas.blob([(260, 440), (170, 452), end, (180, 520), (276, 510)], _RED_DARK)
    for x in (372, 432):
        canvas.stroke([(x, 560), (x - 8, 640)], 10, _BEAK)
        for toe in (-20, 12, 34):
            canvas.stroke([(x - 8, 640), (x - 8 + toe, 660)], 9, _BEAK)
    canvas.blob([(226, 468), (300, 380), (420, 290), (520, 300), (556, 384), (520, 520), (420, 588), (300, 560)], _RED)
    canvas.blob([(540, 400), (520, 514), (424, 574), (340, 552), (420, 500), (490, 440)], _BELLY)
    canvas.oval(474, 340, 190, 186, _RED)
    _tuft(canvas, 452, 256)
    canvas.shape([(554, 334), (636, 362), (552, 388)], _BEAK)
    canvas.shape([(556, 364), (636, 362), (552, 388)], (222, 138, 28))
    canvas.oval(506, 326, 66, 76, (255, 252, 246))
    canvas.oval(516, 330, 38, 46, _INK)
    canvas.oval(526, 319, 13, 15, (255, 255, 255))
    canvas.oval(482, 386, 42, 26, (240, 128, 108))
    canvas.blob(
        [(424, 430), (350, 380), (228, 250), (196, 166), (186, 292), (222, 372), (270, 446), (360, 490)], _RED_DARK
    )
    canvas.blob([(404, 432), (340, 392), (250, 300), (264, 372), (310, 430), (362, 464)], (196, 56, 52))
    return canvas.png()


def new_studio() -> Canvas:
    """A plain background of 768 by 768 with a shadow to stand on."""
    canvas = Canvas(ELEMENT_SIZE)
    canvas.gradient(0, 768, (226, 238, 246), (248, 246, 240))
    canvas.shadow(384, 664, 300, 34)
    return canvas


def _tuft(canvas: Canvas, x: float, y: float) -> None:
    for turn in (-28, 0, 28):
        canvas.oval(x + turn * 0.7, y - 22, 22, 70, _RED_DARK, turn)


PICTURES: Final[Mapping[str, Callable[[], bytes]]] = {
    "ox-in-a-meadow.png": ox_in_a_meadow,
    "bird-front.png": bird_from_the_front,
    "bird-side.png": bird_from_the_side,
}
"""What there is, by file name; calling one draws it."""
