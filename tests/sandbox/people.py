"""What five people do and read until they have what they want: ``python -m tests.sandbox.people`` writes it down.

Each is played in the sandbox; what they are shown is measured as its page draws it on a phone, and in a wide window.
The table goes into ``docs/people.md``; with names, those alone are played and nothing is written. What was measured is
kept as pictures in ``artefacts/people``, to be looked at.
"""

from __future__ import annotations

import asyncio
import re
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from bot.text import text
from cogs.ui.texts import ENGLISH
from sandbox.conversation_list import PHONE_WIDTH
from sandbox.drawings import bird_from_the_front, bird_from_the_side, ox_in_a_meadow
from sandbox.page import PROJECT
from sandbox.page_server import draw_as_discord
from sandbox.texts import saying
from sandbox.world import World, world
from tests.cogs.admins import admin
from tests.cogs.messages import fill
from tests.cogs.stories import clip, go_on, joined, result
from tests.cogs.workbench import remove
from tests.sandbox.browser import Tab, browser, chromium
from tests.support import picture_bytes, private, text_of

FILE: Final = PROJECT / "docs" / "people.md"
WIDE: Final = 1_200
HEIGHT: Final = 2_400
"""Of the window: no message is higher, so that all of one is seen."""
WINDOW: Final = (PHONE_WIDTH, HEIGHT)
PICTURES: Final = PROJECT / "artefacts" / "people"
PROMPT_CHARS: Final = 925
PROMPT: Final = (
    "Take @Image1 as the start frame and put @Image2 into it. The ox lifts its head from the wet grass, shakes "
    "off the dew and looks straight into the camera, its breath visible in the cold air. Behind it the sun comes "
    "up over the hills, and the fog in the valley begins to glow. A small bird lands on the table, hops sideways, "
    "picks a crumb and tilts its head as if it had a question. The ox snorts, the bird flutters up, circles once "
    "and settles between the horns. Both look at the horizon now. Slow push-in at eye level from a wide shot to a"
    " close one, then hold still for the last second. Soft morning light from the left, long shadows, light wind "
    "that moves the grass and the leaves, muted greens and warm yellows, shallow depth of field, fine film grain."
    " Nobody speaks, nothing else moves, no text and no logos anywhere in the picture. The mood is calm and a "
    "little funny, like a picture book for children before they sleep."
)
_SENTENCE: Final = re.compile(r"[^.!?…\n]*[^\W\d_]{2}[^.!?…\n]*")
_IS_DRAWN: Final = """(() => {
    const message = document.querySelector('.channel-message[data-message-id="ID"]');
    if (!message) return false;
    const pictures = [...message.querySelectorAll('img')];
    const videos = [...message.querySelectorAll('video')];
    return pictures.every(one => one.complete && one.naturalHeight) && videos.every(one => one.readyState >= 1);
})()"""
IS_IDLE: Final = "document.querySelector('#preview-app').getAttribute('aria-busy') === 'false'"
"""The condition that the page shows all there is."""
_HEIGHT: Final = """document.querySelector('.channel-message[data-message-id="ID"]').getBoundingClientRect().height"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A message that somebody was shown: what it begins with, its heights in pixels, its sentences, its pictures."""

    words: str
    phone: int
    wide: int
    sentences: int
    pictures: tuple[bytes, bytes]


@dataclass(slots=True)
class Visit:
    """One person's way: what they did, and what they were shown, as they saw it first."""

    here: World
    tab: Tab
    prompt: str = PROMPT
    steps: list[str] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)

    def did(self, step: str) -> None:
        """Note something that they typed or pressed."""
        self.steps.append(step)

    async def saw(self, who: Any, *messages: Any) -> None:
        """Measure messages as they look now to somebody."""
        by_place: dict[int, list[Any]] = {}
        for message in messages:
            by_place.setdefault(_place_of(message), []).append(message)
        for place_id, found in by_place.items():
            phone, wide = [await self._drawn(who, place_id, found, width) for width in (PHONE_WIDTH, WIDE)]
            for message, on_phone, in_window in zip(found, phone, wide, strict=True):
                words = text_of(message)
                self.seen.append(
                    Seen(
                        words=words[:40].replace("\n", " "),
                        phone=on_phone[0],
                        wide=in_window[0],
                        sentences=sentences(words, self.prompt),
                        pictures=(on_phone[1], in_window[1]),
                    )
                )

    async def _drawn(self, who: Any, place_id: int, messages: Sequence[Any], width: int) -> list[tuple[int, bytes]]:
        """The heights and the pictures of messages of one place in a window of a width, in pixels."""
        places = {place.id: place for place in (self.here.channel, *self.here.channel.threads)}
        preview = self.here.env.preview(
            places[place_id], viewers=[who], layout="channel", display="fixed", width=width, height=HEIGHT
        )
        found = []
        await self.tab.resize((width, HEIGHT))
        async with draw_as_discord(preview):
            await self.tab.open(preview.url)
            await self.tab.until(IS_IDLE)
            for message in messages:
                await self.tab.until(drawn(message.id))
                height = await self.tab.run(_HEIGHT.replace("ID", str(message.id)))
                box = await self.tab.box(f'.channel-message[data-message-id="{message.id}"]')
                found.append((round(height), await self.tab.photograph(box)))
        return found

    @property
    def height(self) -> int:
        """How far they scrolled on a phone, in pixels."""
        return sum(one.phone for one in self.seen)

    @property
    def wide_height(self) -> int:
        """The same in a wide window."""
        return sum(one.wide for one in self.seen)

    @property
    def read(self) -> int:
        """How many sentences they were shown, their own prompts and the labels of buttons apart."""
        return sum(one.sentences for one in self.seen)


def drawn(message_id: int) -> str:
    """The condition that the page shows a message with its pictures and videos."""
    return _IS_DRAWN.replace("ID", str(message_id))


def sentences(words: str, prompt: str = PROMPT) -> int:
    """How many sentences and lines of ours a message has; a prompt, which may be parted in two, counts as one."""
    plain = re.sub(r"\]\(<?[^)]*\)|<[^>]+>", "]", words).replace("*", "")
    plain = re.sub(r"(?: |\n-# )".join(map(re.escape, prompt.split())), "the prompt", plain)
    return sum(bool(_SENTENCE.match(part)) for part in re.split(r"(?<=[.!?…])\s|\n", plain))


@asynccontextmanager
async def visiting(tab: Tab, **settings: Any) -> AsyncIterator[Visit]:
    """A world for one person."""
    with tempfile.TemporaryDirectory() as folder:
        async with world(Path(folder), quota_daily_seconds=600, **settings) as here:
            yield Visit(here=here, tab=tab)


async def made_video(visit: Visit) -> tuple[Any, Any, Any]:
    """Let Oxen finish the first video: its card, its board and its result."""
    await result(visit.here, 1)
    return await newest_video(visit)


async def newest_video(visit: Visit) -> tuple[Any, Any, Any]:
    """The card, the board and the result of the newest video of alice's, once its card says that it is done."""
    here = visit.here
    [job] = await here.parts.store.recent(here.alice.id, here.guild.id, 1)
    await here.until(lambda: saying("card.done") in text_of(_by_id(here, job.card_message_id)))
    found = [m for place in (here.channel, *here.channel.threads) for m in place.history()]
    boards = [m for m in found if saying("board.title") in text_of(m) and m.channel.id == job.place_id]
    board = max(boards, key=lambda m: int(m.id))
    return _by_id(here, job.card_message_id), board, _by_id(here, job.outcome_message_id)


def _place_of(message: Any) -> int:
    return int(getattr(message, "channel_id", 0)) or int(message.channel.id)


def _by_id(here: World, message_id: int | None) -> Any:
    places = (here.channel, *here.channel.threads)
    return next(m for place in places for m in place.history() if m.id == message_id)


async def one_video(tab: Tab, pictures: int = 2) -> Visit:
    """A prompt of 925 characters with so many pictures, each named in it, asked for and done."""
    drawn = [ox_in_a_meadow(), bird_from_the_front(), bird_from_the_side()]
    drawn += [picture_bytes(seed) for seed in range(pictures - len(drawn))]
    files = {f"image{n}": (f"picture-{n}.png", data) for n, data in enumerate(drawn[:pictures], start=1)}
    others = ", ".join(f"@Image{n}" for n in range(2, pictures + 1)) or "a small bird"
    prompt = PROMPT.replace("@Image2", others)[:PROMPT_CHARS]
    async with visiting(tab) as visit:
        visit.prompt = prompt
        visit.did("/video")
        await visit.here.alice.slash(visit.here.channel, "video", prompt=prompt, aspect_ratio="16:9", **files)
        await visit.saw(visit.here.alice, *await made_video(visit))
        return visit


async def newcomer(tab: Tab) -> Visit:
    """Somebody who sees the bot for the first time, on a phone."""
    async with visiting(tab) as visit:
        here, alice = visit.here, visit.here.alice
        assert here.env.bot.user is not None
        visit.did("a bare mention")
        await alice.send(here.channel, f"<@{here.env.bot.user.id}>")
        card = await here.until(
            lambda: next((m for m in here.channel.history() if saying("help.title") in text_of(m)), None)
        )
        await visit.saw(alice, card)
        visit.did("Try this")
        form = await alice.click(card, custom_id="help:try:start_frame")
        visit.did("Submit")
        prompt = form.modal["components"][0]["component"]["value"]
        await fill(here, form, prompt, None, None, None, ["5 16:9"])
        await visit.saw(alice, *await made_video(visit))
        return visit


async def storyteller(tab: Tab) -> Visit:
    """Somebody who makes a story of six shots."""
    async with visiting(tab) as visit:
        here, alice = visit.here, visit.here.alice
        visit.did("/video")
        await alice.slash(here.channel, "video", prompt="The ox of @Image1 wakes", image1=("ox.png", ox_in_a_meadow()))
        found = await made_video(visit)
        await visit.saw(alice, *found)
        for number in range(2, 7):
            visit.did("Continue")
            visit.did("a prompt, Submit")
            await go_on(here, found[-1], number)
            found = await newest_video(visit)
            await visit.saw(alice, *found)
        visit.did("Join 6 shots")
        await alice.click(found[-1], label=ENGLISH("button.join", count=6))
        await visit.saw(alice, await joined(here))
        return visit


async def refused(tab: Tab) -> Visit:
    """Somebody whose request has one reference too many."""
    async with visiting(tab) as visit:
        here, alice = visit.here, visit.here.alice
        drawn = [ox_in_a_meadow(), bird_from_the_front(), bird_from_the_side()]
        files = {f"image{n}": (f"picture-{n}.png", drawn[n % 3]) for n in range(1, 8)}
        visit.did("/video")
        answer = await alice.slash(
            here.channel,
            "video",
            prompt="@Image7 and @Element1 dance. Slow push-in.",
            element1_front=("bird.png", bird_from_the_front()),
            **files,
        )
        panel = private(answer)
        await visit.saw(alice, panel)
        visit.did("Remove")
        panel = await remove(here, panel, "@Image1")
        visit.did("Make")
        await alice.click(panel, label=ENGLISH("workbench.make"))
        await visit.saw(alice, *await made_video(visit))
        return visit


async def onlooker(tab: Tab) -> Visit:
    """Somebody else in the channel, who sees what was made and makes the same."""
    async with visiting(tab) as visit:
        here = visit.here
        bob = here.guild.add_member(here.env.create_user("bob"))
        picture = ("ox.png", ox_in_a_meadow())
        await here.alice.slash(here.channel, "video", prompt="The ox of @Image1 wakes", image1=picture)
        card, _, ready = await made_video(visit)
        await visit.saw(bob, card)
        visit.did("opens the thread")
        await visit.saw(bob, ready)
        visit.did("Again")
        question = private(await bob.click(ready, label=ENGLISH("button.run_again", seconds=5)))
        await visit.saw(bob, question)
        visit.did("Again, in private")
        await bob.click(question, label=ENGLISH.render(text("button.run_again", seconds=5)))
        return visit


async def first_day(tab: Tab) -> Visit:
    """An admin who sets up a server."""
    async with visiting(tab) as visit:
        here = visit.here
        ada, notices = admin(here), here.guild.create_text_channel("admins")
        visit.did("/admin setup")
        card = private(await ada.slash(here.channel, "admin setup"))
        await visit.saw(ada, card)
        for what, values in (("channels", [here.channel]), ("notices", [notices]), ("daily", ["300"])):
            visit.did(f"a choice: {what}")
            await ada.select(card, values, custom_id=f"setup:{what}")
        visit.did("Done")
        await ada.click(card, custom_id="setup:done")
        await visit.saw(ada, card)
        return visit


PEOPLE: Final[dict[str, Callable[[Tab], Awaitable[Visit]]]] = {
    "newcomer": newcomer,
    "storyteller": storyteller,
    "refused": refused,
    "onlooker": onlooker,
    "admin": first_day,
    "1 picture": lambda tab: one_video(tab, 1),
    "2 pictures": one_video,
    "7 pictures": lambda tab: one_video(tab, 7),
}
WHO: Final = {
    "newcomer": "A newcomer on a phone, from a bare mention to a first video",
    "storyteller": "A story of six shots, joined",
    "refused": "A request with one reference too many, made all the same",
    "onlooker": "Somebody else in the channel, who sees a video and makes the same",
    "admin": "An admin on the first day: channel, notices, daily seconds",
    "1 picture": "One video of 925 characters and 1 picture",
    "2 pictures": "One video of 925 characters and 2 pictures",
    "7 pictures": "One video of 925 characters and 7 pictures",
}
BEFORE: Final[dict[str, tuple[int, int, int, int]]] = {
    "newcomer": (3, 2_298, 2_163, 31),
    "storyteller": (12, 6_139, 7_068, 43),
    "refused": (3, 2_588, 2_493, 28),
    "onlooker": (3, 798, 810, 7),
    "admin": (5, 1_121, 925, 18),
    "1 picture": (1, 1_432, 1_310, 10),
    "2 pictures": (1, 1_414, 1_309, 10),
    "7 pictures": (1, 1_733, 1_744, 8),
}
"""Steps, pixels on a phone and in a wide window, and sentences, by the same command and page at commit 745c21a."""
_TABLE: Final = re.compile(r"(?<=<!-- made by tests\.sandbox\.people -->\n).*?(?=<!-- end -->)", re.DOTALL)


async def visits(program: str, names: list[str]) -> dict[str, Visit]:
    """Play these people, or all."""
    clip()  # encoded once
    found = {}
    async with browser(program, size=WINDOW) as tab:
        for name in names or PEOPLE:
            found[name] = await PEOPLE[name](tab)
            one = found[name]
            print(
                f"{name}: {len(one.steps)} steps, {one.height}, {one.wide_height} px, {one.read} sentences", flush=True
            )
            for number, seen in enumerate(one.seen, start=1):
                print(f"    {seen.phone:5} {seen.wide:5} px {seen.sentences:3}  {seen.words}", flush=True)
                keep(f"{name} {number}", seen.pictures)
    return found


def keep(name: str, pictures: Sequence[bytes]) -> None:
    """Keep how a message looks on a phone and in a wide window."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for width, data in zip((PHONE_WIDTH, WIDE), pictures, strict=True):
        (PICTURES / f"{name.replace(' ', '-')}-{width}.png").write_bytes(data)


def table(found: dict[str, Visit]) -> str:
    """The figures before and after, a line for each person."""
    lines = ["| | steps | pixels at 390 | pixels at 1,200 | sentences |", "| --- | --- | --- | --- | --- |"]
    for name, visit in found.items():
        now = (len(visit.steps), visit.height, visit.wide_height, visit.read)
        cells = " | ".join(f"{then:,} → {value:,}" for then, value in zip(BEFORE[name], now, strict=True))
        lines.append(f"| {WHO[name]} | {cells} |")
    return "\n".join([*lines, ""])


def main() -> None:
    """Play everybody who is named, or all and write it down."""
    program = chromium()
    if program is None:
        sys.exit("Chromium is not on this machine.")
    names = sys.argv[1:]
    found = asyncio.run(visits(program, names))
    if not names:
        FILE.write_text(_TABLE.sub(lambda _: table(found), FILE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
