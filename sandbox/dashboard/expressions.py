"""The part of PromQL that the dashboard is written in, evaluated over samples.

https://prometheus.io/docs/prometheus/latest/querying/basics/ is what is meant. Simpler than there: `increase` and
`rate` are not extrapolated to the ends of their window.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from sandbox.dashboard.samples import Labels, Points, Samples

_TOKEN: Final = re.compile(
    r'\s*(?:(\d+(?:\.\d+)?(?:[smhd]\b)?)|(\$?[a-zA-Z_][a-zA-Z0-9_]*)|("[^"]*")|([()\[\]{},=/>-]))'
)
_UNITS: Final = {"s": 1.0, "m": 60.0, "h": 3_600.0, "d": 86_400.0}
_BARE: Final[Labels] = frozenset()

Vector = dict[Labels, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When an expression is evaluated, and over what. Seconds; a sample that is older than ``stale`` is gone."""

    samples: Samples
    at: float
    rate_interval: float
    stale: float


Expression = Callable[[Moment], Vector]


class ExpressionError(Exception):
    """It is no expression of the part of PromQL that is known here."""


def parse(text: str) -> Expression:
    """An expression to be evaluated. A number is a vector with one element and no labels.

    Raises:
        ExpressionError: it is none.
    """
    parser = _Parser(_tokens(text))
    found = parser.comparison()
    parser.end()
    return found


def _tokens(text: str) -> list[str]:
    tokens, at = [], 0
    text = text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise ExpressionError(f"not understood: {text[at:]!r}")
        tokens.append(next(group for group in match.groups() if group is not None))
        at = match.end()
    return tokens


class _Parser:
    """Reads tokens from left to right; ``>`` binds least, then ``-``, then ``/``."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._at = 0

    def end(self) -> None:
        if self._at < len(self._tokens):
            raise ExpressionError(f"too much: {self._tokens[self._at :]}")

    def comparison(self) -> Expression:
        left = self._difference()
        if self._skip(">"):
            right = self._difference()
            return lambda moment: {
                labels: value for labels, value in left(moment).items() if value > _scalar(right(moment))
            }
        return left

    def _difference(self) -> Expression:
        left = self._quotient()
        while self._skip("-"):
            left = _pairwise(left, self._quotient(), lambda one, other: one - other)
        return left

    def _quotient(self) -> Expression:
        left = self._primary()
        while self._skip("/"):
            left = _pairwise(left, self._primary(), lambda one, other: one / other if other else math.nan)
        return left

    def _primary(self) -> Expression:
        word = self._next()
        if word == "(":
            inner = self.comparison()
            self._expect(")")
            return inner
        if word[0].isdigit():
            number = float(word)
            return lambda _: {_BARE: number}
        match word:
            case "time":
                self._expect("(")
                self._expect(")")
                return lambda moment: {_BARE: moment.at}
            case "sum":
                return self._sum()
            case "rate" | "increase":
                return self._over_time(is_rate=word == "rate")
            case "histogram_quantile":
                return self._quantile()
            case name:
                wanted = self._labels()
                return lambda moment: {
                    labels: value
                    for labels, points in moment.samples.find(name, wanted)
                    if (value := _newest(points, moment)) is not None
                }

    def _sum(self) -> Expression:
        by: list[str] = []
        if self._skip("by"):
            self._expect("(")
            by = self._names()
        self._expect("(")
        inner = self.comparison()
        self._expect(")")

        def evaluate(moment: Moment) -> Vector:
            sums: Vector = defaultdict(float)
            for labels, value in inner(moment).items():
                sums[frozenset((name, word) for name, word in labels if name in by)] += value
            return dict(sums)

        return evaluate

    def _over_time(self, *, is_rate: bool) -> Expression:
        self._expect("(")
        name = self._next()
        wanted = self._labels()
        self._expect("[")
        given = self._next()
        self._expect("]")
        self._expect(")")

        def evaluate(moment: Moment) -> Vector:
            seconds = moment.rate_interval if given == "$__rate_interval" else float(given[:-1]) * _UNITS[given[-1]]
            found: Vector = {}
            for labels, points in moment.samples.find(name, wanted):
                window = [point for point in points if moment.at - seconds < point[0] <= moment.at]
                if len(window) > 1:
                    took = window[-1][0] - window[0][0]
                    found[labels] = _increase(window) / (took if is_rate else 1)
            return found

        return evaluate

    def _quantile(self) -> Expression:
        self._expect("(")
        quantile = float(self._next())
        self._expect(",")
        inner = self.comparison()
        self._expect(")")

        def evaluate(moment: Moment) -> Vector:
            buckets: dict[Labels, list[tuple[float, float]]] = defaultdict(list)
            for labels, value in inner(moment).items():
                bound = float(dict(labels)["le"])
                buckets[frozenset(label for label in labels if label[0] != "le")].append((bound, value))
            return {
                labels: value
                for labels, found in buckets.items()
                if not math.isnan(value := histogram_quantile(quantile, sorted(found)))
            }

        return evaluate

    def _labels(self) -> Mapping[str, str]:
        wanted: dict[str, str] = {}
        if not self._skip("{"):
            return wanted
        while not self._skip("}"):
            name = self._next()
            self._expect("=")
            wanted[name] = self._next().strip('"')
            self._skip(",")
        return wanted

    def _names(self) -> list[str]:
        names = []
        while not self._skip(")"):
            names.append(self._next())
            self._skip(",")
        return names

    def _next(self) -> str:
        if self._at >= len(self._tokens):
            raise ExpressionError("it ends too early")
        self._at += 1
        return self._tokens[self._at - 1]

    def _skip(self, token: str) -> bool:
        if self._at < len(self._tokens) and self._tokens[self._at] == token:
            self._at += 1
            return True
        return False

    def _expect(self, token: str) -> None:
        if (found := self._next()) != token:
            raise ExpressionError(f"{token!r} is expected, and not {found!r}")


def histogram_quantile(quantile: float, buckets: list[tuple[float, float]]) -> float:
    """A quantile of a histogram, by the upper bounds of its buckets and how much is up to each; linear within one."""
    total = buckets[-1][1]
    if total <= 0:
        return math.nan
    rank, below, so_far = quantile * total, 0.0, 0.0
    for bound, count in buckets:
        if count >= rank:
            if math.isinf(bound):
                return below
            return below + (bound - below) * (rank - so_far) / (count - so_far) if count > so_far else bound
        below, so_far = bound, count
    return below


def _pairwise(left: Expression, right: Expression, do: Callable[[float, float], float]) -> Expression:
    """An operation on elements with the same labels; one that is a number goes with every element of the other."""

    def evaluate(moment: Moment) -> Vector:
        ones, others = left(moment), right(moment)
        if set(ones) == {_BARE}:
            return {labels: do(ones[_BARE], value) for labels, value in others.items()}
        if set(others) == {_BARE}:
            return {labels: do(value, others[_BARE]) for labels, value in ones.items()}
        return {labels: do(ones[labels], others[labels]) for labels in ones.keys() & others.keys()}

    return evaluate


def _scalar(vector: Vector) -> float:
    [value] = vector.values()
    return value


def _newest(points: Points, moment: Moment) -> float | None:
    """The value as of a moment; ``None`` where it is stale or no number."""
    index = bisect_right(points, moment.at, key=lambda point: point[0]) - 1
    if index < 0 or points[index][0] <= moment.at - moment.stale or math.isnan(points[index][1]):
        return None
    return points[index][1]


def _increase(points: Points) -> float:
    """By how much a counter grew; one that went down was begun anew at 0."""
    grown = 0.0
    for (_, before), (_, after) in pairwise(points):
        grown += after - before if after >= before else after
    return grown
