"""Brand's methods beside their rivals and against published figures: one table a part, each in a process of its own.

    python benchmarks/brand.py                 everything; rivals are installed under build/bench
    python benchmarks/brand.py --quick         small sizes, and only the rivals that are installed already
    python benchmarks/brand.py --only alarms   some of the parts

alarms   mention alarms on NAB's brand series: windows found against false episodes, the whole curve, beside detectors
tracker  smoothing, small regions and reliability: digits, errors and coverage beside statsmodels
demand   what a point of brand is worth in sales, beside least squares on the raw tracker, over worlds of the sample
lift     false lifts at the bars of vendors and after Holm, intervals beside statsmodels, the size of the next study

Published data are read from the folder in CMO_TEST_DATA. A rival that cannot be installed is named with the reason. Coverage of
intervals is `make coverage`.
"""

from __future__ import annotations

from parts import QUICK, run

PARTS = dict.fromkeys(
    ("alarms", "tracker", "demand", "lift"), QUICK
)  # name of the script after "brand_" -> what makes it quick

if __name__ == "__main__":
    run("brand", PARTS, about=__doc__ or "")
