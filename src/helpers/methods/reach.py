"""How many people a campaign reached how often, from the few figures that platforms hand out, and what several reach together."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy.special import betaln
from scipy.stats import betabinom, binom, nbinom, poisson

from helpers.errors import DataError

STEPS = 120  # halvings; the shape is then exact to rounding
STEEPEST, FLATTEST = (
    1e-6,
    1e6,
)  # of the shape, in people per contact; beyond, nothing changes in the ninth digit
CLOSE = 1e-9


class Contacts(NamedTuple):
    """How contacts are spread over a population.

    mean : contacts per person of the population.
    shape : evenness of the spread; small where few people get most contacts, infinite where chance alone spreads them; NaN where they
        are spread more evenly than chance would, which these families cannot tell.
    insertions : number of times a person could be met; None where there is no such limit.
    reach : share of the population with at least one contact, as it was told.
    """

    mean: float
    shape: float
    insertions: int | None
    reach: float


class Overlap(NamedTuple):
    """People that several media reach together: what cannot be under- or overrun, and the number if they overlap by chance alone."""

    low: float
    high: float
    independent: float


def spread(reached: float, contacts: float, population: float, *, insertions: int | None = None) -> Contacts:
    """Spread of contacts over a population of which only reach and the number of contacts are known.

    Parameters
    ----------
    reached : different people with at least one contact.
    contacts : contacts of all of them, such as impressions.
    population : people who could be reached.
    insertions : times that a person could be met at most, such as the spots of a plan; empty where nothing limits it. The spread is
        then beta-binomial, else negative binomial.

    Returns
    -------
    Contacts.

    Raises
    ------
    DataError : reach exceeds the population or the contacts, or a figure is missing or below zero.

    Formula: negative binomial (1 + mean / shape)^-shape = 1 - reach; beta-binomial B(a, b + n) / B(a, b) = 1 - reach with a / (a + b) =
        mean / n and shape = a + b. Both by mean and zeros.
    Source: Ehrenberg (1959), Applied Statistics 8, 26-41; Goodhardt, Ehrenberg & Chatfield (1984), JRSS A 147; Metheringham (1964),
        Journal of Advertising Research 4(4), for the beta-binomial.
    """
    figures = {"reach": reached, "contacts": contacts, "population": population}
    for name, value in figures.items():
        if not (value >= 0 and math.isfinite(value)):
            raise DataError(f"reach: {name} is {value:g}; give a number of 0 or more.")
    if not population or reached > population or reached > contacts:
        raise DataError(
            f"reach: {reached:g} people reached of {population:g} with {contacts:g} contacts; nobody is reached without a contact or outside the "
            "population, so compare what the three columns count."
        )
    if insertions is not None and not 1 <= insertions * population < math.inf:
        raise DataError(f"reach: {insertions} insertions; give how often a person could be met, 1 or more.")
    mean, share = contacts / population, reached / population
    if insertions is not None and mean > insertions:
        raise DataError(
            f"reach: {mean:g} contacts a person are more than the {insertions} insertions; count them again."
        )
    if contacts == 0:
        return Contacts(0.0, math.inf, insertions, 0.0)
    shape = _shape(mean, share) if insertions is None else _beta_shape(mean, share, insertions)
    return Contacts(mean, shape, insertions, share)


def at_least(contacts: Contacts, k: int, *, seen: float = 1.0) -> float:
    """Share of the population with at least `k` contacts that were seen.

    Parameters
    ----------
    contacts : result of `spread`.
    k : contacts, 1 or more.
    seen : chance that a contact was seen, the same and independent for each, such as the viewable share, 0 to 1.

    Returns
    -------
    Share 0 to 1; NaN where the spread is not known. At k = 1 and seen = 1 it is the reach itself.

    Formula: the upper tail at k of the spread whose contacts each stay with chance `seen`; a negative binomial then keeps its shape and
        has mean x seen.
    """
    if k < 1 or not 0 <= seen <= 1:
        raise ValueError(f"at_least: k = {k} and seen = {seen}; use k of 1 or more and a share of 0 to 1.")
    if k == 1 and seen == 1:
        return contacts.reach
    if contacts.mean == 0 or seen == 0:
        return 0.0
    if math.isnan(contacts.shape):
        return math.nan
    if contacts.insertions is not None:
        return _beta_tail(contacts, k, seen)
    mean, shape = contacts.mean * seen, contacts.shape
    if math.isinf(shape):
        return float(poisson.sf(k - 1, mean))
    return float(nbinom.sf(k - 1, shape, shape / (shape + mean)))


def together(reached, population: float) -> Overlap:
    """People reached by at least one of several media, of which only the reach of each is known.

    Parameters
    ----------
    reached : people reached by each, of one population.
    population : its people.

    Returns
    -------
    Overlap: low (the largest of them, all others inside it), high (their sum, as far as the population goes), independent (each reaches
    a person whatever the others do). People who are easily met by one are so by the others, so the truth is mostly below `independent`.

    Raises
    ------
    DataError : a reach is missing, below zero or above the population.

    Formula: max r; min(sum r, N); N (1 - product of (1 - r / N)).
    Source: bounds of Fréchet (1935); independence as Sainsbury, London Press Exchange, in Broadbent (1979), Spending Advertising Money.
    """
    each = np.asarray(reached, dtype=float)
    if not (population > 0 and ((each >= 0) & (each <= population)).all()):
        raise DataError(
            f"reach: one of {', '.join(f'{one:g}' for one in each)} is no part of a population of {population:g}; compare the audiences that the "
            "rows are about."
        )
    missed = np.prod(1 - each / population)
    return Overlap(
        float(each.max(initial=0.0)),
        min(float(each.sum()), float(population)),
        float(population * (1 - missed)),
    )


def _shape(mean: float, share: float) -> float:
    """Shape of the negative binomial with this mean and share reached."""
    by_chance = -math.expm1(-mean)
    if share > by_chance * (1 + CLOSE):
        return math.nan
    if share >= by_chance * (1 - CLOSE):
        return math.inf
    if share == 0:
        return math.nan
    wanted = -math.log1p(-share) / mean  # = log(1 + x) / x at x = mean / shape
    low, high = 1e-12, 1e12
    for _ in range(STEPS):
        middle = math.sqrt(low * high)
        low, high = (middle, high) if math.log1p(middle) / middle > wanted else (low, middle)
    return mean / math.sqrt(low * high)


def _beta_shape(mean: float, share: float, n: int) -> float:
    """Sum of the two parameters of the beta-binomial with this mean and share reached."""
    p = mean / n
    by_chance = -math.expm1(n * math.log1p(-p)) if p < 1 else 1.0
    if share > by_chance * (1 + CLOSE) or share < p * (1 - CLOSE):
        return math.nan
    if p == 1 or share >= by_chance * (1 - CLOSE):
        return math.inf
    low, high = STEEPEST, FLATTEST
    for _ in range(STEPS):
        middle = math.sqrt(low * high)
        a, b = middle * p, middle * (1 - p)
        reach = -math.expm1(betaln(a, b + n) - betaln(a, b))
        low, high = (middle, high) if reach < share else (low, middle)
    return math.sqrt(low * high)


def _beta_tail(contacts: Contacts, k: int, seen: float) -> float:
    n, p = contacts.insertions, contacts.mean / contacts.insertions
    if math.isinf(contacts.shape):
        return float(binom.sf(k - 1, n, p * seen))
    met = np.arange(n + 1)
    chance = betabinom.pmf(met, n, contacts.shape * p, contacts.shape * (1 - p)) if p < 1 else met == n
    return float((chance * binom.sf(k - 1, met, seen)).sum())
