"""What was found: one line each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum


class Level(StrEnum):
    """How good it is."""

    OK = "ok"
    WARN = "warn"
    """It works, but not for everybody, or not for long."""
    FAIL = "fail"
    """No video can be made like that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was looked at, how it is, and what to do where it should be otherwise."""

    level: Level
    name: str
    text: str
    to_do: str = ""

    def __str__(self) -> str:
        line = f"{self.level:<5} {self.name}: {self.text}"
        return " ".join((f"{line} {self.to_do}" if self.to_do else line).split("\n"))

    def as_json(self) -> dict[str, str]:
        """Its fields, for machines."""
        return asdict(self)


def ok(name: str, text: str) -> Finding:
    """All is well."""
    return Finding(level=Level.OK, name=name, text=text)


def warn(name: str, text: str, to_do: str = "") -> Finding:
    """It could be better."""
    return Finding(level=Level.WARN, name=name, text=text, to_do=to_do)


def fail(name: str, text: str, to_do: str) -> Finding:
    """It has to be mended."""
    return Finding(level=Level.FAIL, name=name, text=text, to_do=to_do)


def redact(findings: Iterable[Finding], secrets: Sequence[str]) -> list[Finding]:
    """The findings without any secret in them, whoever put it there."""

    def clean(text: str) -> str:
        for secret in secrets:
            text = text.replace(secret, "[secret]")
        return text

    return [replace(finding, text=clean(finding.text), to_do=clean(finding.to_do)) for finding in findings]
