"""The operator's webhook: one POST for each message, in a shape that Discord, Slack and their like read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import aiohttp

from bot.domain.alert import AlertMessage
from bot.errors import BotError

_SECONDS: Final = 10.0
_LATER: Final = frozenset({408, 425, 429})


class WebhookUnavailable(BotError):  # noqa: N818 - what happened
    """It does not take a message now."""


class WebhookRefused(BotError):  # noqa: N818 - what happened
    """It takes no such message, however often it is asked."""


class Webhook:
    """Posts to one address, which is the operator's own setting and may be in their own network.

    ``address`` is asked for it at each message, so that nothing here holds it. It is not redirected, no proxy and no
    cookie is used, and nothing of Discord's or Oxen's goes there.
    """

    def __init__(self, address: Callable[[], str]) -> None:
        self._address = address

    async def post(self, message: AlertMessage, words: str) -> None:
        """Tell it.

        Raises:
            WebhookUnavailable: try again later.
            WebhookRefused: it never will.
        """
        body = {
            "content": words,  # Discord
            "text": words,  # Slack, Mattermost
            "allowed_mentions": {"parse": []},
            "alert": message.kind,
            "state": "over" if message.is_over else "firing",
            "since": message.began_at.isoformat(),
        }
        timeout = aiohttp.ClientTimeout(total=_SECONDS)
        try:
            async with (
                aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), timeout=timeout) as session,
                session.post(self._address(), json=body, allow_redirects=False, raise_for_status=False) as answer,
            ):
                status = answer.status
        except (aiohttp.ClientError, OSError, ValueError) as error:
            # Its text may hold the address, and the address lets anybody post there.
            raise WebhookUnavailable(f"no answer ({type(error).__name__})") from None
        if status in _LATER or status >= 500:
            raise WebhookUnavailable(f"status {status}")
        if not 200 <= status < 300:
            raise WebhookRefused(f"status {status}")
