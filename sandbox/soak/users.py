"""What people do meanwhile: ask, several at once too, cancel, look at their videos, have one sent again."""

from __future__ import annotations

import asyncio
import io
import itertools
import random

from PIL import Image

from sandbox.discord import Channel, FirstAnswer, Invocation, Message, NotAnsweredError, Upload, User
from sandbox.discord.errors import Json
from sandbox.soak.harness import Harness
from sandbox.texts import saying

_TICK_SECONDS = 0.05
_AGAIN_SECONDS = 2.0
_PEOPLE = 30
_NONE_LEFT = "refused: no seconds left today"
_REFUSALS = {
    "left today": _NONE_LEFT,
    "at a time. Wait": "refused: too many at once",
    "restarting": "refused: the bot was stopping",
    saying("answer.missing_permissions"): "refused: the bot may not speak there",
    saying("reason.unexpected"): "an error with an id",
}


class Users:
    """People who ask for videos until there are so many jobs; ``at_once`` of them unfinished at most."""

    def __init__(self, here: Harness, jobs: int, at_once: int) -> None:
        self._here = here
        self._jobs = jobs
        self._at_once = at_once
        self._rng = random.Random(f"{here.seed}/crowd")
        self._picture = Upload(filename="ox.png", data=_picture(), content_type="image/png")
        self._takes = itertools.count(1)
        self._asking = 0
        self._cards: set[str] = set()
        self._names = itertools.count(1)
        self._people = [self._newcomer() for _ in range(_PEOPLE)]

    @property
    def promised(self) -> frozenset[str]:
        """The jobs whose cards were answers to somebody."""
        return frozenset(self._cards)

    async def run(self) -> None:
        """Ask until there are enough jobs, and see every command answered or not."""
        async with asyncio.TaskGroup() as tasks:
            while len(self._here.rows) < self._jobs:
                await asyncio.sleep(self._rng.uniform(0, 2 * _TICK_SECONDS))
                busy = len(self._here.unfinished()) + self._asking
                if busy >= self._at_once or not self._here.discord.gateway.complete:
                    continue
                number = self._rng.randrange(len(self._people))
                channel = self._rng.choice(self._here.channels)
                for _ in range(4 if self._rng.random() < 0.05 else 1):
                    tasks.create_task(self._ask(next(self._takes), number, channel))

    async def look_after(self) -> None:
        """Have what no place took sent again, now and then, until cancelled."""
        while True:
            await asyncio.sleep(_AGAIN_SECONDS)
            await self.send_again()

    async def send_again(self) -> None:
        """Whoever has a video that no place took has it sent again, where it can be sent now."""
        for row in self._here.unfinished():
            if row.state == "undeliverable":
                user = self._here.discord.world.user(row.user_id)
                channel = next(place for place in self._here.channels if place.guild_id == row.guild_id)
                listing = await self._answer(await self._here.discord.slash(channel, user, "videos"))
                if listing is not None and listing.message is not None:
                    await self._press(listing.message, f"job:again:{row.id}", user)

    async def _ask(self, take: int, number: int, channel: Channel) -> None:
        rng = random.Random(f"{self._here.seed}/take/{take}")
        person = self._people[number]
        self._asking += 1
        try:
            values: dict[str, str | int | Upload] = {
                "prompt": f"Take {take} of @Image1",
                "image1": self._picture,
                "duration": rng.choice((5, 5, 5, 10)),
            }
            answer = await self._answer(await self._here.discord.slash(channel, person, "video", values))
        finally:
            self._asking -= 1
        if answer is None or answer.message is None:
            return
        if answer.ephemeral:
            self._take_no(answer.message.text, number)
            return
        self._here.tally.count("commands", "accepted")
        self._cards |= {_job_of(button) for button in answer.message.buttons}
        await self._follow(answer.message, person, rng)

    def _take_no(self, text: str, number: int) -> None:
        kind = next((kind for words, kind in _REFUSALS.items() if words in text), text)
        self._here.tally.count("commands", kind)
        if kind == _NONE_LEFT:
            self._people[number] = self._newcomer()

    async def _follow(self, card: Message, person: User, rng: random.Random) -> None:
        does, after = rng.random(), rng.uniform(0, 2)
        if does < 0.12:
            await asyncio.sleep(after)
            await self._press(card, f"job:cancel:{_job_of(card.buttons[0])}" if card.buttons else "", person)
        elif does < 0.15:
            await asyncio.sleep(after)
            name = rng.choice(("quota", "videos"))
            if await self._answer(await self._here.discord.slash(card.channel, person, name)) is not None:
                self._here.tally.count("commands", f"/{name}")

    async def _press(self, message: Message, button: str, person: User) -> None:
        try:
            pressed = await self._here.discord.click(message, button, person)
        except ValueError:  # the card has moved on and has no such button any more
            return
        answer = await self._answer(pressed)
        if answer is not None and answer.message is not None:
            said = answer.message.text if len(answer.message.text) < 90 else answer.message.text[:87] + "..."
            self._here.tally.count("buttons", said)

    async def _answer(self, invocation: Invocation) -> FirstAnswer | None:
        try:
            return await invocation.answered()
        except NotAnsweredError:
            self._here.tally.count("commands", "not answered: the process died, or Discord lost it")
            return None

    def _newcomer(self) -> User:
        name = f"person-{next(self._names)}"
        return self._here.discord.add_user(name, *self._here.guilds, accepts_messages=self._rng.random() < 0.7)


def _job_of(button: Json) -> str:
    return str(button["custom_id"]).rpartition(":")[2]


def _picture() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (320, 320), (120, 80, 40)).save(buffer, "PNG")
    return buffer.getvalue()
