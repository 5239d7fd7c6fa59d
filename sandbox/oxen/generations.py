"""The generations a simulated Oxen holds: their rows, and the steps they may take."""

import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sandbox.oxen.concurrency import Bell


class GenerationStatus(StrEnum):
    """Where a generation is, in Oxen's words."""

    QUEUED = "queued"
    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def active(self) -> bool:
        """Whether it may still end."""
        return self in (GenerationStatus.QUEUED, GenerationStatus.PROCESSING)


@dataclass(slots=True, kw_only=True)
class SimulatedGeneration:
    """One generation; times are Unix seconds, `body` is the request as it was posted."""

    id: str
    model: str
    media_type: str
    namespace: str
    body: Mapping[str, Any]
    enqueued_at: int
    status: GenerationStatus = GenerationStatus.QUEUED
    started_at: int | None = None
    completed_at: int | None = None
    error: str | None = None
    video: bytes | None = field(default=None, repr=False)
    vanished: bool = False
    hidden: bool = False
    charged_micro_usd: int | None = None

    @property
    def is_out_of_sight(self) -> bool:
        """Whether the API does not know it, for ever or for now."""
        return self.vanished or self.hidden

    @property
    def parameters(self) -> dict[str, Any]:
        """The model's parameters as submitted, without the queue's own fields."""
        own = ("model", "num_generations", "target_namespace", "target_repo", "target_directory")
        return {name: value for name, value in self.body.items() if name not in own}

    def row(self, result_url: str | None) -> dict[str, Any]:
        """The generation as the queue shows it (Oxen page "Async Queue")."""
        return {
            **self.parameters,
            "generation_id": self.id,
            "model_name": self.model,
            "prompt": self.body.get("prompt"),
            "media_type": self.media_type,
            "namespace": self.namespace,
            "status": self.status.value,
            "result_url": result_url,
            "error_message": self.error,
            "enqueued_at": self.enqueued_at,
            "started_at": self.started_at,
            "completed_at": self.completed_at,
        }


class Generations:
    """All generations in the order they were enqueued; every change rings the bell."""

    def __init__(self, bell: Bell) -> None:
        self.by_id: dict[str, SimulatedGeneration] = {}
        self._bell = bell
        self._on_end: list[Callable[[SimulatedGeneration], None]] = []

    def on_end(self, react: Callable[[SimulatedGeneration], None]) -> None:
        """Have `react` called once for each generation, when it ends or vanishes."""
        self._on_end.append(react)

    def visible(self, generation_id: str) -> SimulatedGeneration | None:
        """The generation, unless it never was, has vanished or is hidden."""
        generation = self.by_id.get(generation_id)
        return None if generation is None or generation.is_out_of_sight else generation

    def listed(self, *, status: str | None, filters: Mapping[str, str]) -> Iterable[SimulatedGeneration]:
        """Those with `status` (the active ones when None) whose attributes are as in `filters`."""
        for generation in self.by_id.values():
            wanted = generation.status.active if status is None else generation.status == status
            alike = all(getattr(generation, name) == value for name, value in filters.items())
            if wanted and alike and not generation.is_out_of_sight:
                yield generation

    def enqueue(self, body: Mapping[str, Any], *, media_type: str, namespace: str) -> SimulatedGeneration:
        """Add a queued generation."""
        generation = SimulatedGeneration(
            id=str(uuid.uuid4()),
            model=body["model"],
            media_type=media_type,
            namespace=namespace,
            body=body,
            enqueued_at=int(time.time()),
        )
        self.by_id[generation.id] = generation
        self._bell.wake()
        return generation

    def start(self, generation_id: str) -> SimulatedGeneration:
        """From queued to processing; raises ValueError from anywhere else."""
        generation = self.by_id[generation_id]
        if generation.status is not GenerationStatus.QUEUED:
            raise ValueError(f"generation {generation_id} is {generation.status}, not queued")
        generation.status = GenerationStatus.PROCESSING
        generation.started_at = int(time.time())
        self._bell.wake()
        return generation

    def end(
        self, generation_id: str, status: GenerationStatus, *, error: str | None = None, video: bytes | None = None
    ) -> SimulatedGeneration:
        """From active to `status`; raises ValueError when it has ended already."""
        generation = self.by_id[generation_id]
        if not generation.status.active:
            raise ValueError(f"generation {generation_id} is {generation.status} already")
        generation.completed_at = int(time.time())
        if generation.started_at is None and status is GenerationStatus.SUCCEEDED:
            generation.started_at = generation.completed_at
        generation.status, generation.error, generation.video = status, error, video
        self._ended(generation)
        return generation

    def vanish(self, generation_id: str) -> None:
        """Take the row away: it is neither found nor listed from now on."""
        generation = self.by_id[generation_id]
        generation.vanished = True
        self._ended(generation)

    def _ended(self, generation: SimulatedGeneration) -> None:
        for react in self._on_end:
            react(generation)
        self._bell.wake()
