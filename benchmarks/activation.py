"""Activation's methods beside their rivals and against published figures: one table a part, each in a process of its own.

    python benchmarks/activation.py                 everything; rivals are installed under build/bench
    python benchmarks/activation.py --quick         small sizes, and only the rivals that are installed already
    python benchmarks/activation.py --only geo mix  some of the parts

mix     the mix model beside PyMC-Marketing; worlds that break a model, pulled to tests
geo     tests by region: GeoLift's walkthrough, false alarms of nothing, Recast's worlds, R's CausalImpact, known cases
paths   attribution of a million journeys beside ChannelAttribution; share error against the truth by rule
budget  the optimiser beside PyMC-Marketing's
tests   false alarms and power of fixed, sequential and always-valid readings, and of CUPED

Published data are read from the folder in CMO_TEST_DATA. A rival that cannot be installed is named with the reason. Coverage of
intervals is `make coverage`.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path

PARTS = {
    "mix": ["--quick"],
    "geo": ["--reps", "200"],
    "paths": ["--quick"],
    "budget": ["--quick"],
    "tests": ["--draws", "1000"],
}  # name of the script after "activation_" -> what makes it quick


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--quick", action="store_true", help="small sizes, nothing installed")
    parser.add_argument("--only", nargs="+", choices=list(PARTS), default=list(PARTS), help="parts to run")
    options = parser.parse_args()
    failed = []
    for name in options.only:
        print(f"\n{'=' * 20} {name} {'=' * 20}", flush=True)
        started = time.perf_counter()
        script = Path(__file__).with_name(f"activation_{name}.py")
        made = subprocess.run(
            [sys.executable, str(script), *(PARTS[name] if options.quick else [])], check=False
        )
        print(f"({name}: {time.perf_counter() - started:.0f} s)", flush=True)
        failed += [name] if made.returncode else []
    if failed:
        sys.exit(f"outside or failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
