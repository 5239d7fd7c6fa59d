"""Completions that came before their job was known to run, and whether any could have been missed."""

from __future__ import annotations

from typing import Final

from bot.domain.generation import Completion

_KEPT: Final = 1_000
"""Events of other programs with the same key come as well, so not all of them are taken."""


class CompletionInbox:
    """What Oxen's event stream said, for jobs whose ``POST /queue`` has not been answered yet.

    An event is put in before its job is looked up, and a job looks in after it was written down as running: so one of
    the two sees the other, whichever comes first.
    """

    def __init__(self) -> None:
        self._completions: dict[str, Completion] = {}
        self._connections = 0

    def put(self, completion: Completion) -> None:
        """Keep a completion; the oldest goes where there are too many."""
        self._completions[completion.generation_id] = completion
        while len(self._completions) > _KEPT:
            del self._completions[next(iter(self._completions))]

    def take(self, generation_id: str) -> Completion | None:
        """What came for a generation, once."""
        return self._completions.pop(generation_id, None)

    def connected(self) -> None:
        """The stream has a new connection: what ended before it may not have been heard of."""
        self._connections += 1

    @property
    def connections(self) -> int:
        """How many connections the stream has had.

        Where there was no new one since a job was sent to Oxen, its completion is here or is still to come: on this
        connection, or by the look at the queue that follows on the next.
        """
        return self._connections
