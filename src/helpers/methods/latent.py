"""Latent classes of people by what they answer: how many, how large, what each answers, and who belongs where.

The search stands in `latent_em`, redraws and figures by class in `latent_redraws`, agreement and the short questionnaire in
`latent_typing`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from helpers.errors import DataError
from helpers.i18n import Said, said
from helpers.methods import latent_em as em
from helpers.methods.latent_em import Coded, Found

STARTS, REACHED = 20, 3  # starts; those that have to find the best optimum
# Gain at which a start ends, and at which one that is near the best does; distance of log-likelihoods that is near, and that is the same.
NEAR, NEARER = 1e-3, 1e-6
NEARBY, CLOSE = 1.0, 0.05
SMALLEST, FEWEST = 0.05, 30  # share and number of people in a class
PER_PARAMETER = 5  # people for each figure that is estimated
GOOD_ENTROPY = 0.6  # below it, people are hardly told apart


@dataclass(frozen=True, eq=False)
class Classes:
    """Latent classes, the largest first.

    items : those that were used; levels : answers of each item, in order. sizes [class]; chances [class, answer], answers item by item.
    members [person, class]. bic : smaller is better; entropy : 1 where everybody belongs surely to one class, 0 where nobody does.
    reached : starts that found this optimum, of `starts`. guards : what to know first; one that begins with "cannot tell: " refuses.
    """

    items: tuple[str, ...]
    levels: tuple[tuple, ...]
    sizes: np.ndarray
    chances: np.ndarray
    members: np.ndarray
    loglik: float
    bic: float
    entropy: float
    n_parameters: int
    n: int
    reached: int
    starts: int
    guards: tuple[Said, ...]
    data: Coded = field(repr=False)

    @property
    def told(self) -> bool:
        """False where the answers do not tell the classes."""
        return not any(one.startswith("cannot tell: ") for one in self.guards)

    @property
    def found(self) -> Found:
        """The optimum as the first guess of another search."""
        return Found(self.sizes[None], self.chances[None], np.array([self.loglik]))

    def table(self) -> pd.DataFrame:
        """One row an item and answer: item, answer, and the chance of it in each class (columns 0, 1, …)."""
        names = [(item, one) for item, own in zip(self.items, self.levels, strict=True) for one in own]
        made = pd.DataFrame(names, columns=["item", "answer"])
        return pd.concat([made, pd.DataFrame(self.chances.T)], axis=1)


def fit(
    frame: pd.DataFrame, *, items: Sequence[str], classes: int, weight: str | None = None, starts: int = STARTS, seed: int = 0
) -> Classes:  # fmt: skip
    """Fit a number of classes from many random starts.

    Parameters
    ----------
    frame : one row a person. items : columns of answers of any kind; missing ones are left out, not guessed.
    classes : 1 or more. weight : column of weights, not below 0 and not all 0; they are brought to mean 1.

    Returns
    -------
    Classes. An item that does not vary is left out and named. Guards refuse ("cannot tell: …") where there are fewer people than
    30 a class or 5 a parameter, fewer than 3 starts find the best optimum, or a class holds less than 5 % or 30 people.

    Raises
    ------
    DataError : an item is no column, fewer than two items vary, nobody answers, or weights are wrong. ValueError : below one class or start.

    Formula: maximise sum over people of w ln sum over classes of size x product over answered items of the chance of the answer;
        BIC = -2 ln L + p ln n; entropy = 1 - sum of -m ln m / (n ln K).
    Source: Lazarsfeld & Henry (1968), Latent Structure Analysis; Linzer & Lewis (2011), Journal of Statistical Software 42.
    """
    if classes < 1 or starts < 1:
        raise ValueError(f"latent: classes and starts must be 1 or more, not {classes!r} and {starts!r}")
    answers, levels, guards = answers_of(frame, items)
    if len(levels) < 2:
        raise DataError(said("latent: only {n} of {all} items vary. Classes need two items or more to which people answer differently.", n=len(levels), all=len(items)))  # fmt: skip
    data = em.coded(answers, [len(own) for own in levels.values()], _weights(frame, weight))
    rng = np.random.default_rng(seed)
    made = em.climb(em.guesses(data, classes, starts=starts, rng=rng), data, settled=NEAR)
    best, reached = _best(made, data)
    return _of(best, (reached, starts), data, tuple(levels.items()), guards)


def by_bic(
    frame: pd.DataFrame, *, items: Sequence[str], most: int = 6, weight: str | None = None, starts: int = STARTS, seed: int = 0
) -> tuple[Classes, pd.DataFrame]:  # fmt: skip
    """The number of classes with the smallest BIC among those that the answers tell, and the ladder that led to it.

    Returns
    -------
    Classes, and one row a number of classes: classes, loglik, n_parameters, bic, entropy, smallest [share], reached [share of starts],
    reason (why it is refused, else ""). The ladder ends where BIC has risen.
    """
    made: list[Classes] = []
    for number in range(1, most + 1):
        made.append(fit(frame, items=items, classes=number, weight=weight, starts=starts, seed=seed))
        if number > 1 and made[-1].bic > made[-2].bic:
            break
    best = min([one for one in made if one.told], key=lambda one: one.bic, default=made[0])
    return best, ladder_of(made)


def ladder_of(fits: Sequence[Classes]) -> pd.DataFrame:
    """One row a fit, as `by_bic` returns it."""
    rows = [(len(one.sizes), one.loglik, one.n_parameters, one.bic, one.entropy, one.sizes.min(), one.reached / one.starts) for one in fits]  # fmt: skip
    names = ["classes", "loglik", "n_parameters", "bic", "entropy", "smallest", "reached"]
    why = [next((guard for guard in one.guards if guard.startswith("cannot tell: ")), "") for one in fits]
    # As objects: a column of texts would forget how to say itself in another language.
    return pd.DataFrame(rows, columns=names).assign(reason=pd.Series(why, dtype=object))


def answers_of(frame: pd.DataFrame, items: Sequence[str]) -> tuple[np.ndarray, dict[str, tuple], tuple[Said, ...]]:  # fmt: skip
    """Codes of answers [person, item], -1 where there is none; answers of each item that varies; what was left out."""
    if missing := [name for name in items if name not in frame]:
        raise DataError(f'latent: there is no column "{missing[0]}". Use items among {", ".join(map(str, frame.columns[:12]))}.')  # fmt: skip
    if frame.empty:
        raise DataError("latent: nobody has answered. Load a survey with answers.")
    codes, levels, flat = [], {}, []
    for name in items:
        code, own = pd.factorize(frame[name], sort=True)
        if len(own) < 2:
            flat.append(name)
            continue
        codes.append(code)
        levels[name] = tuple(own.tolist())
    guards = [said("{item} has the same answer from everybody and is left out", item=name) for name in flat]
    made = np.column_stack(codes) if codes else np.empty((len(frame), 0), int)
    if codes and (silent := int((made < 0).all(axis=1).sum())):
        guards.append(said("{n} of {all} people answer no item and tell nothing", n=silent, all=len(frame)))
    return made, levels, tuple(guards)


def needed(classes: int, n_parameters: int) -> int:
    """People without whom a number of classes is not told: 30 a class, 5 a parameter."""
    return max(FEWEST * classes, PER_PARAMETER * n_parameters)


def _weights(frame: pd.DataFrame, weight: str | None) -> np.ndarray:
    if weight is None:
        return np.ones(len(frame))
    if weight not in frame:
        raise DataError(f'latent: there is no column "{weight}" of weights.')
    own = pd.to_numeric(frame[weight], errors="coerce").to_numpy(float)
    bad = ~np.isfinite(own) | (own < 0)
    if bad.any() or own.sum() <= 0:
        shown = f"{own[bad][0]:g}" if bad.any() else "0 everywhere"
        raise DataError(
            f"latent: a weight is {shown}. Weights are numbers of 0 or more, and some are above 0."
        )
    return own * len(own) / own.sum()


def _best(made: Found, data: Coded) -> tuple[Found, int]:
    """The best optimum to its last digit, and how many starts found it; those that come near go on before they are counted."""
    near = np.flatnonzero(made.loglik > made.loglik.max() - NEARBY)
    again = em.climb(Found(*(one[near] for one in made)), data, settled=NEARER)
    at = [int(again.loglik.argmax())]
    best = em.climb(Found(*(one[at] for one in again)), data)
    return best, int((again.loglik > best.loglik[0] - CLOSE).sum())


def _of(best: Found, search: tuple[int, int], data: Coded, named: tuple, guards: tuple[Said, ...]) -> Classes:
    order = np.argsort(-best.sizes[0], kind="stable")
    sizes, chances = best.sizes[0][order], best.chances[0][order]
    loglik, n, classes = float(best.loglik[0]), len(data.pattern), len(sizes)
    reached, starts = search
    members = em.joint(chances[None], sizes[None], data.hot)[0][0].T[data.pattern]
    answers = sum(len(own) - 1 for _, own in named)
    p = classes * answers + classes - 1
    doubt = -np.sum(np.where(members > 0, members * np.log(np.maximum(members, em.FLOOR)), 0.0))
    entropy = 1.0 if classes == 1 else float(1 - doubt / (n * math.log(classes)))
    guards = (*_refusals(sizes, n, p, reached, starts), *guards, *_vague(entropy))
    items, levels = zip(*named, strict=True)
    bic = p * math.log(n) - 2 * loglik
    return Classes(
        items, levels, sizes, chances, members, loglik, bic, entropy, p, n, reached, starts, guards, data
    )


def _refusals(sizes: np.ndarray, n: int, p: int, reached: int, starts: int) -> tuple[Said, ...]:
    classes, least = len(sizes), float(sizes.min())
    if classes == 1:
        return ()
    need = needed(classes, p)
    if n < need:
        reason = said(
            "{n} people answered, need n = {need} for {classes} classes", n=n, need=need, classes=classes
        )
    elif reached < min(REACHED, starts):
        reason = said("only {n} of {starts} starts found these classes; take more starts or fewer classes", n=reached, starts=starts)  # fmt: skip
    elif least < SMALLEST or least * n < FEWEST:
        reason = said("the smallest class holds only {n} people; take fewer classes, or ask more people", n=round(least * n))  # fmt: skip
    else:
        return ()
    return (said("cannot tell: {reason}", reason=reason),)


def _vague(entropy: float) -> tuple[Said, ...]:
    if entropy >= GOOD_ENTROPY:
        return ()
    return (said("people are hardly told apart: entropy is {value}", value=f"{entropy:.2f}"),)
