"""What would move the score: drivers of the answers, how sure their ranks are, and the irritant to mend first."""

from __future__ import annotations

from datetime import timedelta
from statistics import NormalDist

import numpy as np
import pandas as pd

from helpers.checks import COUNTS_ONLY, Check, check
from helpers.company import Scope
from helpers.i18n import capital, mark, number, said, text, translate
from helpers.kpi import LEVEL
from helpers.methods.drivers import Drivers, key_drivers
from helpers.methods.nps import DETRACTOR, PROMOTER

REACH_DAYS = 90  # a case is remembered so long
MOST_TOPICS = 8
SURE = 0.80  # share of redraws in which an irritant has to stay first before it is called so
SETUP, DECEMBER, REST = "setup", "december", "rest"
NAMES = {
    SETUP: mark("app never set up"), DECEMBER: mark("answered in December"), REST: mark("case about a rarer topic"),
}  # fmt: skip
MOST_NEEDED = 100_000


def respondents(
    answers: pd.DataFrame, cases: pd.DataFrame | None, unfinished: pd.DataFrame | None, *, since, until
) -> pd.DataFrame:
    """One row an answer to the score, with what happened to the customer before.

    Parameters
    ----------
    answers : answers on the scale of 0 to 10: customer_id, answered_on, score.
    cases : rollup `case_list`: customer_id, opened_on, topic; None where the company has none.
    unfinished : rollup `unfinished`: customer_id, first_on; None where there are no product events.
    since, until : first and last day of the answers.

    Returns
    -------
    points [100 for a promoter, -100 for a detractor, else 0], and a column of 1 and 0 a driver: each topic of a case opened
    in the 90 days before the answer ("case: <topic>"), those of fewer than 30 customers together, `setup` where the app
    was begun before and never set up, `december`. A driver that touches fewer than 30 answers has no column.
    """
    day = answers["answered_on"]
    known = answers[
        (day >= pd.Timestamp(since)) & (day <= pd.Timestamp(until)) & answers["score"].notna()
    ].reset_index(drop=True)
    score = known["score"].to_numpy()
    made = pd.DataFrame({"points": 100.0 * ((score >= PROMOTER).astype(float) - (score <= DETRACTOR))})
    if cases is not None and "topic" in cases:
        made = made.join(_case_flags(known, cases))
    if unfinished is not None:
        begun = known.reset_index(names="at").merge(unfinished, on="customer_id")
        at = begun.loc[begun["first_on"] <= begun["answered_on"], "at"]
        made[SETUP] = known.index.isin(at).astype(float)
    made[DECEMBER] = (known["answered_on"].dt.month == 12).astype(float)
    few = [
        name for name in made.columns[1:] if not COUNTS_ONLY <= made[name].sum() <= len(made) - COUNTS_ONLY
    ]
    return made.drop(columns=few)


def _case_flags(known: pd.DataFrame, cases: pd.DataFrame) -> pd.DataFrame:
    """Whether each answer follows a case of a topic; topics of few are one."""
    cases = cases[["customer_id", "opened_on", "topic"]].dropna()
    both = known.reset_index(names="at").merge(cases, on="customer_id")
    gap = (both["answered_on"] - both["opened_on"]).dt.days
    both = both[gap.between(0, REACH_DAYS)]
    met = both.drop_duplicates(["at", "topic"])["topic"].value_counts()
    met = met[met >= COUNTS_ONLY].sort_index().sort_values(ascending=False, kind="stable")
    kept = list(met.index[:MOST_TOPICS])
    flags = {
        f"case: {topic}": known.index.isin(both.loc[both["topic"] == topic, "at"]).astype(float)
        for topic in kept
    }
    rest = both.loc[~both["topic"].isin(kept), "at"]
    return pd.DataFrame({**flags, REST: known.index.isin(rest).astype(float)})


def fit(rows: pd.DataFrame) -> Drivers | None:
    """Decompose what the drivers explain of the score; None where no driver touches 30 answers."""
    names = [name for name in rows.columns if name != "points"]
    return key_drivers(rows, "points", names, level=LEVEL, seed=1) if names else None


def named(driver: str, language: str) -> str:
    """Name a driver for a reader; a topic is the company's own word."""
    if driver in NAMES:
        return text(NAMES[driver], language)
    return text("case about {topic}", language, topic=driver.removeprefix("case: "))


def can_tell(found: Drivers | None) -> bool:
    """Whether there is a decomposition to show."""
    return found is not None and not found.table.empty


def table(found: Drivers | None, scope: Scope) -> pd.DataFrame:
    """Drivers as the page shows them, most points lost first, what is left of the topics last.

    Returns
    -------
    driver [name], code, points [NPS, what the driver takes from the score], low, high, n [answers it touches], share, share_low,
    share_high [of the explained variance], stability [of its rank]; empty where there is none to show.
    """
    if not can_tell(found):
        return pd.DataFrame({name: [] for name in ("driver", "points", "low", "high", "share")}, dtype=float)
    rows = found.table.rename(columns={"low": "share_low", "high": "share_high"})
    made = rows.assign(
        code=rows["driver"], driver=[named(one, scope.language) for one in rows["driver"]], points=rows["effect"],
        low=rows["effect_low"], high=rows["effect_high"], n=(rows["mean"] * found.n).round().astype(int),
    )  # fmt: skip
    made = made.assign(is_rest=made["code"] == REST).sort_values(["is_rest", "points"], ignore_index=True)
    return made[
        ["driver", "code", "points", "low", "high", "n", "share", "share_low", "share_high", "stability"]
    ]


def first(found: Drivers) -> tuple[str, float, str, int]:
    """The irritant that takes most from the score.

    Returns
    -------
    Its code, the share of redraws in which it takes most, the code of the next, and the answers needed so that it stays first
    in `SURE` of redraws. December is nobody's to mend and is left out; codes are empty where there are too few.
    """
    codes = found.table["driver"].tolist()
    at = [
        i
        for i, code in enumerate(codes)
        if code not in (DECEMBER, REST) and found.table["effect"].iloc[i] < 0
    ]
    if not at:
        return "", 0.0, "", 0
    effect, draws = found.table["effect"].to_numpy()[at], found.effect_draws[:, at]
    order = np.argsort(effect, kind="stable")
    top = order[0]
    sure = float((draws.argmin(axis=1) == top).mean())
    if len(order) < 2:
        return codes[at[top]], sure, "", found.n
    gap = draws[:, order[1]] - draws[:, top]
    need = found.n * (NormalDist().inv_cdf(SURE) * gap.std() / max(effect[order[1]] - effect[top], 1e-9)) ** 2
    return codes[at[top]], sure, codes[at[order[1]]], int(min(max(need, found.n), MOST_NEEDED))


def needed(n: int, language: str) -> str:
    """Say how many answers it takes; past a limit only that it is more."""
    shown = number(n, "count", language=language)
    return text("more than {n}", language, n=shown) if n >= MOST_NEEDED else shown


def finding(found: Drivers | None, scope: Scope) -> str:
    """Say as a chart's title what takes most points from the score."""
    lang = scope.language
    code, sure, _, _ = first(found) if can_tell(found) else ("", 0.0, "", 0)
    if not code:
        return text("What would move the score: cannot tell yet", lang)
    rows = found.table.set_index("driver")
    points = number(-rows["effect"][code], "points", decimals=1, language=lang)
    if sure < SURE:
        return text(
            "What takes most from the score cannot be told; the first guess is: {driver}",
            lang,
            driver=named(code, lang),
        )
    return text(
        "{driver}: takes {points} from the score, more than any other irritant",
        lang,
        driver=named(code, lang),
        points=points,
    )


def subtitle(found: Drivers | None, scope: Scope) -> str:
    """Say under the chart of drivers what is drawn."""
    lang = scope.language
    if not can_tell(found):
        return text("no driver touches enough answers", lang)
    return text(
        "points of the score, slope x share of answers touched, {level} interval; n = {n} answers; all drivers together explain {r2} of what "
        "sets answers apart", lang, level=number(LEVEL, "share", language=lang), n=number(found.n, "count", language=lang),
        r2=number(found.r2, "share", language=lang),
    )  # fmt: skip


def checks(found: Drivers | None, lacking: str, scope: Scope) -> list[Check]:
    """What could make the drivers wrong: no cases, a rank that is luck, drivers that say the same."""
    lang = scope.language
    if not can_tell(found):
        why = lacking or text("No driver touches {need} answers or more.", lang, need=COUNTS_ONLY)
        if found is not None and found.guards:
            why = translate(found.guards[0], lang)
        remedy = text("Import the support cases, and wait for more answers.", lang)
        return [check("drivers", False, why, remedy=remedy)]
    code, sure, _, need = first(found)
    fact = text("No irritant takes points from the score.", lang)
    if code:
        fact = text(
            "{driver} takes most from the score in {sure} of redraws.", lang, driver=capital(named(code, lang)),
            sure=number(sure, "share", language=lang),
        )  # fmt: skip
    made = [
        check(
            "first_irritant", sure >= SURE, fact,
            remedy=text("Cannot tell which is first, need n = {need} answers.", lang, need=needed(need, lang)),
        )
    ]  # fmt: skip
    guards = [_guard(guard, lang) for guard in found.guards]
    if guards:
        remedy = text("Join drivers that say the same.", lang)
        made.append(check("drivers_apart", False, "; ".join(guards) + ".", remedy=remedy))
    return made


def _guard(guard: str, language: str) -> str:
    """A guard of the method in the reader's language, with the driver's name as the page has it."""
    values = dict(getattr(guard, "values", {}))
    if "driver" in values:
        guard = said(guard.message, **{**values, "driver": named(values["driver"], language)})
    return translate(guard, language)


def first_day(scope: Scope, months: int):
    """First day of the last `months` months up to the page's period."""
    return (pd.Timestamp(scope.period.end) + timedelta(days=1) - pd.DateOffset(months=months)).date()
