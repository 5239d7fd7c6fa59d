"""Prompt checks: asking first where a request would likely waste its seconds, and keeping what was not taken."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace

from bot.domain.clock import Clock
from bot.domain.prompt_checks import WORDS_LOOKED_AT, PendingRequest, prompt_warnings
from bot.domain.reference_draft import Draft
from bot.domain.request import VideoRequest
from bot.domain.saved_element import is_taken, mentioned_words
from bot.domain.workbench import with_images
from bot.errors import AlreadyStartedError, NotAllowedError, StaleError
from bot.store.library import LibraryStore
from bot.store.pending_requests import PendingRequestStore
from bot.text import Text, User, text


class PromptChecks:
    """Warnings about requests, and the requests that wait for their user's word."""

    def __init__(self, store: PendingRequestStore, library: LibraryStore, clock: Clock) -> None:
        self._store = store
        self._library = library
        self._clock = clock

    async def prompt_warnings(
        self, request: VideoRequest, *, user_id: int, guild_id: int, like: VideoRequest | None = None
    ) -> tuple[Text, ...]:
        """Why a request, its saved names replaced, would likely waste its seconds; empty where it is fine.

        ``like`` is what it was edited from: what was in doubt there is not asked again.
        """
        saved = await self.names_near(request, user_id=user_id, guild_id=guild_id)
        known = prompt_warnings(like, saved) if like is not None else ()
        return tuple(one for one in prompt_warnings(request, saved) if one not in known)

    async def names_near(self, request: VideoRequest, *, user_id: int, guild_id: int) -> set[str]:
        """The keys of the saved elements that names in a prompt may mean."""
        names = [word for word in mentioned_words(request.prompt, WORDS_LOOKED_AT) if not is_taken(word)]
        return await self._library.near(user_id, guild_id, names) if names else set()

    async def keep(
        self,
        request: VideoRequest,
        *,
        use: str | None,
        user_id: int,
        asked: bool,
        instead_of: PendingRequest | None = None,
    ) -> PendingRequest:
        """Keep a request for its user, for a day; ``instead_of`` is the one that it was made from, and stays the same.

        Raises:
            AlreadyStartedError: that was made.
            StaleError: that does not wait any more.
            StoreError: it could not be written.
        """
        if instead_of is not None:
            return await self.change(
                instead_of.id, user_id, lambda before: replace(before, request=request, use=use, asked=asked)
            )
        pending = self._pending(request, user_id, use=use, asked=asked)
        await self._store.keep(pending)
        return pending

    async def collect(self, draft: Draft, *, user_id: int) -> PendingRequest:
        """The request with the pictures that a user collected: the one that waits with what is new, else a new one.

        Raises:
            RequestError: it has no place for one.
        """
        first = VideoRequest(prompt="", images=dict(enumerate(draft, start=1)), elements={})
        return await self._store.collect(
            replace(self._pending(first, user_id), is_collected=True),
            lambda before: replace(before, request=with_images(before.request, draft)),
        )

    def _pending(
        self, request: VideoRequest, user_id: int, *, use: str | None = None, asked: bool = True
    ) -> PendingRequest:
        return PendingRequest(
            id=secrets.token_hex(8), user_id=user_id, request=request, use=use, asked=asked, asked_at=self._clock()
        )

    async def find(self, pending_id: str, user_id: int) -> PendingRequest:
        """A user's request that waits.

        Raises:
            NotAllowedError: it is somebody else's.
            AlreadyStartedError: it was made.
            StaleError: it does not wait any more.
        """
        pending = await self._store.find(pending_id, user_id)
        if pending is not None:
            return pending
        owner_id = await self._store.owner_of(pending_id)
        if owner_id is not None and owner_id != user_id:
            raise NotAllowedError(text("error.others_request", owner=User(owner_id)))
        raise AlreadyStartedError if await self._store.was_made(pending_id) else StaleError

    async def change(
        self, pending_id: str, user_id: int, change: Callable[[PendingRequest], PendingRequest]
    ) -> PendingRequest:
        """Change a user's request that waits; what it is then.

        Raises:
            AlreadyStartedError: it was made.
            StaleError: it does not wait any more.
        """
        return await self._store.change(pending_id, user_id, change) or await self.find(pending_id, user_id)
