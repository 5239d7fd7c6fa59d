"""How often a bot may call: Discord documentation, page "Rate Limits"."""

import hashlib
import math
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sandbox.discord.errors import Json
from sandbox.discord.limits import Limits, Rate
from sandbox.discord.model import Channel
from sandbox.discord.routing import Route

INVALID = frozenset({401, 403, 429})
SHARED_BUCKETS = {"POST /channels/{channel}/threads": "POST /channels/{channel}/messages/{message}/threads"}
"""Routes that use up the bucket of another one."""
MAJOR = ("channel", "guild", "application", "token")
"""The path parameters that have a bucket each; an application's id counts in a webhook's path alone."""
OUTSIDE_GLOBAL = ("/interactions/", "/webhooks/")
UNLIMITED = "/interactions/"


class RateLimitedError(Exception):
    """A call too many."""

    def __init__(self, wait: float, scope: Literal["user", "global"], headers: Mapping[str, str]) -> None:
        super().__init__(f"retry after {wait} s ({scope})")
        self.wait = wait
        self.scope = scope
        self._headers = headers

    @property
    def headers(self) -> dict[str, str]:
        """The headers of the 429."""
        about = {"Retry-After": str(math.ceil(self.wait)), "X-RateLimit-Scope": self.scope}
        return {**self._headers, **about, **({"X-RateLimit-Global": "true"} if self.scope == "global" else {})}

    def body(self) -> Json:
        """The JSON of the 429."""
        message = "You are being rate limited."
        return {"message": message, "retry_after": self.wait, "global": self.scope == "global"}


@dataclass(slots=True)
class Usage:
    """What was called: how many times in all, how many of them were refused with 429, the longest wait asked for."""

    calls: int = 0
    refused: int = 0
    longest_wait: float = 0.0

    def add(self, other: "Usage") -> None:
        """Add what another one counted."""
        self.calls += other.calls
        self.refused += other.refused
        self.longest_wait = max(self.longest_wait, other.longest_wait)


class Bucket:
    """A window of time with so many calls in it."""

    def __init__(self, name: str) -> None:
        self.hash = hashlib.blake2b(name.encode(), digest_size=16).hexdigest()
        self._ends = 0.0
        self._used = 0

    def take(self, rate: Rate, now: float) -> float:
        """Use one call up: 0.0, or the seconds until there is one again."""
        if now >= self._ends:
            self._ends, self._used = now + rate.seconds, 0
        if self._used >= rate.calls:
            return _milliseconds(self._ends - now)
        self._used += 1
        return 0.0

    def headers(self, rate: Rate, now: float) -> dict[str, str]:
        """What an answer says of the bucket."""
        left = rate.calls - self._used if now < self._ends else rate.calls
        return {
            "X-RateLimit-Limit": str(rate.calls),
            "X-RateLimit-Remaining": str(max(0, left)),
            "X-RateLimit-Reset": f"{self._ends:.3f}",
            "X-RateLimit-Reset-After": f"{_milliseconds(max(0.0, self._ends - now)):.3f}",
            "X-RateLimit-Bucket": self.hash,
        }


class RateLimits:
    """Counts the calls by route and major parameter, refuses those over the limits, and bans who goes on anyway."""

    def __init__(self, limits: Limits, now: Callable[[], datetime]) -> None:
        self._limits = limits
        self._now = now
        self._buckets: dict[tuple[str, str], Bucket] = {}
        self._global = Bucket("global")
        self._usage: dict[tuple[str, str], Usage] = {}
        self._invalid: deque[float] = deque()
        self._banned_until = 0.0
        self.global_refused = 0
        """How many calls were over the limit of all calls together."""
        self.most_invalid = 0
        """The most refused calls (401, 403, 429) that there ever were in one window."""

    # --- what a test looks at ---

    @property
    def by_route(self) -> dict[tuple[str, str], Usage]:
        """Every use so far by route ("POST /channels/{channel}/messages") and major parameter (a channel's id, …)."""
        return dict(self._usage)

    def usage(self, route: str | None = None, channel: Channel | None = None) -> Usage:
        """What was called on one route, in one channel, or in all."""
        total = Usage()
        for (name, major), used in self._usage.items():
            if route in (None, name) and (channel is None or major == str(channel.id)):
                total.add(used)
        return total

    @property
    def invalid(self) -> int:
        """How many calls were refused (401, 403, 429) in the window that ends now."""
        oldest = self._time() - self._limits.invalid_window.total_seconds()
        while self._invalid and self._invalid[0] < oldest:
            self._invalid.popleft()
        return len(self._invalid)

    @property
    def banned(self) -> bool:
        """Whether every call is refused for what happened before."""
        return self._time() < self._banned_until

    @property
    def ban_seconds(self) -> float:
        """How long the ban lasts from now on."""
        return max(0.0, self._banned_until - self._time())

    # --- what the server asks ---

    def admit(self, route: Route, params: Mapping[str, str]) -> None:
        """Count a call. Raises RateLimitedError."""
        used = self._usage.setdefault((route.name, _major(route, params)), Usage())
        used.calls += 1
        try:
            self._check(route, params)
        except RateLimitedError as error:
            used.refused += 1
            used.longest_wait = max(used.longest_wait, error.wait)
            raise

    def headers(self, route: Route, params: Mapping[str, str]) -> dict[str, str]:
        """What the answer to an admitted call says of its bucket."""
        if not self._limits.rate_limited or route.template.startswith(UNLIMITED):
            return {}
        return self._bucket(route, params).headers(self._rate(route), self._time())

    def note(self, status: int) -> None:
        """Count an answer that was a refusal; too many of them are a ban."""
        if status not in INVALID or self.banned:
            return
        self._invalid.append(self._time())
        self.most_invalid = max(self.most_invalid, self.invalid)
        if self.invalid >= self._limits.invalid_requests:
            self._banned_until = self._time() + self._limits.ban.total_seconds()
            self._invalid.clear()

    def _check(self, route: Route, params: Mapping[str, str]) -> None:
        if not self._limits.rate_limited or route.template.startswith(UNLIMITED):
            return
        now, rate = self._time(), self._limits.global_rate
        if not route.template.startswith(OUTSIDE_GLOBAL) and (wait := self._global.take(rate, now)):
            self.global_refused += 1
            raise RateLimitedError(wait, "global", {})
        bucket, rate = self._bucket(route, params), self._rate(route)
        if wait := bucket.take(rate, now):
            raise RateLimitedError(wait, "user", bucket.headers(rate, now))

    def _rate(self, route: Route) -> Rate:
        name = SHARED_BUCKETS.get(route.name, route.name)
        return self._limits.rates.get(name, self._limits.other_rate)

    def _bucket(self, route: Route, params: Mapping[str, str]) -> Bucket:
        name = SHARED_BUCKETS.get(route.name, route.name)
        return self._buckets.setdefault((name, _major(route, params)), Bucket(name))

    def _time(self) -> float:
        return self._now().timestamp()


def _major(route: Route, params: Mapping[str, str]) -> str:
    known = MAJOR if route.template.startswith("/webhooks/") else MAJOR[:2]
    return "+".join(params[name] for name in known if name in params)


def _milliseconds(seconds: float) -> float:
    """Rounded up: who comes back then is not early."""
    return math.ceil(seconds * 1000) / 1000
