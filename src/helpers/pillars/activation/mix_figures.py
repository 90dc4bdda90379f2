"""KPI rows of the mix model: what the last unit of media money brings, and how much of the spend that is known for."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers import kpi
from helpers.checks import guard_refusal
from helpers.company import Scope
from helpers.i18n import text
from helpers.kpi import LEVEL, KpiRow
from helpers.methods import mix_reading
from helpers.periods import Period
from helpers.pillars.activation import mix_channels, mix_model
from helpers.pillars.activation.definitions import KPIS
from helpers.pillars.activation.mix_model import Model
from helpers.pillars.activation.naming import TOGETHER

ORDER = ("media_marginal_roas", "media_spend_told")
DRAWN = ORDER[:1]  # out of the chains of the model


def kpis(model: Model, table: pd.DataFrame, scope: Scope, before: Model | None = None) -> list[KpiRow]:
    """KPI rows of the month; the return is compared with that of the month before.

    Parameters
    ----------
    table : rows of `mix_channels.by_channel`.
    before : the model as it would have been fitted a month earlier, from `as_of_before`; None leaves the comparison out.

    A model that cannot be fitted or did not converge gives rows without a value, which say why.
    """
    draws, _ = mix_channels.readable_draws(model, table) if model.is_told else (np.empty(0), 0.0)
    if not len(draws):
        reason = refusal(model, scope) or text("No channel passes the checks of the model.", scope.language)
        return [kpi.row(KPIS[name], scope, None, n=len(model.known.table), reason=reason) for name in ORDER]
    rows = [_return(draws, model, scope, scope.period)]
    if before is not None and before.is_told:
        rows.insert(
            0, _return(mix_channels.readable_draws(before, table)[0], before, scope, scope.period.before(1))
        )
    spend = table[table["status"] != ""].set_index("channel")
    single = spend[~spend.index.str.contains(TOGETHER, regex=False)]
    whole = float(single["spend"].sum())
    told = mix_channels.readable_draws(model, table)[1] / whole
    n = len(model.known.table)
    return [
        kpi.compared(KPIS[ORDER[0]], rows, scope),
        kpi.row(KPIS[ORDER[1]], scope, told, n=n),
    ]


def as_of_before(
    model: Model, tests: pd.DataFrame | None, markets: pd.DataFrame | None, scope: Scope, **options
) -> Model | None:
    """The model from what was known a month earlier, by the fast likeness; None where there was too little, or is no model now."""
    if not model.is_told:
        return None
    end = pd.Timestamp(scope.period.before(1).end)
    known = model.known._replace(
        table=model.known.table[model.known.table["week"] + pd.Timedelta(days=6) <= end]
    )
    over = None if tests is None else tests[pd.to_datetime(tests["ends_on"]) <= end]
    made = mix_model.modelled(known, over, markets, quick=True, panel=False, **options)
    same = made.data is not None and made.data.channels == model.data.channels
    return made._replace(rows=model.rows) if made.fit is not None and same else None


def refusal(model: Model, scope: Scope) -> str:
    """Say why there is no model; an empty text where there is one."""
    if model.is_told:
        return ""
    if model.data is None:
        return text("There is no whole week with both sales and media spend.", scope.language)
    return guard_refusal(model.guards, scope.language)


def _return(draws: np.ndarray, model: Model, scope: Scope, period: Period) -> KpiRow:
    made = mix_reading.summary(draws, level=LEVEL)
    return kpi.row(
        KPIS[ORDER[0]],
        scope,
        made.value,
        low=made.low,
        high=made.high,
        n=len(model.data.outcome),
        period=period,
    )
