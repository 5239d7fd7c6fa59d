"""`python -m sandbox.dashboard FILE`: runs a soak, scrapes it every second, and draws the dashboard of it."""

from __future__ import annotations

import argparse
import asyncio
import logging
import socket
import sys
import tempfile
from pathlib import Path

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from sandbox.dashboard.picture import SCRAPE_SECONDS, draw, panels
from sandbox.dashboard.samples import Samples, scrape
from sandbox.soak import soak

SOURCE = "Source"
"""Where a picture says what it was drawn of."""


def source_of_panels() -> str:
    """What is drawn: every panel's title and expressions. A picture that says otherwise is out of date."""
    return "\n".join(
        f"{panel['title']}: {'; '.join(target['expr'] for target in panel['targets'])}" for panel in panels()
    )


def recorded_source(picture: Path) -> str:
    """What a picture says that it was drawn of."""
    with Image.open(picture) as opened:
        return str(opened.info.get(SOURCE, ""))


async def scraped_soak(jobs: int, seed: int, folder: Path) -> Samples:
    """What a soak looks like to a Prometheus."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    samples = Samples()
    scraping = asyncio.create_task(scrape(f"http://127.0.0.1:{port}/metrics", samples, SCRAPE_SECONDS))
    settings = {
        "METRICS_PORT": str(port),
        "BUDGET_USD_PER_DAY": "500",
        "BUDGET_USD_PER_MONTH": "2000",
        "BACKUP_DIR": str(folder / "backups"),
    }
    try:
        await soak(jobs, seed, folder, lambda line: print(line, flush=True), settings=settings)
    finally:
        scraping.cancel()
        await asyncio.wait({scraping})
    return samples


def main() -> int:
    """Draw it."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.dashboard", description=__doc__)
    parser.add_argument("file", type=Path, metavar="FILE", help="the PNG to write")
    parser.add_argument("--jobs", type=int, default=400, help="how many videos are asked for (400)")
    parser.add_argument("--seed", type=int, default=7, help="what decides everything that is random (7)")
    chosen = parser.parse_args()
    logging.getLogger("aiohttp").addHandler(logging.NullHandler())
    logging.getLogger("aiohttp").propagate = False
    with tempfile.TemporaryDirectory(prefix="oxen-video-dashboard-") as folder:
        samples = asyncio.run(scraped_soak(chosen.jobs, chosen.seed, Path(folder)))
    noted = PngInfo()
    noted.add_itxt(SOURCE, source_of_panels())
    draw(samples).quantize(128).save(chosen.file, optimize=True, pnginfo=noted)
    return 0


if __name__ == "__main__":
    sys.exit(main())
