"""Positioning's methods beside their rivals and against published figures: one table a part, each in a process of its own.

    python benchmarks/positioning.py                    everything; rivals are installed under build/bench
    python benchmarks/positioning.py --quick            small sizes, and only the rivals that are installed already
    python benchmarks/positioning.py --only choice maps some of the parts

choice   conditional logit: published digits and seconds beside statsmodels and xlogit
maps     correspondence analysis: published digits and seconds beside prince
latent   latent classes: published optima, and from how many starts they are reached
pricing  price points and the NBD-Dirichlet: digits of R's packages
survey   raking: digits of R's survey and seconds beside samplics and ipfn

Published data are read from the folder in CMO_TEST_DATA. A rival that cannot be installed is named with the reason. Coverage of
intervals is `make coverage`.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path

PARTS = ("choice", "maps", "latent", "pricing", "survey")  # the script's name after "positioning_"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--quick", action="store_true", help="small sizes, nothing installed")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS), help="parts to run")
    options = parser.parse_args()
    failed = []
    for name in options.only:
        print(f"\n{'=' * 20} {name} {'=' * 20}", flush=True)
        started = time.perf_counter()
        script = Path(__file__).with_name(f"positioning_{name}.py")
        if not script.is_file():
            print(f"({name}: there is no {script.name})")
            failed.append(name)
            continue
        made = subprocess.run(
            [sys.executable, str(script), *(["--quick"] if options.quick else [])], check=False
        )
        print(f"({name}: {time.perf_counter() - started:.0f} s)", flush=True)
        failed += [name] if made.returncode else []
    if failed:
        sys.exit(f"outside or failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
