"""Trouble at Oxen and at Discord: one thing after the other, at random, until it clears up."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Final

from sandbox.discord import Channel, Permission
from sandbox.oxen import ProxyPage
from sandbox.soak.harness import Harness
from sandbox.soak.timing import LATEST_LANDING_SECONDS

_QUEUE = "/api/ai/queue"
_OXEN_CALLS: Final = {
    "POST": ("POST", _QUEUE),
    "list": ("GET", _QUEUE),
    "get": ("GET", _QUEUE + "/*"),
    "cancel": ("DELETE", _QUEUE + "/*"),
}
_DISCORD_CALLS: Final = {
    "answer": ("POST", "/interactions/*/*/callback"),
    "thread": ("POST", "/channels/*/messages/*/threads"),
    "message": ("POST", "/channels/*/messages"),
    "edit": ("PATCH", "/channels/*/messages/*"),
    "history": ("GET", "/channels/*/messages"),
}
_SPEAKING = (Permission.SEND_MESSAGES, Permission.SEND_MESSAGES_IN_THREADS)
_SLOW_EVERY_SECONDS = 3.0
_GONE_SECONDS = 0.6
"""For how long something that is there is not to be found: less than the bot takes to believe it."""

_Lasting = Coroutine[Any, Any, None]
_Trouble = Callable[[], _Lasting | None]


class FaultSchedule:
    """Makes trouble. What can strike a call strikes the next one that fits, one such trouble at a time and side."""

    def __init__(self, here: Harness, every_seconds: float) -> None:
        self._here = here
        self._every_seconds = every_seconds
        self._rng = random.Random(f"{here.seed}/weather")
        self._due: dict[str, str] = {}

    async def run(self) -> None:
        """Make trouble until cancelled; then it clears up."""
        kinds = (self._oxen_call, self._discord_call, self._download, self._happening)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._slow_posts())
                while True:
                    await asyncio.sleep(self._rng.uniform(0, 2 * self._every_seconds))
                    self._settle()
                    [kind] = self._rng.choices(kinds, (35, 35, 10, 20))
                    if (lasting := kind()) is not None:
                        tasks.create_task(lasting)
        finally:
            self._clear_up()

    def _clear_up(self) -> None:
        here = self._here
        self._settle()
        here.oxen.faults.clear()
        here.discord.faults.clear()
        for channel in here.channels:
            here.discord.allow(channel, *_SPEAKING)

    def _settle(self) -> None:
        """Count the trouble that struck."""
        pending = {"Oxen": self._here.oxen.faults.pending, "Discord": self._here.discord.faults.pending}
        for side in [side for side in self._due if not pending[side]]:
            self._here.tally.count(f"trouble at {side}", self._due.pop(side))

    def _add(self, side: str, troubles: Mapping[str, _Trouble]) -> _Lasting | None:
        name = self._rng.choice(list(troubles))
        if side in self._due:
            return None
        self._due[side] = name
        return troubles[name]()

    def _oxen_call(self) -> _Lasting | None:
        rng, faults = self._rng, self._here.oxen.faults
        [name] = rng.choices(list(_OXEN_CALLS), (6, 3, 2, 1))
        call, after, status = _OXEN_CALLS[name], rng.random() < 0.5, rng.choice((500, 502, 503, 504))
        when = "after its effect" if after else "before its effect"
        troubles: dict[str, _Trouble] = {
            f"{name}: answer lost {when}": lambda: faults.lose(*call, after_effect=after),
            f"{name}: {status} {when}": lambda: faults.refuse(*call, status, after_effect=after),
            f"{name}: 429": lambda: faults.refuse(*call, 429, headers={"Retry-After": "0.2"}),
            f"{name}: garbage": lambda: faults.garble(*call),
            f"{name}: 404 from the road": lambda: faults.proxy_not_found(*call, rng.choice(list(ProxyPage))),
        }
        if name in ("get", "cancel"):
            troubles[f"{name}: Oxen's own 404"] = lambda: faults.not_found(*call)
        if name == "POST":
            troubles |= {
                "POST: 402, no credits": lambda: faults.out_of_credits(),
                "POST: 200 with an error and no generation": lambda: faults.empty_with_error("overloaded"),
                "POST: 200 with an id that another has": self._duplicate_id,
            }
        return self._add("Oxen", troubles)

    def _duplicate_id(self) -> None:
        if ids := list(self._here.oxen.generations):
            self._here.oxen.faults.duplicate_id(self._rng.choice(ids))

    async def _slow_posts(self) -> None:
        """Now and then a POST takes effect, or is answered, seconds after it was sent."""
        rng = random.Random(f"{self._here.seed}/slow posts")
        while True:
            await asyncio.sleep(rng.uniform(0, 2 * _SLOW_EVERY_SECONDS))
            seconds, after = rng.uniform(0, LATEST_LANDING_SECONDS), rng.random() < 0.3
            self._here.oxen.faults.delay(*_OXEN_CALLS["POST"], seconds, after_effect=after)
            self._here.tally.count("slow POSTs", "answered late" if after else "took effect late")

    def _download(self) -> _Lasting | None:
        rng, faults = self._rng, self._here.oxen.faults.result
        status = rng.choice((403, 404, 500))
        return self._add(
            "Oxen",
            {
                f"download: {status}": lambda: faults.refuse(status),
                "download: a page instead of a video": lambda: faults.replace(),
                "download: pages for a while": lambda: faults.replace(times=None, seconds=1.5),
                "download: 404 from the road": lambda: faults.proxy_not_found(rng.choice(list(ProxyPage))),
                "download: cut in the middle": lambda: faults.truncate(),
                "download: redirects to itself": lambda: faults.refuse(302, location="/results/nowhere"),
            },
        )

    def _discord_call(self) -> _Lasting | None:
        rng, faults = self._rng, self._here.discord.faults
        [name] = rng.choices(list(_DISCORD_CALLS), (4, 3, 8, 3, 3))
        call, after, status = _DISCORD_CALLS[name], rng.random() < 0.5, rng.choice((500, 502, 503, 503))
        when = "after its effect" if after else "before its effect"
        return self._add(
            "Discord",
            {
                f"{name}: answer lost {when}": lambda: faults.lose(*call, after_effect=after),
                f"{name}: {status} {when}": lambda: faults.refuse(*call, status, after_effect=after),
                f"{name}: 429": lambda: faults.rate_limit(*call, retry_after=0.3),
            },
        )

    def _happening(self) -> _Lasting | None:
        happenings: dict[str, _Trouble] = {
            "Oxen: the stream is cut": self._here.oxen.drop_streams,
            "Oxen: the stream ends": lambda: self._here.oxen.drop_streams(clean=True),
            "Oxen: the stream is refused for a while": lambda: self._while("refuse_streams", 1.0),
            "Oxen: the stream is silent for a while": lambda: self._while("silence", 3.0),
            "Oxen: nothing is announced for a while": lambda: self._while("mute", 1.5),
            "Oxen: the stream drips for a while": lambda: self._while("drip", 1.5),
            "Oxen: results redirect for a while": lambda: self._while("redirect", 1.5),
            "Oxen: a generation is unknown for a moment": self._hide,
            "Oxen: every link so far expires": self._here.oxen.expire_results,
            "Discord: the gateway is cut": self._here.discord.gateway.drop,
            "Discord: asks to reconnect": self._here.discord.gateway.ask_to_reconnect,
            "Discord: a thread is archived": self._archive,
            "Discord: a thread is locked": lambda: self._archive(locked=True),
            "Discord: a thread is deleted": self._delete,
            "Discord: the bot may not speak in a channel": self._silence_bot,
        }
        [name] = self._rng.choices(list(happenings))
        self._here.tally.count("happenings", name)
        return happenings[name]()

    async def _while(self, switch: str, seconds: float) -> None:
        faults = self._here.oxen.faults
        owner = faults.result if switch == "redirect" else faults
        setattr(owner, switch, True)
        if switch == "refuse_streams":
            self._here.oxen.drop_streams()
        try:
            await asyncio.sleep(seconds)
        finally:
            setattr(owner, switch, False)

    async def _hide(self) -> None:
        active = [row.id for row in self._here.oxen.generations.values() if row.status.active and not row.vanished]
        if not active:
            return
        generation_id = self._rng.choice(active)
        self._here.oxen.hide(generation_id)
        try:
            await asyncio.sleep(_GONE_SECONDS)
        finally:
            self._here.oxen.show(generation_id)

    def _untold_thread(self) -> Channel | None:
        """A thread of a job whose outcome is not in it: taking one away that is there would take it from sight."""
        places = [row.place_id for row in self._here.unfinished()]
        channels = [self._here.discord.world.channels.get(place) for place in places if place is not None]
        threads = [channel for channel in channels if channel is not None and channel.is_thread]
        free = [thread for thread in threads if not any(self._here.outcomes(thread))]
        return self._rng.choice(free) if free else None

    def _archive(self, *, locked: bool | None = None) -> None:
        if (thread := self._untold_thread()) is not None:
            self._here.discord.archive(thread, locked=locked)

    def _delete(self) -> None:
        if (thread := self._untold_thread()) is not None:
            self._here.discord.delete(thread)

    async def _silence_bot(self) -> None:
        channel = self._rng.choice(self._here.channels)
        self._here.discord.deny(channel, *_SPEAKING)
        try:
            await asyncio.sleep(1.0)
        finally:
            self._here.discord.allow(channel, *_SPEAKING)
