"""Clips that many tests look at, made once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.media.video.fitter import Fitter
from bot.media.worker.pool import WorkerPool
from tests.media.media_clips import NOISE, turn, write_clip, write_sound


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of clips; nobody writes to them."""
    folder = tmp_path_factory.mktemp("clips")
    write_clip(folder / "plain.mp4")
    write_clip(folder / "noise.mp4", kind=NOISE, size=(1920, 1080), count=12, options={"b": "60M"})
    write_clip(folder / "busy.mp4", kind=NOISE, size=(640, 360), count=72, options={"b": "25M"})
    write_clip(folder / "late-index.mp4", faststart=False)
    write_clip(folder / "one-frame.mp4", count=1)
    write_clip(folder / "uneven.mp4", shown_for=[10, 200, 40, 90])
    write_clip(folder / "sixty.mp4", count=90, fps=60, kind=NOISE)
    write_clip(folder / "sound.mp4", count=48, sound=True)
    write_clip(folder / "long-sound.mp4", kind=NOISE, sound=True, sound_seconds=40)
    write_clip(folder / "two-frames.mp4", kind=NOISE, count=2, options={"b": "25M"})
    write_clip(folder / "hevc.mp4", codec="libx265", options={"preset": "ultrafast", "x265-params": "log-level=none"})
    quick = {"deadline": "realtime", "cpu-used": "8"}
    write_clip(folder / "vp9.webm", codec="libvpx-vp9", options=quick)
    write_clip(folder / "odd.webm", size=(853, 479), codec="libvpx-vp9", options=quick)
    write_clip(folder / "monster.mp4", size=(7680, 4320), count=2, colour="red")
    write_sound(folder / "only-sound.mp4")
    turn(folder / "plain.mp4", folder / "turned.mp4")
    plain = (folder / "plain.mp4").read_bytes()
    (folder / "empty.mp4").write_bytes(b"")
    (folder / "page.mp4").write_text("<!DOCTYPE html><title>403</title>")
    (folder / "half.mp4").write_bytes(plain[: len(plain) // 2])
    (folder / "half-late-index.mp4").write_bytes((folder / "late-index.mp4").read_bytes()[: len(plain) // 2])
    webm = (folder / "vp9.webm").read_bytes()
    (folder / "half.webm").write_bytes(webm[: len(webm) // 3])
    (folder / "padded.mp4").write_bytes(plain + (4_000_000).to_bytes(4, "big") + b"free" + bytes(4_000_000 - 8))
    media = plain.index(b"mdat") + 4
    (folder / "garbage.mp4").write_bytes(plain[:media] + b"\xff" * (len(plain) - media))
    (folder / "playlist.mp4").write_text(f"ffconcat version 1.0\nfile '{folder / 'plain.mp4'}'\n")
    return folder


@pytest.fixture
async def pool(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[WorkerPool]:
    """A pool of workers, closed afterwards."""
    pool = WorkerPool(tmp_path_factory.mktemp("workers"))
    yield pool
    await pool.close()


@pytest.fixture
def fitter(pool: WorkerPool) -> Fitter:
    """What looks at videos, and makes copies of them."""
    return Fitter(pool)
