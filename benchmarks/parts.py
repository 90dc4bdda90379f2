"""The parts of a pillar's benchmark, each a script in a process of its own: `<pillar>_<part>.py` beside the pillar's."""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

QUICK = ("--quick",)


def handed(options: argparse.Namespace, own: Mapping[str, dict]) -> list[str]:
    """Words of the command line for a part's own options, as far as they were given."""
    given = {name: getattr(options, name.lstrip("-").replace("-", "_")) for name in own}
    return [
        word
        for name, value in given.items()
        if value
        for word in ((name,) if value is True else (name, str(value)))
    ]


def run(
    pillar: str,
    parts: Mapping[str, tuple[str, ...]],
    *,
    about: str,
    passed_on: Mapping[str, Mapping[str, dict]] | None = None,
) -> None:
    """Run the parts that the command line names, all of them by default; exit code 1 names those that failed.

    Parameters
    ----------
    parts : name of the part -> what makes it quick. about : text of the pillar's script, whose first line is the help.
    passed_on : name of the part -> {option of its own: how argparse is to read it}, handed to that part's script.
    """
    parser = argparse.ArgumentParser(description=about.split("\n", maxsplit=1)[0])
    parser.add_argument("--quick", action="store_true", help="small sizes, nothing installed")
    parser.add_argument("--only", nargs="+", choices=list(parts), default=list(parts), help="parts to run")
    own = passed_on or {}
    for name, args in ((name, args) for one in own.values() for name, args in one.items()):
        parser.add_argument(name, **args)
    options = parser.parse_args()
    failed = []
    for name in options.only:
        print(f"\n{'=' * 20} {name} {'=' * 20}", flush=True)
        started = time.perf_counter()
        script = Path(__file__).with_name(f"{pillar}_{name}.py")
        made = subprocess.run([sys.executable, str(script), *(parts[name] if options.quick else ()), *handed(options, own.get(name, {}))], check=False)  # fmt: skip
        print(f"({name}: {time.perf_counter() - started:.0f} s)", flush=True)
        failed += [name] if made.returncode else []
    if failed:
        sys.exit(f"outside or failed: {', '.join(failed)}")
