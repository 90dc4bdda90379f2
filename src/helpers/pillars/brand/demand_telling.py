"""What the page on the brand's sales says in words: the answer, the findings of its charts, its tables, the naive answer."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from scipy.special import ndtri

from helpers.company import Scope
from helpers.i18n import plural, text
from helpers.kpi import LEVEL
from helpers.methods.base_demand import corrected_slope
from helpers.methods.base_demand_pause import summary
from helpers.pillars.brand import demand_words as words
from helpers.pillars.brand.demand import Page
from helpers.pillars.brand.demand_decisions import OPEN, RAISE, stand
from helpers.pillars.brand.demand_figures import long_share, pause_refusal, refusal
from helpers.pillars.brand.demand_series import answers, measure
from helpers.pillars.brand.demand_tested import would
from helpers.pillars.brand.words import level

TO_SHOW = float(
    ndtri((1 + LEVEL) / 2) + ndtri(0.8)
)  # standard errors of an effect that shows four times in five


def answer(made: Page, scope: Scope) -> str:
    """Answer the page's question: the decision first, then what is known and what is not."""
    lang, said = scope.language, stand(made)
    now, to = words.share(made.budget_share, scope), words.share(made.budget_share + made.step, scope)
    first = {
        RAISE: text("Raise the brand share of the media budget from {now} to {to}: a pause of brand media would cost more than it saves.", lang, now=now, to=to),
        OPEN: text("Hold the brand share of the media budget at {now}: whether more or less would pay cannot be told yet.", lang, now=now),
    }.get(said, text("Hold the brand share of the media budget at {now}: a pause may cost more than it saves, or less.", lang, now=now))  # fmt: skip
    if why := refusal(made, scope):
        return f"{first} {why}"
    return " ".join([first, effect_said(made, scope), *_of_parts(made, scope), pause_said(made, scope)])


def effect_said(made: Page, scope: Scope) -> str:
    """State what a point of brand does to sales, and whether that may be nothing."""
    value, low, high = (math.expm1(one) for one in made.fit.effect[:3])
    facts = {
        "of_measure": words.of_measure(made.metric, scope.language), "value": words.share(value, scope, 1), "bounds": words.shares(low, high, scope),
        "level": level(scope),
    }  # fmt: skip
    if made.is_shown:
        return text("A point {of_measure} moves sales by {value} ({level} interval {bounds}).", scope.language, **facts)  # fmt: skip
    return text("A point {of_measure} goes with a change of {value} in sales ({level} interval {bounds}), which may be nothing.", scope.language, **facts)  # fmt: skip


def _of_parts(made: Page, scope: Scope) -> list[str]:
    """Name the one kind of purchase in which an effect is shown, where the other hides it."""
    rows = made.ways.set_index("kind")
    first, repeat = rows.loc["first"], rows.loc["repeat"]
    if not made.is_shown and first["low"] > 0:
        one, message = first, text("First purchases alone do follow the brand: {value} a point ({bounds}).", scope.language, value="{value}", bounds="{bounds}")  # fmt: skip
    elif not made.is_shown and repeat["low"] > 0:
        one, message = repeat, text("Repeat purchases alone do follow the brand: {value} a point ({bounds}).", scope.language, value="{value}", bounds="{bounds}")  # fmt: skip
    else:
        return []
    return [message.format(value=words.share(one["value"], scope, 1), bounds=words.shares(one["low"], one["high"], scope))]  # fmt: skip


def pause_said(made: Page, scope: Scope) -> str:
    """State what four quarters without brand media would cost beside what they would save, or why that cannot be told."""
    lang = scope.language
    if why := pause_refusal(made, scope):
        return text("What four quarters without brand media would cost cannot be told: {would}", lang, would=would(made, scope)) if made.fit.is_told else why  # fmt: skip
    row = made.fan.set_index("quarter").loc[0]
    return text(
        "Four quarters without brand media would cost {value} of sales ({level} interval {bounds}) and save {saved}.", lang, value=words.amount(row["value"], scope),
        bounds=words.amounts(row["low"], row["high"], scope), level=level(scope), saved=words.amount(made.saved, scope),
    )  # fmt: skip


def course(made: Page, scope: Scope) -> pd.DataFrame:
    """The measure as asked and the brand behind it, by month: month, series, value, low, high [share]."""
    lang, index = scope.language, made.found.table.index
    asked = pd.DataFrame({"month": index.to_timestamp(), "series": text("as asked", lang), "value": measure(made.found, made.metric)[0], "low": np.nan, "high": np.nan})  # fmt: skip
    if not made.fit.is_told:
        return asked
    value, low, high = made.fit.brand / 100
    behind = pd.DataFrame({"month": index.to_timestamp(), "series": text("behind it", lang), "value": value, "low": low, "high": high})  # fmt: skip
    return pd.concat([behind, asked], ignore_index=True)


def course_finding(made: Page, scope: Scope) -> str:
    """State the gain of the brand as the title of its chart."""
    lang = scope.language
    if not len(made.gain):
        return text("The course of the brand cannot be told from its noise", lang)
    one = summary(made.gain, level=LEVEL, n=0)
    facts = {"measure": words.measured(made.metric, lang), "points": words.points(abs(one.value), scope), "bounds": words.point_bounds(one.low, one.high, scope)}  # fmt: skip
    if one.low > 0:
        return text("The brand gained {points} points of {measure} ({bounds}) from the first to the last twelve months", lang, **facts)  # fmt: skip
    if one.high < 0:
        return text("The brand lost {points} points of {measure} ({bounds}) from the first to the last twelve months", lang, **facts)  # fmt: skip
    return text("Whether the brand moved cannot be told: {bounds} points of {measure}", lang, **facts)


def course_subtitle(made: Page, scope: Scope) -> str:
    """Say under the course what is drawn."""
    return plural(
        "agency barometer, share of people asked, by month; a usual wave is worth {n} answer; band: {level} interval of the brand behind the waves",
        "agency barometer, share of people asked, by month; a usual wave is worth {n} answers; band: {level} interval of the brand behind the waves",
        answers(made.found, made.metric), scope.language, level=level(scope),
    )  # fmt: skip


def ways(made: Page, scope: Scope) -> pd.DataFrame:
    """The effect read in several ways: way, value, low, high."""
    rows = made.ways
    named = [words.way(row.kind, row.detail, scope.language) for row in rows.itertuples()]
    return rows.assign(way=named)[["way", "value", "low", "high"]]


def ways_finding(made: Page, scope: Scope) -> str:
    """State the effect, and whether it stands, as the title of its chart."""
    lang = scope.language
    if not made.fit.is_told:
        return text("What the brand does to sales cannot be told", lang)
    above, n = int((made.ways["low"] > 0).sum()), len(made.ways)
    if not above:
        return text("The effect of the brand may be zero in each of {n} ways to read it", lang, n=n)
    return text(
        "The effect of the brand is above zero in {above} of {n} ways to read it", lang, above=above, n=n
    )


def ways_subtitle(made: Page, scope: Scope) -> str:
    """Say under the effects what is drawn."""
    return text(
        "change of sales for one point {of_measure}, or as large a part of another measure; {n} months; {level} intervals", scope.language,
        of_measure=words.of_measure(made.metric, scope.language), n=made.found.months, level=level(scope),
    )  # fmt: skip


def fan(made: Page, scope: Scope) -> pd.DataFrame:
    """Sales missing by quarter of a pause, in all and through the brand alone: quarter, series, value, low, high [money]."""
    if made.fan.empty:
        return pd.DataFrame({"quarter": [], "series": [], "value": [], "low": [], "high": []})
    lang, rows = scope.language, made.fan[made.fan["quarter"] > 0]
    quarter = [text("quarter {n}", lang, n=one) for one in rows["quarter"]]
    both = rows[["value", "low", "high"]].assign(series=text("in all", lang), quarter=quarter)
    brand = rows[["brand", "brand_low", "brand_high"]].set_axis(["value", "low", "high"], axis=1)
    brand = brand.assign(series=text("through the brand", lang), quarter=quarter)
    return pd.concat([both, brand], ignore_index=True)


def fan_finding(made: Page, scope: Scope) -> str:
    """State the cost of a pause as the title of its chart."""
    lang = scope.language
    if made.fan.empty:
        return text("What a pause would cost cannot be told", lang)
    row = made.fan.set_index("quarter").loc[0]
    facts = {"value": words.amount(row["value"], scope), "bounds": words.amounts(row["low"], row["high"], scope)}  # fmt: skip
    if not made.pause_is_told:
        return text("What a pause would cost cannot be told: {bounds} of sales over four quarters are held possible", lang, **facts)  # fmt: skip
    return text("Four quarters without brand media would cost {value} of sales ({bounds})", lang, **facts)


def fan_subtitle(made: Page, scope: Scope) -> str:
    """Say under the cost of a pause what is drawn."""
    return text(
        "sales missing in each quarter, at once and through the brand; {level} interval; below zero: sales would be higher", scope.language,
        level=level(scope),
    )  # fmt: skip


def seen(made: Page, scope: Scope) -> str:
    """Say how large an effect would have to be to show in months like these, and what would tell of smaller ones."""
    lang = scope.language
    if not made.fit.is_told:
        return refusal(made, scope)
    smallest = TO_SHOW * float(made.fit.effects.std())
    said = text("In {n} months like these an effect shows when a point {of_measure} moves sales by about {share} or more.", lang, n=made.found.months,
                of_measure=words.of_measure(made.metric, lang), share=words.share(math.expm1(smallest), scope, 1))  # fmt: skip
    if made.pause is not None and made.found.table["brand_media"].sum() > 0:
        said += " " + text("What brand media add to the brand shows from about {points} points on.", lang, points=words.points(TO_SHOW * float(made.fit.media.std()), scope))  # fmt: skip
    return said + " " + text("Smaller effects matter, too, and need other proof: more years of the same barometer, brand media that stay on and off for long, or a test by region; {would}", lang, would=would(made, scope))  # fmt: skip


def balance(made: Page, scope: Scope) -> pd.DataFrame:
    """Short against long: share of the budget, and of the effect of brand media over four quarters."""
    lang, now = scope.language, made.budget_share
    draws = long_share(made)
    one = summary(draws, level=LEVEL, n=0)
    open_ = text("cannot tell", lang)
    later = f"{words.share(one.value, scope)} ({words.shares(one.low, one.high, scope, 0)})" if len(draws) else open_  # fmt: skip
    at_once = f"{words.share(1 - one.value, scope)} ({words.shares(1 - one.high, 1 - one.low, scope, 0)})" if len(draws) else open_  # fmt: skip
    columns = [text("works at once", lang), text("works later, through the brand", lang)]
    rows = [[words.share(1 - now, scope), words.share(now, scope)], [at_once, later]]
    index = [text("media budget, twelve months", lang), text("effect of brand media, four quarters", lang)]
    return pd.DataFrame(rows, columns=columns, index=index)


def balance_said(made: Page, scope: Scope) -> str:
    """Say what the balance means, and for whom it is a risk."""
    lang, now = scope.language, made.budget_share
    if math.isnan(now):
        return text("No media spend in the last twelve months.", lang)
    said = text("{now} of the media budget builds the brand, {rest} harvests.", lang, now=words.share(now, scope), rest=words.share(1 - now, scope))  # fmt: skip
    if not len(long_share(made)):
        return said + " " + text("What brand media sell later cannot be set against what they sell at once. A plan that cuts them because the months show no loss would cut what nobody has measured: that is the risk of short-termism.", lang)  # fmt: skip
    return (
        said
        + " "
        + text(
            "What comes later shows in no month's return, and a plan that steers by the month would cut it first.",
            lang,
        )
    )


def naive(made: Page, scope: Scope) -> str:
    """The slope of sales on the tracker as it stands, and what its noise does to it."""
    lang, table = scope.language, made.found.table
    x, worth = measure(made.found, made.metric)
    known = np.isfinite(x)
    if known.sum() < 3:
        return text("Too few waves to draw a line through.", lang)
    points, logs = 100 * x[known], np.log(table["all"].to_numpy()[known])
    noise = float(np.mean(1e4 * x[known] * (1 - x[known]) / worth[known]))
    slope, _ = corrected_slope(points, logs, 0.0)
    spread = float(np.var(points, ddof=1))
    r = float(np.corrcoef(points, logs)[0, 1]) if spread > 0 else math.nan
    mended, _ = corrected_slope(points, logs, noise)
    said = text(
        "Drawn through the months as they stand, a point goes with {slope} of sales (correlation {r}). Of the spread of the agency barometer from month to month, "
        "{part} is the luck of who was asked.", lang, slope=words.share(math.expm1(slope), scope, 1), r=words.points(r, scope),
        part=words.share(min(noise / spread, 1.0) if spread > 0 else math.nan, scope),
    )  # fmt: skip
    if math.isnan(mended):
        return said + " " + text("That is all of it: the line is drawn through noise.", lang)
    return said + " " + text("With that luck taken out the same line says {mended}.", lang, mended=words.share(math.expm1(mended), scope, 1))  # fmt: skip
