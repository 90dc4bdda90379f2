"""Raw exports of the sample company, as the systems hand them out: preambles, totals, languages and encodings included.

They are made from the tidy tables, so what a reader gets out of them can be compared with these to the cent. One function
a file; `EXPORTS` lists them. Only the last thirteen months are exported.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from helpers import tables

SINCE, UNTIL = pd.Timestamp("2025-09-01"), pd.Timestamp("2026-09-30")
FRENCH_MONTHS = [
    "janv.",
    "févr.",
    "mars",
    "avr.",
    "mai",
    "juin",
    "juil.",
    "août",
    "sept.",
    "oct.",
    "nov.",
    "déc.",
]
NARROW = "\u202f"  # between thousands in French


def write(folder: Path) -> list[Path]:
    """Write every export of a world into its raw/ folder, one folder a system; return the files."""
    made = []
    for name, (make, encoding) in EXPORTS.items():
        path = folder / "raw" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(make(folder).encode(encoding))
        made.append(path)
    return made


def _read(folder: Path, table: str, day: str) -> pd.DataFrame:
    """Rows of a tidy table whose day is exported, by day."""
    frame = tables.as_pandas(pq.read_table(folder / "tidy" / table))
    return frame[frame[day].between(SINCE, UNTIL)].sort_values([day, *frame.columns[:6]], ignore_index=True)


def _spend(folder: Path, platform: str, currency: str) -> pd.DataFrame:
    spend = _read(folder, "media_spend", "spent_on")
    spend = spend[(spend["platform"] == platform) & (spend["currency"] == currency)]
    claims = _read(folder, "media_conversions", "converted_on")
    claims = claims[(claims["platform"] == platform) & (claims["counted_by"] == "platform")]
    keys = ["converted_on", "campaign_id", "market"]
    sums = claims.groupby(keys, as_index=False)[["conversions", "conversion_value"]].sum()
    found = spend.merge(sums, how="left", left_on=["spent_on", "campaign_id", "market"], right_on=keys)
    return found.fillna({"conversions": 0.0, "conversion_value": 0.0}).astype({"clicks": int})


def _csv(
    rows: Iterable[Iterable], *, separator: str = ",", end: str = "\n", quoting: int = csv.QUOTE_MINIMAL
) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator=end, quoting=quoting).writerows(rows)
    return text.getvalue()


def _french(value: float, decimals: int = 2) -> str:
    return f"{value:,.{decimals}f}".replace(",", NARROW).replace(".", ",")


def _english(value: float, decimals: int = 2) -> str:
    return f"{value:,.{decimals}f}"


def google_ads_fr(folder: Path) -> str:
    """Campaign report of the euro account in French: title, range, semicolons, decimal comma, several totals."""
    ads = _spend(folder, "google_ads", "EUR")
    span = " - ".join(f"{d.day} {FRENCH_MONTHS[d.month - 1]} {d.year}" for d in (SINCE, UNTIL))
    head = [
        "Jour",
        "Campagne",
        "ID de campagne",
        "Code de la devise",
        "Coût",
        "Impr.",
        "Clics",
        "Conversions",
        "Valeur de conv.",
    ]
    rows = [
        [f"{a.spent_on:%Y-%m-%d}", a.campaign, a.campaign_id, a.currency, _french(a.spend), _french(a.impressions, 0),
         _french(a.clicks, 0), _french(a.conversions), _french(a.conversion_value)]
        for a in ads.itertuples()
    ]  # fmt: skip
    sums = [
        _french(ads["spend"].sum()),
        _french(ads["impressions"].sum(), 0),
        _french(ads["clicks"].sum(), 0),
    ]
    sums += [_french(ads["conversions"].sum()), _french(ads["conversion_value"].sum())]
    totals = [[name, "--", "--", "EUR", *sums] for name in ("Total : compte", "Total : campagnes")]
    return f"Rapport sur les campagnes\n{span}\n" + _csv([head, *rows, *totals], separator=";")


def google_ads_excel(folder: Path) -> str:
    """The same of the franc account in English, "CSV (Excel)": tabs, to be written in UTF-16."""
    ads = _spend(folder, "google_ads", "CHF")
    span = " - ".join(f"{d:%B} {d.day}, {d.year}" for d in (SINCE, UNTIL))
    head = [
        "Day",
        "Campaign",
        "Campaign ID",
        "Currency code",
        "Cost",
        "Impr.",
        "Clicks",
        "CTR",
        "Conversions",
        "Conv. value",
    ]
    rows = [
        [f"{a.spent_on:%Y-%m-%d}", a.campaign, a.campaign_id, a.currency, _english(a.spend), _english(a.impressions, 0), _english(a.clicks, 0),
         f"{a.clicks / a.impressions:.2%}" if a.impressions else "--", _english(a.conversions), _english(a.conversion_value)]
        for a in ads.itertuples()
    ]  # fmt: skip
    total = [
        "Total: Account",
        "--",
        "--",
        "CHF",
        _english(ads["spend"].sum()),
        _english(ads["impressions"].sum(), 0),
    ]
    total += [
        _english(ads["clicks"].sum(), 0),
        "--",
        _english(ads["conversions"].sum()),
        _english(ads["conversion_value"].sum()),
    ]
    return f"Campaign report\r\n{span}\r\n" + _csv([head, *rows, total], separator="\t", end="\r\n")


def meta_fr(folder: Path) -> str:
    """Ads Manager in French by day, money in the heads, with the summary row that has no campaign name."""
    ads = _spend(folder, "meta", "EUR")
    head = ["Début des rapports", "Fin des rapports", "Nom de la campagne", "Diffusion de la campagne", "Résultats", "Indicateur de résultats",
            "Montant dépensé (EUR)", "Impressions", "Clics sur un lien", "Clics (tous)", "Lectures de 3 secondes de vidéo", "Valeur de conversion des achats"]  # fmt: skip
    rows = [
        [f"{a.spent_on:%Y-%m-%d}", f"{a.spent_on:%Y-%m-%d}", a.campaign, "active", f"{a.conversions:.0f}",
         "actions:offsite_conversion.fb_pixel_purchase", f"{a.spend:.2f}", a.impressions, int(a.link_clicks), a.clicks, int(a.video_views), f"{a.conversion_value:.2f}"]
        for a in ads.itertuples()
    ]  # fmt: skip
    names = ["impressions", "link_clicks", "clicks", "video_views"]
    total = [
        f"{SINCE:%Y-%m-%d}",
        f"{UNTIL:%Y-%m-%d}",
        "",
        "",
        "",
        "",
        f"{ads['spend'].sum():.2f}",
        *(int(ads[name].sum()) for name in names),
        "",
    ]
    return _csv([head, total, *rows])


def linkedin(folder: Path) -> str:
    """Campaign performance: five lines of preamble, US dates, tabs, to be written in UTF-16."""
    ads = _spend(folder, "linkedin", "EUR")
    days = [f"{d:%B} {d.day}, {d.year}" for d in (SINCE, UNTIL)]
    preamble = f"Campaign Performance Report (in UTC)\r\nReport Start: {days[0]}, 12:00 AM\r\nReport End: {days[1]}, 11:59 PM\r\n"
    preamble += "Date Generated: October 2, 2026, 8:04 AM\r\n\r\n"
    head = ["Start Date (in UTC)", "Account Name", "Currency", "Campaign Group Name", "Campaign Name", "Campaign ID", "Total Spent", "Impressions", "Clicks", "Click Through Rate", "Total Engagements", "Leads"]  # fmt: skip
    rows = [
        [f"{a.spent_on.month}/{a.spent_on.day}/{a.spent_on.year}", "Maison Brévane", a.currency, "B2B", a.campaign, a.campaign_id, _english(a.spend),
         _english(a.impressions, 0), a.clicks, f"{a.clicks / a.impressions:.2%}" if a.impressions else "0.00%", int(a.engagements), f"{a.conversions:.0f}"]
        for a in ads.itertuples()
    ]  # fmt: skip
    return preamble + _csv([head, *rows], separator="\t", end="\r\n")


def cm360(folder: Path) -> str:
    """Campaign Manager 360: report metadata, "Report Fields", rows, "Grand Total:"; the currency is an account setting."""
    ads = _spend(folder, "cm360", "EUR")
    span = " - ".join(f"{d.month}/{d.day}/{d:%y}" for d in (SINCE, UNTIL))
    meta = [
        ["Report Name", "Daily"],
        ["Date/Time Generated", "10/2/26 8:04 AM"],
        ["Report Time Zone", "Europe/Paris"],
        ["Account ID", "20418"],
        ["Date Range", span],
    ]
    head = ["Date", "Campaign", "Campaign ID", "Impressions", "Clicks", "Active View: Measurable Impressions", "Active View: Viewable Impressions", "Media Cost", "Total Conversions"]  # fmt: skip
    names = ["impressions", "clicks", "measurable_impressions", "viewable_impressions"]
    rows = [
        [f"{a.spent_on:%Y-%m-%d}", a.campaign, a.campaign_id, *(int(getattr(a, name)) for name in names), f"{a.spend:.6f}", f"{a.conversions:.1f}"]
        for a in ads.itertuples()
    ]  # fmt: skip
    total = [
        "Grand Total:",
        "",
        "",
        *(int(ads[name].sum()) for name in names),
        f"{ads['spend'].sum():.6f}",
        f"{ads['conversions'].sum():.1f}",
    ]
    return _csv([*meta, [], ["Report Fields"], head, *rows, total])


def dv360(folder: Path) -> str:
    """Display & Video 360: dates with slashes, a sum row without names, a footer of key and value."""
    ads = _spend(folder, "dv360", "EUR")
    head = [
        "Date",
        "Advertiser",
        "Advertiser Currency",
        "Insertion Order",
        "Insertion Order ID",
        "Impressions",
        "Clicks",
        "Revenue (Adv Currency)",
        "Complete Views (Video)",
    ]
    rows = [
        [f"{a.spent_on:%Y/%m/%d}", "Maison Brévane", a.currency, a.campaign, a.campaign_id, a.impressions, a.clicks, f"{a.spend:.6f}", int(a.video_completions)]
        for a in ads.itertuples()
    ]  # fmt: skip
    total = [
        "",
        "",
        "",
        "",
        "",
        ads["impressions"].sum(),
        ads["clicks"].sum(),
        f"{ads['spend'].sum():.6f}",
        int(ads["video_completions"].sum()),
    ]
    footer = [
        ["Report Time:", "2026/10/02 08:04 GMT"],
        ["Date Range:", f"{SINCE:%Y/%m/%d} to {UNTIL:%Y/%m/%d}"],
        ["Group By:", "Date"],
    ]
    return _csv([head, *rows, total, [], *footer])


def ga4(folder: Path) -> str:
    """Traffic acquisition of September 2026: a preamble of hashes, rates as fractions."""
    visits = _read(folder, "site_daily", "visited_on").query("visited_on >= '2026-09-01' and market == 'FR'")
    sums = visits.groupby("channel")[["sessions", "engaged_sessions", "purchases", "revenue_excl_vat"]].sum()
    rule = "# " + "-" * 40
    preamble = [rule, "# Traffic acquisition: Session primary channel group (Default Channel Group)", "# Account: Maison Brévane",
                "# Property: brevane.example - GA4", rule, "#", "# All Users", "# Start date: 20260901", "# End date: 20260930"]  # fmt: skip
    names = {"search_brand": "Paid Search", "search_generic": "Paid Search", "social": "Paid Social", "video": "Paid Video", "display": "Display",
             "affiliation": "Affiliates", "direct": "Direct", "organic search": "Organic Search", "email": "Email", "referral": "Referral"}  # fmt: skip
    groups = (
        sums.groupby(sums.index.map(lambda channel: names.get(channel, "Unassigned")))
        .sum()
        .sort_values("sessions", ascending=False)
    )
    head = ["Session primary channel group (Default Channel Group)", "Sessions", "Engaged sessions", "Engagement rate", "Key events", "Session key event rate", "Total revenue"]  # fmt: skip
    rows = [
        [group, int(g.sessions), int(g.engaged_sessions), f"{g.engaged_sessions / g.sessions:.9f}", int(g.purchases), f"{g.purchases / g.sessions:.9f}", f"{g.revenue_excl_vat:.2f}"]
        for group, g in groups.iterrows()
    ]  # fmt: skip
    return "\n".join(preamble) + "\n" + _csv([head, *rows])


def mailchimp(folder: Path) -> str:
    """All campaigns: only heads of several words are quoted, dates in US words, thousands with a comma."""
    sent = _read(folder, "crm_campaigns", "sent_on")
    head = ('Title,Subject,List,"Send Date","Send Weekday","Total Recipients","Successful Deliveries","Soft Bounces","Hard Bounces",'
            '"Unique Opens","Open Rate","Unique Clicks","Click Rate","Total Clicks",Unsubscribes,"Abuse Complaints","Unique Id"\n')  # fmt: skip
    local = pd.to_datetime(sent["sent_at"]).dt.tz_localize("UTC").dt.tz_convert("Europe/Paris")
    rows = [
        [m.name, m.subject, m.audience, f"{at:%b %d, %Y %I:%M} {'am' if at.hour < 12 else 'pm'}", f"{at:%A}", _english(m.sent, 0), _english(m.delivered, 0), m.soft_bounces,
         m.hard_bounces, _english(m.unique_opens, 0), f"{m.unique_opens / m.delivered:.2%}", m.unique_clicks, f"{m.unique_clicks / m.delivered:.2%}",
         m.total_clicks, m.unsubscribes, m.complaints, m.campaign_id]
        for m, at in zip(sent.itertuples(index=False), local, strict=True)
    ]  # fmt: skip
    return head + _csv(rows)


def _deals(folder: Path) -> pd.DataFrame:
    """Deals as last seen, created in the exported months."""
    deals = _read(folder, "opportunities", "created_on")
    return (
        deals.sort_values("as_of")
        .drop_duplicates("opportunity_id", keep="last")
        .sort_values("opportunity_id", ignore_index=True)
    )


def hubspot(folder: Path) -> str:
    """Deals: no currency, close dates empty while nobody has set them, several ids joined by a semicolon."""
    deals = _deals(folder)
    head = [
        "Record ID",
        "Deal Name",
        "Deal Stage",
        "Pipeline",
        "Amount",
        "Close Date",
        "Create Date",
        "Deal owner",
        "Associated Company IDs",
        "Original Source",
    ]
    rows = [
        [d.opportunity_id[1:].lstrip("0"), f"Fontaines {d.account_id}", d.stage.capitalize(), "Sales Pipeline", f"{d.amount:.2f}",
         f"{pd.Timestamp(d.closes_on):%Y-%m-%d} 00:00" if pd.notna(d.closes_on) else "", f"{d.created_on:%Y-%m-%d} 09:00", "", d.account_id, d.lead_source]
        for d in deals.itertuples()
    ]  # fmt: skip
    return _csv([head, *rows])


def salesforce(folder: Path) -> str:
    """Report of opportunities in French, "Details only": all cells quoted, a footer of totals and notices, to be written in ISO-8859-1."""
    deals = _deals(folder)
    head = [
        "Équipe propriétaire",
        "Nom du compte",
        "Nom de l'opportunité",
        "Étape",
        "Montant (devise)",
        "Montant",
        "Probabilité (%)",
        "Date de clôture",
        "Date de création",
    ]
    rows = [
        ["Ventes", d.account_id, f"{d.type} {d.opportunity_id}", d.stage.capitalize(), d.currency, f"{d.amount:.2f}".replace(".", ","), f"{100 * d.probability:.0f}",
         f"{pd.Timestamp(d.closes_on):%d/%m/%Y}" if pd.notna(d.closes_on) else "", f"{d.created_on:%d/%m/%Y}"]
        for d in deals.itertuples()
    ]  # fmt: skip
    footer = [
        [],
        [],
        [f"Grand Totals ({len(rows)} records)"],
        [],
        ["Opportunités"],
        ["Confidential Information - Do Not Distribute"],
        ["Maison Brévane"],
    ]
    return _csv([head, *rows, *footer], quoting=csv.QUOTE_ALL)


EXPORTS: dict[str, tuple[Callable[[Path], str], str]] = {
    "google_ads/campagnes_eur.csv": (google_ads_fr, "utf-8"),
    "google_ads/campaigns_chf_excel.csv": (google_ads_excel, "utf-16"),
    "meta/campagnes_eur.csv": (meta_fr, "utf-8-sig"),
    "linkedin/campaign_performance_eur.csv": (linkedin, "utf-16"),
    "cm360/daily_eur.csv": (cm360, "utf-8"),
    "dv360/daily_eur.csv": (dv360, "utf-8"),
    "ga4/traffic_acquisition_fr.csv": (ga4, "utf-8"),
    "mailchimp/campaigns.csv": (mailchimp, "utf-8"),
    "hubspot/deals.csv": (hubspot, "utf-8-sig"),
    "salesforce/opportunites.csv": (salesforce, "iso-8859-1"),
}
