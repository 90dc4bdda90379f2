"""Mailchimp: all campaigns of the French audience, single reports of the Belgian one, and the audience as a ZIP.

Only heads of several words are quoted. Times are those of the account's clocks. A single report is a list of keys and values.
The audience comes in three files; the one of those who left has some heads twice. Addresses are made up from the
customer's number and there are no names of people.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.sample.exports.forms import archive, english, percent, table
from helpers.sample.exports.tidy import COUNTRIES, Export, Truth, email, local, read

HEAD = (
    'Title,Subject,List,"Send Date","Send Weekday","Total Recipients","Successful Deliveries","Soft Bounces","Hard Bounces",'
    '"Total Bounces","Times Forwarded","Forwarded Opens","Unique Opens","Open Rate","Total Opens","Unique Clicks","Click Rate",'
    '"Total Clicks",Unsubscribes,"Abuse Complaints","Times Liked on Facebook","Folder Id","Unique Id","Total Orders",'
    '"Total Gross Sales","Total Revenue","Analytics ROI"\n'
)
MEMBER = (
    '"Email Address","First Name","Last Name",Address,"Phone Number",MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,'
    "LATITUDE,LONGITUDE,GMTOFF,DSTOFF,TIMEZONE,CC,REGION,LAST_CHANGED,LEID,EUID,NOTES,TAGS"
)
LEFT = ",UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_CAMPAIGN_ID,UNSUB_REASON,UNSUB_REASON_OTHER,UNSUB_CAMPAIGN_TITLE,UNSUB_CAMPAIGN_ID,UNSUB_REASON,UNSUB_REASON_OTHER"
CLEANED = ",CLEAN_TIME,CLEAN_CAMPAIGN_TITLE,CLEAN_CAMPAIGN_ID"
BOUNCED = 40  # of so many members, one whose address has gone bad
COUNTS = [
    "sent",
    "delivered",
    "hard_bounces",
    "soft_bounces",
    "unique_opens",
    "unique_clicks",
    "total_clicks",
]
COUNTS += ["unsubscribes", "complaints"]


def sendings(folder: Path, market: str) -> pd.DataFrame:
    """Messages of one market, with the time of the account's clocks to the minute."""
    sent = read(folder, "crm_campaigns", "sent_on", market=market)
    at = pd.to_datetime(sent["sent_at"]).dt.floor("min")
    return sent.assign(sent_at=at, clock=local(at))


def _campaigns(folder: Path) -> str:
    rows = [
        [m.name, m.subject, m.audience, f"{m.clock:%b %d, %Y %I:%M} {'am' if m.clock.hour < 12 else 'pm'}", f"{m.clock:%A}",
         english(m.sent, 0), english(m.delivered, 0), m.soft_bounces, m.hard_bounces, m.soft_bounces + m.hard_bounces, 0, 0,
         english(m.unique_opens, 0), percent(m.unique_opens, m.delivered, none="0.00%"), english(1.4 * m.unique_opens, 0),
         m.unique_clicks, percent(m.unique_clicks, m.delivered, none="0.00%"), m.total_clicks, m.unsubscribes, m.complaints,
         0, 0, m.campaign_id, "n/a", "n/a", "n/a", "n/a"]
        for m in sendings(folder, "FR").itertuples(index=False)
    ]  # fmt: skip
    return HEAD + table(rows)


def _campaigns_truth(folder: Path) -> Truth:
    names = ["system", "campaign_id", "name", "subject", "audience", "sent_at", "sent_on", "market", *COUNTS]
    return {"crm_campaigns": sendings(folder, "FR")[names]}


def _one(folder: Path, last: int) -> pd.DataFrame:
    """The message that is the last but so many of those to Belgium."""
    return (
        sendings(folder, "BE").sort_values("sent_at", kind="stable").iloc[[-1 - last]].reset_index(drop=True)
    )


def _report(folder: Path, last: int) -> str:
    """One campaign: keys that end with a colon, counts with their share in brackets, the links below."""
    m = next(_one(folder, last).itertuples(index=False))

    def counted(count: int) -> str:
        return f"{count:,} ({count / m.delivered:.1%})"

    at = f"{m.clock.month}/{m.clock.day}/{m.clock:%y} {m.clock.hour}:{m.clock:%M}"
    pairs = {
        "Total Recipients:": english(m.sent, 0),
        "Successful Deliveries:": english(m.delivered, 0),
        "Bounces:": counted(m.hard_bounces + m.soft_bounces),
        "Times Forwarded:": "0",
        "Forwarded Opens:": "0",
        "Recipients Who Opened:": counted(m.unique_opens),
        "Total Opens:": english(1.4 * m.unique_opens, 0),
        "Last Open Date:": "9/30/26 18:20",
        "Recipients Who Clicked:": counted(m.unique_clicks),
        "Total Clicks:": english(m.total_clicks, 0),
        "Last Click Date:": "9/30/26 17:02",
        "Total Unsubs:": str(m.unsubscribes),
        "Total Abuse Complaints:": str(m.complaints),
        "Times Liked on Facebook:": "0",
    }
    opening = [["Title:", m.name], ["Subject Line:", m.subject], ["Delivery Date/Time:", at]]
    links = [["Clicks by URL"], ["URL", "Total Clicks", "Unique Clicks"], ["https://shop.example.org/", m.total_clicks, m.unique_clicks]]  # fmt: skip
    body = table([*opening, [], ["Overall Stats"], *pairs.items(), [], *links], quoting=csv.QUOTE_ALL)
    return "Email Campaign Report\n" + body


def _report_truth(folder: Path, last: int) -> Truth:
    """A single report has neither the campaign's number nor the two kinds of bounces apart."""
    names = ["system", "name", "subject", "sent_at", "sent_on", "market", "sent", "delivered"]
    names += ["unique_opens", "unique_clicks", "total_clicks", "unsubscribes", "complaints"]
    return {"crm_campaigns": _one(folder, last)[names]}


def members(folder: Path) -> pd.DataFrame:
    """People who agreed to e-mail: one row each, with when they joined, when they left, and whether their address went bad."""
    said = read(folder, "consents", purpose="email", legal_basis="consent", status=("granted", "withdrawn"))
    joined = (
        said[said["status"].eq("granted")].groupby("customer_id")["recorded_at"].min().rename("joined_at")
    )
    left = said[said["status"].eq("withdrawn")].groupby("customer_id")["recorded_at"].max().rename("left_at")
    market = said.drop_duplicates("customer_id").set_index("customer_id")["market"]
    made = pd.concat([market, joined, left], axis=1).dropna(subset="joined_at").sort_index()
    made = made.rename_axis("customer_id").reset_index()
    made = made.assign(joined_at=pd.to_datetime(made["joined_at"]), left_at=pd.to_datetime(made["left_at"]))
    return made.assign(is_bad=made["left_at"].isna() & (made.index % BOUNCED == 0))


def _audience(folder: Path) -> bytes:
    found = members(folder)
    found = found.assign(joined=local(found["joined_at"]), left=local(found["left_at"]))

    def file(rows: pd.DataFrame, more: str, cells: Callable[[Any], list]) -> str:
        made = [[*_member(row), *cells(row)] for row in rows.itertuples(index=False)]
        return MEMBER + more + "\n" + table(made)

    bad, gone = found["is_bad"], found["left_at"].notna()
    return archive(
        {
            "subscribed_members_export_7c1f.csv": file(found[~bad & ~gone], "", lambda m: []),
            "unsubscribed_members_export_7c1f.csv": file(
                found[gone], LEFT, lambda m: [f"{m.left}", "nl", "nl", "NO_LONGER_INTERESTED", "", "nl", "nl", "NO_LONGER_INTERESTED", ""]
            ),
            "cleaned_members_export_7c1f.csv": file(found[bad], CLEANED, lambda m: ["2026-09-30 09:00:00", "nl", "nl"]),
        }
    )  # fmt: skip


def _member(m: Any) -> list:
    number = m.customer_id[1:].lstrip("0")
    joined, changed = f"{m.joined}", f"{m.joined if pd.isna(m.left_at) else m.left}"
    return [email(m.customer_id), "Client", number, f"1 rue Exemple  Ville  00000  {m.market}", "", 2, joined, "192.0.2.1", joined,
            "192.0.2.1", "0", "0", 1, 2, "Europe/Paris", m.market, COUNTRIES[m.market], changed, number, f"e{number}", "", '"VIP","Blog"']  # fmt: skip


def _audience_truth(folder: Path) -> Truth:
    """The last word of each person on e-mail; those whose address went bad have not said anything new, so none stands here."""
    found = members(folder)
    found = found[~found["is_bad"]]
    at = found["left_at"].fillna(found["joined_at"])
    told = pd.DataFrame(
        {"customer_id": found["customer_id"].map(email), "purpose": "email", "recorded_at": at}
    )
    told = told.assign(status=found["left_at"].isna().map({True: "granted", False: "withdrawn"}))
    told = told.assign(legal_basis="consent", market=found["market"], recorded_on=local(at).dt.normalize())
    return {"consents": told.reset_index(drop=True)}


CLOCKS = {"time_zone": "Europe/Paris"}
EXPORTS = {
    "mailchimp/campaigns.csv": Export(
        _campaigns, "utf-8", _campaigns_truth, {"market": "FR", "account_id": "brevane-fr", **CLOCKS}
    ),
    **{
        f"mailchimp/report_be_{number}.csv": Export(
            partial(_report, last=number - 1),
            "utf-8",
            partial(_report_truth, last=number - 1),
            {"market": "BE", "account_id": "brevane-be", "date_order": "mdy", **CLOCKS},
        )
        for number in (1, 2)
    },
    "mailchimp/audience.zip": Export(_audience, "", _audience_truth, CLOCKS),
}
