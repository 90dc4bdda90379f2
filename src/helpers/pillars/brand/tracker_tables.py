"""Tables and frames of the page on the brand tracker: all brands, what moved, the course, the funnel, regions, markets, trust, the name."""

from __future__ import annotations

import math

import pandas as pd

from helpers.company import Scope
from helpers.i18n import number, text
from helpers.pillars.brand import tracker_words as words
from helpers.pillars.brand.tracker import QUESTIONS, Page
from helpers.pillars.brand.tracker_moves import REAL, unlike

MOST_READINGS = 3  # of the funnel in one chart


def brands_frame(made: Page, scope: Scope) -> pd.DataFrame:
    """Shares of the steps of the funnel for a chart: brand, step, value, low, high; the own brand first."""
    rows = []
    for brand in made.brands:
        for step in made.steps[-MOST_READINGS:]:
            one = made.share(step, brand)
            if one is not None and one["n_effective"] >= 30:
                rows.append((brand, words.question(step, scope.language), one["value"], one["low"], one["high"]))  # fmt: skip
    return pd.DataFrame(rows, columns=["brand", "step", "value", "low", "high"])


def brands_table(made: Page, scope: Scope) -> pd.DataFrame:
    """One row a brand: each question of the last wave with its interval."""
    lang = scope.language
    there = set(made.shares["question"])
    names = [one for one in dict.fromkeys((*QUESTIONS, *made.steps)) if one in there]
    rows = {
        words.question(name, lang): [_share_of(made, name, brand, scope) for brand in made.brands] for name in names
    }  # fmt: skip
    return pd.DataFrame(rows, index=made.brands).rename_axis(columns=text("brand", lang))


def _share_of(made: Page, name: str, brand: str, scope: Scope) -> str:
    one = made.share(name, brand)
    if one is None:
        return "–"
    if one["n_effective"] < 30:
        return text("{n} answers", scope.language, n=words.count(one["n_effective"], scope))
    return words.bare_shares(one["value"], one["low"], one["high"], scope)


def moves_table(made: Page, scope: Scope) -> pd.DataFrame:
    """One row an own question: verdict and change on the wave before and on the year before, share now, people and effective n."""
    lang, rows = scope.language, []
    order = [name for name in dict.fromkeys((made.first, *reversed(made.steps), *QUESTIONS)) if made.share(name) is not None]  # fmt: skip
    for name in order:
        one = made.share(name)
        worth = f"{words.count(one['n'], scope)} / {words.count(one['n_effective'], scope)}"
        rows.append((words.question(name, lang), _moved(made, name, "previous", scope), _moved(made, name, "year", scope), _share_of(made, name, made.own, scope), worth))  # fmt: skip
    heads = ["question", text("on the wave before, points", lang), text("on the year before, points", lang), text("share now", lang), text("people / effective n", lang)]  # fmt: skip
    table = pd.DataFrame(rows, columns=heads).set_index("question")
    return table.rename_axis(None).rename_axis(columns=made.own)


def _moved(made: Page, name: str, against: str, scope: Scope) -> str:
    """A change with its interval and its verdict, or why there is none."""
    found = made.moved[(made.moved["question"] == name) & (made.moved["against"] == against)]
    if found.empty:
        return text("no such wave", scope.language)
    one = found.iloc[0]
    if math.isnan(one["change"]):
        why = {
            "text": text("new text of the question", scope.language),
            "weights": text("only one of the waves has weights", scope.language),
        }
        return why.get(unlike(made.waves.table, made.share(name), one["base"]), words.told("cannot tell", scope.language))  # fmt: skip
    said = words.bare_points(one["change"], one["low"], one["high"], scope)
    return text("{verdict}: {change}", scope.language, change=said, verdict=words.told(one["told"], scope.language))  # fmt: skip


def course_frame(made: Page, scope: Scope) -> pd.DataFrame:
    """Measured and smoothed share of the figure of the page by wave, for a chart."""
    lang, found = scope.language, made.course[made.first].table
    measured = pd.DataFrame({"wave": found["wave"], "value": found["value"], "low": math.nan, "high": math.nan, "reading": text("measured", lang)})  # fmt: skip
    smooth = pd.DataFrame({"wave": found["wave"], "value": found["smoothed"], "low": found["low"], "high": found["high"], "reading": text("smoothed", lang)})  # fmt: skip
    made_rows = pd.concat([smooth, measured], ignore_index=True)
    return made_rows.assign(wave=[words.wave(name, lang) for name in made_rows["wave"]])


def course_table(made: Page, scope: Scope) -> pd.DataFrame:
    """One row a wave: measured and smoothed share, people, effective n of both, how much of the smoothed one the wave itself says."""
    lang, found = scope.language, made.course[made.first].table
    rows = made.waves.table
    rows = rows[(rows["brand"] == made.own) & (rows["question"] == made.first)].sort_values("wave", kind="stable").drop_duplicates("wave", keep="last")  # fmt: skip
    table = {
        text("measured", lang): [words.bare_shares(*one, scope) for one in zip(rows["value"], rows["low"], rows["high"], strict=True)],
        text("people", lang): [words.count(n, scope) for n in rows["n"]],
        text("effective n", lang): [words.count(n, scope) for n in rows["n_effective"]],
        text("smoothed", lang): [words.bare_shares(*one, scope) for one in zip(found["smoothed"], found["low"], found["high"], strict=True)],
        text("effective n, smoothed", lang): ["–" if n != n else words.count(n, scope) for n in found["worth"]],
        text("said by the wave itself", lang): ["–" if n != n else number(n, "share", language=lang) for n in found["own"]],
    }  # fmt: skip
    return pd.DataFrame(table, index=[words.wave(name, lang) for name in found["wave"]]).rename_axis(columns=text("wave", lang))  # fmt: skip


def needs_table(made: Page, scope: Scope) -> pd.DataFrame:
    """One row a step: what two waves like the last one show, and people a wave for the change asked for."""
    lang = scope.language
    rows = {
        text("two waves show", lang): [words.points(one.seen, scope).lstrip("+") if one.seen == one.seen else "–" for one in made.needs.values()],
        text("people a wave, two waves", lang): [words.count(one.each, scope) if one.each == one.each else "–" for one in made.needs.values()],
        text("people, next wave", lang): [
            text("no wave is enough", lang) if math.isinf(one.next) else words.count(one.next, scope) if one.next == one.next else "–"
            for one in made.needs.values()
        ],
    }  # fmt: skip
    index = [words.question(step, lang) for step in made.needs]
    return pd.DataFrame(rows, index=index).rename_axis(columns=text("for {points}", lang, points=words.points(made.points, scope).lstrip("+")))  # fmt: skip


def funnel_frame(made: Page, scope: Scope) -> pd.DataFrame:
    """Kept and expected share of each brand at the own weakest step, for a chart."""
    lang = scope.language
    if made.funnel["ratio"].isna().all():
        return pd.DataFrame({"brand": [], "value": [], "low": [], "high": [], "reading": []})
    step = made.funnel.iloc[0]["step"]
    rows = made.norm.table[made.norm.table["step"] == step].set_index("brand")
    rows = rows.loc[[name for name in made.brands if name in rows.index]].reset_index()
    kept = rows[["brand", "value", "low", "high"]].assign(reading=text("kept", lang))
    lets = rows[["brand", "expected", "expected_low", "expected_high"]].set_axis(["brand", "value", "low", "high"], axis=1)  # fmt: skip
    return pd.concat([kept, lets.assign(reading=text("expected for its size", lang))], ignore_index=True)


def funnel_table(made: Page, scope: Scope) -> pd.DataFrame:
    """One row an own step: verdict, kept over expected, kept, expected, effective n at the step before."""
    lang, rows = scope.language, []
    own = made.norm.table[made.norm.table["brand"] == made.own].set_index("step")
    for at, step in enumerate(made.steps[1:]):
        if step not in own.index:
            continue
        one = own.loc[step]
        name = text("{before} to {step}", lang, before=words.question(made.steps[at], lang), step=words.question(step, lang))  # fmt: skip
        rows.append((
            name, words.told(one["told"], lang), words.ratio(one["ratio"], one["ratio_low"], one["ratio_high"], scope),
            words.bare_shares(one["value"], one["low"], one["high"], scope),
            words.bare_shares(one["expected"], one["expected_low"], one["expected_high"], scope), words.count(one["n"], scope),
        ))  # fmt: skip
    heads = ["step", text("verdict", lang), text("kept / expected", lang), text("kept", lang), text("expected for its size", lang), text("effective n", lang)]  # fmt: skip
    table = pd.DataFrame(rows, columns=heads).set_index("step")
    return table.rename_axis(None).rename_axis(columns=text("step", lang))


def regions_frame(made: Page, scope: Scope) -> pd.DataFrame:
    """Raw share and share by the model in each region, for a chart, the highest first."""
    lang = scope.language
    if made.regions.reason:
        return pd.DataFrame({"region": [], "value": [], "low": [], "high": [], "reading": []})
    table = made.regions.table.sort_values("value", ascending=False, kind="stable")
    raw = table[["region", "raw", "raw_low", "raw_high"]].set_axis(["region", "value", "low", "high"], axis=1)
    model = table[["region", "value", "low", "high"]]
    both = [model.assign(reading=text("by the model", lang)), raw.assign(reading=text("raw answers", lang))]
    named = pd.concat(both, ignore_index=True)
    counts = dict(zip(table["region"], table["n"], strict=True))
    return named.assign(region=[text("{region} (n = {n})", lang, region=name, n=words.count(counts[name], scope)) for name in named["region"]])  # fmt: skip


def markets_table(made: Page, scope: Scope) -> pd.DataFrame:
    """One row a market of the agency's totals: last month, smoothed, change of it over a year."""
    lang, table = scope.language, made.agency.table
    if table.empty:
        return pd.DataFrame()
    rows = {
        text("last month", lang): [words.share(one, scope) for one in table["value"]],
        text("people that month", lang): [words.count(n, scope) for n in table["n"]],
        text("smoothed", lang): [words.bare_shares(r.smoothed, r.smoothed_low, r.smoothed_high, scope) for r in table.itertuples()],
        text("change of it over a year, points", lang): [words.bare_points(r.change, r.change_low, r.change_high, scope) for r in table.itertuples()],
    }  # fmt: skip
    return pd.DataFrame(rows, index=table["market"].tolist()).rename_axis(
        columns=text("agency barometer", lang)
    )


def trust_frame(made: Page, scope: Scope) -> pd.DataFrame:
    """Mean trust by brand and wave, for a chart; the own brand first."""
    if made.trust.reason:
        return pd.DataFrame({"wave": [], "value": [], "low": [], "high": [], "brand": []})
    table = made.trust.waves.table.sort_values("wave", kind="stable")
    table = table[table["n_effective"] >= 30]
    order = [made.own, *(name for name in table["brand"].unique() if name != made.own)][:5]
    rows = pd.concat([table[table["brand"] == name] for name in order], ignore_index=True)
    return rows[["wave", "value", "low", "high", "brand"]].assign(wave=[words.wave(name, scope.language) for name in rows["wave"]])  # fmt: skip


def trust_table(made: Page, scope: Scope) -> pd.DataFrame:
    """One row a brand: ours less it, mean of the last wave, people, alpha, omega."""
    lang = scope.language
    if made.trust.reason:
        return pd.DataFrame()
    ahead = made.trust.ahead.set_index("brand")
    rows = []
    for brand in [made.own, *ahead.index]:
        last, held = made.trust.last(brand), made.trust.held[brand]
        gap = "–" if brand == made.own else _gap(ahead.loc[brand], scope)
        alpha, omega = (words.ratio(one.value, one.low, one.high, scope) for one in (held.alpha, held.omega))
        rows.append((brand, gap, words.ratio(last["value"], last["low"], last["high"], scope), words.count(last["n"], scope), alpha, omega))  # fmt: skip
    heads = ["brand", text("ours less it", lang), text("trust", lang), text("people", lang), text("alpha", lang), text("omega", lang)]  # fmt: skip
    table = pd.DataFrame(rows, columns=heads).set_index("brand")
    return table.rename_axis(None).rename_axis(columns=text("brand", lang))


def _gap(one: pd.Series, scope: Scope) -> str:
    said = words.ratio(one["change"], one["low"], one["high"], scope)
    return said if one["told"] in REAL else text("not told apart: {value}", scope.language, value=said)
