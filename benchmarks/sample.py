"""Time and memory of drawing the sample world at three sizes. Must: scale 1 in 60 s, scale 50 in 1.5 GB.

    python benchmarks/sample.py [--scales 1 10 50]

Each world is drawn by the command in a process of its own, so the peak is the command's. There is no rival to set beside
it: no package draws a company with its truth. Exit code 1 when a bound is broken.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MEASURED = (
    "import resource, sys; from helpers.cli import main\n"
    "try: main(sys.argv[1:])\n"
    "finally: print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)"
)
MAX_SECONDS, MAX_MB = 60, 1500


def measure(scale: float, folder: Path) -> tuple[float, float, int, float]:
    """Seconds, peak [MB], rows and size on disk [MB] of one world."""
    words = ["sample", "--scale", str(scale), "--out", str(folder)]
    started = time.perf_counter()
    made = subprocess.run(
        [sys.executable, "-c", MEASURED, *words], capture_output=True, text=True, check=True
    )
    seconds = time.perf_counter() - started
    peak = float(made.stderr.split()[-1]) / (1024 if sys.platform != "darwin" else 1024**2)
    rows = int(made.stdout.splitlines()[-2].split(" tables, ")[1].split(" rows")[0].replace(",", ""))
    return seconds, peak, rows, sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--scales", type=float, nargs="+", default=[1, 10, 50])
    print(f"{'scale':>6} {'seconds':>9} {'peak MB':>9} {'rows':>12} {'on disk MB':>11}")
    broken = False
    for scale in parser.parse_args().scales:
        with tempfile.TemporaryDirectory() as place:
            seconds, peak, rows, size = measure(scale, Path(place) / "world")
        broken |= (scale <= 1 and seconds > MAX_SECONDS) or peak > MAX_MB
        print(f"{scale:>6g} {seconds:>9.1f} {peak:>9,.0f} {rows:>12,} {size:>11,.1f}", flush=True)
    sys.exit(broken)


if __name__ == "__main__":
    main()
