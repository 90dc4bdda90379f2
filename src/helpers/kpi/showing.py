"""KPI rows as they leave a notebook."""

from __future__ import annotations

from collections.abc import Collection

from helpers import privacy
from helpers.display import Output
from helpers.kpi.rows import ALL, MIME, KpiRow


def pick(rows: list[KpiRow], name: str) -> KpiRow:
    """Return the row of one KPI.

    Raises
    ------
    ValueError : no such row; the message lists those there are.
    """
    for made in rows:
        if made.id == name:
            return made
    raise ValueError(f'"{name}" is not among the rows. They are {", ".join(made.id for made in rows)}.')


def show(rows: list[KpiRow]) -> Output:
    """Return the rows as one display output.

    Raises
    ------
    ValueError : a segment of a few people still has its figure, of this period or of one in its history; pass the rows
        through `protected` first.
    """
    for made in rows:
        sizes = [made.n, *(point.get("n") for point in made.history)]
        if made.segment != ALL and any(0 < (n or 0) < privacy.SMALL_GROUP for n in sizes):
            raise ValueError(
                f"{made.id}, {made.segment}: fewer than {privacy.SMALL_GROUP} people; use kpi.protected first."
            )
    columns = ["label", "value", "low", "high", "n", "unit", "period", "segment", "verdict"]
    return Output(MIME, rows, columns=columns, lines=[made.sentence for made in rows])


def plain(rows: list[KpiRow], *, drawn: Collection[str] = ()) -> str:
    """Return the rows as rounded plain text, for the cell whose output the tests pin.

    Parameters
    ----------
    drawn : ids of figures out of chains of draws. A last bit that another processor rounds otherwise sends a chain another way, and
        with it the last digits shown; so only whether such a figure is told is pinned, and tests hold its value to a tolerance.

    Raises
    ------
    ValueError : an id of `drawn` is not among the rows.
    """
    loose = {pick(rows, name).id for name in drawn}
    return "\n".join(
        f"{made.label}, {made.period_label}: {'told' if made.value is not None else 'cannot tell'}"
        if made.id in loose
        else made.sentence
        for made in rows
    )
