"""What the page on value segments says: titles, tables, the naive answer, the answer."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from helpers.company import Scope
from helpers.i18n import capital, interval, listed, number, p_value, signed, term, text
from helpers.methods import latent_redraws
from helpers.methods.intervals import Estimate
from helpers.pillars.positioning import segments_gaps as gaps
from helpers.pillars.positioning.segments import LEVEL, PER, Page, told
from helpers.pillars.positioning.segments_decisions import to_keep, to_leave, to_win
from helpers.pillars.positioning.segments_names import DIMENSION, group, name, names, quoted, word
from helpers.pillars.positioning.words import amount, bounds, chance, level

MOST_GROUPS = 10


def shown(one: Estimate, unit: str, scope: Scope) -> str:
    """A figure with its interval; a dash where it is not known."""
    if math.isnan(one.value):
        return "–"
    written = {"currency": scope.currency, "language": scope.language}
    return f"{number(one.value, unit, **written)} ({interval(one.low, one.high, unit, **written)})"


def sizes(made: Page, scope: Scope) -> pd.DataFrame:
    """Shares of segments among people outside and among customers in the last wave, for a chart: segment, who, value, low, high."""
    lang = scope.language
    kinds = {"size": text("people outside", lang), "size_own": text("customers", lang)}
    rows = [
        (name(made, k, lang), said, *made.one(figure, k)[:3])
        for k in (made.order("size") if not made.reason else [])
        for figure, said in kinds.items()
    ]
    return pd.DataFrame(rows, columns=["segment", "who", "value", "low", "high"])


def sizes_finding(made: Page, scope: Scope) -> str:
    """State who is found where as the title of the chart."""
    lang = scope.language
    if made.reason:
        return text("Segments cannot be told", lang)
    gap = made.runs["size_own"] - made.runs["size"]
    if not np.isfinite(gap).all():
        return text("{n} segments of people by what decides for them", lang, n=made.k)
    k = int(np.argmax(gap[0]))
    one = latent_redraws.estimate(gap[:, k], made.n["size_own"], level=LEVEL)
    if one.low <= 0:
        return text("Customers are spread over the segments as everybody else is", lang)
    return text("{segment} is more frequent among customers: {own} against {out} outside", lang, segment=name(made, k, lang),
                own=number(made.one("size_own", k).value, "share", language=lang), out=number(made.one("size", k).value, "share", language=lang))  # fmt: skip


def sizes_subtitle(made: Page, scope: Scope) -> str:
    """Say under the sizes what is drawn."""
    return text("share of people, n = {out} outside, raked, and {own} customers, last wave; {level} interval", scope.language,
                out=number(made.n.get("size", 0), "count", language=scope.language), own=number(made.n.get("size_own", 0), "count", language=scope.language), level=level(scope))  # fmt: skip


def conquest(made: Page, scope: Scope) -> pd.DataFrame:
    """Conquest potential of each segment, highest first, for a chart: segment, value, low, high."""
    order = [] if made.reason else made.order("conquest")
    rows = [(name(made, k, scope.language), *made.one("conquest", k)[:3]) for k in order]
    return pd.DataFrame(rows, columns=["segment", "value", "low", "high"])


def conquest_finding(made: Page, scope: Scope) -> str:
    """State which segment has the highest potential as the title of the chart."""
    lang = scope.language
    kept, sure = to_win(made)
    if not kept:
        return text("Which segment has the highest conquest potential cannot be told", lang)
    facts = {"segment": name(made, kept[0], lang), "chance": chance(sure, lang)}
    if len(kept) == 1:
        return text("{segment} has the highest conquest potential, with a chance of {chance}", lang, **facts)
    others = listed([name(made, k, lang) for k in kept[1:]], lang)
    return text("{segment} has the highest conquest potential with a chance of {chance} only; {others} may be level with it", lang, **facts, others=others)  # fmt: skip


def conquest_subtitle(made: Page, scope: Scope) -> str:
    """Say under the potential what is drawn."""
    lang = scope.language
    return text("stated spend a year of those who would try the brand, per {per} people outside, an upper bound; n = {n}, {level} interval", lang,
                per=number(PER, "count", language=lang), n=number(made.n.get("conquest", 0), "count", language=lang), level=level(scope))  # fmt: skip


def value_table(made: Page, scope: Scope) -> pd.DataFrame | None:
    """One row a segment, the most margin first: what it is worth as customers, and what it spends and would try outside; None without segments."""
    lang = scope.language
    if made.reason:
        return None
    order = made.order("margin_share")
    columns = {
        text("share of margin", lang): ("margin_share", "share"),
        text("own share of their spend", lang): ("own_share", "share"), text("spend a year outside", lang): ("spend", "currency"),
        text("would try", lang): ("open", "share"),
    }  # fmt: skip
    cells = {head: [shown(made.one(figure, k), unit, scope) for k in order] for head, (figure, unit) in columns.items()}  # fmt: skip
    own = text("own share of their spend", lang)
    more = text(
        "over {share}", lang, share=number(1.0, "share", language=lang)
    )  # they buy more than they say they spend
    cells[own] = [more if made.one("own_share", k).value > 1 else cell for k, cell in zip(order, cells[own], strict=True)]  # fmt: skip
    return pd.DataFrame(cells, index=[name(made, k, lang) for k in order]).rename_axis(columns=text("segment", lang))  # fmt: skip


def ladder_table(made: Page, scope: Scope) -> pd.DataFrame:
    """One row a number of classes: BIC, entropy, smallest class, starts that found the same, and whether it is taken."""
    lang, table = scope.language, made.ladder
    taken = ["✓" if k == made.k and not made.reason else "" for k in table["classes"]]
    return pd.DataFrame(
        {
            "BIC": [number(one, "count", language=lang) for one in table["bic"]],
            text("entropy", lang): [number(one, "ratio", decimals=2, language=lang) if k > 1 else "–" for k, one in zip(table["classes"], table["entropy"], strict=True)],
            text("smallest class", lang): [number(one, "share", language=lang) for one in table["smallest"]],
            text("starts that agree", lang): [number(one, "share", language=lang) for one in table["reached"]],
            text("taken", lang): taken,
        },
        index=table["classes"].tolist(),
    ).rename_axis(columns=text("classes", lang))  # fmt: skip


def groups_table(found: pd.DataFrame, made: Page, scope: Scope) -> pd.DataFrame | None:
    """Groups in which a segment is more or less frequent than among all others outside, the clearest first; None where there are none."""
    lang = scope.language
    clear = found[[gaps.verdict(row) != gaps.SAME for _, row in found.iterrows()]] if len(found) else found
    if clear.empty:
        return None
    clear = clear.sort_values("p", kind="stable").head(MOST_GROUPS)
    heads = [text("segment", lang), text("in the group", lang), text("among others", lang), text("difference, points", lang), "p", "n"]  # fmt: skip
    rows = [
        (name(made, row.segment, lang), number(row.share, "share", language=lang), number(row.rest, "share", language=lang),
         f"{_points(row.value, lang)} ({text('{low} to {high}', lang, low=_points(row.low, lang), high=_points(row.high, lang))})", p_value(row.p, lang), number(row.n, "count", language=lang))
        for row in clear.itertuples()
    ]  # fmt: skip
    labels = [capital(group(row.dimension, row.level, lang)) for row in clear.itertuples()]
    return pd.DataFrame(rows, columns=heads, index=labels).rename_axis(columns=text("group", lang))


def groups_said(found: pd.DataFrame, made: Page, scope: Scope) -> str:
    """Say how many differences were looked at and how many are clear."""
    lang = scope.language
    if found.empty:
        return text("No group has enough people to be compared.", lang)
    clear = int(sum(gaps.verdict(row) != gaps.SAME for _, row in found.iterrows()))
    looked = [term(*DIMENSION[one], lang) for one in dict.fromkeys(found["dimension"])]
    return text("{clear} of {all} differences by {dimensions} are clear at {level}, after allowing for how many were looked at.", lang,
                clear=clear, all=len(found), dimensions=listed(looked, lang), level=level(scope))  # fmt: skip


def moved_said(made: Page, scope: Scope) -> str:
    """Say which segments grew or shrank since the wave before, and how small a move would have been seen."""
    lang = scope.language
    table = pd.DataFrame() if made.reason else gaps.moved(made)
    if table.empty:
        return text("Nothing can be said about moves: there is one wave, or too few people in one.", lang)
    clear = [row for _, row in table.iterrows() if gaps.verdict(row) != gaps.SAME]
    seen = float(((table["high"] - table["low"]) / 2).max())
    if not clear:
        return text("No segment outside clearly grew or shrank since the wave before; moves below about {points} points cannot be seen with {n} people a wave.", lang,
                    points=number(100 * seen, "count", language=lang), n=number(made.n["size"], "count", language=lang))  # fmt: skip
    parts = [
        text("{segment} {change} points ({low} to {high})", lang, segment=name(made, int(row["segment"]), lang), change=_points(row["value"], lang),
             low=_points(row["low"], lang), high=_points(row["high"], lang))
        for row in clear
    ]  # fmt: skip
    return text("Since the wave before: {moves}. The other segments show no clear change.", lang, moves=listed(parts, lang))  # fmt: skip


def _points(value: float, language: str) -> str:
    return signed(100 * value, "ratio", decimals=0, language=language)


def typing_said(made: Page, scope: Scope) -> str:
    """Say which few questions tell a segment, and how often they are wrong."""
    lang, tool = scope.language, made.typing
    if tool is None:
        return text("Which few questions tell a segment cannot be said without segments.", lang)
    return text(
        "{n} questions place a person as all {all} do: {items}. They misplace {error} ({level} interval {bounds}); taking everybody for the largest segment misplaces {naive}.", lang,
        n=len(tool.items), all=len(made.classes.items), items=listed([word(one, lang) for one in tool.items], lang),
        error=number(tool.error.value, "share", language=lang), level=level(scope),
        bounds=interval(tool.error.low, tool.error.high, "share", language=lang), naive=number(tool.naive.value, "share", language=lang),
    )  # fmt: skip


def naive(made: Page, scope: Scope) -> str:
    """Spend of the segment that differs most when everybody is put where likeliest, beside the corrected figure."""
    lang = scope.language
    if made.reason or not np.isfinite(made.runs["spend"]).all():
        return text("Without segments there is no naive answer to show.", lang)
    frame = made.people.frame
    likely, there = made.classes.members.argmax(axis=1), made.people.outside & frame["spend"].notna().to_numpy()  # fmt: skip
    placed = np.array([
        np.average(frame["spend"][there & (likely == k)], weights=frame["weight"][there & (likely == k)]) if (there & (likely == k)).any() else math.nan
        for k in range(made.k)
    ])  # fmt: skip
    k = int(np.nanargmax(np.abs(placed - made.runs["spend"][0])))
    one = made.one("spend", k)
    return text(
        "Put everybody where likeliest and take means: people of {segment} spend {naive} a year. With the misplaced taken out they spend {value} ({level} interval {bounds}).", lang,
        segment=quoted(made, [k], lang), naive=amount(placed[k], scope), value=amount(one.value, scope), level=level(scope), bounds=bounds(one.low, one.high, scope),
    )  # fmt: skip


def answer(made: Page, scope: Scope) -> str:
    """Answer the page's question: the decision first, then the doubt."""
    lang = scope.language
    if made.reason:
        return text("Decide on the market as a whole for now: segments cannot be told, because {reason}.", lang, reason=told(made, lang))  # fmt: skip
    parts, (kept, sure) = [], to_win(made)
    facts = {"segment": quoted(made, kept[:1], lang), "chance": chance(sure, lang)}
    if len(kept) == 1:
        parts.append(text("Win {segment} first: the highest conquest potential with a chance of {chance}.", lang, **facts))  # fmt: skip
    elif kept:
        parts.append(text("Win {segment} first, by a test: it has the highest conquest potential with a chance of {chance} only, and {others} may be level with it.", lang,
                          **facts, others=quoted(made, kept[1:], lang)))  # fmt: skip
    else:
        parts.append(text("Aim conquest at no segment yet: which one has the highest potential cannot be told.", lang))  # fmt: skip
    best, _ = to_keep(made)
    if best is not None:
        one = made.one("margin_share", best)
        parts.append(text("Keep {segment}: it brings {share} of customers’ margin ({level} interval {bounds}).", lang, segment=quoted(made, [best], lang),
                          share=number(one.value, "share", language=lang), level=level(scope), bounds=interval(one.low, one.high, "share", language=lang)))  # fmt: skip
    least, _ = to_leave(made)
    if least is not None:
        parts.append(text("Spend no conquest money on {segment}.", lang, segment=quoted(made, [least], lang)))
    return " ".join(parts)


def all_names(made: Page, scope: Scope) -> str:
    """Say how many segments there are and what they are called."""
    if made.reason:
        return text("Segments cannot be told: {reason}.", scope.language, reason=told(made, scope.language))
    said = listed(names(made, scope.language), scope.language)
    return text("{n} segments, each named after the two needs that stand out most in it: {names}.", scope.language, n=made.k, names=said)  # fmt: skip
