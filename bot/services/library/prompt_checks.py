"""Prompt help: asking first where a request would likely waste its seconds, and keeping what was not taken."""

from __future__ import annotations

import secrets

from bot.domain.clock import Clock
from bot.domain.prompt_checks import WORDS_LOOKED_AT, PendingRequest, prompt_warnings
from bot.domain.request import VideoRequest
from bot.domain.saved_element import is_taken, mentioned_words
from bot.errors import AlreadyStartedError, StaleError
from bot.store.library import LibraryStore
from bot.store.pending_requests import PendingRequestStore
from bot.text import Text


class PromptChecks:
    """Doubts about requests, and the requests that wait for their user's word."""

    def __init__(self, store: PendingRequestStore, cast: LibraryStore, clock: Clock) -> None:
        self._store = store
        self._cast = cast
        self._clock = clock

    async def prompt_warnings(
        self, request: VideoRequest, *, user_id: int, guild_id: int, like: VideoRequest | None = None
    ) -> tuple[Text, ...]:
        """Why a request, its saved names replaced, would likely waste its seconds; empty where it is fine.

        ``like`` is what it was edited from: what was in doubt there is not asked again.
        """
        saved: set[str] = set()
        words = list(mentioned_words(request.prompt))[:WORDS_LOOKED_AT]
        if names := [word for word in words if not is_taken(word)]:
            saved = await self._cast.near(user_id, guild_id, names)
        known = prompt_warnings(like, saved) if like is not None else ()
        return tuple(doubt for doubt in prompt_warnings(request, saved) if doubt not in known)

    async def keep(
        self,
        request: VideoRequest,
        *,
        use: str | None,
        user_id: int,
        asked: bool,
        instead_of: PendingRequest | None = None,
    ) -> PendingRequest:
        """Keep a request for its user, for a day; ``instead_of`` is the one that it was made from.

        One that did not change stays as it is, so that its buttons stay good.

        Raises:
            StoreError: it could not be written.
        """
        before = instead_of
        if before is not None and (before.request, before.use, before.asked) == (request, use, asked):
            return before
        pending = PendingRequest(
            id=secrets.token_hex(8), user_id=user_id, request=request, use=use, asked=asked, asked_at=self._clock()
        )
        await self._store.keep(pending, instead_of=None if before is None else before.id)
        return pending

    async def find(self, pending_id: str, user_id: int) -> PendingRequest:
        """A user's request that waits.

        Raises:
            AlreadyStartedError: it was made.
            StaleError: it does not wait any more.
        """
        pending = await self._store.find(pending_id, user_id)
        if pending is None:
            raise AlreadyStartedError if await self._store.was_made(pending_id) else StaleError
        return pending
