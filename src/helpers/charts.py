"""Charts: a finished table goes in, an Axes with title, interval, units and alt text comes out. Computes nothing."""

from __future__ import annotations

import base64
import io
import re
from datetime import datetime
from functools import partial
from textwrap import wrap

import matplotlib
import matplotlib.dates as mdates
import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.ticker import FuncFormatter, MaxNLocator
from PIL import Image

from helpers import i18n

INK, MUTED, GRID, PAPER = "#1a1c20", "#5a616b", "#d5d9de", "#ffffff"
ACCENTS = {
    "positioning": "#6a4c93",
    "activation": "#0b6e99",
    "crm": "#00695c",
    "brand": "#a23b72",
    "csr": "#3f6b21",
    "scorecard": "#37474f",
}
# Okabe & Ito (2008), Color Universal Design; yellow and the light ones are left to fills.
SERIES = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9"]
DARK = {
    INK: "#e9ebee", MUTED: "#a9b0ba", GRID: "#3a4048", PAPER: "#14161a",
    "#6a4c93": "#b79be0", "#0b6e99": "#5cb8e0", "#00695c": "#4dc0b0",
    "#a23b72": "#e58bb9", "#3f6b21": "#93c572", "#37474f": "#a7bac2",
}  # fmt: skip
WIDTH, HEIGHT = 5.4, 3.1
SVG_LIMIT = 150_000  # characters
MOST_HOLES = 5  # named in the description of strips
MOST_LETTERS = 38  # of the name of a strip
# The reader's own system font: the pictures look like the page, and stay small. Laid out with DejaVu, which is wider.
FONTS = "-apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"


def theme(pillar: str) -> None:
    """Set the one theme of all charts, with the accent of a pillar.

    Raises
    ------
    ValueError : no such pillar; the message lists the pillars.
    """
    if pillar not in ACCENTS:
        raise ValueError(f'theme: "{pillar}" is not a pillar. Use one of {", ".join(ACCENTS)}.')
    sns.set_theme(style="ticks", palette=[ACCENTS[pillar], *SERIES])
    matplotlib.rcParams.update(
        {
            "figure.figsize": (WIDTH, HEIGHT), "figure.constrained_layout.use": True,
            "figure.facecolor": "none", "axes.facecolor": "none", "savefig.facecolor": "none",
            "svg.fonttype": "none", "svg.hashsalt": "cmo", "font.size": 10.5, "axes.labelsize": 10,
            "xtick.labelsize": 10, "ytick.labelsize": 10, "font.family": "DejaVu Sans",
            "text.color": INK, "axes.labelcolor": MUTED, "axes.edgecolor": GRID,
            "xtick.color": MUTED, "ytick.color": MUTED, "grid.color": GRID,
            "axes.spines.top": False, "axes.spines.right": False, "axes.spines.left": False,
            "ytick.left": False, "axes.grid": True, "axes.grid.axis": "y", "axes.axisbelow": True,
            "lines.linewidth": 2, "axes.titlelocation": "left", "axes.titlesize": 12.5, "axes.titleweight": "bold",
        }
    )  # fmt: skip


def line(
    table: pd.DataFrame, *, x: str, y: str, title: str, subtitle: str, unit: str, low: str | None = None,
    high: str | None = None, currency: str | None = None, target: float | None = None, target_label: str = "",
    from_zero: bool = False, decimals: int = 0, language: str = "en",
) -> Axes:  # fmt: skip
    """Draw one series over time or age with its interval as a band and its last point labelled.

    Parameters
    ----------
    table : one row a point; `x` a text, a number or a month (shown as the reader writes it), `y` with optional bounds `low` and `high`.
    title, subtitle : the finding in words; measure, unit, period and n.
    unit, currency, decimals : how figures are written, as in `i18n.number`.
    target, target_label : a value to reach, drawn as a dashed line, and its name.
    """
    if table[y].notna().sum() == 0:
        return _nothing(title, subtitle, language)
    shown = {"unit": unit, "currency": currency, "decimals": decimals, "language": language}
    table = _months_named(table, x, language)
    _, ax = plt.subplots()
    at = range(len(table))
    if low and high:
        ax.fill_between(at, table[low].astype(float), table[high].astype(float), alpha=0.18, linewidth=0)
    ax.plot(at, table[y].astype(float))
    known = table[y].last_valid_index()
    if known is not None:
        i = table.index.get_loc(known)
        value = float(table[y].iloc[i])
        ax.plot([i], [value], "o", color=ax.lines[0].get_color(), markersize=6)
        ax.annotate(
            i18n.number(value, **shown),
            (i, value),
            xytext=(8, 0),
            textcoords="offset points",
            va="center",
            weight="bold",
        )
    if target is not None:
        ax.axhline(target, linestyle="--", color=MUTED, linewidth=1.2)
        ends = (table[y].iloc[[0, -1]].astype(float) - target).abs().tolist()
        right = ends[1] > ends[0]  # the name stands where the series is far from it
        ax.annotate(
            target_label or i18n.text("target", language), (at[-1] if right else 0, target), xytext=(0, 4),
            textcoords="offset points", ha="right" if right else "left", color=MUTED,
        )  # fmt: skip
    _text_axis(ax, list(table[x]))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda v, _: i18n.number(v, **shown)))
    ax.yaxis.set_major_locator(MaxNLocator(5))
    ax.margins(x=0.09)
    if from_zero:
        ax.set_ylim(bottom=0)
    return _finish(ax, title, subtitle, _alt_series(table, x, y, low, high, shown, language))


def bars(
    table: pd.DataFrame, *, x: str, y: str, title: str, subtitle: str, unit: str, low: str | None = None,
    high: str | None = None, currency: str | None = None, decimals: int = 0, language: str = "en",
) -> Axes:  # fmt: skip
    """Draw horizontal bars from zero, each with its value and interval; `y` names the categories."""
    if table[x].notna().sum() == 0:
        return _nothing(title, subtitle, language)
    shown = {"unit": unit, "currency": currency, "decimals": decimals, "language": language}
    _, ax = plt.subplots(figsize=(WIDTH, 0.2 + 0.36 * len(table)))
    at = range(len(table))
    ax.barh(at, table[x].astype(float), height=0.62)
    if low and high:
        ends = table[high].astype(float)
        spread = [table[x] - table[low], table[high] - table[x]]
        ax.errorbar(table[x], list(at), xerr=spread, fmt="none", ecolor=INK, elinewidth=1.2, capsize=3)
    else:
        ends = table[x].astype(float)
    for i, (value, end) in enumerate(zip(table[x], ends, strict=True)):
        ax.annotate(
            i18n.number(float(value), **shown),
            (end, i),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
        )
    ax.set_yticks(list(at), [str(name) for name in table[y]])
    ax.invert_yaxis()
    ax.set_xlim(0, float(ends.max()) * 1.18)
    ax.grid(False)
    ax.set_xticks([])
    ax.spines["bottom"].set_visible(False)
    return _finish(ax, title, subtitle, _alt_series(table, y, x, low, high, shown, language))


def triangle(wide: pd.DataFrame, *, title: str, subtitle: str, language: str = "en") -> Axes:
    """Draw a cohort triangle: rows cohorts, columns ages, cells shares (0-1); a cell not yet observed stays blank."""
    if wide.notna().sum().sum() == 0:
        return _nothing(title, subtitle, language)
    _, ax = plt.subplots(figsize=(WIDTH, 0.7 + 0.32 * len(wide)))
    labels = wide.map(lambda share: "" if pd.isna(share) else f"{100 * share:.0f}")
    sns.heatmap(
        wide.astype(float), ax=ax, annot=labels, fmt="", cbar=False, linewidths=1.5, linecolor=PAPER,
        cmap=sns.light_palette(ax._get_lines.get_next_color(), as_cmap=True), vmin=0, vmax=1,
        annot_kws={"size": 9},
    )  # fmt: skip
    # The cells keep their colours on a dark screen, so their figures do too: the one of the two that reads better.
    for label, cell in zip(ax.texts, _cells(ax, wide), strict=True):
        label.set_color(max(("#fefefe", "#1a1a1a"), key=lambda ink: _contrast(ink, cell)))
    ax.set_xlabel(i18n.text("months since the first purchase", language))
    ax.set_ylabel("")
    ax.grid(False)
    ax.tick_params(length=0)
    ax.set_yticks([i + 0.5 for i in range(len(wide))], [str(name) for name in wide.index], rotation=0)
    seen = wide.stack().dropna()  # not empty: else nothing is drawn
    span = i18n.interval(float(seen.min()), float(seen.max()), "share", language=language)
    alt = i18n.text(
        "Cohort table: {rows} cohorts by {ages} ages, cells from {span}.",
        language,
        rows=len(wide),
        ages=wide.shape[1],
        span=span,
    )
    return _finish(ax, title, subtitle, alt)


def predicted_against_actual(table: pd.DataFrame, *, title: str, subtitle: str, language: str = "en") -> Axes:
    """Draw one row an origin of a backtest: the forecast as an open dot, what came as a full one.

    `table` has columns origin (text or day), predicted, actual; both counts. An origin without a forecast is left out.
    """
    table = table.dropna(subset=["predicted", "actual"])
    if pd.api.types.is_datetime64_any_dtype(table["origin"]):
        table = table.assign(origin=[i18n.day(day, language, style="medium") for day in table["origin"]])
    if table.empty:
        return _nothing(title, subtitle, language)
    _, ax = plt.subplots(figsize=(WIDTH, 0.7 + 0.42 * len(table)))
    at = list(range(len(table)))
    ax.hlines(at, table["predicted"], table["actual"], color=GRID, linewidth=3)
    accent = ACCENTS["crm"] if not ax.lines else ax.lines[0].get_color()
    ax.plot(
        table["predicted"],
        at,
        "o",
        markerfacecolor=PAPER,
        markeredgecolor=accent,
        markersize=9,
        markeredgewidth=2,
    )
    ax.plot(table["actual"], at, "o", color=accent, markersize=9)
    first = table.iloc[0]
    side = 1 if first["predicted"] > first["actual"] else -1
    for value, name, way in (
        (first["predicted"], i18n.mark("forecast"), side),
        (first["actual"], i18n.mark("actual"), -side),
    ):
        ax.annotate(
            i18n.text(name, language), (value, 0), xytext=(10 * way, 0), textcoords="offset points",
            ha="left" if way > 0 else "right", va="center", color=MUTED,
        )  # fmt: skip
    ax.set_yticks(at, [str(origin) for origin in table["origin"]])
    ax.invert_yaxis()
    ax.margins(x=0.25, y=0.15)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: i18n.number(v, "count", language=language)))
    ax.xaxis.set_major_locator(MaxNLocator(4))
    ax.grid(False)
    said = partial(i18n.number, unit="count", language=language)
    pairs = "; ".join(f"{r.origin} {said(r.predicted)} / {said(r.actual)}" for r in table.itertuples())
    alt = i18n.text("Forecast against what came, by origin: {pairs}.", language, pairs=pairs)
    return _finish(ax, title, subtitle, alt)


def strips(table: pd.DataFrame, *, title: str, subtitle: str, language: str = "en") -> Axes:
    """Draw from when to when each line has rows, and where rows are missing.

    `table` has a row a stretch: name (of its line; lines stand in the order of their first row), starts_on, ends_on [day, the
    last one included], is_gap (drawn higher than a strip, so that a single day in years is seen).
    """
    if table.empty:
        return _nothing(title, subtitle, language)
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
    return _finish(ax, title, subtitle, alt)


def show(ax: Axes) -> None:
    """Display the chart with its alt text, and close it. The last line of a cell that draws.

    It is an SVG, and a PNG of few colours where thousands of marks would make the SVG larger than `SVG_LIMIT`.
    """
    from IPython.display import display

    alt = ax.figure.get_label()
    if not alt:
        raise ValueError("show: the chart has no alt text; draw it with a function of helpers.charts.")
    mime, data = "image/svg+xml", svg(ax)
    if len(data) > SVG_LIMIT:
        mime, data = "image/png", png(ax)
    plt.close(ax.figure)
    about = {"alt": alt, **(ax.figure.caption if mime == "image/svg+xml" else {})}
    display({mime: data, "text/plain": alt}, raw=True, metadata={mime: about})


def close(ax: Axes) -> None:
    """Give up a chart that was turned into a picture."""
    plt.close(ax.figure)


def svg(ax: Axes) -> str:
    """Return the chart as SVG in the reader's font, with its own colours for dark screens.

    Dates and random ids are left out, so that the same table gives the same bytes.
    """
    file = io.StringIO()
    ax.figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    made = file.getvalue()
    made = made[made.index("<svg") :].replace("'DejaVu Sans'", FONTS)
    return re.sub(r"(<svg[^>]*>)", lambda m: m[1] + _dark_style(made), made, count=1)


def png(ax: Axes) -> str:
    """Return the chart as a PNG on white at twice the size of a screen, in 128 colours, base64-coded."""
    file, small = io.BytesIO(), io.BytesIO()
    ax.figure.savefig(file, format="png", dpi=2 * 96, facecolor=PAPER, metadata={"Software": None})
    Image.open(file).convert("RGB").quantize(128).save(small, format="png", optimize=True)
    return base64.b64encode(small.getvalue()).decode()


def _dark_style(svg: str) -> str:
    """Return the style element that swaps the theme's colours where the reader prefers a dark screen."""
    rules = [
        f'[style*="{part}: {light}"]{{{part}:{dark} !important}}'
        for light, dark in DARK.items()
        for part in ("fill", "stroke")
        if f"{part}: {light}" in svg
    ]
    return f"<style>@media (prefers-color-scheme:dark){{{''.join(rules)}}}</style>"


def _finish(ax: Axes, title: str, subtitle: str, alt: str) -> Axes:
    """Write title and subtitle flush left above the axes, in room added for them, and keep the alt text.

    The figure's `caption` holds both, the description without the title, and which share of the height is their room: a page
    shows them as text of its own size and leaves that room out.
    """
    figure, at = ax.figure, 0.04
    lines = [(line, INK, 11.5, "bold", 0.235) for line in wrap(title, 58)]
    lines += [(line, MUTED, 9.5, "normal", 0.2) for line in wrap(subtitle, 80)]
    head = sum(height for *_, height in lines) + 0.16
    width, height = figure.get_size_inches()
    figure.set_size_inches(width, height + head)
    figure.get_layout_engine().set(rect=(0, 0, 1, height / (height + head)))
    for line, colour, size, weight, step in lines:
        figure.text(0.005, 1 - at / (height + head), line, color=colour, size=size, weight=weight, va="top")
        at += step
    figure.set_label(f"{title}. {alt}")
    figure.caption = {"title": title, "subtitle": subtitle, "described": alt, "head": head / (height + head)}
    return ax


def _nothing(title: str, subtitle: str, language: str) -> Axes:
    """Say under the title that there is nothing to draw, in place of empty axes."""
    _, ax = plt.subplots(figsize=(WIDTH, 0.4))
    said = i18n.text("No value can be shown.", language)
    ax.set_axis_off()
    ax.text(0, 0.5, said, color=MUTED, transform=ax.transAxes, va="center")
    return _finish(ax, title, subtitle, said)


def _cells(ax: Axes, wide: pd.DataFrame) -> list:
    """Return the colours of the cells that have a value, in the order of their figures."""
    known = wide.notna().to_numpy().ravel()
    return [colour for colour, shown in zip(ax.collections[0].get_facecolors(), known, strict=True) if shown]


def _contrast(ink: object, ground: object) -> float:
    """Contrast of two colours, 1 to 21. Source: WCAG 2.2, relative luminance."""

    def luminance(colour: object) -> float:
        parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    light, dark = sorted((luminance(ink), luminance(ground)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _months_named(table: pd.DataFrame, x: str, language: str) -> pd.DataFrame:
    """The table with the months of `x`, where it holds dates, as the reader writes them."""
    if not pd.api.types.is_datetime64_any_dtype(table[x]):
        return table
    return table.assign(**{x: [i18n.month(day, language, short=True) for day in table[x]]})


def _day_or_month(day: datetime, language: str) -> str:
    """The first of a month as its month, any other day as a short date."""
    return i18n.month(day, language, short=True) if day.day == 1 else i18n.day(day, language, style="medium")


def _text_axis(ax: Axes, names: list) -> None:
    """Label a category axis, thinned so that neighbours never touch."""
    room = max(
        2, 62 // (max((len(str(name)) for name in names), default=1) + 3)
    )  # labels of this length side by side
    step = max(1, -(-len(names) // min(7, room)))
    kept = [i for i in range(len(names)) if (len(names) - 1 - i) % step == 0]
    ax.set_xticks(kept, [str(names[i]) for i in kept])


def _alt_series(
    table: pd.DataFrame, x: str, y: str, low: str | None, high: str | None, shown: dict, language: str
) -> str:
    """Describe a series in words: how many points, first, last, lowest and highest."""
    known = table.dropna(subset=[y])
    if known.empty:
        return i18n.text("No value can be shown.", language)

    def say(row: pd.Series) -> str:
        return f"{i18n.number(float(row[y]), **shown)} ({row[x]})"

    text = i18n.text(
        "{n} points, from {first} to {last}; lowest {lowest}, highest {highest}.",
        language, n=len(known), first=say(known.iloc[0]), last=say(known.iloc[-1]),
        lowest=say(known.loc[known[y].astype(float).idxmin()]), highest=say(known.loc[known[y].astype(float).idxmax()]),
    )  # fmt: skip
    return text + (" " + i18n.text("The interval of each is drawn.", language) if low and high else "")
