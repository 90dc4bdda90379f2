"""Finished tables for the charts of the mix model: what was sold and expected, and response inside the spend that was seen."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.company import Scope
from helpers.i18n import text
from helpers.kpi import LEVEL
from helpers.methods import mix_reading
from helpers.methods.intervals import equal_tailed
from helpers.methods.response import Curves
from helpers.methods.response import response as answer
from helpers.pillars.activation import mix_channels
from helpers.pillars.activation.mix_model import Model
from helpers.pillars.activation.naming import TOGETHER

POINTS = 25
CURVES = 4  # response curves that a reader tells apart


def over_time(model: Model, scope: Scope) -> pd.DataFrame:
    """Sales and what the model expects, by month: month, name of the series, value, low, high [money a week]."""
    if not model.is_told:
        return pd.DataFrame({"month": [], "series": [], "value": [], "low": [], "high": []})
    media, base = mix_reading.weekly(model.plain)
    lang, named = scope.language, model.data.days.strftime("%Y-%m")
    parts = {
        text("sales", lang): model.data.outcome[None],
        text("expected by the model", lang): media.sum(axis=2) + base,
    }
    return pd.concat(
        [_monthly(draws, named).assign(series=name) for name, draws in parts.items()], ignore_index=True
    )


def decomposition(model: Model) -> pd.DataFrame:
    """Revenue by part and quarter, as the model splits it before its checks: quarter, part, value, low, high [money a week]."""
    if not model.is_told:
        return pd.DataFrame({"quarter": [], "part": [], "value": [], "low": [], "high": []})
    media, base = mix_reading.weekly(model.fit)
    named = pd.PeriodIndex(model.data.days, freq="Q").astype(str)
    parts = {"base": base, **{name: media[:, :, i] for i, name in enumerate(model.data.channels)}}
    made = [
        _monthly(draws, named).rename(columns={"month": "quarter"}).assign(part=name)
        for name, draws in parts.items()
    ]
    return pd.concat(made, ignore_index=True)


def response(model: Model, table: pd.DataFrame) -> pd.DataFrame:
    """What more or less spend would change, inside the range of weekly spend that was seen, of published single channels.

    Returns
    -------
    One row a point: spend [share of today's], channel, value, low, high [money a week more or less than today]; the largest channels.
    """
    names = [name for name in mix_channels.published(table)["channel"] if TOGETHER not in name][:CURVES]
    empty = pd.DataFrame({"spend": [], "channel": [], "value": [], "low": [], "high": []})
    curves = mix_channels.curves(model)
    if curves is None or not names:
        return empty
    made = []
    for name in names:
        at = curves.channels.index(name)
        seen = model.data.spend[:, model.data.channels.index(name)] / curves.spend[at]
        shares = np.linspace(
            max(float(np.quantile(seen, 0.05)), 0.0), min(float(np.quantile(seen, 0.95)), 3.0), POINTS
        )
        shares = np.unique(np.r_[shares, 1.0])
        one = curves._replace(
            channels=(name,),
            spend=curves.spend[at : at + 1],
            effect=curves.effect[:, at : at + 1],
            bend=curves.bend[:, at : at + 1],
        )
        made.append(_change(one, shares).assign(channel=name))
    return pd.concat(made, ignore_index=True)


def shapes(model: Model) -> pd.DataFrame:
    """How each channel works: carry-over to the next week and bend, mean with interval; one row a channel."""
    if not model.is_told:
        return pd.DataFrame()
    rows = []
    for at, name in enumerate(model.data.channels):
        carried, bent = (
            mix_reading.summary(one[:, at], level=LEVEL)
            for one in (model.plain.shapes.alpha, model.plain.shapes.bend)
        )
        rows.append((name, carried.value, carried.low, carried.high, bent.value, bent.low, bent.high))
    columns = ["channel", "carry_over", "carry_over_low", "carry_over_high", "bend", "bend_low", "bend_high"]
    return pd.DataFrame(rows, columns=columns).set_index("channel")


def residuals(model: Model) -> dict[str, float]:
    """How well the model fits: share of variance explained, usual miss [share of mean sales], and what lasts of a miss to the next week."""
    if not model.is_told:
        return {}
    media, base = mix_reading.weekly(model.plain)
    left = model.data.outcome - (media.sum(axis=2) + base).mean(axis=0)
    return {
        "explained": float(1 - left.var() / model.data.outcome.var()),
        "usual_miss": float(model.plain.shapes.sigma.mean()),
        "lasting": float(model.plain.shapes.rho.mean()),
    }


def _change(curve: Curves, shares: np.ndarray) -> pd.DataFrame:
    today = answer(curve, curve.spend)[:, 0]
    rows = []
    for share in shares:
        change = answer(curve, curve.spend * share)[:, 0] - today
        low, high = equal_tailed(change, level=LEVEL)
        rows.append((float(share), float(change.mean()), float(low), float(high)))
    return pd.DataFrame(rows, columns=["spend", "value", "low", "high"])


def _monthly(draws: np.ndarray, named) -> pd.DataFrame:
    """Mean by group of weeks with its interval; what is known has none."""
    groups = pd.Index(named)
    rows = []
    for name in groups.unique():
        mean = draws[:, groups == name].mean(axis=1)
        low, high = equal_tailed(mean, level=LEVEL)
        rows.append((name, float(mean.mean()), float(low), float(high)))
    return pd.DataFrame(rows, columns=["month", "value", "low", "high"])
