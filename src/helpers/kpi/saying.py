"""What a figure says in words: its sentence, its interval, its change and the verdict on it."""

from __future__ import annotations

from helpers import i18n
from helpers.company import Scope
from helpers.kpi.rows import Comparison, KpiRow

# A rise that is better and a fall that is better are one word in English and two in French.
VERDICTS = {
    ("better", True): i18n.mark_term("a rise", "better"),
    ("better", False): i18n.mark_term("a fall", "better"),
    ("worse", True): i18n.mark_term("a rise", "worse"),
    ("worse", False): i18n.mark_term("a fall", "worse"),
    ("no clear change", True): i18n.mark_term("a verdict", "no clear change"),
    ("no clear change", False): i18n.mark_term("a verdict", "no clear change"),
    ("cannot tell", True): i18n.mark_term("a verdict", "cannot tell"),
    ("cannot tell", False): i18n.mark_term("a verdict", "cannot tell"),
}


def money_word(scope: Scope) -> str:
    """Name what the money of decisions is: contribution margin, or revenue where the company states no rate."""
    if scope.company.contribution_margin_rate is None:
        return i18n.text("revenue", scope.language)
    return i18n.text("contribution margin", scope.language)


def sentence(made: KpiRow, *, language: str = "en") -> str:
    """State the figure in one sentence: subject, period, value, interval, n, change and its verdict."""
    named = {"label": made.label, "period": made.period_label}
    if made.value is None:
        said = i18n.text("{label}, {period}: cannot tell. {reason}", language, **named, reason=made.reason)
        return said.rstrip()
    value = i18n.number(made.value, made.unit, **_written(made, language))
    details = [] if made.low is None else [interval(made, language=language)]
    details.append(f"n = {i18n.number(made.n, 'count', language=language)}")
    previous = made.previous
    changed = f", {change(previous, made, language=language)}" if previous else ""
    said = i18n.text(
        "{label}, {period}: {value} ({detail}){change}.", language, **named,
        value=value, detail=", ".join(details), change=changed,
    )  # fmt: skip
    return f"{said} {made.reason}".rstrip()


def interval(made: KpiRow, *, language: str = "en") -> str:
    """Say the interval of a figure with its level: "90% interval 89.6% to 91.7%"."""
    bounds = i18n.interval(made.low, made.high, made.unit, **_written(made, language))
    level = i18n.number(made.level, "share", language=language)
    return i18n.text("{level} interval {bounds}", language, level=level, bounds=bounds)


def change(comparison: Comparison, made: KpiRow, *, language: str = "en") -> str:
    """Say a change in words: "+1.2 points on November 2017: no clear change"."""
    scale, unit = (100, "points") if made.unit == "share" else (1, "currency" if made.currency else "count")
    sign = "+" if comparison.value >= 0 else ""
    value = sign + i18n.number(comparison.value * scale, unit, **_written(made, language))
    judged = in_words(comparison, language=language)
    return i18n.text(
        "{value} on {base}: {verdict}", language, value=value, base=comparison.period_label, verdict=judged
    )


def in_words(comparison: Comparison, *, language: str = "en") -> str:
    """Say a verdict in words: "better" in English; French says which way it moved, too."""
    return i18n.term(*VERDICTS[comparison.verdict, comparison.value >= 0], language)


def _written(made: KpiRow, language: str) -> dict:
    """How the figures of a row are written."""
    return {"currency": made.currency, "decimals": made.decimals, "language": language}


def finding(made: KpiRow, *, language: str = "en") -> str:
    """State the figure as the title of a chart: subject, value, and the verdict on the month before."""
    if made.value is None:
        return i18n.text("{label}: cannot tell yet", language, label=made.label)
    value = i18n.number(
        made.value, made.unit, currency=made.currency, decimals=made.decimals, language=language
    )
    said = i18n.text("{label}: {value}", language, label=made.label, value=value)
    if made.verdict == "cannot tell":
        return said + ", " + i18n.text("whether it changed cannot be told", language)
    previous = made.previous
    return f"{said}, {in_words(previous, language=language)}" if previous else said
