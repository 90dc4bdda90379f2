"""Small groups: hidden, and with them the group that would give them away by subtraction."""

from __future__ import annotations

from collections.abc import Sequence

SMALL_GROUP = 10  # people; a group under it is not shown


def hidden(sizes: Sequence[float], *, limit: int = SMALL_GROUP, total_is_known: bool = True) -> list[bool]:
    """Say of each group of one partition whether it must be hidden.

    Parameters
    ----------
    sizes : people in each group; a group of nobody hides nobody and may be shown.
    limit : a group with 1 to `limit` - 1 people is hidden.
    total_is_known : whether the sum of all groups is shown somewhere. Then a hidden group could be had by subtraction, so the
        smallest other group is hidden too, until at least two are hidden and together they hold `limit` people.

    Returns
    -------
    One bool a group, in order. Where the others cannot protect it, all groups are hidden.

    Source: primary and secondary suppression as in Hundepool et al. (2012), Statistical Disclosure Control, ch. 4.
    """
    gone = [0 < size < limit for size in sizes]
    if not any(gone) or not total_is_known:
        return gone
    shown = sorted((i for i, size in enumerate(sizes) if size > 0 and not gone[i]), key=lambda i: sizes[i])
    while shown and (
        sum(gone) < 2 or sum(size for size, out in zip(sizes, gone, strict=True) if out) < limit
    ):
        gone[shown.pop(0)] = True
    return gone
