"""The numbers of this Discord that a test may want to change."""

from dataclasses import dataclass
from datetime import timedelta

from sandbox.discord.model import MIB


@dataclass(slots=True, kw_only=True)
class Limits:
    """Discord's own values by default."""

    first_answer: timedelta = timedelta(seconds=3)
    token_life: timedelta = timedelta(minutes=15)
    nonce_memory: timedelta = timedelta(minutes=5)
    heartbeat: timedelta = timedelta(milliseconds=41_250)
    files: int = 10
    request_bytes: int = 25 * MIB
    active_threads: int = 1000
