"""What the tests by region say, in words: figures, answer, findings, and the naive reading."""

from __future__ import annotations

import math
from datetime import timedelta

import numpy as np
import pandas as pd

from helpers import kpi, rollups
from helpers.company import Scope
from helpers.i18n import days, interval, number, p_value, text
from helpers.kpi import LEVEL, KpiRow, money_word
from helpers.pillars.activation.definitions import KPIS
from helpers.pillars.activation.incrementality import WEEK, GeoTest, times
from helpers.pillars.activation.incrementality_design import YEAR, seen
from helpers.rollups import places


def readable(found: list[GeoTest]) -> list[GeoTest]:
    """Tests that say something of a channel, the last one last."""
    return [test for test in found if not test.reason and test.channel]


def net(test: GeoTest, scope: Scope) -> tuple[float, float, float]:
    """Margin that the test changed less the spend that it changed: what the change of spend earned, with bounds."""
    rate = scope.margin_rate
    return tuple(rate * figure - test.spend_change for figure in test.found.effect[:3])


def verdict(test: GeoTest, scope: Scope) -> str:
    """Whether the spend that the test changed pays: "pays", "does not pay" or "cannot tell"."""
    _, low, high = net(test, scope)
    if math.isnan(low) or low <= 0 <= high:
        return "cannot tell"
    return "pays" if (low > 0) == (test.spend_change > 0) else "does not pay"


def kpis(found: list[GeoTest], media: object | None, scope: Scope, *, lacking: str = "") -> list[KpiRow]:
    """Rows of the last test that can be read, and of the spend that tests stand behind; `lacking` says why there is none."""
    lang, told = scope.language, readable(found)
    shares = [] if media is None else [_tested(told, media, scope)]
    if not told:
        reason = lacking or text("No test by region that names one channel has ended.", lang)
        return [
            kpi.row(KPIS[name], scope, None, n=0, reason=reason)
            for name in ("geo_iroas", "geo_effect", "geo_mde")
        ] + shares
    test = told[-1]
    name = text("Test: {name}.", lang, name=test.name)
    n = test.found.effect.n
    rows = []
    roas = test.roas
    if math.isnan(roas[0]):
        why = text("Its change of spend is not known.", lang)
        rows.append(kpi.row(KPIS["geo_iroas"], scope, None, n=n, reason=f"{name} {why}"))
    else:
        rows.append(kpi.row(KPIS["geo_iroas"], scope, roas[0], low=roas[1], high=roas[2], n=n, reason=name))
    effect = test.found.effect
    rows.append(
        kpi.row(KPIS["geo_effect"], scope, effect.value, low=effect.low, high=effect.high, n=n, reason=name)
    )
    value, low, high, looks = seen(test)
    if math.isnan(value):
        why = text("Too few placebo tests fit into the time before it.", lang)
        rows.append(kpi.row(KPIS["geo_mde"], scope, None, n=looks, reason=f"{name} {why}"))
    else:
        rows.append(kpi.row(KPIS["geo_mde"], scope, value, low=low, high=high, n=looks, reason=name))
    return rows + shares


def _tested(told: list[GeoTest], media: object, scope: Scope) -> KpiRow:
    since = scope.period.end - timedelta(days=YEAR - 1)
    spent = rollups.collect(
        places.spend_of_channels(media, since=since, until=scope.period.end), may_be_empty=True
    )
    total = float(spent["spend"].sum())
    if not total > 0:
        return kpi.row(
            KPIS["spend_tested"], scope, None, n=0, reason=text("Nothing was spent on media.", scope.language)
        )
    channels = {test.channel for test in told}
    part = float(spent.loc[spent["channel"].isin(channels), "spend"].sum())
    return kpi.row(KPIS["spend_tested"], scope, part / total, n=len(channels))


def answer(found: list[GeoTest], scope: Scope, *, following: str = "") -> str:
    """Answer the page's question in at most three sentences: the decision and its money, then the doubt; `following` ends it."""
    lang, told = scope.language, readable(found)
    if not told:
        return text("What a channel brings was never tested: no test by region that names one channel has ended.", lang) + f" {following}".rstrip()  # fmt: skip
    latest = {test.channel: test for test in told}
    sure = [test for test in latest.values() if verdict(test, scope) != "cannot tell"]
    open_ = [test for test in latest.values() if verdict(test, scope) == "cannot tell"]
    said = [_sure(test, scope) for test in sure[-1:]]
    said += [_open(test, scope) for test in open_[-1:]]
    return " ".join([*said, following]).strip()


def _facts(test: GeoTest, scope: Scope) -> dict[str, str]:
    lang = scope.language
    money = {"unit": "currency", "currency": scope.currency, "language": lang}
    roas, (gain, worst, best) = test.roas, net(test, scope)
    effect = test.found.effect
    return {
        "channel": test.channel,
        "weeks": number(((test.ends_on - test.starts_on).days + 1) / WEEK, "count", language=lang),
        "effect": number(abs(effect.value), **money),
        "bounds": interval(effect.low, effect.high, **money),
        "spend": number(abs(test.spend_change), **money),
        "net": number(abs(gain), **money),
        "net_bounds": interval(worst, best, **money),
        "roas": number(roas[0], "ratio", decimals=2, language=lang),
        "roas_bounds": interval(roas[1], roas[2], "ratio", decimals=2, language=lang),
        "level": number(LEVEL, "share", language=lang),
        "p": p_value(test.found.p, lang),
        "margin": money_word(scope),
    }


def _sure(test: GeoTest, scope: Scope) -> str:
    lang, facts, is_more = scope.language, _facts(test, scope), test.spend_change > 0
    if verdict(test, scope) == "pays":
        return text(
            "Keep {channel}: what the test changed brings {roas} of revenue for one of spend ({level} interval {roas_bounds}), more than it costs.",
            lang, **facts,
        )  # fmt: skip
    if is_more:
        return text(
            "Do not buy more of {channel}: {spend} more in {weeks} weeks brought {roas} of revenue for one of spend ({level} interval "
            "{roas_bounds}), so it lost {net} of {margin} after its cost.", lang, **facts,
        )  # fmt: skip
    return text(
        "Cut {channel}: {spend} less in {weeks} weeks cost {roas} of revenue for one of spend ({level} interval {roas_bounds}), so it "
        "saved {net} of {margin}.", lang, **facts,
    )  # fmt: skip


def _open(test: GeoTest, scope: Scope) -> str:
    lang, facts, effect = scope.language, _facts(test, scope), test.found.effect
    if math.isnan(test.roas[0]):
        return text(
            "Of {channel} the test changed revenue by {bounds}; its spend is not known.", lang, **facts
        )
    if effect.low <= 0 <= effect.high:
        return text(
            "What {channel} brings cannot be told apart from nothing ({level} interval of the return {roas_bounds}).",
            lang,
            **facts,
        )
    return text(
        "Whether {channel} pays cannot be told: its return is {roas} ({level} interval {roas_bounds}), on both sides of what it costs.",
        lang, **facts,
    )  # fmt: skip


def returns(found: list[GeoTest]) -> pd.DataFrame:
    """What is drawn: one row a test that can be read: test, value, low, high [revenue for one of spend]."""
    rows = [(test.name, *test.roas) for test in readable(found) if not math.isnan(test.roas[0])]
    return pd.DataFrame(rows, columns=["test", "value", "low", "high"])


def effects(found: list[GeoTest]) -> pd.DataFrame:
    """What is drawn: one row a test that can be read: test, value, low, high [money]."""
    rows = [(test.name, *test.found.effect[:3]) for test in found if not test.reason]
    return pd.DataFrame(rows, columns=["test", "value", "low", "high"])


def finding(found: list[GeoTest], scope: Scope) -> str:
    """Say in words how many tests are told from nothing."""
    lang = scope.language
    told = [test for test in found if not test.reason]
    if not told:
        return text("What a channel brings: cannot tell, no test by region can be read", lang)
    clear = [test for test in told if test.found.effect.low > 0 or test.found.effect.high < 0]
    return text("Tests by region told apart from nothing: {n} of {all}", lang, n=len(clear), all=len(told))


def subtitle(found: list[GeoTest], scope: Scope) -> str:
    """Say under the chart of effects what is drawn."""
    told = [test for test in found if not test.reason]
    return text(
        "Revenue changed in the treated places while the test ran; {level} interval; {n} places a test", scope.language,
        level=number(LEVEL, "share", language=scope.language),
        n=max((test.treated.shape[1] + test.control.shape[1] for test in told), default=0),
    )  # fmt: skip


def by_week(test: GeoTest, scope: Scope) -> pd.DataFrame:
    """Treated sales by week beside what the untreated lead to expect: week [0 where the test starts], value, by [words]."""
    weeks = times(test, WEEK)
    before = weeks[weeks["at"] < 0]
    scaled = weeks["control"] * float(before["treated"].sum() / before["control"].sum())
    full = [weeks.assign(value=value, by=by) for value, by in (
        (weeks["treated"], text("treated places", scope.language)), (scaled, text("as the others", scope.language)),
    )]  # fmt: skip
    return pd.concat(full).rename(columns={"at": "week"})[["week", "value", "by"]]


def week_finding(test: GeoTest, scope: Scope) -> str:
    """Say in words what the weeks of a test show."""
    lang = scope.language
    share = {"unit": "share", "decimals": 1, "language": lang}
    lift = test.found.lift
    return text(
        "{test}: sales of the treated places moved by {lift} ({bounds}), {p}", lang, test=test.name, lift=number(lift.value, **share),
        bounds=interval(lift.low, lift.high, **share), p=p_value(test.found.p, lang),
    )  # fmt: skip


def week_subtitle(test: GeoTest, scope: Scope) -> str:
    """Say under the weeks what is drawn."""
    return text(
        "Revenue a week without VAT, weeks from the start of the test ({days}); {treated} places treated, {control} not", scope.language,
        days=days(test.starts_on, test.ends_on, scope.language, style="medium"), treated=test.treated.shape[1], control=test.control.shape[1],
    )  # fmt: skip


def naive(test: GeoTest, scope: Scope) -> str:
    """Say what comparing the treated places with themselves before would have claimed."""
    lang = scope.language
    start, n = pd.Timestamp(test.starts_on), (test.ends_on - test.starts_on).days + 1
    run = test.treated[test.treated.index >= start]
    before = test.treated[(test.treated.index < start) & (test.treated.index >= start - pd.Timedelta(days=n))]
    others = test.control[test.control.index >= start], test.control.reindex(before.index)
    claimed = float(run.to_numpy().sum() - before.to_numpy().sum() * len(run) / max(len(before), 1))
    moved = float(others[0].to_numpy().mean() / others[1].to_numpy().mean() - 1) if len(before) else np.nan
    money = {"unit": "currency", "currency": scope.currency, "language": lang}
    return text(
        "Before and after: in the {n} days of “{test}” the sales of the treated places changed by {claimed} against the {n} days before, and that would be "
        "“the effect”. The places that were left alone moved by {moved} in the same days. The test says {effect} ({level} interval {bounds}).",
        lang, n=n, test=test.name, claimed=number(claimed, **money), moved=number(moved, "share", decimals=1, language=lang),
        effect=number(test.found.effect.value, **money), level=number(LEVEL, "share", language=lang),
        bounds=interval(test.found.effect.low, test.found.effect.high, **money),
    )  # fmt: skip
