"""The figures of messages, campaigns and referral."""

from helpers.kpi import Kpi

KPIS = (
    Kpi(
        "delivery_rate", "E-mails delivered", "crm", "share", "up", "estimated",
        "Share of the messages sent in the month that the receivers' servers accepted.",
        "delivered / sent", 0.005, decimals=1,
    ),
    Kpi(
        "click_rate", "E-mails clicked", "crm", "share", "up", "estimated",
        "Share of the messages delivered in the month that somebody clicked. Opens are left aside: mail programs make most of them.",
        "messages with a click / messages delivered", 0.002, decimals=2,
    ),
    Kpi(
        "unsubscribe_rate", "Unsubscriptions per e-mail", "crm", "share", "down", "estimated",
        "Share of the messages delivered in the month after which somebody left the list.",
        "unsubscriptions / messages delivered", 0.0005, decimals=2,
    ),
    Kpi(
        "campaign_effect", "Last tested campaign, per customer addressed", "crm", "currency", "up", "estimated",
        "Contribution margin in the weeks after the message of those who were sent it, less that of those left alone by lot, of the "
        "last campaign whose weeks are over. Revenue where the company states no margin rate. The cost of the message is not taken off.",
        "margin rate x (mean spend of the addressed - mean spend of those left alone)", 0.25, decimals=2, headline=True,
    ),
    Kpi(
        "contactable_share", "Active customers who may be e-mailed", "crm", "share", "up", "estimated",
        "Share of the customers with a purchase in the last twelve months whom the law permits to e-mail: by their last word, on the "
        "legal bases of the day.",
        "active customers with a legal basis for e-mail / active customers", 0.01, decimals=1,
    ),
    Kpi(
        "referral_rate", "New customers recommended by a customer", "crm", "share", "up", "estimated",
        "Share of the customers whose first order lies in the last twelve months who were recommended by another customer.",
        "new customers with a referrer / new customers, twelve months", 0.005, decimals=1,
    ),
)  # fmt: skip
