"""What becomes of a generation: run by itself, or moved on by a test; its event, and its price."""

import asyncio
import contextlib
import threading
from typing import Any

from sandbox.oxen.catalogue import cost_micro_usd
from sandbox.oxen.concurrency import OwnedTasks
from sandbox.oxen.events import EventHub
from sandbox.oxen.generations import Generations, GenerationStatus, SimulatedGeneration
from sandbox.oxen.model_checks import least_side, references_of, seconds_of
from sandbox.oxen.parameters import RefusedError, aspect_ratio_of, duration_of
from sandbox.oxen.pictures import FetchImage, Picture, gather_pictures
from sandbox.oxen.results import ResultLinks
from sandbox.oxen.storyboard import StoppedError, render_video

INSUFFICIENT_CREDITS = "Insufficient credits"


class Lifecycle:
    """Moves generations on, announces their ends, and keeps the account."""

    def __init__(
        self,
        *,
        generations: Generations,
        hub: EventHub,
        links: ResultLinks,
        tasks: OwnedTasks,
        models: dict[str, dict[str, Any]],
        fetch_image: FetchImage,
        seconds: float | None,
        begins_at_once: bool,
        render: bool,
        credits_micro_usd: int,
    ) -> None:
        self._generations = generations
        self._hub = hub
        self._links = links
        self._tasks = tasks
        self._models = models
        self._fetch_image = fetch_image
        self._seconds = seconds
        self._begins_at_once = begins_at_once
        self._render = render
        self._stopping = threading.Event()
        self._running: dict[str, asyncio.Task[None]] = {}
        self.credits_micro_usd = credits_micro_usd
        generations.on_end(self._stop_running)

    def close(self) -> None:
        """Have renderings stop at their next frame."""
        self._stopping.set()

    def enqueued(self, generation: SimulatedGeneration) -> None:
        """Begin the generation's own course, if it has one."""
        if self._begins_at_once:
            self._generations.start(generation.id)
        if self._seconds is not None:
            self._running[generation.id] = self._tasks.spawn(self._run(generation, self._seconds))

    async def judge(self, generation: SimulatedGeneration) -> tuple[Picture, ...]:
        """Fetch the images of a good request; raises RefusedError with what fails it."""
        model = self._models[generation.model]
        references = references_of(model, generation.body)
        pictures = await gather_pictures(references, self._fetch_image, least_side=least_side(model))
        if self.credits_micro_usd < self._cost(generation):
            raise RefusedError(INSUFFICIENT_CREDITS)
        return pictures

    def succeed(self, generation_id: str, video: bytes | None, *, announce: bool, times: int) -> None:
        """End with a result, and charge for it."""
        generation = self._generations.end(generation_id, GenerationStatus.SUCCEEDED, video=video)
        self.charge(generation)
        for _ in range(times if announce else 0):
            self.announce(generation_id)

    def charge(self, generation: SimulatedGeneration) -> None:
        """Take its price off the credits; raises ValueError when that was done already."""
        if generation.charged_micro_usd is not None:
            raise ValueError(f"generation {generation.id} was charged for already")
        generation.charged_micro_usd = self._cost(generation)
        self.credits_micro_usd -= generation.charged_micro_usd

    def fail(self, generation_id: str, message: str, *, announce: bool, times: int) -> None:
        """End with an error."""
        self._generations.end(generation_id, GenerationStatus.FAILED, error=message)
        for _ in range(times if announce else 0):
            self.announce(generation_id)

    def announce(self, generation_id: str) -> None:
        """Send the completion event; raises ValueError for a generation that fires none."""
        generation = self._generations.by_id[generation_id]
        event: dict[str, Any] = {
            "generation_id": generation.id,
            "status": generation.status.value,
            "media_type": generation.media_type,
        }
        if generation.status is GenerationStatus.SUCCEEDED:
            event |= {"model": generation.model, "url": self._links.current(generation)}
        elif generation.status is GenerationStatus.FAILED:
            event |= {"error": generation.error}
        else:
            raise ValueError(f"a {generation.status} generation fires no event")
        self._hub.announce(event)

    async def _run(self, generation: SimulatedGeneration, seconds: float) -> None:
        clock = asyncio.get_running_loop().time
        begun = clock()
        await asyncio.sleep(seconds / 5)
        if generation.status is GenerationStatus.QUEUED:
            self._generations.start(generation.id)
        try:
            pictures = await self.judge(generation)
        except RefusedError as refusal:
            self.fail(generation.id, str(refusal), announce=True, times=1)
            return
        # Rendering counts as part of the generation's time.
        video = await self._rendered(generation, pictures) if self._render else None
        await asyncio.sleep(begun + seconds - clock())
        self.succeed(generation.id, video, announce=True, times=1)

    async def _rendered(self, generation: SimulatedGeneration, pictures: tuple[Picture, ...]) -> bytes | None:
        with contextlib.suppress(StoppedError):
            return await asyncio.to_thread(
                render_video,
                prompt=str(generation.body["prompt"]),
                pictures=pictures,
                aspect_ratio=aspect_ratio_of(generation.body),
                seconds=duration_of(generation.body),
                should_stop=lambda: self._stopping.is_set() or not generation.status.active,
            )
        return None

    def _seconds_of(self, generation: SimulatedGeneration) -> int:
        return seconds_of(self._models[generation.model], generation.body)

    def _cost(self, generation: SimulatedGeneration) -> int:
        return cost_micro_usd(self._models[generation.model], generation.body, self._seconds_of(generation))

    def _stop_running(self, generation: SimulatedGeneration) -> None:
        task = self._running.pop(generation.id, None)
        if task is not None and task is not asyncio.current_task():
            task.cancel()
