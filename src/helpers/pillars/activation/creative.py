"""Tests by lot of a creative or a page: what each found, and whether its result may be used."""

from __future__ import annotations

import math
from datetime import date, timedelta

import numpy as np
import pandas as pd

from helpers import rollups
from helpers.checks import COUNTS_ONLY
from helpers.company import Scope
from helpers.kpi import LEVEL
from helpers.methods.experiment_shares import Step, Tested, difference_of_shares, holm, welch
from helpers.methods.experiments import Arm
from helpers.methods.novelty import effect_by_day, trend
from helpers.methods.randomisation import sample_ratio
from helpers.pillars.activation.creative_looks import looked_at
from helpers.pillars.activation.creative_trial import Test
from helpers.rollups import creatives

USUAL_CONTROLS = (
    "control", "controle", "contrôle", "témoin", "temoin", "original", "baseline", "base", "held out", "holdout", "a",
)  # fmt: skip
CONVERSIONS = 10  # successes an arm, below which no law of large numbers holds


def tests(
    experiments: object | None, scope: Scope, *, control_arms: str = "", lower_is_better: str = "", kinds: tuple[str, ...] = ("ab",)
) -> list[Test]:  # fmt: skip
    """Judge each test by lot that had begun by the end of the period, in order of its last day.

    Parameters
    ----------
    experiments : table `experiments`, None where the company has none.
    control_arms : names of arms that are the control, parted by commas; usual names are known.
    lower_is_better : metrics of which less is better, parted by commas.
    """
    if experiments is None:
        return []
    rows = rollups.collect(creatives.arm_days(experiments, kinds=kinds), may_be_empty=True)
    rows = rows.sort_values(["experiment_id", "arm", "measured_on"], kind="stable")
    made = [
        test
        for _, own in rows.groupby("experiment_id", sort=True)
        for test in _judged(own.reset_index(drop=True), scope, names(control_arms), names(lower_is_better))
    ]
    return sorted(made, key=lambda test: (test.last_on, test.name))


def names(listed: str) -> tuple[str, ...]:
    """Names of a list parted by commas, in small letters."""
    return tuple(name.strip().lower() for name in listed.split(",") if name.strip())


def _judged(
    rows: pd.DataFrame, scope: Scope, controls: tuple[str, ...], falling: tuple[str, ...]
) -> list[Test]:
    control, is_guessed = control_of(list(dict.fromkeys(rows["arm"].astype(str))), controls)
    rows = rows.assign(arm=rows["arm"].astype(str))
    sums = rows.groupby("arm", sort=True)[["units", "conversions", "value", "value_squares"]].sum()
    others = [arm for arm in sums.index if arm != control]
    is_money = bool((rows["n_squares"] == rows["n_rows"]).all() and (rows["n_value"] == rows["n_rows"]).all())
    ratio = None
    if others:
        ratio = sample_ratio([round(units) for units in sums["units"]])
    plain = [_tested(sums.loc[arm], sums.loc[control], is_money, LEVEL) for arm in others]
    steps = (
        holm([one.p for one in plain], level=LEVEL)
        if len(others) > 1
        else [Step(one.p, LEVEL) for one in plain]
    )
    metric = _first(rows["metric"])
    planned = tuple(_day(rows[name].dropna().min()) for name in ("starts_on", "ends_on"))
    common = {
        "id": str(rows["experiment_id"].iloc[0]), "control": control, "metric": metric,
        "hypothesis": _first(rows["hypothesis"]), "market": _first(rows["market"]) if (rows["n_markets"] == 1).all() and rows["market"].nunique() == 1 else "ALL",
        "planned": planned, "first_on": rows["measured_on"].min().date(), "last_on": rows["measured_on"].max().date(),
        "registered_on": _day(rows["registered_on"].dropna().min()), "ratio": ratio, "is_money": is_money,
        "is_worse_up": metric.lower() in falling, "is_guessed": is_guessed, "variants": len(others),
    }  # fmt: skip
    if not others:
        blank = _nothing(sums.loc[control])
        return [Test(**{**common, "variants": 1}, variant="", days=_days(rows, control, control).head(0), state="no control",
                     few=True, tested=blank, step=Step(math.nan, LEVEL), looks=None, trend=None)]  # fmt: skip
    made = []
    for arm, step in zip(others, steps, strict=True):
        days = _days(rows, arm, control)
        tested = _tested(sums.loc[arm], sums.loc[control], is_money, step.level)
        state = _state(common, days, sums.loc[[arm, control]], is_money, scope)
        few = _few(sums.loc[[arm, control]], is_money, tested)
        is_daily = not is_money and state != "not counted once" and len(days) > 1
        looks = (
            looked_at(days, planned_days=_length(planned), is_over=state != "running", level=step.level)
            if is_daily
            else None
        )
        if state == "stopped early" and looks is not None and looks.crossed_on is not None:
            state = "stopped at the boundary"
        worn = trend(effect_by_day(days, level=LEVEL), level=LEVEL) if is_daily else None
        made.append(
            Test(
                **common,
                variant=arm,
                days=days,
                state=state,
                few=few,
                tested=tested,
                step=step,
                looks=looks,
                trend=worn,
            )
        )
    return made


def control_of(arms: list[str], named: tuple[str, ...] = ()) -> tuple[str, bool]:
    """The arm that is the control, and whether it was guessed: one of those named, else of the usual names, else the first."""
    for known in (named, USUAL_CONTROLS):
        found = [arm for name in known for arm in arms if arm.strip().lower() == name]
        if found:
            return found[0], False
    return sorted(arms)[0], True


def _tested(treated: pd.Series, control: pd.Series, is_money: bool, level: float) -> Tested:
    if is_money:
        arms = (
            Arm(int(one["units"]), float(one["value"]), float(one["value_squares"]))
            for one in (treated, control)
        )
        return welch(*arms, level=level)
    counts = [(float(one["conversions"]), float(one["units"])) for one in (treated, control)]
    if any(wins > units for wins, units in counts):
        return _nothing(control, n=int(counts[0][1] + counts[1][1]))
    return difference_of_shares(*counts, level=level)


def _nothing(control: pd.Series, n: int | None = None) -> Tested:
    """A result of which nothing is known."""
    empty = difference_of_shares((0, 0), (0, 0))
    n = int(control["units"]) if n is None else n
    blank = empty.effect.absolute._replace(n=n)
    return empty._replace(effect=empty.effect._replace(absolute=blank, relative=blank))


def _state(common: dict, days: pd.DataFrame, arms: pd.DataFrame, is_money: bool, scope: Scope) -> str:
    """What may be wrong with a test, the worst first."""
    first, last = common["planned"]
    if common["ratio"].verdict == "mismatch":
        return "mismatch"
    if not is_money and (arms["conversions"] > arms["units"]).any():
        return "not counted once"
    if first is None or last is None:
        return "no plan"
    if common["last_on"] >= last:
        return "as planned"
    # What is counted up to the last day but one of the data is not over yet.
    is_on = last > scope.period.end and common["last_on"] >= scope.period.end - timedelta(days=1)
    return "running" if is_on else "stopped early"


def _few(arms: pd.DataFrame, is_money: bool, tested: Tested) -> bool:
    if (arms["units"] < COUNTS_ONLY).any() or math.isnan(tested.effect.relative.low):
        return True
    if is_money:
        return False
    fails = arms["units"] - arms["conversions"]
    return bool((arms["conversions"] < CONVERSIONS).any() or (fails < CONVERSIONS).any())


def _days(rows: pd.DataFrame, arm: str, control: str) -> pd.DataFrame:
    """Counts of the two arms on the days on which both were counted."""
    sides = []
    for name, one in (("treated", arm), ("control", control)):
        own = rows[rows["arm"] == one].set_index("measured_on")[["units", "conversions"]]
        sides.append(own.rename(columns={"units": f"{name}_n", "conversions": f"{name}_wins"}))
    table = pd.concat(sides, axis=1, join="inner").sort_index().reset_index()
    return table[(table["treated_n"] > 0) & (table["control_n"] > 0)].reset_index(drop=True)


def _length(planned: tuple[date | None, date | None]) -> int | None:
    first, last = planned
    return None if first is None or last is None else (last - first).days + 1


def _first(values: pd.Series) -> str:
    known = values.dropna()
    return str(known.iloc[0]) if len(known) else ""


def _day(value: object) -> date | None:
    return None if pd.isna(value) else pd.Timestamp(value).date()


def finished(found: list[Test], scope: Scope, *, months: int = 12) -> list[Test]:
    """Tests whose last day lies in the last months of the period and that are not running."""
    since = scope.period.before(months - 1).start
    return [test for test in found if since <= test.last_on <= scope.period.end and test.state != "running"]


def table(found: list[Test]) -> pd.DataFrame:
    """One row a variant: test, metric, state, verdict, control, treated, relative, low, high, p, n, days, planned_days."""
    columns = ["test", "metric", "state", "verdict", "control", "treated", "relative", "low", "high", "p", "n", "days", "planned_days"]  # fmt: skip
    rows = [
        (
            one.name, one.metric, one.state, one.verdict, one.tested.effect.control, one.tested.effect.treated,
            *one.effect, one.step.p, one.n, one.n_days, one.n_planned or np.nan,
        )
        for one in found
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)
