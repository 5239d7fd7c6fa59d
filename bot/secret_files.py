"""Files that hold secrets: reading one, and seeing who else may."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Final

_MAX_BYTES: Final = 64 * 1024
_READABLE_BY_OTHERS: Final = stat.S_IRGRP | stat.S_IROTH


def read_secret(path: Path) -> str:
    """What a file holds, without the white space around it.

    Raises:
        ValueError: it cannot be read, or holds no text; the message is the end of "it …".
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise ValueError("must be a file, and that is a folder or something else")
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise ValueError(f"must be a file that can be read ({error.strerror})") from error
    try:
        text = data.decode().strip()
    except UnicodeDecodeError:
        text = ""
    if not text or len(data) > _MAX_BYTES:
        raise ValueError("must be a file that holds the secret and nothing else")
    return text


def exposure_of(path: Path) -> str | None:
    """A warning about a file that other users of the machine can read; ``None`` where they cannot, or there is none."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return None
    if not mode & _READABLE_BY_OTHERS:
        return None
    return f"Other users of this machine can read {path} (mode {stat.S_IMODE(mode):04o}); chmod 600 keeps them out"
