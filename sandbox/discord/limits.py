"""The numbers of this Discord that a test may want to change."""

from dataclasses import dataclass, field
from datetime import timedelta

from sandbox.discord.model import MIB


@dataclass(frozen=True, slots=True)
class Rate:
    """So many calls in a window of so many seconds, which begins with its first call."""

    calls: int
    seconds: float


def default_rates() -> dict[str, Rate]:
    """The rates by route, "METHOD template"; each counts by channel, server or webhook.

    Discord publishes none of them. Those of messages, edits, threads and deletions are what bots report; the others are
    guesses on the careful side.
    """
    commands = "/applications/{application}/commands"
    hook = "/webhooks/{application}/{token}"
    return {
        "POST /channels/{channel}/messages": Rate(5, 5.0),
        "PATCH /channels/{channel}/messages/{message}": Rate(5, 5.0),
        "DELETE /channels/{channel}/messages/{message}": Rate(5, 1.0),
        "POST /channels/{channel}/messages/{message}/threads": Rate(50, 300.0),
        "POST /channels/{channel}/threads": Rate(50, 300.0),
        "POST /channels/{channel}/typing": Rate(5, 5.0),
        f"POST {hook}": Rate(5, 2.0),
        f"PATCH {hook}/messages/{{message}}": Rate(5, 2.0),
        f"PUT {commands}": Rate(5, 20.0),
        "POST /users/@me/channels": Rate(10, 10.0),
    }


@dataclass(slots=True, kw_only=True)
class Limits:
    """Discord's own values by default, as far as they are known.

    GET /gateway/bot says `shards`; who identifies with fewer than `least_shards` is closed with 4011. `max_concurrency`
    sessions may begin every `identify_seconds`, and `session_starts` in a day.
    An answer to an interaction's callback holds the message that it made, and its id beside it if `names_answers`.
    The files that a message's components show are among its attachments, too, if `lists_shown_files`.
    `invalid_requests` answers 401, 403 and 429 within `invalid_window` get the bot banned for `ban`.
    """

    first_answer: timedelta = timedelta(seconds=3)
    token_life: timedelta = timedelta(minutes=15)
    nonce_memory: timedelta = timedelta(minutes=5)
    heartbeat: timedelta = timedelta(milliseconds=41_250)
    names_answers: bool = True
    lists_shown_files: bool = True
    files: int = 10
    request_bytes: int = 25 * MIB
    active_threads: int = 1000
    shards: int = 1
    least_shards: int = 1
    max_concurrency: int = 1
    identify_seconds: float = 5.0
    session_starts: int = 1000
    rate_limited: bool = True
    rates: dict[str, Rate] = field(default_factory=default_rates)
    other_rate: Rate = Rate(20, 5.0)
    global_rate: Rate = Rate(50, 1.0)
    invalid_requests: int = 10_000
    invalid_window: timedelta = timedelta(minutes=10)
    ban: timedelta = timedelta(hours=1)
