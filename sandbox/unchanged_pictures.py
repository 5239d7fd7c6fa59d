"""A normalizer that changes nothing: for those who test something else, and start no process for it."""

from __future__ import annotations

from collections.abc import Hashable

from bot.media.pictures.normalized_picture import NormalizedPicture


class UnchangedPictures:
    """Takes every picture as it is, and calls it a PNG."""

    async def normalize(self, data: bytes, *, user: Hashable = None) -> NormalizedPicture:  # noqa: ARG002 - the port's
        """The same bytes."""
        return NormalizedPicture(data=data, ending="png", width=0, height=0)
