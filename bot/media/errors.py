"""Errors of the media package, below ``bot.errors.BotError``.

A video that is none is ``bot.errors.ResultError``; these are the others.
"""

from __future__ import annotations

from bot.errors import BotError


class CannotFit(BotError):  # noqa: N818 - reads as what it says
    """The video is fine, but no copy of it that is worth seeing can be made small enough, here and now."""
