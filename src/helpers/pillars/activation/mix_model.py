"""The mix model of a page: fitted once, checked on the company's own data, pulled to its tests; and what may be published of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.kpi import Z
from helpers.methods import mix, mix_reading, mix_risk
from helpers.methods.mix_reading import Anchor, Trial
from helpers.methods.mix_risk import Row
from helpers.pillars.activation.mix import Known

YEAR_WEEKS = 52
OTHERS = "other_channels"
ALARMS = ("same_week", "next_week", "years")  # checks that speak of single channels
SEED = 1


class Model(NamedTuple):
    """A fit with its panel.

    known : the weekly table. data : as the engine sees it; None where no table could be made ready.
    plain, fit : before and after it was pulled to tests; None where there is no fit.
    anchors : each test beside the model. unused : tests that could not be held against it, with the reason's key.
    rows : the risk panel, empty without a fit. verdict : of the panel; "none" without a fit.
    merged : channels that share one column because there are more than the weeks allow.
    guards : what the engine says; the first begins "cannot tell: " where nothing may be published.
    first : position of the first week that the figures are about, the last 52 of the data.
    slopes, levels : what one unit of effect means for the marginal and for the whole return [draw, channel]; the same before and after
        tests, which move effects alone.
    """

    known: Known
    data: mix.Data | None
    plain: mix.Fit | None
    fit: mix.Fit | None
    anchors: tuple[Anchor, ...]
    spans_zero: tuple[bool, ...]
    unused: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]
    verdict: str
    merged: tuple[str, ...]
    guards: tuple
    first: int
    slopes: np.ndarray | None = None
    levels: np.ndarray | None = None

    @property
    def is_told(self) -> bool:
        """Whether a fit stands that has converged."""
        return self.fit is not None and not any(one.startswith("cannot tell: ") for one in self.guards[:1])


def modelled(
    known: Known,
    tests: pd.DataFrame | None = None,
    test_markets: pd.DataFrame | None = None,
    *,
    expected_return: float = 1.0,
    expected_spread: float = 3.0,
    season: int = 3,
    quick: bool = False,
    panel: bool = True,
) -> Model:
    """Fit, check and calibrate.

    Parameters
    ----------
    tests : rows of `incrementality.by_channel`; None or empty without tests. test_markets : rows of the rollup `test_markets`.
    expected_return, expected_spread : what a unit of media money is expected to bring before the data are looked at, and how far off
        that may be.
    season : pairs of yearly waves.
    quick : take the fast likeness in place of the full sampler, for a page that only needs curves. panel : run the checks.
    """
    options = {"season": season, "prior_return": (expected_return, expected_spread)}
    data, merged = _prepared(known, options)
    if data is None or mix.refused(data):
        guards = () if data is None else data.guards
        return Model(known, data, None, None, (), (), (), (), "none", merged, guards, 0)
    plain = mix.approximate(data, seed=SEED) if quick else mix.fit(data, seed=SEED)
    trials, spans, unused = _trials(data, known, tests, test_markets)
    fit, anchors = mix_reading.anchored(plain, trials, seed=SEED)
    rows = tuple(mix_risk.panel(plain, anchors=anchors, seed=SEED)) if panel else ()
    first = max(len(data.outcome) - YEAR_WEEKS, 0)
    judged = mix_risk.verdict(rows) if rows else "none"
    ones = plain._replace(effects=np.ones_like(plain.effects))
    slopes, levels = mix_reading.marginal_roas(ones, first=first), mix_reading.roas(ones, first=first)
    return Model(
        known,
        data,
        plain,
        fit,
        anchors,
        spans,
        unused,
        rows,
        judged,
        merged,
        plain.guards,
        first,
        slopes,
        levels,
    )


def _prepared(known: Known, options: dict) -> tuple[mix.Data | None, tuple[str, ...]]:
    """The data; where the weeks do not carry all channels, the smallest of them share a column."""
    if known.table.empty or not known.channels:
        return None, ()
    long = len(known.table) >= 2 * YEAR_WEEKS
    options = {"outcome": "revenue", "controls": known.controls, "trend": 2 if long else 1, **options}
    data = mix.prepare(known.table, channels=known.channels, **options)
    allowed = len(data.outcome) // mix.WEEKS_A_COLUMN - data.base.shape[1]
    if len(data.channels) <= allowed or allowed < 2 or len(data.outcome) < mix.LEAST_WEEKS:
        return data, ()
    order = known.table[list(data.channels)].sum().sort_values(ascending=False, kind="stable").index
    kept, small = tuple(order[: allowed - 1]), tuple(order[allowed - 1 :])
    table = known.table.assign(**{OTHERS: known.table[list(small)].sum(axis=1)})
    return mix.prepare(table, channels=(*sorted(kept), OTHERS), **options), small


def _trials(
    data: mix.Data, known: Known, tests: pd.DataFrame | None, markets: pd.DataFrame | None
) -> tuple[list[Trial], tuple[bool, ...], tuple[tuple[str, str], ...]]:
    """Tests as the engine reads them; those it cannot read, with the reason."""
    made, spans, unused = [], [], []
    for row in () if tests is None else tests.itertuples():
        reason = _unusable(row, data)
        share = float(row.treated_share) * _market_share(row.test, known, markets)
        if reason or not 0 < share <= 1:
            unused.append((row.test, reason or "places"))
            continue
        weeks = (data.days >= pd.Timestamp(row.starts_on)) & (data.days <= pd.Timestamp(row.ends_on))
        planned = float(data.spend[weeks, data.channels.index(row.channel)].sum()) - float(row.spend_change)
        factor = (
            0.0
            if row.spans_zero
            else 1 + float(row.spend_change) / (share * planned)
            if planned > 0
            else np.nan
        )
        if not (np.isfinite(factor) and factor >= 0 and abs(factor - 1) > 0.01):
            unused.append((row.test, "spend"))
            continue
        error = (float(row.high) - float(row.low)) / (2 * Z)
        span = pd.Timestamp(row.starts_on), pd.Timestamp(row.ends_on)
        made.append(Trial(row.channel, *span, factor, float(row.effect), error, share, name=str(row.test)))
        spans.append(bool(row.spans_zero))
    return made, tuple(spans), tuple(unused)


def _unusable(row, data: mix.Data) -> str:
    """Why a test cannot be held against the model; an empty text where it can."""
    if row.channel not in data.channels:
        return "channel"
    if not (pd.notna(row.low) and pd.notna(row.high) and row.high > row.low and pd.notna(row.spend_change)):
        return "figures"
    if pd.Timestamp(row.starts_on) < data.days[0] or pd.Timestamp(row.ends_on) >= data.days[
        -1
    ] + pd.Timedelta(days=mix.WEEK):
        return "weeks"
    if row.spans_zero and row.spend_change > 0:
        return "start"
    return ""


def _market_share(test: str, known: Known, markets: pd.DataFrame | None) -> float:
    """Share of the page's sales that the markets of a test make; 1 where nobody says which they are."""
    if markets is None:
        return 1.0
    code = str(test).split(":")[0]
    own = markets.loc[markets["experiment_id"] == code, "market"]
    return float(known.markets.reindex(own.unique()).fillna(0).sum()) if len(own) else 1.0


def groups(model: Model) -> tuple[tuple[str, ...], ...]:
    """Channels that can only be published together."""
    return next((tuple(row.values["groups"]) for row in model.rows if row.name == "split"), ())


def alarmed(model: Model) -> dict[str, str]:
    """Channels that a check of the panel speaks against, with the check's name, the first of several."""
    found: dict[str, str] = {}
    for row in model.rows:
        if row.name in ALARMS and row.passed is False:
            for name in row.channels:
                found.setdefault(name, row.name)
    return found


def tested(model: Model) -> dict[str, list[int]]:
    """Positions among the anchors of each channel's tests."""
    found: dict[str, list[int]] = {}
    for at, anchor in enumerate(model.anchors):
        found.setdefault(anchor.trial.channel, []).append(at)
    return found


def spent(model: Model) -> np.ndarray:
    """Spend of each channel in the weeks that the figures are about."""
    return mix_reading.spent(model.data, first=model.first)


def marginal(model: Model, names: Sequence[str]) -> np.ndarray:
    """Revenue of the last unit of money in some channels together, each cut alike [draw]; a pair is read before tests, which know one of it."""
    fit = model.fit if len(names) == 1 else model.plain
    at = [model.data.channels.index(name) for name in names]
    money = spent(model)[at]
    if not money.sum() > 0:
        return np.full(len(fit.effects), np.nan)
    return np.nan_to_num(fit.effects[:, at] * model.slopes[:, at]) @ money / money.sum()


def total(model: Model, name: str) -> np.ndarray:
    """Revenue per unit of all the money of a channel [draw]."""
    at = model.data.channels.index(name)
    return model.fit.effects[:, at] * model.levels[:, at]
