"""How good forecasts of this kind were here: the models on the same past days, the one to use, and its past errors."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import NamedTuple

import pandas as pd

from helpers.company import Scope
from helpers.i18n import mark, number, text
from helpers.methods.lifetime import MODELS, expected_purchases
from helpers.methods.lifetime_backtest import longest_backtest
from helpers.methods.lifetime_clock import fit_clock
from helpers.methods.lifetime_competition import CLOCK, LEARNT, RATE, compete, standings
from helpers.methods.lifetime_summary import with_codes

HORIZON_WEEKS = 13
LIFETIME_WEEKS = 52
YEAR_ORIGINS = 8
MOST_CUSTOMERS = 10_000
NAMES = {RATE: mark("plain rate of the past"), LEARNT: mark("learnt from the quarter before")}


class Choice(NamedTuple):
    """A model of `lifetime.MODELS`, and whether it runs on a seasonal clock."""

    model: str
    seasonal: bool


CALENDAR = Choice("BG/NBD", False)


class Record(NamedTuple):
    """Forecasts of the past.

    standings : result of `standings`, one row a model. choice : the best of those that say what each customer will do.
    quarter, year : backtests of the choice over 13 and 52 weeks, or over shorter windows where the history does not hold
    four of them; the one of the year without the clock, which would need three years of history.
    """

    standings: pd.DataFrame
    choice: Choice
    quarter: pd.DataFrame
    year: pd.DataFrame


def record_of(days: pd.DataFrame, until: date, *, origins: int = 6) -> Record:
    """Let the models forecast the past, choose one, and keep its errors.

    Parameters
    ----------
    days : rollup `purchase_days`: customer_id, ordered_on, spend.
    until : last day that counts.
    origins : past quarters to try, where the data reach back far enough.

    With over 10,000 customers the models compete on that many, drawn at random; the season is learnt from all, and the errors
    of the choice are those of all.
    """
    past = with_codes(days.rename(columns={"ordered_on": "day"}))
    clock_of = cache(lambda origin: fit_clock(past, until=origin))
    ranked = standings(
        compete(_some(past), horizon=HORIZON_WEEKS, origins=origins, until=until, clock_of=clock_of)
    )
    able = ranked[ranked["model"].str.removesuffix(CLOCK).isin(list(MODELS)) & (ranked["n_origins"] > 0)]
    best = able["model"].iloc[0] if len(able) else CALENDAR.model
    choice = Choice(best.removesuffix(CLOCK), best.endswith(CLOCK))
    quarter = longest_backtest(
        past,
        horizon=HORIZON_WEEKS,
        origins=origins,
        until=until,
        draws=0,
        model=choice.model,
        seasonal=choice.seasonal,
        clock_of=clock_of,
    )
    # Windows of a year overlap, so their errors are alike: five of them say less than five apart would.
    year = longest_backtest(
        past,
        horizon=LIFETIME_WEEKS,
        step=HORIZON_WEEKS,
        origins=YEAR_ORIGINS,
        until=until,
        draws=0,
        model=choice.model,
    )
    return Record(ranked, choice, quarter, year)


def _some(days: pd.DataFrame) -> pd.DataFrame:
    ids = pd.Series(sorted(days["customer_id"].unique()))
    if len(ids) <= MOST_CUSTOMERS:
        return days
    return days[days["customer_id"].isin(ids.sample(MOST_CUSTOMERS, random_state=1))]


def model_name(model: str, language: str) -> str:
    """Name of a candidate as a reader sees it."""
    if model.endswith(CLOCK):
        return text("{model} on a seasonal clock", language, model=model.removesuffix(CLOCK))
    return text(NAMES[model], language) if model in NAMES else model


def choice_name(choice: Choice, language: str) -> str:
    """Name of the chosen model as a reader sees it."""
    return model_name(choice.model + (CLOCK if choice.seasonal else ""), language)


def standings_table(record: Record, scope: Scope) -> pd.DataFrame:
    """The models as a reader sees them, best first: model, typical error, bias, purchases a customer, top tenth."""
    lang, known = scope.language, record.standings[record.standings["n_origins"] > 0]
    if known.empty:
        return pd.DataFrame()

    def share(value: float) -> str:
        return number(value, "share", language=lang, decimals=1)

    table = pd.DataFrame(
        {
            text("model", lang): [model_name(name, lang) for name in known["model"]],
            text("typical error of the total", lang): known["typical_error"].map(share),
            text("mean error (bias)", lang): known["bias"].map(share),
            text("mean error a customer, purchases", lang): known["mae"].map(
                lambda v: number(v, "ratio", language=lang, decimals=3)
            ),
            text("found by the top tenth", lang): known["top_share"].map(share),
            text("past quarters", lang): known["n_origins"].map(lambda v: number(v, "count", language=lang)),
        }
    )
    return table.set_index(text("model", lang))


def standings_finding(record: Record, scope: Scope) -> str:
    """Say which model forecast best, and what the plain rate would have cost."""
    lang, table = scope.language, record.standings.set_index("model")
    known = table[table["n_origins"] > 0]
    if known.empty:
        return text(
            "Which model forecasts best cannot be told before three past quarters; BG/NBD is used.", lang
        )
    best = record.choice.model + (CLOCK if record.choice.seasonal else "")
    facts = {
        "model": model_name(best, lang),
        "error": number(known.loc[best, "typical_error"], "share", language=lang, decimals=1),
        "k": int(known.loc[best, "n_origins"]),
    }
    if known.index[0] != best:
        other = model_name(known.index[0], lang)
        off = number(known["typical_error"].iloc[0], "share", language=lang, decimals=1)
        return text(
            "**{other}** was nearest to the total over {k} past quarters ({off} off), but says little of single customers; of "
            "the models that do, **{model}** was best ({error}).", lang, other=other, off=off, **facts,
        )  # fmt: skip
    if RATE not in known.index:
        return text("Over {k} past quarters **{model}** was nearest, typically {error} off.", lang, **facts)
    rate = number(known.loc[RATE, "typical_error"], "share", language=lang, decimals=1)
    return text(
        "Over {k} past quarters **{model}** was nearest, typically {error} off; the plain rate of the past was {rate} off.",
        lang, rate=rate, **facts,
    )  # fmt: skip


def season_finding(clock: object, scope: Scope) -> str:
    """Say how the season moves purchases, or why no seasonal clock runs."""
    lang = scope.language
    if clock is None:
        return text(
            "No seasonal clock runs on this page: it needs two years of history and has to forecast better.",
            lang,
        )
    high, low = float(clock.speed.max()), float(clock.speed.min())  # type: ignore[attr-defined]
    return text(
        "The clock has learnt from {n} weeks: customers buy at {high} of their usual rate in the strongest week of the year and at {low} in the weakest.",
        lang, n=number(clock.n_weeks, "count", language=lang),  # type: ignore[attr-defined]
        high=number(high, "share", language=lang), low=number(low, "share", language=lang),
    )  # fmt: skip


def backtest_finding(record: Record, scope: Scope) -> str:
    """Say in words how far past forecasts of purchases were off."""
    quarter, lang = record.quarter, scope.language
    errors = quarter.loc[quarter["quantity"] == "purchases", "error"].dropna().abs()
    if errors.empty:
        return text("No past forecast could be checked", lang)
    worst = number(errors.max(), "share", language=lang, decimals=1)
    return text(
        "Past forecasts of purchases were at most {worst} off ({k} origins)", lang, worst=worst, k=len(errors)
    )


def backtest_subtitle(record: Record, scope: Scope) -> str:
    """Say under the backtest what is drawn."""
    lang, windows = scope.language, record.quarter["horizon"]
    weeks = float(windows.iloc[0]) if len(windows) else HORIZON_WEEKS
    return text(
        "purchases in the {weeks} weeks after each day by {model}, open dot = forecast", lang,
        weeks=number(weeks, "ratio", language=lang, decimals=0 if weeks == round(weeks) else 1), model=choice_name(record.choice, lang),
    )  # fmt: skip


def naive_against_model(known, scope: Scope) -> str:
    """Say what a spreadsheet and the model expect of the next 13 weeks."""
    lang, naive = scope.language, naive_forecast(known)
    model = float(expected_purchases(known.purchases, known.summary, known.ahead(HORIZON_WEEKS)).sum())
    if not model > 0:
        return text(
            "The spreadsheet says {naive} purchases; the model cannot tell.",
            lang,
            naive=number(naive, "count", language=lang),
        )
    more = number(naive / model - 1, "share", language=lang, decimals=1)
    return text(
        "The spreadsheet says **{naive}** purchases, the model **{model}**: a difference of **{more}**.", lang,
        naive=number(naive, "count", language=lang), model=number(model, "count", language=lang), more=more,
    )  # fmt: skip


def naive_forecast(known, *, weeks: float = HORIZON_WEEKS) -> float:
    """Purchases in the next `weeks` if every customer kept the rate of the past: what a spreadsheet does."""
    age = known.summary["age"].where(known.summary["age"] > 0)
    return float((known.summary["frequency"] / age * weeks).fillna(0).sum())
