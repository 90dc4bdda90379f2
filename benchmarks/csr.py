"""Responsibility's methods beside simple rivals and published figures: one table a part, each in a process of its own.

    python benchmarks/csr.py                   everything
    python benchmarks/csr.py --only screen     some of the parts
    python benchmarks/csr.py --set FILE        another labelled set for the screen, in the shape of tests/labelled/claims_sealed.csv

screen   claims on labelled texts: recall a rule with its lower bound, false flags with their upper bound, beside a list of words and a classifier
carbon   deliveries, site, advertisements and LMDI against published totals and constants, and the seconds they take

Only counts are printed. `--show-misses` prints texts: whoever changes the screen after reading them has made a development set of the set.
"""

from __future__ import annotations

from parts import run

PARTS = {"screen": (), "carbon": ("--quick",)}  # name of the script after "csr_" -> what makes it quick
OWN = {
    "screen": {
        "--set": {"metavar": "FILE", "help": "labelled set to measure on"},
        "--show-misses": {"action": "store_true", "help": "print the texts that were missed or flagged"},
    }
}

if __name__ == "__main__":
    run("csr", PARTS, about=__doc__ or "", passed_on=OWN)
