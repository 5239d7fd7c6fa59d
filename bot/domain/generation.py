"""What Oxen says of a generation, as records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

PROMPT: Final = "prompt"
"""The parameter that holds what people typed, in every model."""
_ADDRESSES: Final = ("http://", "https://", "data:")


class GenerationStatus(StrEnum):
    """The states a generation can have at Oxen (page "Async Queue")."""

    QUEUED = "queued"
    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_active(self) -> bool:
        """Whether Oxen may still change it."""
        return self in (GenerationStatus.QUEUED, GenerationStatus.PROCESSING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """One generation, as Oxen says of it when asked for it by its id."""

    id: str
    status: GenerationStatus
    result_url: str | None = None
    error_message: str | None = None
    enqueued_at: datetime | None = None
    was_never_started: bool = False
    """Whether Oxen says itself that it never began to make it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """A ``media_generation_completed`` event: ``status`` is succeeded or failed, never cancelled."""

    generation_id: str
    status: GenerationStatus
    url: str | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationRequest:
    """What is sent to ``POST /queue``: ``parameters`` are the model's own, its prompt in its own notation."""

    model: str
    parameters: Mapping[str, object]
    target_namespace: str | None = None

    @property
    def image_urls(self) -> frozenset[str]:
        """Every image URL in it: unique to one job, which is how a lost answer is found again."""
        found: set[str] = set()
        todo = [value for name, value in self.parameters.items() if name != PROMPT]
        while todo:
            match todo.pop():
                case str() as value if value.startswith(_ADDRESSES):
                    found.add(value)
                case Mapping() as values:
                    todo.extend(values.values())
                case list() | tuple() as values:
                    todo.extend(values)
        return frozenset(found)
