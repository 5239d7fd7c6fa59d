"""The price guard: a price that moved too far, or is none, is not believed alone. Prices are micro-dollars.

A model has a price for each shape that Oxen names one for: a second, a second with sound, a second in a resolution, an
image. Each is guarded by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from bot.domain.model_spec import Price

MOST_TIMES: Final = 3
"""A price that is more than so many times the one before, or less than that part of it, is in doubt."""
SECOND: Final = "second"
SOUND: Final = "sound"
HIGH: Final = "high"
IMAGE: Final = "image"
_RESOLUTION: Final = "resolution:"


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardedPrice:
    """What is believed to be a price, and what Oxen says that it is (``None``: nothing that is a price)."""

    believed: int
    said: int | None
    is_doubted: bool = False

    @property
    def counted(self) -> int:
        """What it is taken to be: while it is in doubt, the higher of both."""
        return max(self.believed, self.said or 0) if self.is_doubted else self.believed

    def hear(self, said: int | None) -> GuardedPrice:
        """The price once Oxen says this. What was settled before stays settled while Oxen says the same."""
        if said is not None and self.believed <= said * MOST_TIMES and said <= self.believed * MOST_TIMES:
            return GuardedPrice(believed=said, said=said)
        if said == self.said and not self.is_doubted:
            return self
        return GuardedPrice(believed=self.believed, said=said, is_doubted=True)

    def settle(self, price: int) -> GuardedPrice:
        """The price once an operator has said what to believe."""
        return replace(self, believed=price, is_doubted=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardedPrices:
    """Every price of a model, by its shape: ``second``, ``sound``, ``high``, ``resolution:720p``, ``image``."""

    shapes: Mapping[str, GuardedPrice] = field(default_factory=dict)

    @property
    def counted(self) -> Price:
        """What the model is taken to cost."""
        return price_of_shapes({shape: one.counted for shape, one in self.shapes.items()})

    @property
    def doubted(self) -> tuple[str, ...]:
        """The shapes whose price an operator is to settle."""
        return tuple(shape for shape, one in self.shapes.items() if one.is_doubted)

    def hear(self, said: Price) -> GuardedPrices:
        """The prices once Oxen says this. A shape that had no price of its own is compared with what counted for it."""
        now = shapes_of_price(said)
        before = self.counted
        found = {shape: one.hear(now.get(shape)) for shape, one in self.shapes.items()}
        for shape in now.keys() - found.keys():
            counted = _counted_for(before, shape)
            found[shape] = GuardedPrice(believed=counted or now[shape], said=None).hear(now[shape])
        return GuardedPrices(shapes={shape: found[shape] for shape in sorted(found, key=_in_order)})

    def settle(self, shape: str, price: int) -> GuardedPrices:
        """The prices once an operator has said what to believe of one."""
        before = self.shapes.get(shape) or GuardedPrice(believed=price, said=None)
        return GuardedPrices(shapes={**self.shapes, shape: before.settle(price)})

    def settle_as_said(self) -> GuardedPrices | None:
        """The prices once an operator believes Oxen; ``None`` where that names nothing that could be believed.

        A shape that has no price of its own any more costs what others do.
        """
        found = {shape: one if one.said is None else one.settle(one.said) for shape, one in self.shapes.items()}
        kept = {shape: one for shape, one in found.items() if not one.is_doubted}
        has_base = any(shape in (SECOND, IMAGE) or shape.startswith(_RESOLUTION) for shape in kept)
        return GuardedPrices(shapes=kept) if has_base else None


def shapes_of_price(price: Price) -> dict[str, int]:
    """The prices by their shapes."""
    found = {SECOND: price.per_second, SOUND: price.with_audio, HIGH: price.high_resolution, IMAGE: price.per_image}
    found |= {f"{_RESOLUTION}{name}": amount for name, amount in price.by_resolution.items()}
    return {shape: amount for shape, amount in found.items() if amount is not None}


def price_of_shapes(shapes: Mapping[str, int]) -> Price:
    """The prices of shapes as a model's price."""
    return Price(
        per_second=shapes.get(SECOND),
        with_audio=shapes.get(SOUND),
        high_resolution=shapes.get(HIGH),
        by_resolution={name: amount for shape, amount in shapes.items() if (name := resolution_of(shape)) is not None},
        per_image=shapes.get(IMAGE),
    )


def resolution_of(shape: str) -> str | None:
    """The resolution that a shape is for, if it is for one."""
    return shape.removeprefix(_RESOLUTION) if shape.startswith(_RESOLUTION) else None


def _counted_for(price: Price, shape: str) -> int | None:
    """What a shape without a price of its own is taken to cost."""
    if shape == IMAGE:
        return price.per_image
    return price.of_second(resolution=resolution_of(shape), sound=shape == SOUND)


def _in_order(shape: str) -> tuple[bool, str]:
    """The base of a model's prices before all others."""
    return shape not in (SECOND, IMAGE), shape
