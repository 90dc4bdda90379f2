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

from parts import QUICK, run

PARTS = {
    "mix": QUICK,
    "geo": ("--reps", "200"),
    "paths": QUICK,
    "budget": QUICK,
    "tests": ("--draws", "1000"),
}  # name of the script after "activation_" -> what makes it quick

if __name__ == "__main__":
    run("activation", PARTS, about=__doc__ or "")
