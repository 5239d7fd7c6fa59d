"""Stories: shots of one person, each made by going on where the one before ends."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Protocol, TypeVar

_NEVER: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """A video's place in its story: the ``number``-th shot, of ``count`` when it was accepted.

    ``is_retake`` says that there was a take of this shot before; ``picked_at`` when its user chose it among the takes.
    """

    story_id: str
    number: int
    count: int
    is_retake: bool = False
    picked_at: datetime | None = None


class Take(Protocol):
    """A video as one of the takes of a shot; ``Job`` is one."""

    @property
    def shot(self) -> Shot | None:
        """Its place."""

    @property
    def is_made(self) -> bool:
        """Whether there is something to see, or is about to be."""

    @property
    def has_ended(self) -> bool:
        """Whether nothing more comes of it."""


_T = TypeVar("_T", bound=Take)


def chosen_takes(takes: Iterable[_T]) -> list[_T]:
    """The take that counts of each shot, in the story's order; ``takes`` come in the order in which they were accepted.

    It is the one that was picked last, else the first one with a video; where none has one yet, the newest that may.
    A shot of which nothing is left is none.
    """
    by_number: dict[int, list[_T]] = {}
    for take in takes:
        if take.shot is not None and (take.is_made or not take.has_ended):
            by_number.setdefault(take.shot.number, []).append(take)
    return [_chosen(by_number[number]) for number in sorted(by_number)]


def _chosen(takes: Sequence[_T]) -> _T:
    made = [take for take in takes if take.is_made]
    return max(made, key=_picked_at) if made else takes[-1]  # max: of equals the first


def _picked_at(take: Take) -> datetime:
    assert take.shot is not None
    return take.shot.picked_at or _NEVER
