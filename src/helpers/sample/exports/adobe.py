"""Adobe Analytics: a Workspace CSV of stacked tables, and a data feed.

Workspace: a BOM, a block of hashes, tables opened by a title between two rules, two rows of heads, a total named after its
dimension, a breakdown by day in a second column, rates as fractions. The feed is three files: a manifest, a lookup archive
that holds the heads, and hits without heads in ISO-8859-1, escaped rather than quoted. Hits that do not count are among them.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.sample.exports.forms import squeezed, table, tarball
from helpers.sample.exports.ga4_reports import visits as counts
from helpers.sample.exports.tidy import Export, Truth, local
from helpers.sample.exports.visits import daily, touches, visits

JULY = {"since": pd.Timestamp("2026-07-01"), "until": pd.Timestamp("2026-07-31")}
SUITE, DAY = "brevanebe", "2026-08-31"
LONG, SHORT = "#" + "=" * 65, "#" * 46
HITS = f"01-{SUITE}_{DAY}.tsv.gz"
LOOKUP = f"{SUITE}_{DAY}-lookup_data.tar.gz"
HEADS = (
    "hit_time_gmt", "date_time", "post_visid_high", "post_visid_low", "visit_num", "visit_start_time_gmt", "visit_page_num",
    "post_pagename", "post_page_url", "post_page_event", "post_event_list", "post_product_list", "post_campaign",
    "va_closer_id", "va_closer_detail", "ref_type", "mcvisid", "geo_country", "currency", "duplicate_purchase", "purchaseid",
    "exclude_hit", "customer_perspective", "hit_source", "dataprivacyconsentoptin", "dataprivacyconsentoptout",
)  # fmt: skip
CODES = {"product_views": "2", "add_to_carts": "12", "checkouts": "11", "purchases": "1"}
NAMES = {"1": "Purchase", "2": "Product View", "11": "Checkout", "12": "Cart Add", "20": "Event 1"}
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\\t", "\n": "\\\n"})
NOT_COUNTED = (
    {"exclude_hit": "1"}, {"customer_perspective": "1"}, {"hit_source": "5"}, {"hit_source": "7"}, {"hit_source": "8"},
    {"hit_source": "9"},
)  # fmt: skip


def _mobile(sessions: int) -> int:
    return round(0.62 * sessions)


def _workspace(folder: Path) -> str:
    """Visits to the Belgian site in July: by channel and day, then the same month by channel alone."""
    found = counts(folder, "BE", "channel", "visited_on", **JULY)

    def cells(rows: pd.DataFrame) -> list:
        n, mobile = int(rows["sessions"].sum()), int(rows["sessions"].map(_mobile).sum())
        return [n, mobile, int(rows["purchases"].sum()), f"{rows['revenue_excl_vat'].sum():.2f}"]

    nested: list[list] = [["Marketing Channel", "", *cells(found)]]
    for channel, rows in found.groupby("channel"):
        nested.append([channel, "", *cells(rows)])
        nested += [[channel, f"{day:%Y-%m-%d}", *cells(one)] for day, one in rows.groupby("visited_on")]
    heads = [["", "", "Visits", "Visits", "Orders", "Revenue"], ["", "", "Visits", "Mobile Phone", "Orders", "Revenue"]]  # fmt: skip
    totals = [
        ["", "Visits", "Bounce Rate"],
        ["", "Visits", "Bounce Rate"],
        ["Marketing Channel", cells(found)[0], "0.412345"],
    ]
    totals += [[channel, cells(rows)[0], "0.398765"] for channel, rows in found.groupby("channel")]
    opening = [
        LONG,
        "# Freeform",
        "# Report suite: Brévane Belgique",
        '"# Date: Jul 1, 2026 - Jul 31, 2026"',
        LONG,
        "",
    ]
    parts = [_titled("Freeform table (4)", [*heads, *nested]), _titled("Freeform table (5)", totals)]
    return "\n".join(opening) + "\n" + "\n".join(parts)


def _titled(title: str, rows: list[list]) -> str:
    return f"{SHORT}\n# {title}\n{SHORT}\n" + table(rows)


def _workspace_truth(folder: Path) -> Truth:
    """Lines of a day; the lines above them, of a channel and of all, are sums of these."""
    found = counts(folder, "BE", "channel", "visited_on", **JULY).assign(market="BE", currency="EUR")
    names = ["visited_on", "market", "channel", "sessions", "purchases", "revenue_excl_vat", "currency"]
    return {"site_daily": found[names]}


def _hit(visit: Any, place: int, event: str, **other: str) -> dict[str, str]:
    """One hit of a visit, as many seconds after its start as hits came before it."""
    at = int(visit.started_at.timestamp())
    high, _, low = visit.visitor_id.partition(".")
    clock = visit.clock + pd.Timedelta(place, unit="s")
    made = dict.fromkeys(HEADS, "")
    made |= {
        "hit_time_gmt": str(at + place),
        "date_time": f"{clock:%Y-%m-%d %H:%M:%S}",
        "post_visid_high": high,
    }
    made |= {
        "post_visid_low": low,
        "visit_num": "1",
        "visit_start_time_gmt": str(at),
        "visit_page_num": str(place + 1),
    }
    made |= {
        "post_pagename": "Été\tau bureau" if place else "Accueil \\ eau",
        "post_page_url": "https://shop.example.org/",
    }
    made |= {
        "post_page_event": "0",
        "post_event_list": event,
        "va_closer_detail": visit.channel,
        "ref_type": "6",
    }
    made |= {
        "geo_country": "bel",
        "currency": "EUR",
        "mcvisid": high + low,
        "exclude_hit": "0",
        "hit_source": "1",
    }
    return made | {"customer_perspective": "0", "dataprivacyconsentoptin": "CMP", **other}


def _visit_hits(visit: Any) -> list[dict[str, str]]:
    """Hits of a visit that count; an order is one product line of cat;product;qty;price;events;evars."""
    made = [_hit(visit, 0, "20")]
    made += [
        _hit(visit, len(made) + n, f"{CODES[step]},20")
        for n, step in enumerate(s for s in CODES if getattr(visit, s))
    ]
    if visit.purchases:
        half, number = round(visit.revenue_excl_vat / 2, 2), f"y{visit.session_id}{visit.visitor_id[-3:]}"
        rest = round(visit.revenue_excl_vat - half, 2)
        goods = f"Eau;cylinder;1;{half:.2f};;,Eau;carafe^,verre;1;{rest:.2f};;eVar5=a"
        made[-1] |= {"post_product_list": goods, "purchaseid": number}
        made.append(made[-1] | {"duplicate_purchase": "1", "visit_page_num": str(len(made) + 1)})
    return made


@cache
def _lookup() -> bytes:
    events = "".join(f"{code}\t{name}\n" for code, name in NAMES.items())
    return tarball(
        {"column_headers.tsv": "\t".join(HEADS) + "\n", "event.tsv": events}, encoding="iso-8859-1"
    )


def _visits(folder: Path) -> pd.DataFrame:
    return visits(folder, "BE", DAY).assign(clock=lambda v: local(v["started_at"]))


def _rows(folder: Path) -> list[dict[str, str]]:
    found = list(_visits(folder).itertuples(index=False))
    made = [hit for visit in found for hit in _visit_hits(visit)]
    ghosts = [visit._replace(visitor_id=f"77{n}.88{n}") for n, visit in enumerate(found[: len(NOT_COUNTED)])]
    made += [_hit(visit, 0, "1,20", post_product_list="Eau;cylinder;1;99.00;;", purchaseid=f"z{n}", **NOT_COUNTED[n]) for n, visit in enumerate(ghosts)]  # fmt: skip
    return made


def _hits(folder: Path) -> bytes:
    text = "".join("\t".join(hit[name].translate(ESCAPES) for name in HEADS) + "\n" for hit in _rows(folder))
    return squeezed(text.encode("iso-8859-1"))


def _manifest(folder: Path) -> str:
    """Written last by Adobe: the files, their MD5, and how many records there are."""
    hits, lookup = _hits(folder), _lookup()
    parts = [
        (LOOKUP, "Lookup-File", lookup, ""),
        (HITS, "Data-File", hits, f"Record-Count: {len(_rows(folder))}\n"),
    ]
    text = f"Datafeed-Manifest-Version: 1.0\nLookup-Files: 1\nData-Files: 1\nTotal-Records: {len(_rows(folder))}\n"
    for name, kind, content, more in parts:
        digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
        text += f"\n{kind}: {name}\nMD5-Digest: {digest}\nFile-Size: {len(content)}\n{more}"
    return text


def _feed_truth(folder: Path) -> Truth:
    """Visits and orders that count. Whether a visit was engaged, and on what device, no column of this feed says."""
    found = _visits(folder)
    counted = daily(found, without=("device",)).drop(columns="engaged_sessions")
    told = touches(found)[["touched_at", "touched_on", "event", "market"]]
    return {"site_daily": counted, "touchpoints": told}


BELGIAN = {"market": "BE", "currency": "EUR", "account_id": SUITE, "vat": "excl", "time_zone": "Europe/Paris"}
EXPORTS = {
    "adobe/Freeform - Brevane Belgique - Jul 31, 2026.csv": Export(
        _workspace, "utf-8-sig", _workspace_truth, BELGIAN
    ),
    f"adobe/feed/{SUITE}_{DAY}.txt": Export(_manifest, "utf-8", settings=BELGIAN),
    f"adobe/feed/{LOOKUP}": Export(lambda folder: _lookup(), "", settings=BELGIAN),
    f"adobe/feed/{HITS}": Export(_hits, "", _feed_truth, BELGIAN),
}
