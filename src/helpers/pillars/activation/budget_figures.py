"""Figures and checks of the budget page."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers import kpi
from helpers.checks import SUREST, Check, check
from helpers.company import Scope
from helpers.i18n import number, plural, text
from helpers.kpi import LEVEL, KpiRow
from helpers.methods.intervals import wilson
from helpers.pillars.activation import budget_plan, budget_rules
from helpers.pillars.activation import budget_telling as telling
from helpers.pillars.activation.budget_plan import Page
from helpers.pillars.activation.definitions import KPIS
from helpers.pillars.activation.naming import TOGETHER, listed_channels

FEW_WEEKS = 104  # below two years a model has seen each season once
YEAR = 12
DRAWN = (
    "budget_move_gain",
    "budget_move_chance",
    "budget_marginal_spread",
    "budget_regret",
)  # out of the chains of the mix model


def kpis(made: Page, scope: Scope) -> list[KpiRow]:
    """Rows of the figures of the page; what cannot be told keeps its place with the reason."""
    lang, n = scope.language, made.found.weeks
    why = telling.refused_said(made, scope) or made.found.why
    first, near = made.best, made.likeliest
    if first is not None:
        told = telling.move_facts(first, scope)
        said = text("From {source} to {target}, {amount} a month.", lang, **told)
        gain = kpi.row(
            KPIS["budget_move_gain"], scope, first.value, low=first.low, high=first.high, n=n, reason=said
        )
    else:
        gain = kpi.row(KPIS["budget_move_gain"], scope, None, n=n, reason=why or _not_sure(made, scope))
    few = why or text("Fewer than two channels have figures that may carry a decision.", lang)
    named = first if first is not None else near
    chance = (
        kpi.row(KPIS["budget_move_chance"], scope, None, n=n, reason=why or _not_sure(made, scope))
        if named is None
        else _chance(named, len(made.plan.gain), scope)
    )
    gap = budget_plan.spread(made.found) if made.found.curves is not None else None
    lost = budget_plan.regret(made)
    return [
        gain,
        chance,
        _bounded("budget_marginal_spread", gap, few, n, scope),
        _bounded("budget_regret", lost, few, n, scope),
        short_term(made, scope),
    ]


def _not_sure(made: Page, scope: Scope) -> str:
    """Why no move is proposed, in a line of a table."""
    near = made.likeliest
    if made.is_new_total:
        return text(
            "The total is another one than today's, so the whole split changes and no single move.",
            scope.language,
        )
    if near is None:
        return telling.unsure(made, scope)
    needed = number(made.min_chance, "share", language=scope.language)
    return text(
        "No move is sure enough: the best gains {value} with a chance of {chance}, and {needed} are asked for.", scope.language,
        **telling.move_facts(near, scope), needed=needed,
    )  # fmt: skip


def _chance(move, draws: int, scope: Scope) -> KpiRow:
    """The chance of a gain, never above what any page claims, with the doubt of counting so many draws."""
    value = min(move.chance, SUREST)
    low, high = wilson(round(move.chance * draws), draws, level=LEVEL)
    said = text(
        "From {source} to {target}, {amount} a month.", scope.language, **telling.move_facts(move, scope)
    )
    return kpi.row(
        KPIS["budget_move_chance"], scope, value, low=min(low, value), high=max(min(high, SUREST), value), n=draws, reason=said,
    )  # fmt: skip


def short_term(made: Page, scope: Scope) -> KpiRow:
    """Share of twelve months of spend that harvests, with the months before it where they have twelve months, too."""
    definition = KPIS["budget_short_term_share"]
    rows = []
    for period in kpi.history(scope)[:-1]:
        share, months, n = budget_plan.short_share(made.found, until=pd.Timestamp(period.end))
        if months == YEAR and share < 1:
            rows.append(kpi.row(definition, scope, share, n=n, period=period))
    share, months, n = budget_plan.short_share(made.found, until=pd.Timestamp(scope.period.end))
    if not months or share == 1:
        return kpi.row(definition, scope, None, n=n, reason=telling.short_said(made.found, scope))
    rows.append(kpi.row(definition, scope, share, n=n))
    return kpi.compared(definition, rows, scope)


def checks(
    made: Page,
    scope: Scope,
    *,
    bounds: str = "",
    total_budget: float = 0.0,
    max_change: float = 0.2,
    converged: bool = True,
) -> list[Check]:
    """What could make this page wrong.

    Parameters
    ----------
    bounds, total_budget, max_change : as of the page.
    converged : whether the draws of the model agree.
    """
    lang, found = scope.language, made.found
    out = [one for one in found.units if not one.can_move]
    shown = listed_channels([one.name for one in out], lang)
    total = float(found.table["spend"][~found.table["channel"].str.contains(TOGETHER, regex=False)].sum())
    spend = sum(
        float(found.table.loc[found.table["channel"] == name, "spend"].sum()) for one in found.movable for name in one.channels
    )  # fmt: skip
    part = spend / total if total > 0 else 0.0
    return [
        budget_rules.limits_check(
            found, made.refused, scope, bounds=bounds, total_budget=total_budget, max_change=max_change
        ),
        check(
            "model", found.curves is not None and converged,
            text("A mix model of {n} weeks says how each channel answers to money.", lang, n=found.weeks) if found.curves is not None and converged
            else text("No mix model can be used. {why}", lang, why=found.why), otherwise="fail",
            remedy=text("Keep the split, and run the test that this page names.", lang),
        ),
        check(
            "weeks", found.weeks >= FEW_WEEKS,
            plural("The model has seen {n} week.", "The model has seen {n} weeks.", found.weeks, lang),
            remedy=text("Below {need} weeks each season was seen once: read its figures with care.", lang, need=FEW_WEEKS),
        ),
        check(
            "movable", not out and bool(found.movable),
            text("All channels have figures that may carry a decision.", lang) if not out and found.movable
            else text("{share} of the spend stands in channels that may be moved; {channels} may not.", lang,
                      share=number(part, "share", language=lang), channels=shown) if out
            else text("No channel has a figure that may carry a decision.", lang),
            remedy=text("They stay as they are in every split of this page; a test would free them.", lang),
        ),
        check(
            "margin", scope.company.contribution_margin_rate is not None,
            text("Money is contribution margin after spend, at the rate that the company states.", lang)
            if scope.company.contribution_margin_rate is not None
            else text("The company states no contribution margin rate, so money is revenue after spend, and spend looks better than it is.", lang),
            remedy=text("Set contribution_margin_rate in company.toml.", lang),
        ),
        check(
            "later_years", False, text("What spend leaves for later years is not in these figures.", lang),
            remedy=text("Do not take a cut of channels that build from this page alone; see the page on brand and sales.", lang),
        ),
    ]  # fmt: skip


def _bounded(name: str, told: tuple[float, float, float] | None, why: str, n: int, scope: Scope) -> KpiRow:
    if told is None or not np.isfinite(told).all():
        return kpi.row(KPIS[name], scope, None, n=n, reason=why)
    value, low, high = told
    return kpi.row(KPIS[name], scope, value, low=low, high=high, n=n)
