"""Lines of days: from when to when each has rows."""

from __future__ import annotations

from datetime import datetime
from functools import partial

import matplotlib.dates as mdates
import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from helpers import i18n
from helpers.charts.frame import SERIES, WIDTH, finish, nothing

MOST_HOLES = 5  # named in the description of strips
MOST_LETTERS = 38  # of the name of a strip


def strips(table: pd.DataFrame, *, title: str, subtitle: str, language: str = "en") -> Axes:
    """Draw from when to when each line has rows, and where rows are missing.

    `table` has a row a stretch: name (of its line; lines stand in the order of their first row), starts_on, ends_on [day, the
    last one included], is_gap (drawn higher than a strip, so that a single day in years is seen).
    """
    if table.empty:
        return nothing(title, subtitle, language)
    lines = {name: at for at, name in enumerate(dict.fromkeys(table["name"]))}
    _, ax = plt.subplots(figsize=(WIDTH, 0.5 + 0.3 * len(lines)))
    at, days = table["name"].map(lines), (table["ends_on"] - table["starts_on"]).dt.days + 1
    least = max(1, (table["ends_on"].max() - table["starts_on"].min()).days / 150)  # a width that can be seen
    for is_gap, colour, size in ((False, ax._get_lines.get_next_color(), 0.34), (True, SERIES[1], 0.7)):
        own = table["is_gap"] == is_gap
        wide = days[own].clip(lower=least if is_gap else 0)
        ax.barh(at[own], wide, left=mdates.date2num(table.loc[own, "starts_on"]), height=size, color=colour)
    shown = [name if len(name) <= MOST_LETTERS else name[: MOST_LETTERS - 1] + "…" for name in lines]
    ax.set_yticks(list(lines.values()), shown)
    ax.invert_yaxis()
    ax.xaxis_date()
    ax.xaxis.set_major_locator(mdates.AutoDateLocator(minticks=2, maxticks=5))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda day, _: _day_or_month(mdates.num2date(day), language)))
    ax.grid(False, axis="y")
    ax.grid(True, axis="x")
    said = partial(i18n.day, language=language)
    missing = table[table["is_gap"]]
    holes = "; ".join(
        f"{row.name}, " + i18n.days(row.starts_on, row.ends_on, language)
        for row in missing.head(MOST_HOLES).itertuples(index=False)
    )
    alt = i18n.plural(
        "{n} line, from {first} to {last}.", "{n} lines, from {first} to {last}.", len(lines), language,
        first=said(table["starts_on"].min()), last=said(table["ends_on"].max()),
    )  # fmt: skip
    if holes:
        alt += " " + i18n.plural(
            "{n} stretch without rows: {holes}.", "{n} stretches without rows, among them: {holes}.", len(missing), language,
            holes=holes,
        )  # fmt: skip
    return finish(ax, title, subtitle, alt)


def _day_or_month(day: datetime, language: str) -> str:
    """The first of a month as its month, any other day as a short date."""
    return i18n.month(day, language, short=True) if day.day == 1 else i18n.day(day, language, style="medium")
