"""The brand tracker's methods beside statsmodels and against published figures: small regions, a smoothed share, reliability.

    python benchmarks/brand_tracker.py [--quick] [--redraws 10]

1. Small regions: the American census (12,000 cells, CMO_TEST_DATA) with simulated answers, 1,500 of a sample that has too many old,
   schooled, white and male people. Error and coverage (95 %) of the states, error of the country, seconds; beside statsmodels'
   BinomialBayesMixedGLM.fit_vb of the same model put on the same census, and the raw shares.
2. A smoothed share: 36 waves of 320 effective answers, 12 where one wave in four has 80; beside statsmodels' local level, which has to
   guess what the answers say of their own doubt, and a rolling mean of three.
3. Reliability: digits of R's psych (alpha, alpha without each item, KMO), of pingouin (Feldt's bounds) and of statsmodels' factor.

Exit code 1 when the error of a state is above .08, its coverage outside .9 to .98, a fit takes 5 s, or a published digit is missed.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import expit
from statsmodels.genmod.bayes_mixed_glm import BinomialBayesMixedGLM
from statsmodels.multivariate.factor import Factor
from statsmodels.tsa.statespace.structural import UnobservedComponents

from helpers.methods.one_factor import one_factor
from helpers.methods.poststratify import poststratified
from helpers.methods.reliability import cronbach, feldt, sampling_adequacy
from helpers.methods.smoothing import smoothed

GROUPS = ["state", "eth", "age", "educ", "male:eth", "educ:age", "educ:eth", "region"]
KEYS = ["state", "eth", "male", "age", "educ"]
# Bechtoldt (1961), nine of Thurstone's tests, correlations below the diagonal; R psych prints KMO .88 and these of the items
THURSTONE = """.828|.776 .779|.439 .493 .460|.432 .464 .425 .674|.447 .489 .443 .590 .541|.447 .432 .401 .381 .402 .288
.541 .537 .534 .350 .367 .320 .555|.380 .358 .359 .424 .446 .325 .598 .452"""
KMO = (0.88, [0.86, 0.86, 0.90, 0.86, 0.88, 0.92, 0.85, 0.93, 0.87])


def world(cells: pd.DataFrame, seed: int, n: int = 1500) -> tuple[pd.DataFrame, np.ndarray]:
    """Answers of a biased sample, and the true chance of each cell."""
    rng = np.random.default_rng(seed)
    odds = -0.4 - 2.5 * (cells["repvote"] - 0.5) + 0.2 * cells["male"]
    for name in ("state", "eth", "age", "educ"):
        levels = cells[name].unique()
        odds += cells[name].map(dict(zip(levels, 0.3 * rng.standard_normal(len(levels)), strict=True)))
    chance = expit(odds).to_numpy()
    age, school = (cells[name].astype("category").cat.codes for name in ("age", "educ"))
    pull = cells["n"] * np.exp(
        0.35 * age + 0.3 * school - 0.5 * (cells["eth"] != "White") + 0.5 * cells["male"]
    )
    at = rng.choice(len(cells), n, p=(pull / pull.sum()).to_numpy())
    return cells.iloc[at][KEYS].assign(yes=(rng.random(n) < chance[at]) * 1.0), chance


def ours(cells: pd.DataFrame, answers: pd.DataFrame, seed: int):
    """Areas and country by helpers."""
    found = poststratified(
        answers, cells, by="state", groups=GROUPS, fixed=["repvote", "male"], size="n", level=0.95, seed=seed
    )
    return found.areas, found.total.value


def theirs(cells: pd.DataFrame, answers: pd.DataFrame, seed: int):
    """Areas and country by statsmodels' variational fit, its effects drawn one by one, as it gives no covariance."""
    full = answers.merge(cells[["state", "region", "repvote"]].drop_duplicates(), on="state")
    names = {one: one.replace(":", "_") for one in GROUPS}
    census = cells.copy()
    for one, name in names.items():
        for frame in (full, census):
            frame[name] = frame[one.split(":")].astype(str).agg("|".join, axis=1)
    random = {name: f"0 + C({name})" for name in names.values()}
    model = BinomialBayesMixedGLM.from_formula("yes ~ repvote + male", random, full, vcp_p=1.0, fe_p=2.5)
    made = model.fit_vb()
    rng = np.random.default_rng(seed)
    fixed = made.fe_mean + made.fe_sd * rng.standard_normal((1000, 3))
    effects = pd.DataFrame(made.vc_mean + made.vc_sd * rng.standard_normal((1000, len(made.vc_mean))), columns=model.vc_names)  # fmt: skip
    people = census["n"].to_numpy(float)
    state = census["state"].astype("category").cat.codes.to_numpy()
    sums = np.zeros((1000, 50))
    for first in range(0, 1000, 100):
        part = slice(first, first + 100)
        odds = fixed[part] @ np.column_stack([np.ones(len(census)), census["repvote"], census["male"]]).T
        for name in names.values():
            seen = effects.columns.str.startswith(f"C({name})[")
            levels = [label.split("[", 1)[1][:-1] for label in effects.columns[seen]]
            at = pd.Index(levels).get_indexer(census[name])
            known = effects.loc[:, seen].to_numpy()[part]
            odds += np.where(at >= 0, known[:, np.maximum(at, 0)], rng.standard_normal((100, len(at))) * 0.3)
        share = expit(odds) * people
        sums[part] = np.column_stack([np.bincount(state, one, 50) for one in share]).T
    mass = np.bincount(state, people)
    drawn = sums / mass
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    areas = pd.DataFrame({"value": drawn.mean(axis=0), "low": low, "high": high})
    return areas, float(drawn.mean(axis=0) @ mass / mass.sum())


def regions(cells: pd.DataFrame, redraws: int) -> list[str]:
    """Table of the first part; what was missed."""
    tools, rows = {"helpers": ours, "statsmodels fit_vb": theirs}, {}
    for seed in range(redraws):
        answers, chance = world(cells, seed)
        people = cells["n"].to_numpy(float)
        truth = pd.Series(people * chance).groupby(cells["state"]).sum() / cells.groupby("state")["n"].sum()
        country = float(people @ chance / people.sum())
        for tool, run in tools.items():
            start = time.perf_counter()
            areas, total = run(cells, answers, seed)
            seconds = time.perf_counter() - start
            error = float(np.sqrt(np.mean((areas["value"].to_numpy() - truth.to_numpy()) ** 2)))
            held = ((areas["low"].to_numpy() <= truth.to_numpy()) & (truth.to_numpy() <= areas["high"].to_numpy())).mean()  # fmt: skip
            rows.setdefault(tool, []).append((error, held, abs(total - country), seconds))
            if tool == "helpers":
                raw = float(np.sqrt(np.mean((areas["raw"].to_numpy() - truth.to_numpy()) ** 2)))
                rows.setdefault("raw shares", []).append((raw, np.nan, abs(answers["yes"].mean() - country), 0.0))  # fmt: skip
    print(f"\n1. small regions, {redraws} samples of 1,500")
    print(f"{'tool':22}{'state error':>12}{'coverage':>10}{'country error':>15}{'seconds':>9}")
    means = {tool: np.mean(found, axis=0) for tool, found in rows.items()}
    for tool, (error, held, off, seconds) in means.items():
        print(f"{tool:22}{error:12.3f}{held:10.3f}{off:15.4f}{seconds:9.2f}")
    error, held, _, seconds = means["helpers"]
    limits = {"state error": error < 0.08, "coverage": 0.90 <= held <= 0.98, "seconds": seconds < 5}
    return [f"small regions, {name}" for name, good in limits.items() if not good]


def lines(redraws: int) -> None:
    """Table of the second part."""
    print(f"\n2. a smoothed share, {redraws} trackers of 36 waves")
    print(f"{'answers a wave':28}{'tool':24}{'error, points':>14}{'coverage':>10}{'seconds':>9}")
    for title, few in (("320 in each", 320), ("320, one in four has 80", 80)):
        found: dict[str, list] = {}
        for seed in range(redraws):
            rng = np.random.default_rng(seed)
            truth = np.sin(np.arcsin(0.3**0.5) + np.r_[0, np.cumsum(0.011 * rng.standard_normal(35))]) ** 2
            n = np.where(np.arange(36) % 4 == 2, few, 320)
            frame = pd.DataFrame({"wave": range(36), "value": rng.binomial(n, truth) / n, "n": n, "n_effective": n})  # fmt: skip
            for tool, run in {"helpers": _ours, "statsmodels local level": _level, "rolling mean of 3": _rolling}.items():  # fmt: skip
                start = time.perf_counter()
                line, low, high = run(frame)
                seconds = time.perf_counter() - start
                held = np.nan if low is None else float(((low <= truth) & (truth <= high)).mean())
                found.setdefault(tool, []).append((float(np.mean((line - truth) ** 2)), held, seconds))
        for tool, rows in found.items():
            square, held, seconds = np.mean(rows, axis=0)
            print(f"{title:28}{tool:24}{100 * square**0.5:14.2f}{held:10.3f}{seconds:9.4f}")


def _ours(frame: pd.DataFrame):
    made = smoothed(frame).table
    return tuple(made[name].to_numpy() for name in ("smoothed", "low", "high"))


def _level(frame: pd.DataFrame):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns where a variance is 0, which is common here
        made = UnobservedComponents(frame["value"].to_numpy(), level="llevel").fit(disp=False)
    half = 1.645 * np.sqrt(made.smoothed_state_cov[0, 0])
    return made.smoothed_state[0], made.smoothed_state[0] - half, made.smoothed_state[0] + half


def _rolling(frame: pd.DataFrame):
    return frame["value"].rolling(3, center=True, min_periods=1).mean().to_numpy(), None, None


def digits() -> list[str]:
    """Table of the third part; what was missed."""
    rows = [line.split() for line in THURSTONE.replace("\n", "|").split("|")]
    tests = np.eye(9)
    for at, row in enumerate(rows, start=1):
        tests[at, :at] = tests[:at, at] = [float(one) for one in row]
    whole, own = sampling_adequacy(tests)
    loadings = one_factor(tests[None])[0][0]
    peers = np.abs(Factor(corr=tests, n_factor=1, method="ml").fit().loadings[:, 0])
    low, high = feldt(0.732661, 12, 11, level=0.95)
    shown = [
        ("KMO, Thurstone's nine tests", whole, KMO[0], 5e-3),
        ("KMO of its items, largest distance", float(np.abs(own - KMO[1]).max()), 0.0, 5.1e-3),
        ("loadings, largest distance from statsmodels", float(np.abs(loadings - peers).max()), 0.0, 2e-4),
        ("alpha of two items, by hand 4/7", cronbach(np.array([[4.0, 1.0], [1.0, 1.0]])), 4 / 7, 1e-12),
        ("Feldt, pingouin's quiz, low", low, 0.435, 5e-4),
        ("Feldt, pingouin's quiz, high", high, 0.909, 5e-4),
    ]
    print(f"\n3. reliability\n{'figure':46}{'ours':>12}{'published':>12}")
    for name, mine, published, _ in shown:
        print(f"{name:46}{mine:12.6f}{published:12.6f}")
    return [name for name, mine, published, within in shown if abs(mine - published) > within]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--quick", action="store_true", help="two samples, twenty trackers")
    parser.add_argument("--redraws", type=int, default=10, help="samples of the census")
    options, missed = parser.parse_args(), []
    if folder := os.environ.get("CMO_TEST_DATA"):
        cells = pd.read_csv(Path(folder) / "brand" / "mrp_poststrat_df.csv")
        cells = cells.merge(pd.read_csv(Path(folder) / "brand" / "mrp_statelevel_predictors.csv"), on="state")
        missed += regions(cells, 2 if options.quick else options.redraws)
    else:
        print("small regions: CMO_TEST_DATA is not set, so the census is left out")
    lines(20 if options.quick else 100)
    missed += digits()
    if missed:
        sys.exit(f"missed: {', '.join(missed)}")


if __name__ == "__main__":
    main()
