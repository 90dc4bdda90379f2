"""The media mix model: the figures of the page."""

from helpers.kpi import Kpi

KPIS: tuple[Kpi, ...] = (
    Kpi(
        id="media_marginal_roas",
        label="Revenue of the last unit of media money",
        pillar="activation",
        unit="ratio",
        better="up",
        kind="modelled",
        definition=(
            "What one per cent less of the last 52 weeks' spend would have cost in revenue, over that one per cent, of the channels and "
            "pairs whose return the mix model can tell; without VAT, returns taken off. The other channels are not in it."
        ),
        formula="sum over channels of the revenue of their last 1 % / 1 % of their spend, posterior mean and 90 % interval",
        materiality=0.25,
        decimals=2,
        headline=True,
    ),
    Kpi(
        id="media_spend_told",
        label="Media spend whose return can be told",
        pillar="activation",
        unit="share",
        better="up",
        kind="counted",
        definition=(
            "Share of the media spend of the last 52 weeks, of channels with a name, that stands in channels or pairs whose marginal "
            "return passed the checks of the model; an interval that holds zero counts as told."
        ),
        formula="spend of published channels and pairs / spend of all channels",
        materiality=0.05,
    ),
)
