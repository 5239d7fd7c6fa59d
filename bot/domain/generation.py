"""What Oxen says of a generation, as records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


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
class ElementImages:
    """An element as Oxen takes it: one front view and one to three reference views (URLs)."""

    frontal_image_url: str
    reference_image_urls: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationRequest:
    """What is sent to ``POST /queue``: names in the prompt are gap-free, every image is a URL."""

    model: str
    prompt: str
    input_image: tuple[str, ...]
    elements: tuple[ElementImages, ...]
    duration: int
    aspect_ratio: str
    target_namespace: str | None = None

    @property
    def image_urls(self) -> frozenset[str]:
        """Every image URL in it: unique to one job, which is how a lost answer is found again."""
        views = (url for e in self.elements for url in (e.frontal_image_url, *e.reference_image_urls))
        return frozenset((*self.input_image, *views))
