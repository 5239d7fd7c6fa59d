"""A program whose folder is on a small disk of its own: nobody else sees it, and it goes with the program."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest

_UNSHARE: Final = shutil.which("unshare") or "unshare"
_AS_ROOT: Final = () if os.geteuid() == 0 else ("--map-root-user",)
_CAN: Final = (
    subprocess.run(
        [_UNSHARE, "--mount", *_AS_ROOT, "mount", "-t", "tmpfs", "-o", "size=1m", "none", "/mnt"],
        capture_output=True,
        check=False,
    ).returncode
    == 0
    if shutil.which("unshare")
    else False
)

needs_a_small_disk = pytest.mark.skipif(not _CAN, reason="no disk may be mounted here, not even a private one")


def on_a_small_disk(folder: Path, megabytes: int, arguments: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """The program and the arguments that run this Python with ``folder`` on a disk of so many megabytes.

    One of none cannot be written to.
    """
    disk, python = shlex.quote(str(folder)), shlex.join([sys.executable, *arguments])
    options = f"size={megabytes}m" if megabytes else "ro"
    line = f"mount -t tmpfs -o {options} none {disk} && exec {python}"
    return _UNSHARE, ("--mount", *_AS_ROOT, "sh", "-c", line)
