"""Files with a word or phrase on each line."""

from __future__ import annotations

from pathlib import Path
from typing import Final

_MAX_BYTES: Final = 1024 * 1024


def read_words(path: Path) -> tuple[str, ...]:
    """The words of a file in UTF-8. Empty lines and those that begin with ``#`` are none.

    Raises:
        ValueError: it cannot be read; the message is the end of "it …".
    """
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise ValueError(f"must be a file that can be read ({error.strerror})") from error
    if len(data) > _MAX_BYTES:
        raise ValueError("must be a file of 1 MB at most")
    try:
        lines = data.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise ValueError("must be a text in UTF-8, with a word on each line") from None
    return tuple(word for line in lines if (word := line.strip()) and not word.startswith("#"))
