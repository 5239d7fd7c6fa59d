"""Notices: what admins are told in their notice channel. Written with what caused them, told soon after."""

from __future__ import annotations

import asyncio
import logging
from typing import Protocol

from bot.errors import ConversationError, DiscordUnavailable, StoreError
from bot.services.timing import Timing
from bot.store.notices import NoticeStore
from bot.text import Text

_log = logging.getLogger(__name__)


class NoticeBoard(Protocol):
    """Where notices go. ``cogs`` implements it."""

    def in_plain_words(self, text: Text) -> str:
        """A text as it stands in a log."""

    async def post(self, channel_id: int, text: Text, *, nonce: str) -> None:
        """Send a text that pings nobody.

        Raises:
            DiscordUnavailable: try again later.
            ConversationError: the channel takes no message of ours.
        """


class NoticeSender:
    """Sends what was written down to be told, in order; what a channel refuses is dropped with a line in the log."""

    def __init__(self, outbox: NoticeStore, board: NoticeBoard, timing: Timing) -> None:
        self._outbox = outbox
        self._board = board
        self._timing = timing
        self._is_woken = asyncio.Event()

    def wake(self) -> None:
        """Look soon whether there is something to tell."""
        self._is_woken.set()

    async def run(self) -> None:
        """Tell what there is, until cancelled."""
        self._is_woken.set()
        while True:
            await self._is_woken.wait()
            self._is_woken.clear()
            for delay in self._timing.delays():
                if await self._tell_all():
                    break
                await asyncio.sleep(delay)

    async def _tell_all(self) -> bool:
        """Whether nothing is left to be told."""
        try:
            while notices := await self._outbox.waiting():
                for notice in notices:
                    await self._tell(notice.channel_id, notice.text, notice.id)
                    await self._outbox.told(notice.id)
        except (DiscordUnavailable, StoreError) as error:
            _log.warning("A notice could not be told now (%s)", error)
            return False
        return True

    async def _tell(self, channel_id: int, text: Text, notice_id: int) -> None:
        if not channel_id:
            _log.warning("%s", self._board.in_plain_words(text))
            return
        try:
            await self._board.post(channel_id, text, nonce=f"notice-{notice_id}")
        except DiscordUnavailable:
            raise
        except ConversationError as error:
            words = self._board.in_plain_words(text)
            _log.warning("A channel takes no notice (%s): %s", error, words, extra={"channel": channel_id})
