"""What the schemas of models do not say, as far as somebody has read it up: totals, sizes, what a model must have.

Source: Oxen's pages of the models and the pages of their providers, read in November 2026.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final

from bot.domain.model_spec import PICTURE_LIMITS, PictureLimits


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What is known of a model beside its schema; ``None`` where nothing is.

    ``most_references`` counts images and elements together. ``frames_per_second`` is for models whose length is a
    number of frames: each second is so many, and one is added. ``needs_source`` says that it works on a video alone.
    """

    most_references: int | None = None
    needs_picture: bool | None = None
    needs_source: bool | None = None
    frames_per_second: int | None = None
    pictures: PictureLimits | None = None


_REVIEWS: Final[tuple[tuple[str, Review], ...]] = (
    ("*reference-to-video*", Review(needs_picture=True)),
    ("*-r2v*", Review(needs_picture=True)),
    ("*image-to-video*", Review(needs_picture=True)),
    ("*-i2v*", Review(needs_picture=True)),
    ("kling-video-o1-*", Review(most_references=7)),
    ("kling-video-o3-*", Review(most_references=7)),
    ("*seedance-2-*-reference-to-video", Review(most_references=9)),
    ("wan-v2-7-reference-to-video", Review(most_references=5)),
    ("happyhorse-*", Review(most_references=9, pictures=PictureLimits(min_side=401))),
    ("wan-ai-wan2-*", Review(frames_per_second=16)),
    ("wan-ai-wan2-2-ti2v-*", Review(frames_per_second=24)),
    ("*-union-control", Review(needs_source=True)),
)
"""By patterns of their ids; a later one goes before an earlier one."""


def review_of(model_id: str) -> Review:
    """What is known of a model."""
    found = Review()
    for pattern, review in _REVIEWS:
        if fnmatchcase(model_id.casefold(), pattern):
            known = {name: value for name in Review.__slots__ if (value := getattr(review, name)) is not None}
            found = Review(**{name: getattr(found, name) for name in Review.__slots__} | known)
    return found


def picture_limits(model_id: str | None) -> PictureLimits:
    """What a model asks of each picture; schemas say nothing of it."""
    return review_of(model_id or "").pictures or PICTURE_LIMITS
