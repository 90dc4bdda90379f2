"""Fourth table of `crm.py`: the qini coefficient of an e-mail experiment."""

from __future__ import annotations

import tempfile

from crm_bases import hillstrom
from crm_envs import OURS, Losses, NotMeasuredError, measure, save

from helpers.methods.uplift_scores import two_models

FEATURES = ["recency", "history", "mens", "womens", "newbie", "zip_code", "channel"]


def uplift(tools: list[str], options, losses: Losses) -> None:
    print("\n4. UPLIFT, Hillstrom, women's e-mail against none, outcome visit; 200 redraws")
    customers = hillstrom()
    if customers is None:
        print("not run: hillstrom.csv is not there; set CMO_TEST_DATA to the folder of the published data.")
        return
    print(f"{'score':34}{'tool':15}{'qini':>12}{'low':>9}{'high':>9}{'seconds':>9}  difference from ours")
    y, treated = customers["answer"].to_numpy(), customers["treated"].to_numpy()
    effect, _ = two_models(customers[FEATURES], treated, y, seed=1)
    for name, score in {"two models, out of fold": effect, "history [money]": customers["history"]}.items():
        with tempfile.TemporaryDirectory() as folder:
            table = save(folder, customers[["answer", "treated"]].assign(score=score))
            ours = None
            for tool in [OURS, *tools]:
                start = f"{name:34}{tool:15}"
                try:
                    row = measure(tool, "qini", table, limit=options.limit, draws=200, seed=1)
                except NotMeasuredError as reason:
                    print(f"{start}not measured: {reason}", flush=True)
                    continue
                ours = ours or row
                numbers = f"{row['value']:12.8f}{row['low']:9.4f}{row['high']:9.4f}{row['seconds']:9.2f}"
                apart = "" if tool == OURS else f"  {row['value'] - ours['value']:+.1e}"
                print(start + numbers + apart, flush=True)
                if tool != OURS:
                    losses.judge(f"qini of {name}, seconds", tool, row["seconds"], ours["seconds"])
