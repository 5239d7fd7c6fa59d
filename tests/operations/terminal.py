"""``python -m bot`` with arguments, as an operator types it."""

from __future__ import annotations

import os
from pathlib import Path
from subprocess import CompletedProcess

from sandbox.fork_server import run_forked

PROJECT = Path(__file__).parents[2]


def type_command(folder: Path, *arguments: str, **settings: str) -> CompletedProcess[str]:
    """Run a command in a folder with ``data/bot.sqlite3`` in it, and wait until it ends."""
    return run_forked(
        ["-m", "bot", *arguments],
        folder=folder,
        environment={
            "PATH": os.defpath,
            "PYTHONPATH": str(PROJECT),
            "DISCORD_TOKEN": "secret-token",
            "OXEN_API_KEY": "secret-key",
            "DATABASE_PATH": "data/bot.sqlite3",
            **settings,
        },
    )


def tree(folder: Path) -> dict[str, bytes | None]:
    """Every file of a folder with its bytes, every folder in it with ``None``."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }
