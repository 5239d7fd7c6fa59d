"""How to make a video fit: pure rules from what it is, how large it may be, and how long that may take.

The bits decide the frame: the largest one that gets ``GOOD_BITS`` per pixel, down to what ``FLOOR_BITS`` and
``FLOOR_SIDE`` allow. Time decides the x264 preset, and a smaller frame where no preset is fast enough.
``python -m benchmarks.fitting --speed`` measures ``PIXELS_PER_SECOND`` again.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from bot.media.errors import CannotFit
from bot.media.video.video_info import VideoInfo

# Areas of 1080p, 720p, 540p, 480p and 360p. An area and not a height: a square video of 1080p's quality has 1440 lines.
AREAS = (1920 * 1080, 1280 * 720, 960 * 540, 854 * 480, 640 * 360)
# Bits per pixel and frame: from GOOD_BITS on, the larger frame keeps more of the original than the smaller one. SSIM of
# a pan over a photo-like picture: with 0.025 bits 0.963 at 1080p and 0.948 at 720p over 10 s; over 2 s, where the first
# frame weighs more, with 0.020 bits 0.905 and 0.919.
GOOD_BITS = 0.025
FLOOR_BITS = 0.02
FLOOR_SIDE = 240
# A source of more pixels than this a frame is not worth, nor safe, decoding whole: 4K DCI.
MOST_SOURCE_PIXELS = 4096 * 2304
MOST_SECONDS = 120.0
SMOOTH_FPS = 30.5
# Encoded pixels a second on one core, best preset first, on noise-like motion, the slowest there is.
PIXELS_PER_SECOND = {"veryfast": 14_000_000, "superfast": 23_000_000, "ultrafast": 36_000_000}
_DECODED_PIXELS_PER_SECOND = 60_000_000
_START_SECONDS = 1.0
# The rate aims below the limit. Beyond rate times duration x264 may spend 0.9 of its buffer, so 0.45 s; it spends about
# half of that on most clips, and where it spends more the copy is made again with less.
_AIM = 0.95
_WHOLE_AIM = 0.99
BUFFER_SECONDS = 0.5
_SPENT_SECONDS = 0.22
_INDEX_BYTES = 4096
_INDEX_BYTES_A_FRAME = 24
_AUDIO_SHARE = 0.08
_AUDIO_MOST = 96_000
_AUDIO_LEAST = 32_000
# Part of the time that a plan may fill: the rest is for a machine slower than the one measured on.
_TIME_SHARE = 0.7


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodingPlan:
    """One way to encode. Frame in pixels, rates in bits a second, ``seconds`` is the estimate on this machine.

    ``every`` says which frames are kept: 1 is all, 2 is every second one.
    """

    width: int
    height: int
    every: int
    video_rate: int
    audio_rate: int
    preset: str
    threads: int
    seconds: float

    @property
    def buffer_bits(self) -> int:
        """Size of the rate control's buffer."""
        return int(self.video_rate * BUFFER_SECONDS)


def make_plan(
    info: VideoInfo,
    limit_bytes: int,
    *,
    cores: int,
    seconds: float,
    slowness: float = 1.0,
    lower: float = 1.0,
) -> EncodingPlan:
    """Choose frame, rate and preset for a copy of at most ``limit_bytes`` within ``seconds``.

    ``slowness`` is how much slower than the table this machine has proved to be. ``lower`` (at most 1) is the part of
    the ordinary rate to aim for, where a first try came out too large.

    Raises:
        CannotFit: no copy worth seeing can be made.
    """
    if info.coded_pixels > MOST_SOURCE_PIXELS:
        raise CannotFit(f"Frames of {info.coded_pixels} pixels are too large to work on")
    if info.duration > MOST_SECONDS:
        raise CannotFit(f"{info.duration:.0f} s are too long to work on")
    video_rate, audio_rate = _rates(info, limit_bytes, lower)
    looks_right = _looks_right(info, video_rate)
    if not looks_right:
        raise CannotFit(f"{limit_bytes} bytes are too few for {info.duration:.1f} s that look right")
    for width, height, every in looks_right:
        for preset in PIXELS_PER_SECOND:
            estimate = _estimate(info, width * height, every, preset, cores) * slowness
            if estimate <= seconds * _TIME_SHARE:
                return EncodingPlan(
                    width=width,
                    height=height,
                    every=every,
                    video_rate=video_rate,
                    audio_rate=audio_rate,
                    preset=preset,
                    threads=cores,
                    seconds=estimate,
                )
    raise CannotFit(f"No copy can be made in {seconds:.0f} s on {cores} cores")


def frame_sizes(width: int, height: int) -> list[tuple[int, int]]:
    """The frames to choose from, largest first: even, of the same shape, never larger than the source."""
    scales = {min(1.0, math.sqrt(area / (width * height))) for area in AREAS}
    sizes = {(_even(width * scale), _even(height * scale)) for scale in scales}
    floor = min(FLOOR_SIDE, _even(width), _even(height))
    return sorted((size for size in sizes if min(size) >= floor), reverse=True)


def _even(value: float) -> int:
    """The nearest even number that is not larger, but for a rounding error."""
    return max(2, math.floor(value / 2 + 0.01) * 2)


def _rates(info: VideoInfo, limit_bytes: int, lower: float) -> tuple[int, int]:
    bits = 8 * (limit_bytes - _INDEX_BYTES - _INDEX_BYTES_A_FRAME * info.frames)
    total = min(_AIM * bits / info.duration, _WHOLE_AIM * bits / (info.duration + _SPENT_SECONDS)) * lower
    audio = min(_AUDIO_MOST, max(_AUDIO_LEAST, int(total * _AUDIO_SHARE))) if info.has_audio else 0
    return int(total - audio), audio


def _looks_right(info: VideoInfo, rate: int) -> list[tuple[int, int, int]]:
    """Frames and frame steps that the rate is enough for, best first; only the last resort may go below GOOD_BITS."""
    steps = [1] if info.fps <= SMOOTH_FPS else [1, math.ceil(info.fps / SMOOTH_FPS)]
    choices = [(*size, every) for size in frame_sizes(info.width, info.height) for every in steps]

    def bits(choice: tuple[int, int, int]) -> float:
        width, height, every = choice
        return rate / (width * height * info.fps / every)

    good = [choice for choice in choices if bits(choice) >= GOOD_BITS]
    return good or [choice for choice in choices[-1:] if bits(choice) >= FLOOR_BITS]


def _estimate(info: VideoInfo, pixels: int, every: int, preset: str, cores: int) -> float:
    decoding = info.frames * info.coded_pixels / _DECODED_PIXELS_PER_SECOND
    encoding = info.frames / every * pixels / PIXELS_PER_SECOND[preset]
    return _START_SECONDS + (decoding + encoding) / cores
