"""Addresses of pictures that outlive Discord's signed links: in our own messages or store, or shipped with the bot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardPictureAddress:
    """A file of a message of ours: reading the message again gives a fresh link. ``board:place/message/file``."""

    place_id: int
    message_id: int
    filename: str

    def __str__(self) -> str:
        return f"board:{self.place_id}/{self.message_id}/{self.filename}"

    @classmethod
    def parse(cls, address: str) -> Self | None:
        """The source that an address names, if it names one."""
        place, _, rest = _after("board", address).partition("/")
        message, _, filename = rest.partition("/")
        if not place.isdecimal() or not message.isdecimal() or not filename:
            return None
        return cls(place_id=int(place), message_id=int(message), filename=filename)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPictureAddress:
    """A file in our own store, by the SHA-256 of its bytes. ``stored:digest.png``."""

    digest: str
    ending: str

    def __str__(self) -> str:
        return f"stored:{self.digest}.{self.ending}"

    @classmethod
    def parse(cls, address: str) -> Self | None:
        """The source that an address names, if it names one."""
        digest, _, ending = _after("stored", address).partition(".")
        if len(digest) != 64 or not set(digest) <= set("0123456789abcdef") or not ending.isalnum():
            return None
        return cls(digest=digest, ending=ending)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamplePictureAddress:
    """A picture of an example, which ships with the bot. ``example:fox.png``."""

    filename: str

    def __str__(self) -> str:
        return f"example:{self.filename}"

    @classmethod
    def parse(cls, address: str) -> Self | None:
        """The picture that an address names, if it names one."""
        filename = _after("example", address)
        return cls(filename=filename) if filename else None


@dataclass(frozen=True, slots=True, kw_only=True)
class LastFrameAddress:
    """The last frame of a job's video, cut when it is read. ``last-frame:0123456789abcdef``."""

    job_id: str

    def __str__(self) -> str:
        return f"last-frame:{self.job_id}"

    @classmethod
    def parse(cls, address: str) -> Self | None:
        """The frame that an address names, if it names one."""
        job_id = _after("last-frame", address)
        return cls(job_id=job_id) if job_id else None


def _after(scheme: str, address: str) -> str:
    """What an address of a scheme names; nothing where it is of another."""
    head, _, rest = address.partition(":")
    return rest if head == scheme else ""
