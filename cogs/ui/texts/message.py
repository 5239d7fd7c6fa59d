"""How a message is written in the source: one sentence, or one for each plural form."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plural:
    """A message whose words depend on the number in its placeholder ``by``."""

    by: str
    one: str
    other: str
