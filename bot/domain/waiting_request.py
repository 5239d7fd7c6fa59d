"""A request that waits until one of its user's videos is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.domain.request import Picture, VideoRequest
from bot.text import Text

MAX_WAITING: Final = 5
"""How many requests of one user wait at most, everywhere together."""
WAITS_FOR: Final = timedelta(days=1)
"""How long a request waits; then its user is told that it was not made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingRequest:
    """A request as it was asked, saved names not yet replaced; and where, for it is told there.

    ``guild_id`` is 0 in direct messages. ``use`` is the name of a saved element to bring in. ``refusal`` says why it
    was not made when its turn came; its user is yet to be told.
    """

    id: str
    user_id: int
    guild_id: int
    channel_id: int
    request: VideoRequest
    queued_at: datetime
    use: str | None = None
    locale: str | None = None
    user_locale: str | None = None
    refusal: Text | None = None


def linked_pictures(request: VideoRequest) -> Mapping[str, tuple[Text, Picture]]:
    """The pictures of a request that are no more than links to Discord, which die; by their links, with their names."""
    return {
        view.picture.url: (view.label, view.picture)
        for view in request.views()
        if view.picture.url.startswith(("https:", "http:"))
    }
