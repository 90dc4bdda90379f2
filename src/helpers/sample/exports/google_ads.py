"""Google Ads reports in three forms, and Search Ads 360.

A report opens with its title and its range and ends with several totals, each of which repeats all spend. "CSV" is UTF-8
with commas, "CSV (Excel)" is UTF-16 with tabs; in French a saved CSV has semicolons. `--` is not reported, never nought.
Search Ads 360 hands out fragments, and each begins with the header again.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd

from helpers.sample.exports import media
from helpers.sample.exports.forms import (
    FRENCH_MONTHS,
    Columns,
    english,
    french,
    lines,
    percent,
    table,
    us_words,
)
from helpers.sample.exports.tidy import SINCE, UNTIL, Export, Truth, rng

EARLIER = {"since": pd.Timestamp("2025-06-01"), "until": pd.Timestamp("2025-08-31")}
FRAGMENT = 60  # lines of a fragment of Search Ads 360
NOT_SUMMED = {
    "Campagne", "ID de campagne", "Campaign", "Campaign ID", "Campaign status", "Campaign type", "Account", "Search impr. share",
}  # fmt: skip
SUMMED = ("spend", "impressions", "clicks", "conversions", "conversion_value")

FRENCH: Columns = {
    "Jour": lambda a: f"{a.spent_on:%Y-%m-%d}",
    "Campagne": lambda a: a.campaign,
    "ID de campagne": lambda a: a.campaign_id,
    "Code de la devise": lambda a: a.currency,
    "Coût": lambda a: french(a.spend),
    "Impr.": lambda a: french(a.impressions, 0),
    "Clics": lambda a: french(a.clicks, 0),
    "Conversions": lambda a: french(a.conversions),
    "Valeur de conv.": lambda a: french(a.conversion_value),
}
EXCEL: Columns = {
    "Day": lambda a: f"{a.spent_on:%Y-%m-%d}",
    "Campaign": lambda a: a.campaign,
    "Campaign ID": lambda a: a.campaign_id,
    "Currency code": lambda a: a.currency,
    "Cost": lambda a: english(a.spend),
    "Impr.": lambda a: english(a.impressions, 0),
    "Clicks": lambda a: english(a.clicks, 0),
    "CTR": lambda a: percent(a.clicks, a.impressions),
    "Conversions": lambda a: english(a.conversions),
    "Conv. value": lambda a: english(a.conversion_value),
}
ENGLISH: Columns = {
    "Day": lambda a: f"{a.spent_on:%Y-%m-%d}",
    "Campaign": lambda a: a.campaign,
    "Campaign ID": lambda a: a.campaign_id,
    "Campaign status": lambda a: "Enabled",
    "Campaign type": lambda a: "Search",
    "Account": lambda a: a.account_id,
    "Currency code": lambda a: a.currency,
    "Cost": lambda a: english(a.spend),
    "Impr.": lambda a: english(a.impressions, 0),
    "Clicks": lambda a: english(a.clicks, 0),
    "Interactions": lambda a: english(a.clicks, 0),
    "CTR": lambda a: percent(a.clicks, a.impressions),
    "Avg. CPC": lambda a: english(a.spend / a.clicks) if a.clicks else "--",
    "Conversions": lambda a: english(a.conversions),
    "Cost / conv.": lambda a: english(a.spend / a.conversions) if a.conversions else "--",
    "Conv. value": lambda a: english(a.conversion_value),
    "Search impr. share": lambda a: _share(a.impression_share),
}
SEARCH_ADS: Columns = {
    "date": lambda a: f"{a.spent_on:%Y-%m-%d}",
    "agency": lambda a: "Agence Cérule",
    "advertiser": lambda a: "Maison Brévane",
    "account": lambda a: a.account_id,
    "campaign": lambda a: a.campaign,
    "clicks": lambda a: a.clicks,
    "impr": lambda a: a.impressions,
    "cost": lambda a: f"{a.spend:.2f}",
    "avgCpc": lambda a: f"{a.spend / a.clicks:.4f}" if a.clicks else "0",
    "ctr": lambda a: f"{a.clicks / a.impressions:.6f}" if a.impressions else "0",
    "dfaTransactions": lambda a: f"{a.conversions:.2f}",
    "dfaRevenue": lambda a: f"{a.conversion_value:.2f}",
    "accountCurrencyCode": lambda a: a.currency,
    "accountTimeZone": lambda a: "Europe/Zurich",
}


def _share(value: float) -> str:
    """Impression share: a bound where Google gives only that, ` --` where it gives none."""
    if value < 0.08:
        return " --"
    return "< 10%" if value < 0.10 else "> 90%" if value > 0.90 else f"{value:.2%}"


def _total(ads: pd.DataFrame, columns: Columns, name: str) -> list:
    """A total row: its name in the first cell, sums where they add up, `--` where they would mean nothing."""
    sums = SimpleNamespace(**{one: ads[one].sum() for one in SUMMED}, currency=ads["currency"].max())
    return [name, *("--" if head in NOT_SUMMED else cell(sums) for head, cell in list(columns.items())[1:])]


def _french(folder: Path) -> str:
    """Campaign report of the euro account in French: semicolons, decimal commas, two totals."""
    ads = media.spend(folder, "google_ads", "EUR")
    span = " - ".join(f"{d.day} {FRENCH_MONTHS[d.month - 1]} {d.year}" for d in (SINCE, UNTIL))
    totals = [_total(ads, FRENCH, name) for name in ("Total : compte", "Total : campagnes")]
    return f"Rapport sur les campagnes\n{span}\n" + table([*lines(ads, FRENCH), *totals], separator=";")


def _excel(folder: Path) -> str:
    """The same of the franc account in English, "CSV (Excel)": tabs, to be written in UTF-16."""
    ads = media.spend(folder, "google_ads", "CHF")
    span = " - ".join(us_words(d) for d in (SINCE, UNTIL))
    rows = [*lines(ads, EXCEL), _total(ads, EXCEL, "Total: Account")]
    return f"Campaign report\r\n{span}\r\n" + table(rows, separator="\t", end="\r\n")


def _earlier(folder: Path) -> pd.DataFrame:
    """Euro account of the summer of 2025, with an impression share, 0 where nothing was shown."""
    ads = media.spend(folder, "google_ads", "EUR", **EARLIER)
    drawn = np.round(rng("impression share").uniform(0.0, 1.0, len(ads)), 4)
    return ads.assign(impression_share=np.where(ads["impressions"].gt(0), drawn, 0.0))


def _english(folder: Path) -> str:
    """Campaign report of the euro account in English, plain CSV: quoted range and thousands, three totals."""
    ads = _earlier(folder)
    span = " - ".join(us_words(d) for d in EARLIER.values())
    totals = [_total(ads, ENGLISH, f"Total: {name}") for name in ("Account", "Search", "Campaigns")]
    return "Campaign report\n" + table([[span], *lines(ads, ENGLISH), *totals])


def _search_ads(folder: Path) -> str:
    """Search Ads 360 on the franc account: fragments that repeat the header."""
    head, *rows = lines(media.spend(folder, "google_ads", "CHF", **EARLIER), SEARCH_ADS)
    return "".join(
        table([head, *rows[start : start + FRAGMENT]]) for start in range(0, len(rows) or 1, FRAGMENT)
    )


def _truth(folder: Path, currency: str) -> Truth:
    return media.told(media.spend(folder, "google_ads", currency), "impressions", "clicks")


def _search_ads_truth(folder: Path) -> Truth:
    """The same clicks as Google Ads tells them, under the name of the tool that hands them out."""
    ads = media.spend(folder, "google_ads", "CHF", **EARLIER).assign(platform="sa360")
    return media.told(ads, "impressions", "clicks", without=("campaign_id",))


EXPORTS = {
    "google_ads/campagnes_eur.csv": Export(
        _french, "utf-8", partial(_truth, currency="EUR"), {"account_id": "brevane-eur", "vat": "excl"}
    ),
    "google_ads/campaigns_chf_excel.csv": Export(
        _excel, "utf-16", partial(_truth, currency="CHF"), {"account_id": "brevane-chf", "vat": "excl"}
    ),
    "google_ads/campaigns_eur_2025.csv": Export(
        _english,
        "utf-8",
        lambda folder: media.told(_earlier(folder), "impressions", "clicks"),
        {"account_id": "brevane-eur", "vat": "excl"},
    ),
    "sa360/paid_search_chf.csv": Export(
        _search_ads,
        "utf-8",
        _search_ads_truth,
        {"market": "CH", "account_id": "brevane-chf", "vat": "excl"},
    ),
}
