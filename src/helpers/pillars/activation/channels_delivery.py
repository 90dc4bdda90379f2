"""What was delivered: viewability, invalid traffic, clicks, videos watched; people reached, how often, and over platforms."""

from __future__ import annotations

from itertools import combinations
from typing import NamedTuple

import pandas as pd

from helpers.company import Scope
from helpers.errors import DataError
from helpers.i18n import listed, number, text
from helpers.methods.reach import at_least, spread, together
from helpers.periods import Period
from helpers.pillars.activation.channels_known import Known, of, total
from helpers.pillars.activation.naming import shown

TOGETHER = "all"  # the platform of rows that count several platforms without counting a person twice
AGREE = 1e-3  # of impressions; sums that differ by less are the same platforms
MOST_PLATFORMS = 12  # of which every combination is tried
RATES = {
    "viewable_share": ("viewable", "measurable"),
    "invalid_traffic": ("invalid", "checked"),
    "click_through_rate": ("clicked", "shown"),
    "view_through_rate": ("completed", "film"),
    "viewing_time": ("watched", "screened"),
}


class Reached(NamedTuple):
    """People reached in one month.

    table : one row a platform of the widest audience, the largest reach first: platform, reach, impressions, population, frequency,
        seen [viewable and valid share of its impressions; 1 where nothing measures it], useful [people; NaN where it cannot be told].
    low, high, independent : people reached by these platforms together: bounds, and if they overlap by chance alone.
    panel : people reached by `covered` together, each counted once; NaN where nobody counted that.
    covered : platforms that the panel counts.
    useful, useful_low, useful_high : people with enough contacts that were seen, over platforms. frequency : contacts a person reached.
    population : people of the audience. audience : its name. k : contacts that are enough.
    """

    table: pd.DataFrame
    low: float
    high: float
    independent: float
    panel: float
    covered: tuple[str, ...]
    useful: float
    useful_low: float
    useful_high: float
    frequency: float
    population: float
    audience: str
    k: int


def rate(found: Known, period: Period, name: str) -> tuple[float, float]:
    """One rate of a month, total over total, and what it is a share of; NaN where nothing tells it."""
    part, whole = RATES[name]
    n = total(found, [period], whole)
    return (total(found, [period], part) / n if n else float("nan")), n


def by_channel(found: Known, months: list[Period]) -> pd.DataFrame:
    """Each rate by channel over these months, the largest spend first: channel, spend, and the names of RATES [NaN where not told]."""
    rows = of(found.months, months)
    made = rows.groupby("channel", as_index=False)[
        ["spend", *{n for pair in RATES.values() for n in pair}]
    ].sum()
    for name, (part, whole) in RATES.items():
        made[name] = (made[part] / made[whole]).where(made[whole] > 0)
    made = made.sort_values(["spend", "channel"], ascending=[False, True], kind="stable", ignore_index=True)
    return made[["channel", "spend", *RATES]]


def rates_table(found: Known, months: list[Period], scope: Scope) -> pd.DataFrame:
    """The rates by channel as a reader sees them."""
    lang, rows = scope.language, by_channel(found, months)

    def shares(name: str, decimals: int) -> list[str]:
        return [number(one, "share", decimals=decimals, language=lang) for one in rows[name]]

    made = {
        text("Viewable", lang): shares("viewable_share", 0),
        text("Invalid", lang): shares("invalid_traffic", 1),
        text("CTR", lang): shares("click_through_rate", 2),
        text("VTR", lang): shares("view_through_rate", 1),
        text("Seconds watched", lang): [
            number(one, "ratio", decimals=1, language=lang) for one in rows["viewing_time"]
        ],
    }
    return pd.DataFrame(made, index=[shown(one, lang) for one in rows["channel"]]).rename_axis(
        columns=text("Channel", lang)
    )


def reached(found: Known, period: Period, *, k: int) -> Reached | None:
    """People reached in a month, how often, and over platforms; None where no row says so.

    Rows of campaigns and of parts of an audience are left out: they overlap with those of the whole platform. Of several audiences the
    one with most platforms counts, then the largest; places of sale are added up, since nobody lives in two. A platform whose figures
    contradict each other is left out.

    Parameters
    ----------
    k : contacts that a person needs, 1 or more.
    """
    rows = _whole_rows(found, period)
    if rows is None or rows.empty:
        return None
    each = rows[rows["platform"] != TOGETHER]
    seen = _seen(found, period)
    made, tails = [], {}
    for name, own in each.groupby("platform", sort=True):
        share = seen.get(name, 1.0)
        tail = _useful(own, k, share)
        tails[name] = tail
        made.append((name, *own[["reach", "impressions", "population"]].sum(), share, tail))
    table = pd.DataFrame(made, columns=["platform", "reach", "impressions", "population", "seen", "useful"])
    table["frequency"] = table["impressions"] / table["reach"]
    table = table.sort_values(
        ["reach", "platform"], ascending=[False, True], kind="stable", ignore_index=True
    )
    people = rows.drop_duplicates("market")["population"].sum()
    bounds = [together(own["reach"], own["population"].max()) for _, own in each.groupby("market")]
    low, high, independent = (float(sum(b[i] for b in bounds)) for i in range(3))
    common = {"k": k, "population": float(people), "audience": str(rows["audience"].iloc[0])}
    all_together = rows[rows["platform"] == TOGETHER]
    if len(all_together) and set(all_together["market"]) == set(rows["market"]):
        covered = _covered(table, float(all_together["impressions"].sum()))
        part = table[table["platform"].isin(covered)] if covered else table
        told = part["impressions"].sum()
        share = float((part["seen"] * part["impressions"]).sum() / told) if told else 1.0
        useful, people_alone = _useful(all_together, k, share), _useful(all_together, k, 1.0) * share
        sums = all_together[["reach", "impressions"]].sum()
        frequency = float(sums["impressions"] / sums["reach"]) if sums["reach"] else float("nan")
        ends = sorted((useful, people_alone))
        return Reached(
            table, low, high, independent, float(sums["reach"]), covered, useful, *ends, frequency, **common
        )
    if table.empty:
        return None
    useful = table["useful"].dropna()
    over = together(useful, people) if len(useful) else None
    ends = (float("nan"),) * 3 if over is None else (over.independent, over.low, over.high)
    return Reached(
        table, low, high, independent, float("nan"), (), *ends, float(table["frequency"].iloc[0]), **common
    )


def reach_table(at: Reached | None, scope: Scope) -> pd.DataFrame | None:
    """People reached by platform as a reader sees them; no total, for the same person may be in several rows. None without rows."""
    if at is None:
        return None
    lang, rows = scope.language, at.table
    counts = {"unit": "count", "language": lang}
    made = {
        text("Reached", lang): [number(one, **counts) for one in rows["reach"]],
        text("Share of the target group", lang): [
            number(r / p, "share", language=lang)
            for r, p in zip(rows["reach"], rows["population"], strict=True)
        ],
        text("Contacts each", lang): [
            number(one, "ratio", decimals=1, language=lang) for one in rows["frequency"]
        ],
        text("Seen", lang): [
            number(one, "share", language=lang) if one < 1 else text("not measured", lang)
            for one in rows["seen"]
        ],
        text("Useful reach", lang): [number(one, **counts) for one in rows["useful"]],
    }
    return pd.DataFrame(made, index=list(rows["platform"])).rename_axis(columns=text("Platform", lang))


def reach_said(at: Reached | None, scope: Scope, *, lacking: str = "") -> str:
    """Say how many people were reached over platforms, how sure that is, and how many were reached usefully."""
    lang = scope.language
    if at is None:
        return text(
            "People reached over platforms: cannot tell, no row says how many. {why}", lang, why=lacking
        ).rstrip()
    counts = {"unit": "count", "language": lang}
    facts = {
        name: number(getattr(at, name), **counts)
        for name in ("low", "high", "independent", "panel", "useful", "useful_low", "useful_high")
    }
    if at.panel == at.panel:
        said = text(
            "Together {platforms} reached {panel} people, each counted once. Added up by platform it would be {sum}.", lang, **facts,
            platforms=listed(list(at.covered), lang) if at.covered else text("all platforms", lang),
            sum=number(at.table.loc[at.table["platform"].isin(at.covered) | (len(at.covered) == 0), "reach"].sum(), **counts),
        )  # fmt: skip
    else:
        said = text(
            "Nobody counted the platforms together: they reached between {low} and {high} people; {independent} if they overlap by chance alone, and mostly "
            "fewer, for who is met by one is met by the others.", lang, **facts,
        )  # fmt: skip
    if at.useful != at.useful:
        return said + " " + text("How many were reached usefully cannot be told from these rows.", lang)
    return said + " " + text(
        "At least {k} contacts that could be seen had {useful} people ({useful_low} to {useful_high}), {share} of the target group.", lang, **facts, k=at.k,
        share=number(at.useful / at.population, "share", language=lang),
    )  # fmt: skip


def _whole_rows(found: Known, period: Period) -> pd.DataFrame | None:
    """Rows of the month that are about whole platforms and one audience, one a platform and place."""
    if found.reach is None:
        return None
    days = (found.reach["starts_on"] >= pd.Timestamp(period.start)) & (
        found.reach["ends_on"] <= pd.Timestamp(period.end)
    )
    rows = (
        found.reach[days]
        .dropna(subset=["reach", "population"])
        .assign(span=lambda one: one["ends_on"] - one["starts_on"])
    )
    rows = rows[(rows["population"] > 0) & (rows["reach"] <= rows["population"])]
    rows = rows.sort_values(["span", "reach"], ascending=False, kind="stable").drop_duplicates(
        ["platform", "market", "audience"]
    )
    if rows.empty:
        return rows
    audience = rows["audience"].fillna("")
    size = pd.DataFrame(
        {
            "n": rows.groupby(audience)["platform"].nunique(),
            "people": rows.groupby(audience)["population"].max(),
        }
    )
    best = size.sort_values(["n", "people"], ascending=False, kind="stable").index[0]
    return rows[audience == best]


def _seen(found: Known, period: Period) -> dict[str, float]:
    """Share of a platform's impressions of the month that could be seen and were valid; only where something measures it."""
    rows = (
        of(found.months, [period]).groupby("platform")[["viewable", "measurable", "invalid", "checked"]].sum()
    )
    rows = rows[(rows["measurable"] > 0) | (rows["checked"] > 0)]
    viewable = (rows["viewable"] / rows["measurable"]).fillna(1.0)
    valid = 1 - (rows["invalid"] / rows["checked"]).fillna(0.0)
    return {str(name): float(share) for name, share in (viewable * valid).clip(0, 1).items()}


def _useful(rows: pd.DataFrame, k: int, seen: float) -> float:
    """People with at least k contacts that were seen, over places; NaN where a place does not say or contradicts itself."""
    people = 0.0
    for row in rows.itertuples():
        try:
            people += row.population * at_least(
                spread(row.reach, row.impressions, row.population), k, seen=seen
            )
        except DataError:
            return float("nan")
    return people


def _covered(table: pd.DataFrame, impressions: float) -> tuple[str, ...]:
    """The platforms whose impressions add up to those of the panel; empty where none or several sets do."""
    if len(table) > MOST_PLATFORMS or not impressions > 0:
        return ()
    known = list(zip(table["platform"], table["impressions"], strict=True))
    fits = [
        tuple(name for name, _ in some)
        for n in range(1, len(known) + 1)
        for some in combinations(known, n)
        if abs(sum(one for _, one in some) - impressions) <= AGREE * impressions
    ]
    return fits[0] if len(fits) == 1 else ()
