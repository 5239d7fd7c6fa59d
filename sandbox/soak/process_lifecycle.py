"""The bot's lives: each process is killed or stopped at a random moment, unless one of its own calls kills it first."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sandbox.process import BotProcess
from sandbox.soak.harness import Harness

_START_SECONDS = 30.0
_FAILURES_IN_A_ROW = 5


class ProcessLifecycle:
    """Runs one process after the other on the same database."""

    def __init__(self, here: Harness, rate: float, seconds: tuple[float, float]) -> None:
        self._here = here
        self._rate = rate
        self._seconds = seconds
        self._rng = random.Random(f"{here.seed}/lives")
        self._number = 0
        self._failures = 0
        self.complaints: list[str] = []

    async def run(self) -> None:
        """Let processes live and die until cancelled, which kills the last one."""
        while True:
            async with self._process(self._rate) as bot:
                await self._live(bot, self._rng.uniform(*self._seconds), stops=self._rng.random() < 0.3)

    async def last(self, done: asyncio.Event, patience: float) -> bool:
        """One undisturbed process, until ``done``; whether that came in time. Its end must be in order."""
        async with self._process(0.0) as bot:
            try:
                async with asyncio.timeout(patience):
                    await done.wait()
            except TimeoutError:
                return False
            finally:
                await self._stop(bot)
        return True

    @asynccontextmanager
    async def _process(self, rate: float) -> AsyncIterator[BotProcess]:
        self._number += 1
        # What died holds no session that anybody could resume.
        self._here.discord.gateway.forget_sessions()
        bot = self._here.bot(f"{self._here.seed}/bot/{self._number}", rate)
        try:
            async with bot:
                yield bot
        finally:
            (self._here.folder / f"life-{self._number:03}.log").write_text(bot.output, encoding="utf-8")

    async def _live(self, bot: BotProcess, seconds: float, *, stops: bool) -> None:
        exited = asyncio.create_task(bot.exited(timeout=_START_SECONDS + seconds + 10))
        try:
            ready = asyncio.create_task(self._here.discord.wait_for(lambda: self._here.discord.gateway.complete, 30.0))
            await asyncio.wait({exited, ready}, return_when=asyncio.FIRST_COMPLETED)
            ready.cancel()
            await asyncio.wait({exited}, timeout=seconds)
            if exited.done():
                self._note_end(exited.result())
                self._give_up_on_failures(bot, exited.result())
            elif stops:
                await self._stop(bot)
            else:
                await bot.kill()
                self._here.tally.count("restarts", "kill -9 at a random moment")
        finally:
            exited.cancel()
            await asyncio.wait({exited})

    def _note_end(self, status: int) -> None:
        died = status == -9
        self._here.tally.count("restarts", "died right before or after a call" if died else f"ended with {status}")

    def _give_up_on_failures(self, bot: BotProcess, status: int) -> None:
        """A process that cannot start would be started for ever."""
        self._failures = self._failures + 1 if status > 0 else 0
        if self._failures >= _FAILURES_IN_A_ROW:
            raise RuntimeError(f"the bot ends by itself again and again:\n{bot.output[-2000:]}")

    async def _stop(self, bot: BotProcess) -> None:
        if bot.returncode is not None:
            self._note_end(bot.returncode)
            return
        status = await bot.stop()
        self._here.tally.count("restarts", "SIGTERM" if status == 0 else f"SIGTERM, ended with {status}")
        if status not in (0, -9):
            self.complaints.append(f"life {self._number} was stopped and ended with {status}")
