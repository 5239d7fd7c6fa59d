"""Run every benchmark, one process after the other: ``python -m benchmarks [--quick]``."""

from __future__ import annotations

import argparse
import subprocess
import sys

BENCHMARKS = {
    "latency": ("--quick",),
    "side_by_side": ("--quick",),
    "busy_channel": ("--quick",),
    "photos": ("--quick",),
    "recovery": ("--quick",),
    "shards": ("--quick",),
    "languages": ("--quick",),
    "accounting": ("20000", "1000"),
    "month": ("--quick",),
    "fitting": ("--quick",),
}
"""The modules, with what makes them quick."""


def main() -> int:
    """Run them all; the worst of their exit statuses."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer and smaller, to see that they work")
    quick = parser.parse_args().quick
    worst = 0
    for name, arguments in BENCHMARKS.items():
        print(f"\n## {name}\n", flush=True)
        command = [sys.executable, "-m", f"benchmarks.{name}", *(arguments if quick else ())]
        worst = max(worst, abs(subprocess.run(command, check=False).returncode))
    return worst


if __name__ == "__main__":
    sys.exit(main())
