"""What a promotion was worth: margin of the orders it added, less the discount on those that came anyhow and the dip after it."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy.special import ndtri

from helpers.errors import DataError
from helpers.methods.intervals import Estimate, check_level
from helpers.methods.promotions import Draws


class Mean(NamedTuple):
    """A total over a total with its standard error, and the rows that it comes from."""

    value: float
    se: float
    n: int


class Terms(NamedTuple):
    """Money of one promotion, each a `Mean` an order: margin of its orders after the discount, discount given that was kept, margin of
    orders in the days after; `later`: margin that a customer won brought after those days; `first`: first orders a paid order."""

    margin: Mean
    given: Mean
    after: Mean
    later: Mean
    first: Mean


class Worth(NamedTuple):
    """Draws of one promotion: lift [share of the orders without it], pulled [share of the extra orders], and money: added [margin of extra
    orders], given [discount on those that came anyhow], dip [margin missing after it], later [of customers won], net."""

    lift: np.ndarray
    pulled: np.ndarray
    added: np.ndarray
    given: np.ndarray
    dip: np.ndarray
    later: np.ndarray
    net: np.ndarray


def mean_of(top, bottom) -> Mean:
    """Total over total of rows that are independent, such as days, with its standard error by linearisation.

    The error is 0 for fewer than two rows; the value NaN where there is nothing below the line.
    Formula: r = sum y / sum x; se² = n / (n-1) sum (y - r x)² / (sum x)².
    """
    top, bottom = np.asarray(top, dtype=float), np.asarray(bottom, dtype=float)
    total, n = float(bottom.sum()), len(bottom)
    if not (np.isfinite(top).all() and np.isfinite(bottom).all()):
        raise DataError(
            "mean_of: a row has no amount. Fill in 0 where none means nothing, or leave the row out."
        )
    if not total > 0:
        return Mean(math.nan, 0.0, n)
    value = float(top.sum()) / total
    if n < 2:
        return Mean(value, 0.0, n)
    return Mean(value, math.sqrt(n / (n - 1) * float(((top - value * bottom) ** 2).sum())) / total, n)


def net_margin(extra, anyhow, pulled, *, margin, given, after, later=0.0):
    """Net incremental margin [money] of a promotion; numbers or arrays.

    Parameters
    ----------
    extra, anyhow, pulled : orders that it added, that would have come without it, and that are missing after it.
    margin, given, after : margin of an order after the discount, discount given on an order, margin of an order after the promotion.
    later : margin that customers won brought after the dip [money in all].

    Formula: extra x margin - anyhow x given - pulled x after + later.
    """
    return extra * margin - anyhow * given - pulled * after + later


def worth(found: Draws, terms: Terms, *, seed: int = 0) -> Worth:
    """Draws of what a promotion was worth; the means of its orders are drawn too, from their normal law.

    Of its customers' first orders the same share is taken to be extra as of all its orders.
    """
    rng = np.random.default_rng(seed)
    drawn = {
        name: one.value + one.se * rng.standard_normal(len(found.extra))
        for name, one in terms._asdict().items()
    }
    later = drawn["later"] * drawn["first"] * found.extra
    later = np.where(np.isfinite(later), later, 0.0)
    after = np.where(np.isfinite(drawn["after"]), drawn["after"], drawn["margin"] + drawn["given"])
    anyhow = found.expected - found.extra
    net = net_margin(
        found.extra,
        anyhow,
        found.pulled,
        margin=drawn["margin"],
        given=drawn["given"],
        after=after,
        later=later,
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        lift, pulled = found.extra / anyhow, found.pulled / found.extra
    return Worth(
        lift, pulled, found.extra * drawn["margin"], anyhow * drawn["given"], found.pulled * after, later, net
    )


def at_depth(found: Draws, terms: Terms, *, discount: float, factor: float) -> np.ndarray:
    """Draws of the net margin [money], had the discount been `factor` times as deep; means as they are, not drawn.

    Formula: lift' = ((1 - factor d) / (1 - d))^e (1 + lift) - 1 with the elasticity e of each draw; the same share pulled forward; given' = factor
        x given. Not told where the discount is 0.
    Source: the constant elasticity of demand; an assumption that this promotion alone cannot test.
    """
    if not 0 < discount < 1:
        return np.full(len(found.extra), math.nan)
    anyhow = found.expected - found.extra
    e = elasticity(found.extra / anyhow, discount)
    lift = (1 - factor * discount) ** e - 1
    extra = lift * anyhow
    scale = np.divide(extra, found.extra, out=np.zeros_like(extra), where=found.extra != 0)
    given = factor * terms.given.value
    margin = terms.margin.value + (1 - factor) * terms.given.value
    after = terms.after.value if math.isfinite(terms.after.value) else terms.margin.value + terms.given.value
    later = terms.later.value * terms.first.value * extra
    later = np.where(np.isfinite(later), later, 0.0)
    return net_margin(
        extra, anyhow, found.pulled * scale, margin=margin, given=given, after=after, later=later
    )


def break_even_lift(discount, margin):
    """Lift [share of the orders that come anyhow] at which the margin of extra orders pays the discount on the others; infinite where it never does.

    Parameters
    ----------
    discount : reduction, as a share of the regular price, or money an order.
    margin : margin before the reduction, in the same unit.

    Formula: discount / (margin - discount).
    Source: Nagle & Müller (2017), The Strategy and Tactics of Pricing, ch. 9, break-even sales change of a price cut.
    """
    discount, margin = np.asarray(discount, dtype=float), np.asarray(margin, dtype=float)
    left = margin - discount
    made = np.where(left > 0, discount / np.where(left > 0, left, 1.0), np.inf)
    made = np.where(np.isfinite(discount) & np.isfinite(margin), made, np.nan)
    return float(made) if made.ndim == 0 else made


def elasticity(lift, discount: float):
    """Elasticity of orders to price: log of orders with over without the promotion, over the log of the price asked.

    Formula: log(1 + lift) / log(1 - discount); NaN for a lift of -1 or less.
    """
    if not 0 < discount < 1:
        raise DataError(f"elasticity: the discount is {discount:g}; give a share above 0 and below 1.")
    lift = np.asarray(lift, dtype=float)
    made = np.log(np.where(lift > -1, 1 + lift, np.nan)) / math.log(1 - discount)
    return float(made) if made.ndim == 0 else made


def interval_of(drawn: np.ndarray, *, level: float = 0.90, n: int = 0) -> Estimate:
    """Median of draws with the quantiles around it; NaN where more than 1 % of the draws are no number."""
    check_level(level)
    known = np.asarray(drawn, dtype=float)
    known = known[np.isfinite(known)]
    if len(known) < 0.99 * max(len(drawn), 1) or not len(known):
        return Estimate(math.nan, math.nan, math.nan, level, n)
    low, value, high = np.quantile(known, ((1 - level) / 2, 0.5, (1 + level) / 2))
    return Estimate(float(value), float(low), float(high), level, n)


def share_pulled(made: Worth, *, level: float = 0.90, n: int = 0) -> Estimate:
    """Share of the extra orders that the days after lost; NaN where it is not told that there were extra orders."""
    if np.mean(made.lift > 0) < (1 + level) / 2:
        return Estimate(math.nan, math.nan, math.nan, level, n)
    return interval_of(made.pulled, level=level, n=n)


def chance_above(drawn: np.ndarray, limit: float = 0.0) -> float:
    """Share of draws above a limit."""
    return float(np.mean(np.asarray(drawn) > limit))


def half_width(one: Mean, *, level: float = 0.90) -> float:
    """Half the width of a mean's interval by the normal law."""
    return float(ndtri((1 + level) / 2)) * one.se
