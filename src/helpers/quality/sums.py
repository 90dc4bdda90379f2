"""What the tables add up to, month by month, to hold against what a tool or the accounts show."""

from __future__ import annotations

import pandas as pd

from helpers.company import Company
from helpers.quality.reading import query

MONTHS = 12
MEDIA = "media"  # nature of the accounts' lines
BOOKS_LIMIT = 0.05  # share of the books that media spend may be off by
UNMAPPED_REVIEW, UNMAPPED_FAIL = 0.05, 0.20


def spend_by_month(company: Company, names: list[str]) -> pd.DataFrame:
    """Return media spend before tax by month, platform and currency; a row of several days counts in the month it begins in."""
    sql = """SELECT date_trunc('month', spent_on) AS month, platform, currency, sum(spend) AS spend
        FROM {spend} GROUP BY ALL ORDER BY ALL"""
    return query(company, names, sql, columns=["month", "platform", "currency", "spend"], spend="media_spend")


def orders_by_month(company: Company, names: list[str]) -> pd.DataFrame:
    """Return orders by month and currency: n_orders, n_paid, revenue [excl. VAT, of paid orders before returns]."""
    sql = """SELECT date_trunc('month', ordered_on) AS month, currency, count(*) AS n_orders,
            count(*) FILTER (status = 'paid') AS n_paid,
            coalesce(sum(revenue_excl_vat) FILTER (status = 'paid'), 0) AS revenue
        FROM {orders} GROUP BY ALL ORDER BY ALL"""
    columns = ["month", "currency", "n_orders", "n_paid", "revenue"]
    return query(company, names, sql, columns=columns, orders="orders")


def conversions_by_month(company: Company, names: list[str]) -> pd.DataFrame:
    """Return conversions by month, platform, action, window and who counted; they add up within these and not beyond."""
    sql = """SELECT date_trunc('month', converted_on) AS month, platform, conversion_action,
            coalesce(attribution_window, '') AS attribution_window, counted_by, sum(conversions) AS conversions
        FROM {found} GROUP BY ALL ORDER BY ALL"""
    columns = ["month", "platform", "conversion_action", "attribution_window", "counted_by", "conversions"]
    return query(company, names, sql, columns=columns, found="media_conversions")


def books_by_month(company: Company, names: list[str]) -> pd.DataFrame:
    """Return the media cost in the accounts by month, supplier (empty where none is named) and currency."""
    sql = f"""SELECT date_trunc('month', month) AS month, coalesce(supplier, '') AS platform, currency, sum(amount) AS books
        FROM {{books}} WHERE lower(nature) = '{MEDIA}' GROUP BY ALL ORDER BY ALL"""
    return query(
        company, names, sql, columns=["month", "platform", "currency", "books"], books="finance_actuals"
    )


def spend_by_campaign(company: Company, names: list[str]) -> pd.DataFrame:
    """Return spend by currency, platform and campaign with is_mapped [whether the row has a channel]."""
    sql = """SELECT currency, platform, coalesce(campaign, campaign_id, '') AS campaign,
            coalesce(channel, '') <> '' AS is_mapped, sum(spend) AS spend
        FROM {spend} GROUP BY ALL ORDER BY spend DESC, currency, platform, campaign"""
    columns = ["currency", "platform", "campaign", "is_mapped", "spend"]
    return query(company, names, sql, columns=columns, spend="media_spend")


def clicks(company: Company, names: list[str]) -> pd.DataFrame:
    """Return by platform how many rows have both clicks and impressions, and n_above, how many have more clicks."""
    sql = """SELECT platform, count(*) AS n_rows, count(*) FILTER (clicks > impressions) AS n_above
        FROM {spend} WHERE clicks IS NOT NULL AND impressions IS NOT NULL GROUP BY ALL ORDER BY ALL"""
    return query(company, names, sql, columns=["platform", "n_rows", "n_above"], spend="media_spend")


def against_books(spend: pd.DataFrame, books: pd.DataFrame, *, months: int = MONTHS) -> pd.DataFrame:
    """Hold media spend against the accounts, over the last `months` months that both have.

    Returns
    -------
    One row a platform (or supplier) and currency: spend, books, difference [spend less books], share [of books; empty where
    there are none], starts_on and ends_on [first day of the first and of the last month], the largest difference first.
    """
    columns = ["platform", "currency", "spend", "books", "difference", "share", "starts_on", "ends_on"]
    both = sorted(set(spend["month"]) & set(books["month"]))[-months:]
    if not both:
        return pd.DataFrame(columns=columns)
    key = ["platform", "currency"]
    kept = [
        frame[frame["month"].isin(both)].drop(columns="month").groupby(key).sum() for frame in (spend, books)
    ]
    made = kept[0].join(kept[1], how="outer").fillna(0.0).reset_index()
    made["difference"] = made["spend"] - made["books"]
    made["share"] = (made["difference"] / made["books"]).where(made["books"] != 0)
    made["starts_on"], made["ends_on"] = both[0], both[-1]
    return made.sort_values("difference", key=lambda d: -d.abs(), kind="stable", ignore_index=True)[columns]


def unexplained(compared: pd.DataFrame) -> pd.DataFrame:
    """Return what is left between spend and accounts by currency, all platforms together: spend, books, difference, share."""
    made = compared.groupby("currency", as_index=False)[["spend", "books", "difference"]].sum()
    return made.assign(share=(made["difference"] / made["books"]).where(made["books"] != 0))


def unmapped(campaigns: pd.DataFrame) -> pd.DataFrame:
    """Return by currency the spend without a channel: spend, unmapped, share [of spend], the largest share first."""
    total = campaigns.groupby("currency")["spend"].sum()
    lost = campaigns[~campaigns["is_mapped"].astype("bool")].groupby("currency")["spend"].sum()
    made = pd.DataFrame({"spend": total, "unmapped": lost.reindex(total.index).fillna(0.0)}).reset_index()
    made["share"] = (made["unmapped"] / made["spend"]).where(made["spend"] != 0, 0.0)
    return made.sort_values("share", ascending=False, kind="stable", ignore_index=True)
