"""Three worked examples with their pictures, which are files beside this module (``sandbox.example_pictures``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Final

from bot.domain.picture_addresses import ExamplePictureAddress
from bot.domain.request import Element, Picture, VideoRequest

_SCENE: Final = (1280, 720)
_ELEMENT: Final = (768, 768)


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A request that shows one thing. ``key`` is its name in custom ids and in the catalogue.

    The pictures are named by their files, under the numbers that the prompt uses.
    """

    key: str
    images: Mapping[int, str]
    elements: Mapping[int, str]

    def request(self, prompt: str) -> VideoRequest:
        """The whole request, with its prompt in the reader's language."""
        return VideoRequest(
            prompt=prompt,
            images={number: _picture(name, _SCENE) for number, name in self.images.items()},
            elements={
                number: Element(front=_picture(name, _ELEMENT), angles={}) for number, name in self.elements.items()
            },
        )

    def named_pictures(self) -> Iterator[tuple[str, str]]:
        """Each picture's name in the prompt, and its file."""
        yield from ((f"@Image{number}", name) for number, name in self.images.items())
        yield from ((f"@Element{number}", name) for number, name in self.elements.items())


EXAMPLES: Final[Mapping[str, Example]] = MappingProxyType(
    {
        example.key: example
        for example in (
            Example(key="start_frame", images={1: "meadow.png"}, elements={}),
            Example(key="element", images={1: "pier.png"}, elements={1: "fox.png"}),
            Example(key="style", images={1: "forest.png"}, elements={1: "fox.png", 2: "bird.png"}),
        )
    }
)
"""By key, in the order in which people read them."""


@cache
def read_example_picture(name: str) -> bytes | None:
    """The bytes of a picture of the examples; ``None`` where there is none of that name."""
    if name not in {file for example in EXAMPLES.values() for _, file in example.named_pictures()}:
        return None
    return resources.files(__name__).joinpath(name).read_bytes()


def _picture(name: str, size: tuple[int, int]) -> Picture:
    data = read_example_picture(name)
    assert data is not None
    width, height = size
    return Picture(
        url=str(ExamplePictureAddress(filename=name)),
        filename=name,
        content_type="image/png",
        size=len(data),
        width=width,
        height=height,
    )
