"""The picture show a simulated generation makes of its prompt and reference images."""

import io
import unicodedata
from collections.abc import Callable, Iterator, Sequence

from PIL import Image, ImageDraw, ImageFilter, ImageFont, ImageOps

from sandbox.oxen.clips import encode
from sandbox.oxen.pictures import Picture

SIZES = {"16:9": (640, 360), "9:16": (360, 640), "1:1": (480, 480)}
FPS = 12
_ENTRANCE_SECONDS = 0.5
_ZOOM = 0.14
_TOP, _MARGIN = 44, 14
_ACCENT = (255, 176, 59)


class StoppedError(Exception):
    """Rendering was told to stop."""


def render_video(
    *,
    prompt: str,
    pictures: Sequence[Picture],
    aspect_ratio: str,
    seconds: int,
    should_stop: Callable[[], bool] = lambda: False,
) -> bytes:
    """Make an MP4 in which the references slide in one after another under their names.

    Blocking (about a second): call it in a thread. Raises StoppedError once `should_stop()`.
    """
    size = SIZES[aspect_ratio]
    return encode(_frames(size, seconds * FPS, prompt, _distinct(pictures), should_stop), size=size, fps=FPS)


def _distinct(pictures: Sequence[Picture]) -> list[Picture]:
    """Without the views that only repeat an earlier picture: an element's front may be sent as its angle too."""
    seen: set[bytes] = set()
    kept = []
    for picture in pictures:
        if picture.data not in seen:
            seen.add(picture.data)
            kept.append(picture)
    return kept


def _frames(
    size: tuple[int, int], count: int, prompt: str, pictures: Sequence[Picture], should_stop: Callable[[], bool]
) -> Iterator[Image.Image]:
    caption = _caption(size, prompt)
    scenes = [_Scene(size, caption.height, picture) for picture in pictures]
    previous = Image.new("RGB", size, (18, 20, 28))
    for index in range(count):
        if should_stop():
            raise StoppedError
        frame = previous.copy()
        if scenes:
            place = index * len(scenes) / count
            scene = scenes[int(place)]
            seconds_in = (place - int(place)) * count / len(scenes) / FPS
            behind = scenes[int(place) - 1].last if int(place) else previous
            frame = scene.frame(place - int(place), _ease(seconds_in / _ENTRANCE_SECONDS), behind)
        frame.paste(caption, (0, size[1] - caption.height), caption)
        done = round(size[0] * (index + 1) / count)
        ImageDraw.Draw(frame).rectangle((0, size[1] - 4, done, size[1]), fill=_ACCENT)
        yield frame


class _Scene:
    """One reference: itself as a card, over a blurred copy of itself, under its name."""

    def __init__(self, size: tuple[int, int], caption_height: int, picture: Picture) -> None:
        with Image.open(io.BytesIO(picture.data)) as opened:
            opened.draft("RGB", (size[0] * 2, size[1] * 2))
            source = ImageOps.exif_transpose(opened).convert("RGBA")
        ground = Image.new("RGBA", source.size, (235, 235, 235, 255))
        image = Image.alpha_composite(ground, source).convert("RGB")
        room = (size[0] - 2 * _MARGIN, size[1] - caption_height - _TOP - _MARGIN)
        shown = ImageOps.contain(image, room)
        self._card_size = shown.size
        # Twice the shown size: the zoom then has pixels to show.
        self._source = ImageOps.contain(image, (room[0] * 2, room[1] * 2))
        backdrop = ImageOps.fit(image, (size[0] // 8, size[1] // 8)).filter(ImageFilter.GaussianBlur(4))
        self._backdrop = backdrop.point([level * 45 // 100 for level in range(256)] * 3).resize(size)
        self._label = _pill(picture.label)
        self._place = ((size[0] - shown.width) // 2, _TOP + (room[1] - shown.height) // 2)
        self.last = self.frame(1.0, 1.0, self._backdrop)

    def frame(self, progress: float, entrance: float, behind: Image.Image) -> Image.Image:
        """The scene at `progress` (0 to 1) of its time and `entrance` (0 to 1) of its sliding in over `behind`."""
        frame = self._backdrop.copy() if entrance >= 1 else Image.blend(behind, self._backdrop, entrance)
        width, height = self._source.size
        cut = _ZOOM * progress / 2
        box = (width * cut, height * cut, width * (1 - cut), height * (1 - cut))
        card = self._source.resize(self._card_size, Image.Resampling.BILINEAR, box=box)
        left, top = self._place[0] + round((1 - entrance) * frame.width), self._place[1]
        edge = (left - 2, top - 2, left + card.width + 1, top + card.height + 1)
        ImageDraw.Draw(frame).rectangle(edge, outline=(245, 245, 245), width=2)
        frame.paste(card, (left, top))
        frame.paste(self._label, (_MARGIN, 8), self._label)
        return frame


def _ease(value: float) -> float:
    """0 to 1, fast at first and slow at the end."""
    return 1 - (1 - min(1.0, value)) ** 3


def _pill(text: str) -> Image.Image:
    font = ImageFont.load_default(17)
    width = round(font.getlength(text)) + 24
    pill = Image.new("RGBA", (width, 28), (0, 0, 0, 0))
    draw = ImageDraw.Draw(pill)
    draw.rounded_rectangle((0, 0, width - 1, 27), radius=13, fill=(*_ACCENT, 255))
    draw.text((12, 14), text, font=font, fill=(25, 20, 10), anchor="lm")
    return pill


def _caption(size: tuple[int, int], prompt: str) -> Image.Image:
    """The prompt on a dark band as wide as the video; what does not fit is cut with an ellipsis."""
    font = ImageFont.load_default(16)
    most = 2 if size[0] > size[1] else 4
    lines = _wrap(_legible(prompt), font, size[0] - 2 * _MARGIN, most)
    band = Image.new("RGBA", (size[0], 20 * len(lines) + 24), (8, 9, 14, 205))
    draw = ImageDraw.Draw(band)
    for number, line in enumerate(lines):
        draw.text((_MARGIN, 8 + 20 * number), line, font=font, fill=(240, 240, 240, 255))
    return band


def _legible(text: str) -> str:
    """The text on one line, without the accents that PIL's built-in font has no glyphs for."""
    plain = "".join(mark for mark in unicodedata.normalize("NFKD", text) if not unicodedata.combining(mark))
    return " ".join(plain.split())


def _wrap(text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, width: int, most: int) -> list[str]:
    lines: list[str] = []
    rest = text
    while rest and len(lines) < most:
        fits = len(rest)
        # A line holds some 80 letters; a long word is cut rather than lost.
        fits = min(fits, 160)
        while fits > 1 and font.getlength(rest[:fits]) > width:
            fits -= 1
        space = rest.rfind(" ", 0, fits + 1) if fits < len(rest) else -1
        at = space if space > 0 else fits
        lines.append(rest[:at])
        rest = rest[at:].lstrip()
    if rest and lines:
        last = lines[-1]
        while last and font.getlength(last + "…") > width:
            last = last[:-1]
        lines[-1] = last.rstrip() + "…"
    return lines
