"""What generations come to: made, failed, cancelled, vanished; announced well, badly, twice, late or never."""

from __future__ import annotations

import asyncio
import json
import random
from typing import Final

from sandbox.oxen import SimulatedGeneration, pad_mp4, tiny_clip
from sandbox.soak.harness import Harness

_TICK_SECONDS = 0.03
_LARGE_BYTES = 11 * 1024 * 1024
"""More than a server without boosts takes in one file."""
_FATES: Final = {
    "made": 40,
    "made, announced twice": 8,
    "made, and nobody heard": 10,
    "made, the event cut in half by a disconnect": 5,
    "made, among garbage and other people's events": 8,
    "made, the link of the event expired": 5,
    "made, larger than Discord takes": 3,
    "failed": 10,
    "failed, and nobody heard": 4,
    "cancelled elsewhere": 4,
    "vanished": 3,
    "never ends": 2,
}
_NOT_KNOWN_YET: Final = (None, "accepted", "prepared", "submitting")
"""The states, as they were looked at last, of a job that may not know its generation yet."""
_GARBAGE = (
    b"event: media_generation_completed\ndata: {not json\n\n",
    b'event: media_generation_completed\ndata: {"generation_id": 7, "status": "succeeded"}\n\n',
    b"event: something_else\ndata: {}\n\n",
    b"\xff\xfe\x00: \xf0\x9f\x90\r\r\n\n",
)


class Outcomes:
    """Watches for new generations and brings each to its end."""

    def __init__(self, here: Harness) -> None:
        self._here = here
        self._seen: set[str] = set()
        self._large = pad_mp4(tiny_clip("16:9", 5), _LARGE_BYTES)
        self._hurried = False

    def hurry(self) -> None:
        """From now on let everything that still runs be made at once."""
        self._hurried = True

    async def run(self) -> None:
        """Decide outcomes until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                for generation in list(self._here.oxen.generations.values()):
                    if self._hurried and generation.status.active and not generation.vanished:
                        self._here.oxen.succeed(generation.id)
                    elif generation.id not in self._seen:
                        self._seen.add(generation.id)
                        tasks.create_task(self._fulfil(generation))
                await asyncio.sleep(_TICK_SECONDS)

    async def _fulfil(self, generation: SimulatedGeneration) -> None:
        rng = random.Random(f"{self._here.seed}/fate/{generation.body['prompt']}")
        [fate] = rng.choices(list(_FATES), list(_FATES.values()))
        if rng.random() < 0.9:
            await asyncio.sleep(rng.uniform(0.05, 2.0))
        if fate == "vanished":
            await self._until_known(generation)
        if generation.status.active and not generation.vanished:
            self._here.tally.count("generations", fate)
            self._meet(generation.id, fate, rng)

    async def _until_known(self, generation: SimulatedGeneration) -> None:
        """A row that vanishes before the bot found it would rightly be asked for again."""
        prompt = str(generation.body["prompt"])
        while self._here.state_of(prompt) in _NOT_KNOWN_YET:  # noqa: ASYNC110 - it changes in another process
            await asyncio.sleep(_TICK_SECONDS)

    def _meet(self, id_: str, fate: str, rng: random.Random) -> None:
        oxen = self._here.oxen
        match fate:
            case "made":
                oxen.succeed(id_)
            case "made, announced twice":
                oxen.succeed(id_, times=2)
            case "made, and nobody heard":
                oxen.succeed(id_, announce=False)
            case "made, the event cut in half by a disconnect":
                oxen.succeed(id_, announce=False)
                whole = _event(id_)
                oxen.emit(whole[: rng.randrange(1, len(whole) - 1)])
                oxen.drop_streams(clean=True)
            case "made, among garbage and other people's events":
                for piece in (*_GARBAGE, *(_event(f"other-{number}") for number in range(50))):
                    oxen.emit(piece)
                oxen.succeed(id_)
                oxen.emit(rng.choice(_GARBAGE))
            case "made, the link of the event expired":
                oxen.succeed(id_)
                oxen.expire_results()
            case "made, larger than Discord takes":
                oxen.succeed(id_, self._large)
            case "failed":
                oxen.fail(id_, "input_image[0]: too dark")
            case "failed, and nobody heard":
                oxen.fail(id_, "input_image[0]: too dark", announce=False)
            case "cancelled elsewhere":
                oxen.cancel_elsewhere(id_)
            case "vanished":
                oxen.vanish(id_)
            case _:
                pass


def _event(generation_id: str) -> bytes:
    data = json.dumps({"generation_id": generation_id, "status": "succeeded", "media_type": "video"})
    return f"event: media_generation_completed\ndata: {data}\n\n".encode()
