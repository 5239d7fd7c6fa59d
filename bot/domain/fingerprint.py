"""Fingerprints of pictures: whether two files show the same, whatever their size, format and quality."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

FINGERPRINT_BITS: Final = 128
_ALIKE_BITS: Final = 10
"""How many bits may differ: scaling and encoding anew change up to 8, another view of a thing over 30."""
_ALIKE_COLOUR: Final = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """A picture in short: in ``bits`` where it gets darker, across and downwards; ``colour`` is its mean, in RGB."""

    bits: int
    colour: tuple[int, int, int]

    def __post_init__(self) -> None:
        if not (0 <= self.bits < 1 << FINGERPRINT_BITS and all(0 <= one <= 255 for one in self.colour)):
            raise ValueError(f"no fingerprint: {self.bits}, {self.colour}")


def are_alike(one: Fingerprint, other: Fingerprint) -> bool:
    """Whether two pictures show the same. The colour is for those without a shape, such as a plain wall."""
    is_near = all(abs(a - b) <= _ALIKE_COLOUR for a, b in zip(one.colour, other.colour, strict=True))
    return is_near and (one.bits ^ other.bits).bit_count() <= _ALIKE_BITS
