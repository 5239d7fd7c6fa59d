"""Errors of the media package, below ``bot.errors.BotError``.

A video that is none is ``bot.errors.ResultError``; these are the others, and one that is worth telling apart.
"""

from __future__ import annotations

from bot.errors import BotError, ResultError


class CannotFit(BotError):  # noqa: N818 - reads as what it says
    """The video is fine, but no copy of it that is worth seeing can be made small enough, here and now."""


class CutOff(ResultError):  # noqa: N818 - reads as what it says
    """Not all of the video is there: another download may bring the rest."""

    def __init__(self) -> None:
        super().__init__("The file is cut off", retryable=True)
