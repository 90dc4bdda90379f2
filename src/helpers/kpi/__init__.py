"""KPIs: definitions, rows with interval and n, verdicts on a change, and the sentence that states one."""

from helpers.kpi.making import between, compare, compared, history, row, verdict, with_targets
from helpers.kpi.rows import ALL, HISTORY, KINDS, LEVEL, MIME, Comparison, Kpi, KpiRow, Z
from helpers.kpi.saying import change, finding, in_words, interval, money_word, sentence
from helpers.kpi.showing import pick, plain, show
from helpers.kpi.small import protected

__all__ = [
    "ALL",
    "HISTORY",
    "KINDS",
    "LEVEL",
    "MIME",
    "Comparison",
    "Kpi",
    "KpiRow",
    "Z",
    "between",
    "change",
    "compare",
    "compared",
    "finding",
    "history",
    "in_words",
    "interval",
    "money_word",
    "pick",
    "plain",
    "protected",
    "row",
    "sentence",
    "show",
    "verdict",
    "with_targets",
]
