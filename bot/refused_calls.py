"""Calls that Discord refused: how many, and in which channels the bot is better silent for a while."""

from __future__ import annotations

import logging
import re
import time
from collections import deque
from collections.abc import Callable
from typing import Final

from bot.http_calls import HttpCall

_log = logging.getLogger(__name__)
_IN_CHANNEL: Final = re.compile(r"/channels/(\d+)/")
_FORBIDDEN: Final = 403
_COUNTED: Final = frozenset({401, 403, 429})
"""What counts towards the ban of an address: 10,000 in ten minutes (Discord's page on rate limits)."""
_MANY: Final = 2_000
_MANY_WITHIN_SECONDS: Final = 600.0
_REFUSALS: Final = 3
_SILENT_SECONDS: Final = 300.0
_CHANNELS: Final = 1_000


class RefusedCalls:
    """Remembers refused calls. ``now`` gives seconds of a clock that never goes back."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._latest: deque[float] = deque(maxlen=_MANY)
        self._channels: dict[int, deque[float]] = {}
        self._has_warned = False

    def note(self, call: HttpCall) -> None:
        """Take notice of a call to Discord."""
        if call.status in _COUNTED:
            self._latest.append(self._now())
            self._warn()
        found = _IN_CHANNEL.search(call.url.path)
        if found is None or call.method != "POST" or call.status is None:
            return
        channel_id = int(found[1])
        if call.status == _FORBIDDEN:
            self._channels.setdefault(channel_id, deque(maxlen=_REFUSALS)).append(self._now())
        elif call.status < 300:
            self._channels.pop(channel_id, None)
        while len(self._channels) > _CHANNELS:
            del self._channels[next(iter(self._channels))]

    def _warn(self) -> None:
        """Say once that only what must be sent is sent now; again once that was over."""
        if not self.are_many:
            self._has_warned = False
        elif not self._has_warned:
            self._has_warned = True
            _log.warning(
                "Discord refused %d calls within ten minutes and bans an address at 10,000: "
                "mentions and cards are left alone until there are fewer",
                _MANY,
            )

    def is_silent_in(self, channel_id: int) -> bool:
        """Whether to be silent in a channel: Discord refused several messages there lately, and took none since."""
        refused = self._channels.get(channel_id, deque())
        return len(refused) == _REFUSALS and self._now() - refused[-1] < _SILENT_SECONDS

    @property
    def are_many(self) -> bool:
        """Whether so many calls were refused that whatever need not be sent is better not sent."""
        return len(self._latest) == _MANY and self._now() - self._latest[0] < _MANY_WITHIN_SECONDS
