"""Excess share of voice: voice less share of market, what a published relation says of it, and what the own market says of the relation."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri, stdtrit

from helpers.errors import DataError
from helpers.i18n import Said, said
from helpers.methods.intervals import Estimate, check_level

# Points of share a year for a point of excess: 0.5 for 10, Binet & Field (2013), The Long and the Short of It; 0.6 for consumers' goods and
# 0.7 between businesses, LinkedIn B2B Institute. The spread between studies is wide, and Field later reported that it has weakened.
PUBLISHED, SPREAD = 0.05, 0.02
HOLDS = 0.5  # chance, before any own data, that it holds in a market today: even odds, a judgement
ELSE_SPREAD = 0.05  # of the coefficient around 0, where it does not hold
LEAST = 20  # brand-years for an own estimate
YEAR = 12


class Relation(NamedTuple):
    """Share of market won in a year for each unit of excess share of voice [share for share].

    coefficient : with its interval, after the own data where there are any; n brand-years. own : the own data alone; NaN without. holds : chance
    that the published relation holds here. parts : weight, mean and spread of the normals that the coefficient is mixed of. verdict : of the own
    data "supports" [the published relation], "weaker", "stronger" or "does not tell"; "published" without. guards : sentences.
    """

    coefficient: Estimate
    own: Estimate
    holds: float
    parts: tuple[tuple[float, float, float], ...]
    verdict: str
    guards: tuple[Said, ...]


def panel(spend: pd.DataFrame, sales: pd.DataFrame) -> tuple[pd.DataFrame, tuple[Said, ...]]:
    """Voice, share of market and their difference, by market, brand and year of twelve months up to the last month that both know.

    Parameters
    ----------
    spend : one row a (month, market, brand, medium): spend, list prices of one service.
    sales : one row a (month, market, brand): sales_value. Brands that only one of the tables knows, such as "other", are left out of both.

    Returns
    -------
    Rows (market, brand, ends_on): voice, share [of the brands known], excess [voice of the year less share of the year before; in a first year,
    share of the year itself], change [of the share on the year before; NaN in a first year]; and what to know first. A market without twelve
    months of both is left out. Noise of a year's share is in its excess and in its change, with the same sign: monthly shares would make a
    relation out of it, which is why years are compared.

    Raises
    ------
    DataError : a column is missing, an amount is negative or missing.
    """
    sums = [_by_month(frame, name, value) for frame, name, value in ((spend, "competitor_spend", "spend"), (sales, "market_sales", "sales_value"))]  # fmt: skip
    made, guards = [], []
    for market in sorted(set(sums[0]["market"]) & set(sums[1]["market"])):
        voice, sold = (one[one["market"] == market].pivot(index="month", columns="brand", values="amount") for one in sums)  # fmt: skip
        brands, months = voice.columns.intersection(sold.columns), voice.index.intersection(sold.index)
        alone = sorted(set(voice.columns) ^ set(sold.columns))
        if alone:
            guards.append(said("{market}: {brands} are left out, since voice or sales of them are not known", market=market, brands=", ".join(alone)))  # fmt: skip
        years = len(months) // YEAR
        if not years or len(brands) < 2:
            guards.append(said("{market}: months known of both voice and sales {n}, brands {brands}; needed 12 and 2", market=market, n=len(months), brands=len(brands)))  # fmt: skip
            continue
        made.append(_years(voice[brands].loc[months], sold[brands].loc[months], years).assign(market=market))
    columns = ["market", "brand", "ends_on", "voice", "share", "excess", "change"]
    if not made:
        guards.append(said("cannot tell: {reason}", reason=said("no market has a year of both voice and sales")))  # fmt: skip
        return pd.DataFrame(columns=columns).astype(dict.fromkeys(columns[3:], float)), tuple(guards)
    return pd.concat(made, ignore_index=True)[columns], tuple(guards)


def share_of_voice(spend: pd.DataFrame, *, months: int = 3) -> pd.DataFrame:
    """Share of voice of the last months together, total over total, beside as many months before.

    Parameters
    ----------
    spend : as in `panel`. months : how many. Returns rows (market, brand): spend, voice, before [share of the months before; NaN where there are not as many].
    """
    table = _by_month(spend, "competitor_spend", "spend").set_index(["market", "brand"])
    days, made = np.sort(table["month"].unique()), {}
    for name, end in (("voice", len(days)), ("before", len(days) - months)):
        some = table[table["month"].isin(days[end - months : end])] if end >= months else table[:0]
        sums = some.groupby(["market", "brand"])["amount"].sum()
        made |= {"spend": sums} if name == "voice" else {}
        whole = sums.groupby("market").transform("sum")
        made[name] = sums / whole.where(whole > 0)
    brands = pd.MultiIndex.from_tuples(sorted(set(table.index)), names=table.index.names)
    return pd.DataFrame(made, index=brands)


def published(*, level: float = 0.90) -> Relation:
    """The relation as published, with the spread between studies, taken to hold."""
    part = (1.0, PUBLISHED, SPREAD)
    nothing = Estimate(math.nan, math.nan, math.nan, level, 0)
    return Relation(_mixed((part,), level, 0), nothing, 1.0, (part,), "published", ())


def relation(table: pd.DataFrame, *, level: float = 0.90) -> Relation:
    """The relation after the own market has been asked, drawn to the published one, which is allowed not to hold at all.

    Parameters
    ----------
    table : rows of `panel`: market, brand, excess, change; those without change are left out.
    level : of the intervals.

    Returns
    -------
    Relation; the published one with a guard below 20 brand-years.

    Formula: own = sum excess change / sum excess², no intercept since both add up to 0 in a market and year; its error is the larger of the usual one
        and that of brands as clusters, t with clusters - 1. Beforehand N(.05, .02²) and N(0, .05²) with even odds; afterwards the mixture
        of both with the own estimate. Own data "do not tell" where their interval holds both 0 and .05.
    Source: Binet & Field (2013), The Long and the Short of It, for the relation; Schmidli et al. (2014), Biometrics 70, for the mixture.
    """
    check_level(level)
    rows = table.dropna(subset=["excess", "change"])
    n = len(rows)
    if n < LEAST or not (rows["excess"] ** 2).sum() > 0:
        told = said("{n} brand-years are known and {need} are the least for an own estimate, so the relation is the published one", n=n, need=LEAST)  # fmt: skip
        return published(level=level)._replace(guards=(told,))
    value, error, reach = _own(rows, level)
    own = Estimate(value, value - reach * error, value + reach * error, level, n)
    wide = reach * error / float(ndtri((1 + level) / 2))  # the spread of a normal with the same interval
    parts = _after(value, wide)
    found = _mixed(parts, level, n)
    zero, same = own.low <= 0 <= own.high, own.low <= PUBLISHED <= own.high
    apart = "weaker" if value < PUBLISHED else "stronger"
    verdict = ("does not tell" if zero else "supports") if same else apart
    guard = () if verdict != "does not tell" else (said("the own {n} brand-years are at one with the published relation and with none at all", n=n),)  # fmt: skip
    return Relation(found, own, parts[0][0], parts, verdict, guard)


def implied(excess: float, found: Relation) -> Estimate:
    """Share of market that an excess share of voice brings in a year [share], by the relation alone: other causes of growth are not in it."""
    ends = sorted(excess * one for one in found.coefficient[1:3])
    return Estimate(excess * found.coefficient.value, *ends, found.coefficient.level, found.coefficient.n)


def required_voice(share: float, gain: float, found: Relation) -> tuple[Estimate, Said | None]:
    """Share of voice that a gain of share in a year needs, by the relation.

    Parameters
    ----------
    share, gain : share of market now, and what is to be won in a year [0 to 1; the gain above 0].

    Returns
    -------
    Estimate of the share of voice, and a sentence where the interval does not end or ends above 1: its upper bound is then infinite, or no share
    of voice at all. The value is NaN where the middle of the coefficient is not above 0.

    Raises
    ------
    ValueError : a share outside 0 to 1, or a gain that is not above 0.

    Formula: share + gain / coefficient, at its middle and its bounds.
    """
    if not (0 <= share < 1 and 0 < gain <= 1 - share):
        raise ValueError(f"required_voice needs a share in [0, 1) and a gain above 0 that it leaves room for, not {share} and {gain}")  # fmt: skip
    middle, low, high, level, n = found.coefficient
    ends = [share + gain / one if one > 0 else math.inf for one in (middle, high, low)]
    value = Estimate(ends[0] if math.isfinite(ends[0]) else math.nan, ends[1], ends[2], level, n)
    if math.isinf(value.high):
        return value, said("no share of voice is sure to be enough: the relation may not hold at all")
    if value.high > 1:
        return value, said("not even all voice is sure to be enough for that gain in one year")
    return value, None


def _by_month(frame: pd.DataFrame, name: str, value: str) -> pd.DataFrame:
    needed = ("month", "market", "brand", value)
    missing = [column for column in needed if column not in frame]
    if missing:
        raise DataError(f"excess_voice: {name} has no column {missing[0]}. Give {', '.join(needed)}.")
    amount = frame[value].astype(float)
    if not (amount >= 0).all():
        row = frame[~(amount >= 0).to_numpy()].iloc[0]
        raise DataError(f"excess_voice: {name} has {float(row[value]):g} for {row['brand']} at {pd.Timestamp(row['month']):%Y-%m}. Amounts are 0 or more: load that month again.")  # fmt: skip
    keyed = frame.assign(month=pd.to_datetime(frame["month"]), amount=amount)
    return keyed.groupby(["month", "market", "brand"], as_index=False, observed=True)["amount"].sum()


def _years(voice: pd.DataFrame, sold: pd.DataFrame, years: int) -> pd.DataFrame:
    """Rows of one market: its last months in years, the latest ending with the last month."""
    rows, before = [], None
    for back in range(years, 0, -1):
        end = len(voice) - (back - 1) * YEAR
        parts = [one.fillna(0.0).iloc[end - YEAR : end].sum() for one in (voice, sold)]
        said_share, share = (part / part.sum() if part.sum() > 0 else part * np.nan for part in parts)
        change = share - before if before is not None else share * np.nan
        start = share if before is None else before
        rows.append(pd.DataFrame({"brand": voice.columns, "ends_on": voice.index[end - 1], "voice": said_share.to_numpy(), "share": share.to_numpy(), "excess": (said_share - start).to_numpy(), "change": change.to_numpy()}))  # fmt: skip
        before = share
    return pd.concat(rows, ignore_index=True)


def _own(rows: pd.DataFrame, level: float) -> tuple[float, float, float]:
    """Coefficient of the own data, its standard error, and how many of them the interval reaches to each side."""
    e, c = rows["excess"].to_numpy(float), rows["change"].to_numpy(float)
    power, n = float(e @ e), len(rows)
    value = float(e @ c) / power
    left = c - value * e
    clusters = pd.Series(e * left).groupby((rows["market"].astype(str) + "\n" + rows["brand"].astype(str)).to_numpy()).sum()  # fmt: skip
    groups = max(len(clusters), 2)
    usual = math.sqrt(float(left @ left) / (n - 1) / power)
    tied = math.sqrt(groups / (groups - 1) * float((clusters**2).sum())) / power
    return value, max(usual, tied, 1e-12), float(stdtrit(groups - 1, (1 + level) / 2))


def _after(value: float, error: float) -> tuple[tuple[float, float, float], ...]:
    """Parts of the mixture once the own estimate is known."""
    made = []
    for chance, mean, spread in ((HOLDS, PUBLISHED, SPREAD), (1 - HOLDS, 0.0, ELSE_SPREAD)):
        total = spread**2 + error**2
        fit = math.log(chance) - 0.5 * (value - mean) ** 2 / total - 0.5 * math.log(total)
        made.append((fit, mean + (value - mean) * spread**2 / total, spread * error / math.sqrt(total)))
    best = max(fit for fit, _, _ in made)
    whole = sum(math.exp(fit - best) for fit, _, _ in made)
    return tuple((math.exp(fit - best) / whole, mean, spread) for fit, mean, spread in made)


def _mixed(parts, level: float, n: int) -> Estimate:
    """Median and interval of a mixture of normals."""

    def quantile(share: float) -> float:
        ends = [mean + side * 12 * spread for _, mean, spread in parts for side in (-1, 1)]
        return float(brentq(lambda at: sum(w * ndtr((at - m) / s) for w, m, s in parts) - share, min(ends), max(ends), xtol=1e-12))  # fmt: skip

    return Estimate(quantile(0.5), quantile((1 - level) / 2), quantile((1 + level) / 2), level, n)
