"""Salesforce Marketing Cloud: sends to the Swiss audience. Heads and padded names are those of the reference."""

from __future__ import annotations

from pathlib import Path

from helpers.sample.exports.forms import Columns, lines, table
from helpers.sample.exports.mailchimp import sendings
from helpers.sample.exports.tidy import Export, Truth

SENDS: Columns = {
    "id": lambda m: m.campaign_id,
    "email_name": lambda m: f" {m.name}  ",
    "send_date": lambda m: f"{m.clock:%Y-%m-%d %H:%M:%S}",
    "subject": lambda m: m.subject,
    "number_sent": lambda m: m.sent,
    "number_delivered": lambda m: m.delivered,
    "unique_opens": lambda m: m.unique_opens,
    "unique_clicks": lambda m: m.unique_clicks,
    "unsubscribes": lambda m: m.unsubscribes,
    "hard_bounces": lambda m: m.hard_bounces,
    "soft_bounces": lambda m: m.soft_bounces,
    "other_bounces": lambda m: 0,
    "number_errored": lambda m: 0,
    "number_excluded": lambda m: 0,
}
TOLD = ("campaign_id", "name", "subject", "sent_at", "sent_on", "market", "sent", "delivered", "hard_bounces")
TOLD = (*TOLD, "soft_bounces", "unique_opens", "unique_clicks", "unsubscribes")


def _truth(folder: Path) -> Truth:
    return {"crm_campaigns": sendings(folder, "CH")[list(TOLD)]}


EXPORTS = {
    "salesforce/marketing_cloud_sends.csv": Export(
        lambda folder: table(lines(sendings(folder, "CH"), SENDS)),
        "utf-8",
        _truth,
        {"market": "CH", "time_zone": "Europe/Paris"},
    )
}
