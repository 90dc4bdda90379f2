"""The mix model as the pages beside its own read it: the same weeks, the same draws, the same figures."""

from __future__ import annotations

import pandas as pd

from helpers import rollups
from helpers.company import Scope
from helpers.pillars.activation import mix, mix_channels, mix_model
from helpers.pillars.activation.mix_model import Model
from helpers.rollups import media_weeks


def of_company(
    orders: object | None, media: object, calendar: object | None, promotions: object | None, experiments: object | None,
    scope: Scope, *, tests: pd.DataFrame | None,
) -> Model | None:  # fmt: skip
    """Fit the model of the company as its own page does with the parameters it opens with; None where there are no orders.

    Parameters
    ----------
    tests : rows of `incrementality.by_channel`; the other arguments are tables, None where the company has none.
    """
    if orders is None:
        return None
    weekly = mix.known(orders, media, calendar, promotions, scope)
    return mix_model.modelled(weekly, tests, where(experiments))


def where(experiments: object | None) -> pd.DataFrame | None:
    """Markets in which each test was run."""
    if experiments is None:
        return None
    return rollups.collect(media_weeks.test_markets(experiments), may_be_empty=True)


def by_channel(model: Model | None, scope: Scope) -> pd.DataFrame | None:
    """What the model says of each channel, None without a model."""
    return None if model is None else mix_channels.by_channel(model, scope)
