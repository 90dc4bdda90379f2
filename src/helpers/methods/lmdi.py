"""Why a total moved: what each factor of a product contributed, over groups, without remainder."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from helpers.errors import DataError

NEARLY_NONE = 1e-60  # stands in for a factor that is zero, so that its logarithm exists; parts no longer depend on it at this size


def log_mean(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Logarithmic mean of two positive amounts: (a - b) / (ln a - ln b), and a where both are alike.

    Formula: a x expm1(r) / r, r = ln(b / a), which keeps its digits where the two are nearly alike.
    """
    first, second = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    ratio = np.log(second / first)
    alike = ratio == 0
    return first * np.where(alike, 1.0, np.expm1(ratio) / np.where(alike, 1.0, ratio))


def parts(before: Mapping[str, np.ndarray], after: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """What each factor contributed to the change of a sum of products.

    Parameters
    ----------
    before, after : the same factors by name; arrays [..., group] that broadcast. The total is the sum over groups of their product, as
        orders x kilograms an order x share of a mode x emission of a kilogram.

    Returns
    -------
    By factor the part of the change [...], in the unit of the total; they add up to it exactly. A factor of zero in one of the periods (a
    group that comes or goes) is taken as nearly none.

    Raises
    ------
    ValueError : the two do not hold the same factors.
    DataError : a factor is negative or no number.

    Formula: additive LMDI-I: part of x = sum over groups of L(E1, E0) x ln(x1 / x0), E the product, L the logarithmic mean.
    Source: Ang (2005), The LMDI approach to decomposition analysis, Energy Policy 33, 867-871; zeros: Ang & Liu (2007), Energy Policy 35.
    """
    if list(before) != list(after) or not before:
        raise ValueError(
            f"lmdi: before has {', '.join(before)}, after has {', '.join(after)}. Give both the same factors in the same order."
        )
    old, new = ({name: _positive(name, one) for name, one in side.items()} for side in (before, after))
    weight = log_mean(_product(new), _product(old))
    return {name: (weight * np.log(new[name] / old[name])).sum(axis=-1) for name in old}


def _product(factors: Mapping[str, np.ndarray]) -> np.ndarray:
    made = np.ones(())
    for one in factors.values():
        made = made * one
    return made


def _positive(name: str, values: np.ndarray) -> np.ndarray:
    given = np.asarray(values, dtype=float)
    if not (given >= 0).all():
        raise DataError(f"lmdi: {name} is {np.nanmin(given):g} or no number in a group; each factor must be known and 0 or more.")  # fmt: skip
    return np.maximum(given, NEARLY_NONE)
