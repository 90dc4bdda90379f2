"""Markov attribution by ChannelAttribution, in the Python that has it. Started by `activation_paths.py`.

python benchmarks/paths_tools.py PATHS.csv ANSWER.json OPTIONS
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import pandas as pd
from peak import peak_mb

SEEDS = 1, 2


def main() -> None:
    from ChannelAttribution import markov_model

    given, answer, _ = sys.argv[1:]
    rows = pd.read_csv(given)
    options = {"var_null": "n_null", "order": 1, "verbose": False, "flg_pro": False}
    start = time.process_time()
    made = [markov_model(rows, "path", "n_converted", seed=seed, **options) for seed in SEEDS]
    spent = (time.process_time() - start) / len(SEEDS)
    results = [one["result"] if isinstance(one, dict) else one for one in made]
    orders = [one.set_index("channel_name").iloc[:, 0].to_dict() for one in results]
    Path(answer).write_text(json.dumps({"all": spent, "peak": peak_mb(), "orders": orders}))


if __name__ == "__main__":
    main()
