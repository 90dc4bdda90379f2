"""The what-if model of a ranking: what other weights make of it, computed alike in a reader's browser."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

ROOM = 50_000  # signs that the draws may take in a page
SIGNS = 4.2  # of a score with its comma, on average


def table(names: Sequence[str], scores, draws, *, top: int) -> dict:
    """Constants and draws of the panel.

    Parameters
    ----------
    names : ids of the sliders, one a criterion. scores : [option, criterion]; draws : [draw, option, criterion], as `ranking.scaled` makes
    them. top : how many places count as being among the first.

    Returns
    -------
    constants : inputs, scores, top. draws : one row a draw, scores by option and criterion, rounded to whole points, as many as fit.
    """
    drawn = np.asarray(draws, dtype=float)
    n = min(len(drawn), max(50, int(ROOM / (SIGNS * drawn[0].size))))
    some = drawn[np.unique(np.linspace(0, len(drawn) - 1, n).astype(int))]
    rows = np.clip(np.round(some), -999, 999).astype(int).reshape(len(some), -1)
    known = np.round(np.asarray(scores, dtype=float), 3)
    return {
        "constants": {"inputs": list(names), "scores": known.tolist(), "top": int(top)},
        "draws": rows.tolist(),
    }


def scenario(inputs: dict, constants: dict, draws: list[list[float]]) -> dict:
    """Who comes first at these weights, and the chance of each option to be among the first.

    Parameters
    ----------
    inputs : a weight a criterion, under the names in constants["inputs"]; they count in proportion to their sum, all alike where it is 0.
    constants, draws : as `table` makes them.

    Returns
    -------
    figures : first [chance of the option with the highest score to have the highest one], total [sum of the weights], and top_1, top_2, ...
    [chance of each option to be among the first], each (value, None, None). case : "first_1", "first_2", ..., the option that comes first.

    Formula: sum of weight x score over the sum of the weights, in each draw.
    """
    given = [float(inputs[name]) for name in constants["inputs"]]
    total = sum(given)
    weights = [one / total if total > 0 else 1 / len(given) for one in given]
    values = np.asarray(constants["scores"], dtype=float) @ weights
    lead = int(np.argmax(values))
    drawn = np.asarray(draws, dtype=float).reshape(len(draws), len(values), len(weights)) @ weights
    ahead = (drawn[:, None, :] > drawn[:, :, None] + 1e-9).sum(axis=2)  # options with a higher score
    figures = {
        "first": (float((ahead[:, lead] == 0).mean()), None, None),
        "total": (total, None, None),
    }
    among = (ahead < constants["top"]).mean(axis=0)
    figures |= {f"top_{at + 1}": (float(one), None, None) for at, one in enumerate(among)}
    return {"figures": figures, "case": f"first_{lead + 1}"}
