"""Media to days by channel and by campaign, what platforms claim, and what tax is on sales."""

from __future__ import annotations

from datetime import date
from typing import Any

import narwhals as nw

from helpers.rollups.reading import SCALE, exact, first_day, having, money, month_number, paid, picked

WHO = ("spent_on", "ends_on", "platform", "channel", "market")
COUNTS = (
    "impressions", "measurable_impressions", "viewable_impressions", "invalid_impressions", "clicks", "link_clicks",
    "video_completions", "watch_seconds",
)  # fmt: skip
CLAIM = ("platform", "channel", "conversion_group", "attribution_window", "counted_by")


def channel_days(media: Any) -> Any:
    """What was spent and delivered by day, platform, channel and place of sale.

    Parameters
    ----------
    media : table `media_spend`.

    Returns
    -------
    One row per (spent_on, ends_on [empty for a single day], platform, channel [empty where no rule names one], market): spend [money];
    impressions, clicks [those that lead to the site where the platform tells them, else all]; and of each rate its two counts, both
    from rows that have both: measurable, viewable; checked, invalid [impressions]; shown, clicked [impressions, clicks]; film, completed
    [impressions and plays to the end]; screened, watched [impressions, seconds]. A count that no row has is 0.

    Raises
    ------
    DataError : a column is missing.
    """
    frame = picked(
        media, "media_spend", *WHO[:3], "market", "spend", maybe=("channel", *COUNTS), read="optional"
    )
    count = {name: nw.col(name).cast(nw.Float64) for name in COUNTS}
    clicks, all_shown = nw.coalesce(count["link_clicks"], count["clicks"]), count["impressions"]
    made = told_together(
        {
            ("measurable", "viewable"): (count["measurable_impressions"], count["viewable_impressions"]),
            ("checked", "invalid"): (all_shown, count["invalid_impressions"]),
            ("shown", "clicked"): (all_shown, clicks),
            ("film", "completed"): (all_shown, count["video_completions"]),
            ("screened", "watched"): (all_shown, count["watch_seconds"]),
        }
    )
    made |= {"impressions": all_shown.fill_null(0.0), "clicks": clicks.fill_null(0.0)}
    rows = frame.select(*WHO, exact(nw.col("spend")).alias("spend"), **made)
    sums = rows.group_by(*WHO).agg(nw.col("spend", *made).sum())
    return sums.select(*WHO, money("spend"), *made).to_native()


def told_together(
    pairs: dict[tuple[str, str], tuple[nw.Expr, nw.Expr]],
) -> dict[str, nw.Expr]:
    """Counts of rates by their names: of rows that tell one of the two and not the other neither counts."""
    made = {}
    for names, (whole, part) in pairs.items():
        is_told = ~whole.is_null() & ~part.is_null()
        counted = (nw.when(is_told).then(count).otherwise(0.0) for count in (whole, part))
        made |= dict(zip(names, counted, strict=True))
    return made


def campaign_days(media: Any, *, since: date) -> Any:
    """Spend by day of each campaign from a day on: one row per (spent_on, ends_on, platform, campaign_id): spend [money].

    Raises
    ------
    DataError : a column is missing.
    """
    names = ("spent_on", "ends_on", "platform", "campaign_id")
    frame = having(media, "media_spend", *names, "spend", read="optional")
    frame = frame.filter(nw.col("spent_on") >= nw.lit(since), ~nw.col("campaign_id").is_null())
    sums = frame.select(*names, exact(nw.col("spend")).alias("spend")).group_by(*names)
    return sums.agg(nw.col("spend").sum()).select(*names, money("spend")).to_native()


def claims(conversions: Any, media: Any) -> Any:
    """What each platform credits itself with, and what the company's own tool counts beside it, by month; nothing is added up over them.

    Parameters
    ----------
    conversions : table `media_conversions`.
    media : table `media_spend`, which says the channel of a campaign.

    Returns
    -------
    One row per (month, platform, channel [empty where the campaign is not in `media` or has none], conversion_group [the action where
    there is no group], attribution_window, counted_by): conversions, conversion_value [money].

    Raises
    ------
    DataError : a column is missing.
    """
    campaigns = picked(media, "media_spend", "platform", "campaign_id", maybe=("channel",), read="optional")
    named = campaigns.group_by("platform", "campaign_id").agg(channel=nw.col("channel").max())
    rows = picked(
        conversions, "media_conversions", "converted_on", "platform", "campaign_id", "conversion_action", "counted_by", "conversions",
        maybe=("conversion_group", "attribution_window", "conversion_value"), read="optional",
    ).join(named, on=["platform", "campaign_id"], how="left")  # fmt: skip
    rows = rows.select(
        month_number(nw.col("converted_on")).alias("month"), "platform", "channel",
        nw.coalesce(nw.col("conversion_group"), nw.col("conversion_action")).alias("conversion_group"),
        "attribution_window", "counted_by",
        exact(nw.col("conversions")).alias("conversions"), exact(nw.col("conversion_value")).fill_null(0).alias("conversion_value"),
    )  # fmt: skip
    sums = rows.group_by("month", *CLAIM).agg(nw.col("conversions", "conversion_value").sum())
    return sums.select(
        first_day("month"), *CLAIM, money("conversions"), money("conversion_value")
    ).to_native()


def taxed_sales(orders: Any) -> Any:
    """Sales of each month with and without VAT: one row per month: n_orders, revenue [money, without VAT, returns taken off],
    excl, incl [money of the orders that have both].

    Raises
    ------
    DataError : a column is missing.
    """
    there = nw.from_native(orders).lazy().collect_schema().names()
    gross = ("revenue_incl_vat",) if "revenue_incl_vat" in there else ()
    rows = paid(orders, *gross)
    incl = exact(nw.col("revenue_incl_vat")) if gross else nw.lit(None, nw.Float64)
    rows = rows.with_columns(incl=incl).with_columns(
        excl=nw.when(~nw.col("incl").is_null()).then(nw.col("spend") + nw.col("returned")).otherwise(0.0)
    )
    sums = rows.group_by("month").agg(
        n_orders=nw.len(), revenue=nw.col("spend").sum(), excl=nw.col("excl").sum(), incl=nw.col("incl").fill_null(0.0).sum()
    )  # fmt: skip
    return sums.select(
        first_day("month"), nw.col("n_orders").cast(nw.Int64), *((nw.col(n) / SCALE).alias(n) for n in ("revenue", "excl", "incl"))
    ).to_native()  # fmt: skip
