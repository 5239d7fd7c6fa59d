"""The draft: pictures that somebody collects from several messages before making a video of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from bot.domain.model_spec import KLING_O1
from bot.domain.request import Picture
from bot.errors import RequestError
from bot.text import text

Draft = tuple[Picture, ...]
"""In the order in which they become ``@Image1``, ``@Image2`` and so on. A picture is in it once, by its address."""


def with_more(draft: Draft, more: Sequence[Picture]) -> Draft:
    """A draft with more pictures at its end; those that it has already stay where they are.

    One that is hidden in either is hidden.

    Raises:
        RequestError: that would be more than a request can have.
    """
    pictures = {picture.url: picture for picture in (*more, *draft)}
    order = dict.fromkeys(picture.url for picture in (*draft, *more))
    most = KLING_O1.most_references
    if len(order) > most:
        raise RequestError(text("draft.too_many", count=len(draft), total=len(order), limit=most))
    hidden = {picture.url for picture in (*draft, *more) if picture.is_spoiler}
    return tuple(replace(pictures[url], is_spoiler=url in hidden) for url in order)


def in_order_of(draft: Draft, pictures: Sequence[Picture]) -> Draft:
    """A draft with those of its pictures that are among others, in their order."""
    known = {picture.url: picture for picture in draft}
    return tuple(known[picture.url] for picture in pictures if picture.url in known)


def without(draft: Draft, urls: Collection[str]) -> Draft:
    """A draft without some of its pictures."""
    return tuple(picture for picture in draft if picture.url not in urls)
