"""Newcomers to the product: do they come back, which steps lose them, and what did a shorter onboarding change?"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, NamedTuple

import pandas as pd

from helpers import kpi, rollups
from helpers.checks import COUNTS_ONLY, Check, check
from helpers.company import Scope
from helpers.i18n import number, p_value, plural, text
from helpers.kpi import LEVEL, KpiRow
from helpers.methods.intervals import Estimate, difference_of_proportions, wilson
from helpers.methods.randomisation import SampleRatio, sample_ratio
from helpers.methods.ratios import ratio_of_proportions
from helpers.periods import Period
from helpers.pillars.crm.definitions import KPIS

DAYS = (1, 7, 30)
CHURN_DAYS = 90
RECENT_MONTHS = 3


class Arm(NamedTuple):
    """An arm of the test: its name, its newcomers and those of them who left."""

    name: str
    n: int
    left: int


class Known(NamedTuple):
    """What is known of newcomers.

    use : rollup `days_of_use`, None without events. steps : rollup `steps_completed`. longer, shorter : arms of the test, None
    where it is not in the table `experiments`. measured_on, ends_on : last day of its counts and of its newcomers. lacking : why
    there are no events.
    """

    use: pd.DataFrame | None
    steps: pd.DataFrame | None
    longer: Arm | None
    shorter: Arm | None
    measured_on: pd.Timestamp | None
    ends_on: pd.Timestamp | None
    lacking: str


class Tested(NamedTuple):
    """What the shorter onboarding changed: the lot, leavers [longer less shorter, share], their cut, and completion [share more]."""

    ratio: SampleRatio
    fewer: Estimate
    cut: Estimate
    completion: Estimate | None

    @property
    def is_told(self) -> bool:
        """Whether the lot holds and the cut has an interval."""
        return self.ratio.verdict == "as planned" and self.cut.low <= self.cut.high


def known(
    events: Any, tests: Any, members: Any, scope: Scope, *, test: str, longer: str, lacking: str
) -> Known:
    """Read what the page needs of the optional tables `product_events`, `experiments` and `campaign_recipients`.

    Parameters
    ----------
    events, tests, members : the tables, or None where the company has none.
    test : `experiment_id` of the onboarding test, and of its campaign; empty for none.
    longer : the arm that saw all steps; the test has one other.
    lacking : why there are no events, as `tables.lacking` says it.
    """
    use = steps = None
    if events is not None:
        use = rollups.collect(rollups.days_of_use(events, days=DAYS), may_be_empty=True)
        made = rollups.steps_completed(events, members if test else None, campaign=test)
        steps = rollups.collect(made, may_be_empty=True)
    arms, measured_on, ends_on = _arms(tests, test, longer)
    return Known(use, steps, *arms, measured_on, ends_on, lacking)


def _arms(tests: Any, test: str, longer: str) -> tuple:
    """Both arms of the test, the longer onboarding first, and its days; Nones where the table does not have exactly two."""
    if tests is None or not test:
        return (None, None), None, None
    rows = rollups.collect(tests, may_be_empty=True)
    rows = rows[(rows["experiment_id"] == test) & rows["conversions"].notna()]
    sums = rows.groupby("arm")[["units", "conversions"]].sum()
    if len(sums) != 2 or longer not in sums.index:
        return (None, None), None, None
    arms = {name: Arm(name, int(row["units"]), int(row["conversions"])) for name, row in sums.iterrows()}
    first = arms.pop(longer)
    return (first, *arms.values()), rows["measured_on"].max(), rows["ends_on"].max()


def used_on(use: pd.DataFrame, day: int, first: date, last: date) -> tuple[int, int]:
    """Of those who began from `first` to `last`: how many used the product `day` days later, and all of them."""
    began = use[use["first_on"].between(pd.Timestamp(first), pd.Timestamp(last))]
    return int(began[f"n_d{day}"].sum()), int(began["n_customers"].sum())


def tested(app: Known) -> Tested | None:
    """What the test says, or None where there is none: the lot, the leavers and how many complete the onboarding."""
    if app.longer is None or app.shorter is None:
        return None
    long, short = app.longer, app.shorter
    ratio = sample_ratio([long.n, short.n])
    fewer = difference_of_proportions(long.left, long.n, short.left, short.n, level=LEVEL)
    found = ratio_of_proportions(short.left, short.n, long.left, long.n, level=LEVEL)
    cut = Estimate(1 - found.value, 1 - found.high, 1 - found.low, LEVEL, found.n)
    return Tested(ratio, fewer, cut, _completion(app))


def _completion(app: Known) -> Estimate | None:
    """Share who complete the last step, shorter less longer onboarding; None where the events do not tell the arms."""
    if app.steps is None:
        return None
    counts = [_reached(app.steps[app.steps["variant"] == arm.name]) for arm in (app.shorter, app.longer)]
    if any(len(one) == 0 or one.max() < COUNTS_ONLY for one in counts):
        return None
    last = counts[1].index[-1]
    done = [(int(one.get(last, 0)), int(one.max())) for one in counts]
    return difference_of_proportions(*done[0], *done[1], level=LEVEL)


def _reached(steps: pd.DataFrame) -> pd.Series:
    """Newcomers who completed each step, from the first step to the last; a later step cannot have more of them."""
    totals = steps.groupby("step")["n_customers"].sum().sort_index()
    return totals.sort_values(ascending=False, kind="stable")


def losses(app: Known, scope: Scope) -> pd.DataFrame:
    """Share of newcomers lost at each step: of the longer onboarding in the test, else of the last three months' newcomers.

    Returns
    -------
    One row per step but the first: step [in words], lost, low, high [share of those who completed the step before, Wilson; NaN under 30
    of them], n [those who completed the step before], is_removed [the shorter onboarding does without it]. Empty without steps.
    """
    names = ["step", "lost", "low", "high", "n", "is_removed"]
    if app.steps is None or app.steps.empty:
        return pd.DataFrame(columns=names)
    by_lot = app.longer is not None and (app.steps["variant"] == app.longer.name).any()
    if by_lot:
        some = app.steps[app.steps["variant"] == app.longer.name]
        kept = set(app.steps.loc[app.steps["variant"] == app.shorter.name, "step"])
    else:
        first = pd.Timestamp(scope.period.before(RECENT_MONTHS - 1).start)
        some, kept = app.steps[app.steps["first_on"] >= first], None
    reached, rows = _reached(some), []
    for step, before, after in zip(reached.index[1:], reached.iloc[:-1], reached.iloc[1:], strict=True):
        gone = int(before - after)
        told = (
            (gone / before, *wilson(gone, before, level=LEVEL))
            if before >= COUNTS_ONLY
            else (float("nan"),) * 3
        )
        removed = bool(kept) and step not in kept
        shown = step.replace("_", " ")
        shown = text("{step} (removed)", scope.language, step=shown) if removed else shown
        rows.append((shown, *told, int(before), removed))
    return pd.DataFrame(rows, columns=names)


def kpis(app: Known, scope: Scope) -> list[KpiRow]:
    """KPI rows of the month: retention_d1, retention_d7, retention_d30 with history, and onboarding_churn_cut; fewer without tables."""
    rows = []
    if app.use is not None and len(app.use):
        began = app.use["first_on"].min()
        for day in DAYS:
            shown = [p for p in kpi.history(scope) if pd.Timestamp(p.end) - pd.Timedelta(days=day) >= began]
            made = [_on_day(app.use, day, scope, period) for period in shown or [scope.period]]
            rows.append(kpi.compared(KPIS[f"retention_d{day}"], made, scope))
    if (found := tested(app)) is not None:
        rows.append(_cut_row(found, scope))
    return rows


def _on_day(use: pd.DataFrame, day: int, scope: Scope, period: Period) -> KpiRow:
    """Retention on a day, of those for whom it fell in the period."""
    back, definition = timedelta(days=day), KPIS[f"retention_d{day}"]
    k, n = used_on(use, day, period.start - back, period.end - back)
    if n < COUNTS_ONLY:
        reason = plural("{n} newcomer; a percentage needs n = {need}.", "{n} newcomers; a percentage needs n = {need}.", n,
                        scope.language, need=COUNTS_ONLY)  # fmt: skip
        return kpi.row(definition, scope, None, n=n, period=period, reason=reason)
    low, high = wilson(k, n, level=LEVEL)
    return kpi.row(definition, scope, k / n, low=low, high=high, n=n, period=period)


def _cut_row(found: Tested, scope: Scope) -> KpiRow:
    """The cut of early leavers, as the test measured it."""
    definition, lang = KPIS["onboarding_churn_cut"], scope.language
    if not found.is_told:
        reason = (
            text("The lot did not split the newcomers as planned, so the arms are not alike.", lang)
            if found.ratio.verdict == "mismatch"
            else text("The arms need n = {need} each, and somebody who left.", lang, need=COUNTS_ONLY)
        )
        return kpi.row(definition, scope, None, n=found.cut.n, reason=reason)
    return kpi.row(definition, scope, found.cut.value, low=found.cut.low, high=found.cut.high, n=found.cut.n)


def checks(app: Known, scope: Scope) -> list[Check]:
    """What could make the onboarding figures wrong; nothing where there is no test."""
    found, lang = tested(app), scope.language
    if found is None or app.longer is None or app.shorter is None:
        return []
    p = p_value(found.ratio.p, lang) if found.ratio.p == found.ratio.p else "–"
    due = app.ends_on + pd.Timedelta(days=CHURN_DAYS) if app.ends_on is not None else None
    over = due is None or app.measured_on >= due
    return [
        check(
            "onboarding_sample_ratio", found.ratio.verdict == "as planned",
            text("Onboarding test: {a} newcomers with the longer and {b} with the shorter onboarding, halves planned ({p}).", lang,
                 a=number(app.longer.n, "count", language=lang), b=number(app.shorter.n, "count", language=lang), p=p),
            remedy=text("Find out where newcomers of one arm get lost, or wait for more of them, before reading the test.", lang),
            otherwise="fail" if found.ratio.verdict == "mismatch" else "review",
        ),
        check(
            "onboarding_is_over", over,
            text("Onboarding test: the {days} days of the last newcomer are over.", lang, days=CHURN_DAYS) if over
            else text("Onboarding test: the {days} days of the last newcomer are not over.", lang, days=CHURN_DAYS),
            remedy=text("Count the leavers again when they are.", lang),
        ),
    ]  # fmt: skip
