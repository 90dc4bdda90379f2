"""What the page on social media and reputation says of the time after a crisis: preference in both surveys, and sales."""

from __future__ import annotations

import math

import pandas as pd

from helpers.company import Scope
from helpers.i18n import day, number, text
from helpers.methods.intervals import Estimate
from helpers.pillars.brand import social_alarms as waves_of
from helpers.pillars.brand.social import Page
from helpers.pillars.brand.social_figures import why_preference, why_sales
from helpers.pillars.brand.social_words import bounds, count, money, of_preference, points, sign
from helpers.pillars.brand.tracker_words import wave as wave_said
from helpers.pillars.brand.words import level


def cost_said(made: Page, scope: Scope) -> str:
    """What a crisis did to preference in each survey, and to sales, each by its own estimate."""
    lang, after = scope.language, made.after
    parts = []
    if after.survey.is_asked:
        parts.append(text("Preference, own quarterly survey: {said}; agency barometer: {other}.", lang,
                          said=of_preference(after.survey.change, scope), other=of_preference(after.preference, scope)))  # fmt: skip
    else:
        parts.append(text("Preference, agency barometer: {said}.", lang, said=of_preference(after.preference, scope)))  # fmt: skip
    of_sales = {
        "lost": text("Sales fell.", lang), "spans": text("What the crisis did to sales cannot be told from nothing.", lang),
        "above": text("Sales lay above what was to be expected.", lang), "unknown": text("What the crisis did to sales is not known.", lang),
    }  # fmt: skip
    return " ".join([*parts, of_sales[sign(after.sales)]])


def after(made: Page, scope: Scope) -> pd.DataFrame:
    """Preference by wave from a year before the crisis, and what was to be expected since, one row a point, for a chart."""
    lang = scope.language
    if made.after is None or made.after.waves.empty:
        return pd.DataFrame(columns=["wave", "value", "low", "high", "line"])
    table = made.after.waves
    wave = [day(one.date(), lang, style="medium") for one in table["wave_on"]]
    expected = pd.DataFrame({"wave": wave, "value": table["expected"], "low": table["low"], "high": table["high"], "line": text("expected", lang)}).dropna()  # fmt: skip
    seen = pd.DataFrame({"wave": wave, "value": table["seen"], "low": table["seen"], "high": table["seen"], "line": text("seen", lang)})  # fmt: skip
    return pd.concat([seen, expected], ignore_index=True)


def after_finding(made: Page, scope: Scope) -> str:
    """State what the crisis did to preference in the agency's waves, which the chart draws."""
    lang, after = scope.language, made.after
    if after is None:
        return text("No crisis in twelve months", lang)
    one = after.preference
    if math.isnan(one.value):
        return text("What the crisis did to preference cannot be told from the agency barometer", lang)
    told = points(one, scope)
    if one.high < 0:
        return text(
            "Preference lay {value} from what was to be expected in the agency barometer ({bounds})",
            lang,
            **told,
        )
    if sign(after.survey.change) == "lost":
        other = points(after.survey.change, scope)["value"]
        return text("The own quarterly survey shows a fall of preference ({other}); the agency barometer neither shows nor excludes one: {value} ({bounds})", lang, other=other, **told)  # fmt: skip
    return text("A loss of preference is neither shown nor excluded in the agency barometer: {value} ({bounds})", lang, **told)  # fmt: skip


def after_subtitle(made: Page, scope: Scope) -> str:
    """Say under the waves of the agency what is drawn."""
    after = made.after
    n = count(after.n_asked, scope) if after is not None else "–"
    return text("share that prefers the brand, agency barometer, from a year before the crisis, all markets of the page; band: {level} interval of what was to be expected; n = {n} after weights in the first three waves after", scope.language,
                level=level(scope), n=n)  # fmt: skip


def after_said(made: Page, scope: Scope) -> str:
    """Preference in both surveys, sales and weeks after the crisis."""
    lang, after, row = scope.language, made.after, made.crisis
    if after is None or row is None:
        return text("No wave of level 1 or more against the brand in twelve months.", lang)
    weeks = number(waves_of.weeks_out(row), "weeks", decimals=1, language=lang)
    parts = [text("Mentions were usual again after {weeks}.", lang, weeks=weeks), *_survey_said(made, scope)]
    if math.isnan(after.preference.value):
        parts.append(why_preference(made, scope))
    elif after.preference.high < 0:
        back = text(
            "Preference was back within a point after {weeks}.",
            lang,
            weeks=number(after.weeks_back, "weeks", language=lang),
        )
        parts.append(back if math.isfinite(after.weeks_back) else text("Preference is not back.", lang))
    else:
        parts.append(text("When preference was back cannot be told from the agency barometer, since it shows no loss.", lang))  # fmt: skip
        parts.append(need_said(made, scope))
    if math.isnan(after.sales.value):
        parts.append(why_sales(made, scope))
    else:
        parts.append(text("Sales of the eight weeks after, against what season, promotions and the weeks before let expect: {value} ({level} interval {bounds}).", lang,
                          value=_money(after.sales.value, scope), level=level(scope), bounds=bounds(after.sales, scope, "currency")))  # fmt: skip
        if after.sales.low <= 0 <= after.sales.high:
            parts.append(text("That neither shows nor excludes a loss.", lang))
    return " ".join(one for one in parts if one)


def _survey_said(made: Page, scope: Scope) -> list[str]:
    """The own survey across the start of the crisis, and whether it differs from the agency's barometer."""
    lang, own, other = scope.language, made.after.survey, made.after.preference
    if not own.is_asked:
        return []
    if sign(own.change) == "unknown":
        return [text("The own quarterly survey has waves on both sides, but no change can be told between them.", lang)]  # fmt: skip
    parts = [text("Own quarterly survey: preference {value} ({level} interval {bounds}) from {base} to {wave}, n = {n} a wave.", lang, level=level(scope), base=wave_said(own.base, lang),
                  wave=wave_said(own.wave, lang), n=count(own.change.n, scope), **points(own.change, scope))]  # fmt: skip
    if own.change.high < 0:
        parts.append(text("It was back within a point in the wave of {month}.", lang, month=wave_said(own.back, lang)) if own.back else text("It is not back in a later wave.", lang))  # fmt: skip
    if not math.isnan(other.low):
        parts.append(text("Agency barometer: {value} ({bounds}) over the three waves after the start.", lang, **points(other, scope)))  # fmt: skip
        parts.append(apart_said(own.change, other, scope))
    return parts


def apart_said(own: Estimate, other: Estimate, scope: Scope) -> str:
    """Whether the two surveys differ, by the interval of the difference; they ask other people at other times."""
    gap = own.value - other.value
    low = gap - math.hypot(own.value - own.low, other.high - other.value)
    high = gap + math.hypot(own.high - own.value, other.value - other.low)
    told = points(Estimate(gap, low, high, own.level, own.n), scope)
    if low > 0 or high < 0:
        return text("The two surveys differ by {value} ({bounds}): the own one compares two waves, the first one in the days of the crisis or soon after, and the barometer the mean of three.", scope.language, **told)  # fmt: skip
    return text("The two surveys are not told apart: difference {value} ({bounds}).", scope.language, **told)


def need_said(made: Page, scope: Scope) -> str:
    """People a wave that a loss of two points takes; empty where it is not known."""
    lang, need = scope.language, made.after.need
    if math.isinf(need):
        return text("No number of people would show a loss of two points there: what was to be expected is itself too doubtful.", lang)  # fmt: skip
    return text("Two points would take n = {need} after weights in each of three waves.", lang, need=count(need, scope)) if need else ""  # fmt: skip


def _money(value: float, scope: Scope) -> str:
    return ("+" if value > 0 else "") + money(value, scope)
