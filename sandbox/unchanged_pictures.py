"""A normalizer that changes nothing: for those who test something else, and start no process for it."""

from __future__ import annotations

from collections.abc import Hashable

from bot.domain.model_spec import PICTURE_LIMITS, PictureLimits
from bot.media.pictures.normalized_picture import NormalizedPicture


class UnchangedPictures:
    """Takes every picture as it is, and calls it a PNG."""

    async def normalize(
        self,
        data: bytes,
        *,
        limits: PictureLimits = PICTURE_LIMITS,  # noqa: ARG002 - the port's
        user: Hashable = None,  # noqa: ARG002
    ) -> NormalizedPicture:
        """The same bytes."""
        return NormalizedPicture(data=data, ending="png", width=0, height=0)
