"""Meta Ads Manager: heads in the language of the screen, money heads with their currency, a summary row without a campaign.

What did not happen is an empty cell. `Results` means another event on every row, so nothing is read from it. Reach comes in
a report of its own, by month, because it cannot be added up.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from helpers.sample.exports import media
from helpers.sample.exports.forms import Columns, lines, table
from helpers.sample.exports.tidy import SINCE, UNTIL, Export, Truth, read

PIXEL = "actions:offsite_conversion.fb_pixel_purchase"
COUNTS = ("impressions", "link_clicks", "clicks", "video_views")

FRENCH: Columns = {
    "Début des rapports": lambda a: f"{a.spent_on:%Y-%m-%d}",
    "Fin des rapports": lambda a: f"{a.spent_on:%Y-%m-%d}",
    "Nom de la campagne": lambda a: a.campaign,
    "Diffusion de la campagne": lambda a: "active",
    "Résultats": lambda a: _some(a.conversions),
    "Indicateur de résultats": lambda a: PIXEL if a.conversions else "",
    "Montant dépensé (EUR)": lambda a: f"{a.spend:.2f}",
    "Impressions": lambda a: a.impressions,
    "Clics sur un lien": lambda a: a.link_clicks,
    "Clics (tous)": lambda a: a.clicks,
    "Lectures de 3 secondes de vidéo": lambda a: a.video_views,
    "Achats": lambda a: _some(a.conversions),
    "Valeur de conversion des achats": lambda a: _some(a.conversion_value, 2),
}
ENGLISH: Columns = {
    "Campaign name": lambda a: a.campaign,
    "Day": lambda a: f"{a.spent_on:%Y-%m-%d}",
    "Campaign delivery": lambda a: "active",
    "Results": lambda a: _some(a.conversions),
    "Result indicator": lambda a: PIXEL if a.conversions else "",
    "Amount spent (CHF)": lambda a: f"{a.spend:.2f}",
    "Impressions": lambda a: a.impressions,
    "CPM (cost per 1,000 impressions) (CHF)": lambda a: (
        f"{1000 * a.spend / a.impressions:.6f}" if a.impressions else ""
    ),
    "Link clicks": lambda a: a.link_clicks,
    "CTR (link click-through rate)": lambda a: (
        f"{100 * a.link_clicks / a.impressions:.6f}" if a.impressions else ""
    ),
    "Clicks (all)": lambda a: a.clicks,
    "3-second video plays": lambda a: a.video_views,
    "Purchases": lambda a: _some(a.conversions),
    "Purchases conversion value": lambda a: _some(a.conversion_value, 2),
    "Purchase ROAS (return on ad spend)": lambda a: _some(a.conversion_value / a.spend, 6) if a.spend else "",
    "Reporting starts": lambda a: f"{a.spent_on:%Y-%m-%d}",
    "Reporting ends": lambda a: f"{a.spent_on:%Y-%m-%d}",
}
REACH: Columns = {
    "Début des rapports": lambda r: f"{r.starts_on:%Y-%m-%d}",
    "Fin des rapports": lambda r: f"{r.ends_on:%Y-%m-%d}",
    "Nom de la campagne": lambda r: r.campaign,
    "Diffusion de la campagne": lambda r: "active",
    "Couverture": lambda r: r.reach,
    "Répétition": lambda r: f"{r.impressions / r.reach:.6f}" if r.reach else "",
    "Impressions": lambda r: r.impressions,
}


def _some(value: float, decimals: int = 0) -> str:
    return f"{value:.{decimals}f}" if value else ""


def _euro(folder: Path) -> str:
    """By day in French."""
    ads = media.spend(folder, "meta", "EUR")
    sums = [f"{ads['spend'].sum():.2f}", *(ads[name].sum() for name in COUNTS), "", ""]
    summary = [f"{SINCE:%Y-%m-%d}", f"{UNTIL:%Y-%m-%d}", "", "", "", "", *sums]
    head, *rows = lines(ads, FRENCH)
    return table([head, summary, *rows])


def _franc(folder: Path) -> str:
    """By day in English; the days of the summary row are those of the report."""
    ads = media.spend(folder, "meta", "CHF")
    sums = {"Amount spent (CHF)": f"{ads['spend'].sum():.2f}", "Reporting starts": f"{SINCE:%Y-%m-%d}"}
    sums |= {"Reporting ends": f"{UNTIL:%Y-%m-%d}", "Impressions": ads["impressions"].sum()}
    sums |= {"Link clicks": ads["link_clicks"].sum(), "Clicks (all)": ads["clicks"].sum()}
    head, *rows = lines(ads, ENGLISH)
    return table([head, [sums.get(name, "") for name in head], *rows])


def _told(folder: Path, currency: str) -> Truth:
    """Conversions come whole, their value in cents, and no report has the number of a campaign."""
    ads = media.spend(folder, "meta", currency).round({"conversions": 0})
    return media.told(ads, *COUNTS, without=("campaign_id",))


def _reached(folder: Path) -> pd.DataFrame:
    """Reach by month and campaign of the euro account, with names."""
    reached = read(folder, "media_reach", "starts_on", platform="meta", market=("FR", "BE"))
    names = read(folder, "media_spend", platform="meta")[["campaign_id", "campaign"]].drop_duplicates()
    return reached.merge(names, on="campaign_id").sort_values(["starts_on", "campaign"], ignore_index=True)


def _reach_truth(folder: Path) -> Truth:
    return {"media_reach": _reached(folder)[["starts_on", "ends_on", "platform", "market", "reach", "impressions"]]}  # fmt: skip


# The agency's campaign in Belgium fits no rule of the taxonomy: what the rules do not place is said to be Belgian.
EURO = {"market": "BE", "account_id": "brevane-eur", "vat": "excl"}
EXPORTS = {
    "meta/campagnes_eur.csv": Export(_euro, "utf-8-sig", lambda folder: _told(folder, "EUR"), EURO),
    "meta/campaigns_chf.csv": Export(
        _franc,
        "utf-8-sig",
        lambda folder: _told(folder, "CHF"),
        {"market": "CH", "account_id": "brevane-chf", "vat": "excl"},
    ),
    "meta/couverture_mensuelle_eur.csv": Export(
        lambda folder: table(lines(_reached(folder), REACH)), "utf-8-sig", _reach_truth, EURO
    ),
}
