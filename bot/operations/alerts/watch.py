"""Looks every few seconds at what may be wrong, and tells what begins and what is over, once each."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from typing import Final

from bot.domain.alert import AlertMessage, AlertPlace
from bot.domain.clock import Clock
from bot.errors import ConversationError, DiscordUnavailable, StoreError
from bot.operations.alerts.conditions import Conditions
from bot.operations.alerts.webhook import Webhook, WebhookRefused, WebhookUnavailable
from bot.services.spending.notices import NoticeBoard
from bot.services.timing import Timing
from bot.store.alerts import AlertStore
from bot.text import Text, text
from cogs.ui.texts import ENGLISH

_log = logging.getLogger(__name__)
_TOLD_FOR: Final = timedelta(days=1)
"""What could not be told for so long is no news any more."""


class AlertWatch:
    """Tells an operator what is wrong, whether or not anybody looks at metrics.

    Every alert is a line in the log; ``webhook`` and ``channel_id`` (0: none) are told as well, where they are set.
    What was begun before a restart is not told again, and is told to be over when it is.
    """

    def __init__(
        self,
        conditions: Conditions,
        store: AlertStore,
        board: NoticeBoard,
        webhook: Webhook | None,
        timing: Timing,
        clock: Clock,
        *,
        channel_id: int,
    ) -> None:
        self.conditions = conditions
        self._store = store
        self._board = board
        self._webhook = webhook
        self._timing = timing
        self._clock = clock
        self._channel_id = channel_id
        self._places = [
            place
            for place, is_set in ((AlertPlace.WEBHOOK, webhook is not None), (AlertPlace.CHANNEL, bool(channel_id)))
            if is_set
        ]

    async def run(self) -> None:
        """Look and tell, until cancelled. A place that takes nothing holds up no other."""
        async with asyncio.TaskGroup() as tasks:
            for place in self._places:
                tasks.create_task(self._tell(place), name=f"alerts-{place}")
            while True:
                await asyncio.sleep(self._timing.alert_every)
                try:
                    await self.look()
                except StoreError as error:
                    _log.warning("What is wrong could not be written down (%s); the next look will", error)

    async def look(self) -> None:
        """Look once, and write down what begins and what is over.

        Raises:
            StoreError: the database refused.
        """
        active = await self._store.active()
        for kind, wrong in (await self.conditions.look(active)).items():
            if wrong is not None and kind not in active:
                _log.error("Alert %s: %s", kind, ENGLISH.render(wrong))
                await self._store.begin(kind, wrong, self._places)
            elif wrong is None and kind in active:
                _log.info("Alert %s is over", kind)
                await self._store.end(kind, self._places)

    async def _tell(self, place: AlertPlace) -> None:
        delays = self._timing.delays()
        while True:
            try:
                for message in await self._store.untold(place):
                    if self._clock() - (message.ended_at or message.began_at) < _TOLD_FOR:
                        await self._tell_one(message)
                    await self._store.told(message)
                delays = self._timing.delays()
                await asyncio.sleep(self._timing.alert_every / 4)
            except (WebhookUnavailable, DiscordUnavailable, StoreError) as error:
                _log.warning("An alert could not be told by %s now (%s)", place, error)
                await asyncio.sleep(next(delays))

    async def _tell_one(self, message: AlertMessage) -> None:
        told = text_of(message)
        words = ENGLISH.render(told)
        try:
            if message.place is AlertPlace.CHANNEL:
                await self._board.post(self._channel_id, told, nonce=f"alert-{message.id}")
            elif self._webhook is not None:
                await self._webhook.post(message, words)
        except DiscordUnavailable:
            raise
        except (WebhookRefused, ConversationError) as error:
            _log.error("The %s takes no alert (%s): %s", message.place, error, words)


def text_of(message: AlertMessage) -> Text:
    """What is told: that something is wrong, or that it is over."""
    if not message.is_over or message.ended_at is None:
        return text("alert.begun", alert=message.text)
    minutes = round((message.ended_at - message.began_at).total_seconds() / 60)
    return text("alert.over", minutes=minutes, alert=text(f"alert.over.{message.kind}"))
