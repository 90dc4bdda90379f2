"""Do nominal 90 % intervals of promotions hold the truth? 200 redraws of the model, and 20 sample worlds.

    python benchmarks/coverage_promotions.py [--redraws 200] [--seeds 20]

The redraws come from the model itself: season, weekly shocks, weekdays, promotions of three kinds with heights of their own; accepted
is .83 to .96. The worlds are those of the sample company, each with its own truth, which the model does not share: classes of
customers, media, price rises; a figure must be inside in at least 14 of 20 worlds. Exit code 1 when a line is outside.
"""

from __future__ import annotations

import argparse
import sys

import numpy as np
import pandas as pd
from covering import HIGH, LEVEL, LOW, judged

from helpers import company, tables
from helpers.company import Scope
from helpers.methods import promotions as model
from helpers.methods import promotions_design as designs
from helpers.methods import promotions_money as money
from helpers.periods import parse
from helpers.pillars.activation import promotions
from helpers.sample import chunk
from helpers.sample import promotions as planted
from helpers.sample.parts import calendar, effects
from helpers.sample.setting import DAYS, N_DATA, Setting
from helpers.sample.truth import add
from helpers.sample.world import World

NEEDED = 0.70
FIRST, LENGTH = pd.Timestamp("2023-01-02"), 3 * 365
MONEY = ("revenue_excl_vat", "revenue_incl_vat", "returned_value", "discount", "shipping", "cost_of_goods")
# kind, day of the year, days, log lift by week, log dip on the first day after it
KINDS = (
    ("winter", 8, 28, (0.35, 0.2, 0.12, 0.1), 0.15),
    ("spring", 120, 6, (0.4,), 0.1),
    ("black", 330, 8, (0.75,), 0.3),
)
MARGIN, GIVEN, AFTER = 30.0, 12.0, 42.0  # money an order: after the discount, the discount, in the days after


def shop(seed: int) -> tuple[designs.Design, np.ndarray, np.ndarray]:
    """A design of two places and three years, its counts drawn from coefficients that are drawn from the model."""
    rng = np.random.default_rng(seed)
    days = pd.date_range(FIRST, periods=LENGTH, freq="D")
    frame = pd.concat([pd.DataFrame({"day": days, "group": name, "n": 1.0}) for name in ("A", "B")])
    rows = []
    for year in range(3):
        for kind, day, length, _, _ in KINDS:
            start = FIRST + pd.Timedelta(days=365 * year + day + int(rng.integers(-3, 4)))
            end = start + pd.Timedelta(days=length - 1)
            rows += [(f"{kind} {year}", kind, group, start, end, True) for group in ("A", "B")]
    events = pd.DataFrame(rows, columns=["event", "kind", "group", "starts_on", "ends_on", "has_dip"])
    made = designs.design(frame, events)
    coef = np.zeros(len(made.names))
    spread, memory, weeks = 0.05, 0.7, np.flatnonzero(made.kinds == "shock")
    shock = rng.standard_normal(len(weeks)) * spread
    for t in range(1, len(weeks)):
        shock[t] = memory * shock[t - 1] + np.sqrt(1 - memory**2) * shock[t]
    coef[weeks] = shock
    waves = made.kinds == "season"
    coef[waves] = rng.standard_normal(waves.sum()) * 0.4 / made.wave[waves] ** 2
    coef[made.kinds == "event"] = 0.05 * rng.standard_normal((made.kinds == "event").sum())
    known = {"level A": np.log(60.0), "level B": np.log(15.0)}
    known |= {f"lift {kind} {i}": value for kind, _, _, lift, _ in KINDS for i, value in enumerate(lift)}
    known |= {f"dip {kind}": dip for kind, *_, dip in KINDS}
    for name, value in known.items():
        coef[made.names.index(name)] = value
    return made, coef, rng.poisson(np.exp(made.x @ coef)).astype(float)


def inside(seed: int) -> dict[str, bool]:
    """Whether each interval of one redraw holds its truth, for the last promotion of each kind."""
    made, coef, counts = shop(seed)
    made.days["n"] = counts
    baseline = model.fit(made)
    drawn = model.draws(baseline, seed=seed)
    exact = model.Baseline(made, coef, np.zeros((len(coef), len(coef))), {}, 1.0)
    true = model.draws(exact, count=1)
    terms = money.Terms(*(money.Mean(value, 0.0, 1) for value in (MARGIN, GIVEN, AFTER, 0.0, 0.0)))
    found = {}
    for kind, *_ in KINDS:
        worth, known = money.worth(drawn[f"{kind} 2"], terms), money.worth(true[f"{kind} 2"], terms)
        for name, values, value in (
            ("extra orders", drawn[f"{kind} 2"].extra, true[f"{kind} 2"].extra[0]),
            ("pulled orders", drawn[f"{kind} 2"].pulled, true[f"{kind} 2"].pulled[0]),
            ("net margin", worth.net, known.net[0]),
        ):
            one = money.interval_of(values, level=LEVEL)
            found[f"{name}, {kind}"] = one.low <= value <= one.high
    return found


def world(seed: int, scale: float = 1.0) -> tuple[dict, dict[str, tuple[float, float, float]]]:
    """Tables of a world in euros, and the truth of its promotions: extra orders, pulled share, margin."""
    made, totals, parts = World(Setting(seed, scale)), {}, []
    for number in range(made.setting.n_chunks):
        drawn = chunk.draw(made, number)
        counted = {
            f"effects_promotion_{i}": effects._promotion(drawn, i)
            for i, one in enumerate(planted.every())
            if one.discount and one.first >= effects.SINCE and one.last < N_DATA - 28
        }
        totals, parts = add(totals, counted), [*parts, drawn.sales]
    sales = pd.concat(parts, ignore_index=True)
    sales = sales.assign(currency="EUR", **{name: sales[name] * sales["euros"] for name in MONEY})
    spend = made.media.national[:, :, :N_DATA].sum(axis=(0, 1)) * scale
    media = pd.DataFrame({"spent_on": DAYS[:N_DATA], "ends_on": pd.NaT, "spend": spend})
    found = {
        "orders": tables.check(sales[sales["ordered_on"] < DAYS[N_DATA]], "orders"),
        "media": media.astype({"ends_on": "datetime64[us]"}),
    }
    for name, frame in calendar.market(made):
        kept = frame[frame["starts_on"] < DAYS[N_DATA]]
        found[name] = tables.check(kept, name)
    truth = {
        f"{one.name}, {' '.join(one.markets)}": (sums[0], sums[1] / sums[0], sums[3])
        for i, one in enumerate(planted.every())
        if (sums := totals.get(f"effects_promotion_{i}")) is not None
    }
    return found, truth


def intervals(found: dict, truth: dict) -> dict[str, tuple[float, float, float]]:
    """Low, high and truth of each figure of each promotion of the last year."""
    here = Scope(company.read("sample"), parse("2026-09"), "ALL", "en")
    relation = {name: tables.connect().from_df(frame) for name, frame in found.items()}
    known = promotions.known(
        relation["orders"], relation["promotions"], relation["calendar"], relation["media"], here, cost_per_parcel=5.2, payment_fee=0.014
    )  # fmt: skip
    made = {}
    for one in known.judged:
        if one.name in truth:
            figures = (("extra orders", one.extra), ("pulled share", one.pulled), ("net margin", one.net))
            for (name, estimate), value in zip(figures, truth[one.name], strict=True):
                made[f"{name}, {one.name}"] = (estimate.low, estimate.high, value)
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--redraws", type=int, default=200)
    parser.add_argument("--seeds", type=int, default=20)
    options = parser.parse_args()
    print(f"nominal {LEVEL:.0%}, accepted {LOW} to {HIGH}")
    bad = (
        judged("the model's own draws", [inside(seed) for seed in range(options.redraws)])
        if options.redraws
        else []
    )
    held: dict[str, list[float]] = {}
    for seed in range(1, options.seeds + 1):
        for name, (low, high, value) in intervals(*world(seed)).items():
            told = low == low
            held.setdefault(name, []).append(float(low <= value <= high) if told else np.nan)
        print(f"world {seed}", flush=True)
    for name, flags in held.items():
        told = [one for one in flags if one == one]
        share = sum(told) / len(told) if told else float("nan")
        good = not told or share >= NEEDED
        print(f"  {name:48} {share:.2f} of {len(told)}  {'ok' if good else 'OUTSIDE'}")
        bad += [] if good else [f"worlds: {name}"]
    print("\noutside:", "; ".join(bad) if bad else "none")
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
