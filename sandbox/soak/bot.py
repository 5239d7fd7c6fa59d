"""`python -m bot` whose calls to the outside fail at random: `python -m sandbox.soak.bot`.

`SOAK_SEED` and `SOAK_RATE` (the share of calls that are struck) say how; each fault is a line in the file
`SOAK_FAULTS`.
A death is a SIGKILL that the process sends itself right before or after the call.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from bot.app import run
from bot.config import load_settings
from bot.errors import BotError
from bot.logs import set_up_logging
from sandbox.fault_injection import Fault, with_faults
from sandbox.soak.timing import TIMING

_DEATHS = (Fault.DIES_BEFORE, Fault.DIES_AFTER)
_SHARE_OF_DEATHS = 0.12


class RandomGate:
    """Strikes a share of all calls; most faults are errors, some are deaths."""

    def __init__(self, rng: random.Random, rate: float, note: Callable[[str], None]) -> None:
        self._rng = rng
        self._rate = rate
        self._note = note

    async def passes(
        self, name: str, call: Callable[[], Awaitable[Any]], uncertain: BotError, certain: BotError
    ) -> Any:  # noqa: ANN401 - whatever the call gives
        """Make the call, unless it is struck."""
        fault = self._draw()
        if fault is Fault.DIES_BEFORE:
            self._die(f"{fault}: {name}")
        if fault is Fault.RAISES:
            self._note(f"{fault}: {name}")
            raise type(certain)(str(certain))
        result = await call()
        if fault is Fault.DIES_AFTER:
            self._die(f"{fault}: {name}")
        if fault is Fault.LOST_ANSWER:
            self._note(f"{fault}: {name}")
            raise type(uncertain)(str(uncertain))
        return result

    def _draw(self) -> Fault | None:
        if self._rng.random() >= self._rate:
            return None
        if self._rng.random() < _SHARE_OF_DEATHS:
            return self._rng.choice(_DEATHS)
        return self._rng.choice((Fault.RAISES, Fault.LOST_ANSWER))

    def _die(self, what: str) -> None:
        self._note(what)
        os.kill(os.getpid(), signal.SIGKILL)


def _noting(path: Path) -> Callable[[str], None]:
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    return lambda line: (os.write(descriptor, f"{line}\n".encode()), None)[1]


def main() -> None:
    """Run it with what the environment says."""
    settings = load_settings()
    secrets = (settings.discord_token.get_secret_value(), settings.oxen_api_key.get_secret_value())
    set_up_logging(settings.log_level, settings.log_format, secrets)
    note = _noting(Path(os.environ["SOAK_FAULTS"]))
    gate = RandomGate(random.Random(os.environ["SOAK_SEED"]), float(os.environ["SOAK_RATE"]), note)
    asyncio.run(run(settings, timing=TIMING, wrappers=with_faults(gate)))


if __name__ == "__main__":
    main()
