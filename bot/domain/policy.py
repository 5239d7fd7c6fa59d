"""Policies: who may have how much, said at four levels, and what comes of them for one person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

NO_LIMIT: Final = 2**40
"""More than anybody can use: arithmetic stays arithmetic."""

LIMITS: Final = ("daily_seconds", "monthly_seconds", "max_active", "max_duration")


class Access(StrEnum):
    """Whether somebody is let in at all."""

    NORMAL = "normal"
    BLOCKED = "blocked"
    UNLIMITED = "unlimited"


class Level(StrEnum):
    """Who a rule is for, from the one that goes first."""

    USER = "user"
    ROLE = "role"
    SERVER = "server"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What was set for one user, role or server. A limit that is ``None`` leaves it to the next level."""

    daily_seconds: int | None = None
    monthly_seconds: int | None = None
    max_active: int | None = None
    max_duration: int | None = None
    access: Access = Access.NORMAL

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing."""
        return self == Rule()

    def says(self, name: str) -> int | None:
        """One limit as this rule has it; a number goes before *unlimited*."""
        number: int | None = getattr(self, name)
        return NO_LIMIT if number is None and self.access is Access.UNLIMITED else number


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What holds for one person in one server: seconds a day and a month, jobs at once, seconds of one video.

    ``sources`` says at which level each limit was set, and under ``access`` which one blocks, if any does.
    """

    daily_seconds: int
    max_active: int
    monthly_seconds: int = NO_LIMIT
    max_duration: int = NO_LIMIT
    is_blocked: bool = False
    sources: Mapping[str, Level] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Every rule that touches one person in one server."""

    user: Rule | None = None
    roles: Sequence[Rule] = ()
    server: Rule | None = None

    def resolve(self, operator: Policy) -> Policy:
        """The policy: each limit by the user's own rule, else the most generous of the roles', else the server's."""
        found, sources = {}, {}
        for name in LIMITS:
            source, value = next(self._said(name), (Level.OPERATOR, getattr(operator, name)))
            found[name], sources[name] = value, source
        blocking = self.blocking_level()
        if blocking is not None:
            sources["access"] = blocking
        return Policy(**found, is_blocked=blocking is not None, sources=sources)

    def _said(self, name: str) -> Iterator[tuple[Level, int]]:
        for level, rules in self._levels():
            said = [value for rule in rules if (value := rule.says(name)) is not None]
            if said:
                yield level, max(said)

    def blocking_level(self) -> Level | None:
        """The nearest level that has a rule, if it blocks; of several roles one that lets in is enough."""
        for level, rules in self._levels():
            if rules:
                return level if all(rule.access is Access.BLOCKED for rule in rules) else None
        return None

    def _levels(self) -> Iterator[tuple[Level, Sequence[Rule]]]:
        yield Level.USER, () if self.user is None else (self.user,)
        yield Level.ROLE, self.roles
        yield Level.SERVER, () if self.server is None else (self.server,)
