"""A few kinds of people with tastes of their own: a latent-class logit of choice tasks, from many starts, with errors by person."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import logsumexp

from helpers.errors import DataError
from helpers.i18n import Said, said
from helpers.methods.choice_classes_search import Problem, best_of, errors_of, problem_of
from helpers.methods.choice_coding import NONE, Coded
from helpers.methods.choice_fit import FEWEST, Fit, fit, in_words
from helpers.methods.choice_worth import draws_of, price_refusal
from helpers.methods.intervals import equal_tailed

STARTS = 10
REACHED = 3  # starts that have to find the best maximum
SMALLEST = 0.05  # share of people in a class
CLOSE = 0.05  # of a log-likelihood, within which two starts have found the same maximum


@dataclass(frozen=True, eq=False)
class Classes(Fit):
    """A latent-class logit: the fields of `Fit` hold the mean of tastes over classes.

    sizes : share of people in each class, the least hurt by the price first; worths : coefficients [class, column].
    spread : covariance of worths [class by class], then of the log-odds of the sizes of all but the first class, clustered by person.
    members : chance of each person to be of each class. bic : smaller is better; reached : starts that found this maximum, of `starts`.
    """

    sizes: np.ndarray | None = None
    worths: np.ndarray | None = None
    spread: np.ndarray | None = None
    members: np.ndarray | None = None
    bic: float = math.nan
    reached: int = 0
    starts: int = 0

    @property
    def told(self) -> bool:
        """False where the data do not tell the classes."""
        return not any(one.startswith("cannot tell: ") for one in self.guards)

    def draw(self, *, draws: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
        """Sizes [draw, class] and worths [draw, class, column], the estimate first."""
        c, k = self.worths.shape
        middle = np.r_[self.worths.ravel(), np.log(self.sizes[1:] / self.sizes[0])]
        every = Fit(tuple(map(str, range(len(middle)))), middle, self.spread, self.spread, 0.0, 0.0, 0, 0, ())
        rows = np.vstack([middle, draws_of(every, draws=draws, seed=seed)])
        odds = np.column_stack([np.zeros(len(rows)), rows[:, c * k :]])
        return np.exp(odds - logsumexp(odds, axis=1, keepdims=True)), rows[:, : c * k].reshape(-1, c, k)


def fit_classes(
    data: Coded,
    *,
    classes: int = 2,
    varying: Sequence[str] | None = None,
    starts: int = STARTS,
    seed: int = 0,
) -> Classes:
    """Fit a logit for each of a few classes of people, whose members are not known.

    Parameters
    ----------
    data : coded tasks, several a person. classes : at least 2. starts, seed : random starts of the search.
    varying : columns whose worth differs between classes; by default the price and none, which ten tasks a person can tell. More need
    more people.

    Returns
    -------
    Classes. Where fewer than three starts find the best maximum, or a class holds fewer than 5 % or 30 people, or its tastes have no end,
    the guards begin with "cannot tell: …" and `told` is False.

    Raises
    ------
    DataError : a column cannot be told even with one set of tastes. ValueError : fewer than two classes, or no column of that name.

    Formula: sum over people of w ln sum over classes of size x product over tasks of the logit; covariance H⁻¹ [G/(G-1) sum s s'] H⁻¹.
    Source: Kamakura & Russell (1989), Journal of Marketing Research 26; Train (2009), Discrete Choice Methods with Simulation, ch. 14.
    """
    if classes < 2:
        raise ValueError(f"classes must be at least 2, not {classes!r}; `choice.fit` has one set of tastes")
    plain = fit(data)
    if lost := in_words(plain.names, ~np.isfinite(plain.coefficients)):
        raise DataError(f"choices: the worth of {lost} cannot be told. Leave it out before people are sorted into classes.")  # fmt: skip
    names = [name for name in (data.price, NONE) if name in plain.names] if varying is None else list(varying)
    if unknown := [name for name in names if name not in plain.names] or ([""] if not names else []):
        raise ValueError(f'varying: "{unknown[0]}" is no column. Use {", ".join(plain.names)}.')
    at = [plain.names.index(name) for name in names]
    problem = problem_of(data, classes, at)
    found, values = best_of(problem, plain.coefficients, starts=starts, seed=seed)
    worths, sizes = problem.parts(found)
    spread, sound = errors_of(problem, found)
    reached = int((values < values.min() + CLOSE).sum())
    order = np.argsort(-worths[:, at[0]], kind="stable")
    turned = _turned(order, len(plain.names))
    parts = worths[order], sizes[order], turned @ spread @ turned.T
    return _made(plain, problem, found, parts, (reached, starts, sound), order)


def _turned(order: np.ndarray, columns: int) -> np.ndarray:
    """Matrix that brings worths and log-odds of classes into another order."""
    classes = len(order)
    odds = np.vstack([np.zeros(classes - 1), np.eye(classes - 1)])[order]
    made = np.zeros((classes * (columns + 1) - 1,) * 2)
    made[: classes * columns, : classes * columns] = np.kron(np.eye(classes)[order], np.eye(columns))
    made[classes * columns :, classes * columns :] = odds[1:] - odds[0]
    return made


def _made(plain: Fit, problem: Problem, found, parts, search, order) -> Classes:
    (worths, sizes, spread), (reached, starts, sound) = parts, search
    loglik, members = problem.members(found)
    k = len(plain.names)
    mean = sizes @ worths
    slope = np.hstack([np.kron(sizes[None, :], np.eye(k)), ((worths - mean) * sizes[:, None])[1:].T])
    covariance = slope @ spread @ slope.T
    least = float(sizes.min())
    reason: Said | str = ""
    if reached < min(REACHED, starts):
        reason = said("only {n} of {starts} starts found these classes of people; take more starts or fewer classes", n=reached, starts=starts)  # fmt: skip
    elif not sound:
        reason = said("the tastes of a class of people have no finite value; take fewer classes")
    elif least < SMALLEST or least * plain.n_people < FEWEST:
        reason = said("a class holds only {n} people; take fewer classes, or ask more people", n=round(least * plain.n_people))  # fmt: skip
    guards = ((said("cannot tell: {reason}", reason=reason),) if reason else ()) + plain.guards
    bic = len(found) * math.log(plain.n_people) - 2 * loglik
    return Classes(
        plain.names, mean, covariance, covariance, loglik, plain.loglik_null, plain.n_choices, plain.n_people, guards,
        sizes, worths, spread, members[:, order], bic, reached, starts,
    )  # fmt: skip


def by_bic(
    data: Coded, *, most: int = 4, varying: Sequence[str] | None = None, starts: int = STARTS, seed: int = 0
) -> Fit:
    """The fit with the smallest BIC among one set of tastes and 2 to `most` classes that the data tell."""
    plain = fit(data)
    best, bic = plain, len(plain.names) * math.log(plain.n_people) - 2 * plain.loglik
    for classes in range(2, most + 1):
        made = fit_classes(data, classes=classes, varying=varying, starts=starts, seed=seed)
        if not made.told or made.bic >= bic:
            break
        best, bic = made, made.bic
    return best


def class_table(
    fit: Classes, data: Coded, *, level: float = 0.90, draws: int = 2000, seed: int = 0
) -> pd.DataFrame:
    """Size of each class, and what its people would pay for each level.

    Returns
    -------
    One row a class and figure: kind [1 the least hurt by the price], attribute ("size" for the share of people), level, value, low, high,
    reason. A worth in money has none where the interval of the class's price effect spans zero or the classes cannot be told.
    """
    sizes, worths = fit.draw(draws=draws, seed=seed)
    untold = next((one.values["reason"] for one in fit.guards if one.startswith("cannot tell: ")), "")
    rows = []
    for kind in range(len(fit.sizes)):
        low, high = equal_tailed(sizes[1:, kind], level=level)
        rows.append((kind + 1, "size", "", sizes[0, kind], low, high, untold))
        at = slice(kind * len(fit.names), (kind + 1) * len(fit.names))
        own = Fit(fit.names, fit.worths[kind], fit.spread[at, at], fit.spread[at, at], fit.loglik, fit.loglik_null, fit.n_choices, fit.n_people, ())  # fmt: skip
        why = untold or price_refusal(own, data, level=level)
        for name, levels in data.attributes.items():
            for one in levels[1:]:
                made = worths[:, kind, fit.names.index(f"{name}: {one}")]
                made = -made / worths[:, kind, fit.names.index(data.price)] if data.price else made
                low, high = equal_tailed(made[1:], level=level)
                rows.append((kind + 1, name, one, *((math.nan,) * 3 if why else (made[0], low, high)), why))
    return pd.DataFrame(rows, columns=["kind", "attribute", "level", "value", "low", "high", "reason"])
