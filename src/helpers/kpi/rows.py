"""KPIs: the definition of a figure, and the row that one figure of one period, market and segment is."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import NormalDist

MIME = "application/vnd.cmo.kpi+json"
KINDS = ("counted", "estimated", "modelled")
LEVEL = 0.90
Z = NormalDist().inv_cdf((1 + LEVEL) / 2)  # half-width of an interval of that level in standard errors
ALL = "all"  # the segment of everybody
HISTORY = 13  # periods in a row's history, so that the same period a year before is among them


@dataclass(frozen=True)
class Kpi:
    """The definition of one figure.

    `unit` is "share" (0-1), "currency", "ratio" or a counted noun; `better` is "up" or "down"; `materiality` is the
    smallest change that anyone would act on, in the KPI's own unit, or a share of the value it is compared
    with where `relative` is true. `headline`: it stands as a tile on the front page; one,
    at most two, a page, those that a director would ask for first. `whole`: a count over all there are, such as a register, and not
    over a sample of them; few make it no less certain.
    """

    id: str
    label: str
    pillar: str
    unit: str
    better: str
    kind: str
    definition: str
    formula: str
    materiality: float
    relative: bool = False
    decimals: int = 0
    headline: bool = False
    version: int = 1
    whole: bool = False


@dataclass(frozen=True)
class Comparison:
    """The change against another value: `base` is "previous", "year" or "target"; the bounds are of the difference."""

    base: str
    period: str
    value: float
    low: float | None
    high: float | None
    verdict: str
    period_label: str = ""


@dataclass(frozen=True)
class KpiRow:
    """One figure of one period, market and segment. Bounds are empty for counts; n, too, where the group is hidden.

    `materiality`, `relative` and `whole` are those of its definition, so that two published rows can be compared.
    """

    id: str
    label: str
    pillar: str
    kind: str
    value: float | None
    low: float | None
    high: float | None
    level: float
    n: int | None
    unit: str
    currency: str | None
    period: str
    period_label: str
    market: str
    segment: str
    better: str
    target: float | None
    definition: str
    formula: str
    definition_version: int
    decimals: int
    headline: bool
    verdict: str | None
    sentence: str
    reason: str = ""
    comparisons: list[Comparison] = field(default_factory=list)
    history: list[dict] = field(default_factory=list)
    materiality: float | None = None
    relative: bool = False
    whole: bool = False

    @property
    def previous(self) -> Comparison | None:
        """The change on the period before; None where there is none to compare with."""
        return next((one for one in self.comparisons if one.base == "previous"), None)
