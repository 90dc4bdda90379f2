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

from parts import QUICK, run

PARTS = dict.fromkeys(
    ("choice", "maps", "latent", "pricing", "survey"), QUICK
)  # the script's name after "positioning_"

if __name__ == "__main__":
    run("positioning", PARTS, about=__doc__ or "")
