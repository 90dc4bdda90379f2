"""Does a world look like a real brand? Each figure stands in a range, and each range has a source.

The ranges are wide on purpose: they refuse a world that no analyst would believe, not one that is unusual.
"""

from __future__ import annotations

from typing import NamedTuple

import duckdb
import pandas as pd

from helpers import tables
from helpers.company import Company

PARETO = "Kim, Singh & Winer, Marketing Letters 28(4), 2017 (.73 on average in packaged goods); McCarthy & Winer, 30(3), 2019 (.67 elsewhere)"
FEVAD = "Fevad, Chiffres clés du e-commerce 2023 and 2024: average basket of 65 to 70 EUR including VAT"
MAILCHIMP = "Mailchimp, Email marketing benchmarks, 2023: opens 35.6 %, clicks 2.6 %, unsubscriptions .22 % of all users"
WORDSTREAM = (
    "WordStream/LocaliQ, Google Ads benchmarks 2024: CTR 6.4 %, CPC 4.66 USD over all trades, retail below"
)
FACEBOOK = "WordStream/LocaliQ, Facebook Ads benchmarks 2024: CTR 1.6 %, CPC .77 USD for traffic campaigns"
DISPLAY = "WordStream, Google Display benchmarks: CTR .46 %, CPC .63 USD"
LINKEDIN = "trade reports on LinkedIn sponsored content: CTR .4 to .7 %, CPC 4 to 8 EUR"
RETAIL = "monthly retail turnover (INSEE, US Census): December 1.1 times a mean month over all trades, up to 1.7 in gifts"
COMPLETE_JOURNEY = "Complete Journey, a real retailer's 2017: Sundays have 1.24 times the orders of Wednesdays (25,433 and 20,546)"
REPEAT = "CDNOW and the bases of the lifetime literature: half to three quarters of an online shop's customers buy once or twice"
ORDER = (
    "pricesensitivitymeter for R: 22 of the 250 answers of its vignette are out of order; more in its README"
)


class Range(NamedTuple):
    """One figure of a world, the range it has to lie in, and where the range comes from."""

    name: str
    query: str
    low: float
    high: float
    source: str


PAID = "SELECT * FROM orders WHERE status = 'paid'"
RANGES = (
    Range("best month over the mean month", f"SELECT max(n) / avg(n) FROM (SELECT month(ordered_on) AS m, sum(revenue_excl_vat) AS n FROM ({PAID}) GROUP BY m)", 1.1, 1.7, RETAIL),
    Range("best weekday over the weakest", f"SELECT max(n) / min(n) FROM (SELECT isodow(ordered_on) AS d, count(*) AS n FROM ({PAID}) GROUP BY d)", 1.1, 1.6, COMPLETE_JOURNEY),
    Range("revenue of the best fifth of customers", f"SELECT sum(s) FILTER (r <= 0.2) / sum(s) FROM (SELECT s, percent_rank() OVER (ORDER BY s DESC) AS r FROM (SELECT customer_id, sum(revenue_excl_vat) AS s FROM ({PAID}) GROUP BY customer_id))", 0.5, 0.8, PARETO),
    Range("customers with one or two orders", f"SELECT avg(CASE WHEN n <= 2 THEN 1 ELSE 0 END) FROM (SELECT count(*) AS n FROM ({PAID}) GROUP BY customer_id)", 0.4, 0.75, REPEAT),
    Range("average basket with VAT, EUR", "SELECT avg(revenue_incl_vat) FROM orders WHERE status = 'paid' AND market = 'FR'", 50, 120, FEVAD),
    Range("mean basket over median basket", f"SELECT avg(revenue_excl_vat) / median(revenue_excl_vat) FROM ({PAID})", 1.1, 1.6, "lognormal baskets with a spread of .4 to 1"),
    Range("orders refused, returned or cancelled", "SELECT avg(CASE WHEN status <> 'paid' OR returned_value > 0 THEN 1 ELSE 0 END) FROM orders", 0.03, 0.15, "trade reports on household goods online: 5 to 10 %"),
    Range("baskets left, of known customers", "SELECT avg(CASE WHEN is_abandoned THEN 1 ELSE 0 END) FROM carts", 0.45, 0.85, "Baymard Institute, cart abandonment: 70 % on average, lower for known customers"),
    Range("e-mail opens, machines included", "SELECT sum(unique_opens) / sum(delivered) FROM crm_campaigns", 0.25, 0.5, MAILCHIMP),
    Range("e-mail clicks", "SELECT sum(unique_clicks) / sum(delivered) FROM crm_campaigns", 0.01, 0.04, MAILCHIMP),
    Range("e-mail unsubscriptions", "SELECT sum(unsubscribes) / sum(delivered) FROM crm_campaigns", 0.0005, 0.005, MAILCHIMP),
    Range("people who take the newsletter", "SELECT avg(CASE WHEN status = 'granted' THEN 1 ELSE 0 END) FROM consents WHERE purpose = 'email' AND status <> 'withdrawn'", 0.4, 0.85, "CNIL practice: opt-in or similar products at the checkout"),
    *(
        Range(f"{what}, {channel}", f"SELECT sum({part}) / sum({whole}) FROM media_spend WHERE platform = '{platform}' AND {whole} > 0", low, high, source)
        for channel, platform, ctr, cpc, source in (
            ("search", "google_ads", (0.02, 0.12), (0.3, 5.0), WORDSTREAM),
            ("social", "meta", (0.005, 0.03), (0.3, 2.0), FACEBOOK),
            ("display", "cm360", (0.0005, 0.01), (0.2, 3.0), DISPLAY),
            ("LinkedIn", "linkedin", (0.003, 0.01), (3.0, 12.0), LINKEDIN),
        )
        for what, part, whole, (low, high) in (("CTR", "clicks", "impressions", ctr), ("CPC, EUR", "spend", "clicks", cpc))
    ),
    Range("viewable display impressions", "SELECT sum(viewable_impressions) / sum(measurable_impressions) FROM media_spend WHERE platform = 'cm360'", 0.4, 0.8, "IAS Media Quality Report: 50 to 75 % on open display"),
    Range("NPS", "SELECT 100 * avg(CASE WHEN score >= 9 THEN 1 WHEN score <= 6 THEN -1 ELSE 0 END) FROM surveys WHERE survey_type = 'nps' AND question = 'nps'", 0, 70, "published consumer brand scores lie between 0 and 70"),
    Range("spread of the NPS score", "SELECT stddev(score) FROM surveys WHERE survey_type = 'nps' AND question = 'nps'", 1.5, 3.5, "scores from 0 to 10 of a liked brand: a standard deviation of about 2 to 3"),
    Range("price answers out of order", "SELECT avg(CASE WHEN tc < c AND c < e AND e < te THEN 0 ELSE 1 END) FROM (SELECT max(score) FILTER (question = 'too_cheap') AS tc, max(score) FILTER (question = 'cheap') AS c, max(score) FILTER (question = 'expensive') AS e, max(score) FILTER (question = 'too_expensive') AS te FROM surveys WHERE survey_id = 'price-2026-09' GROUP BY respondent_id)", 0.03, 0.3, ORDER),
    Range("media over revenue", "SELECT sum(amount) FILTER (nature = 'media') / sum(amount) FILTER (nature = 'revenue') FROM finance_actuals WHERE currency = 'EUR'", 0.04, 0.2, "Gartner CMO Spend Survey 2024: marketing is 7.7 % of revenue on average; young consumer brands spend twice that"),
)  # fmt: skip


def realism(company: Company) -> pd.DataFrame:
    """Figures of a world beside the ranges that a real brand's would lie in.

    Returns
    -------
    One row a figure: figure, value, low, high, source, is_inside.
    """
    rows = []
    with duckdb.connect() as connection:
        for name in tables.available(company):
            files = str(company.tidy / name / "*.parquet").replace("'", "''")
            connection.execute(
                f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{files}', union_by_name = true)"
            )
        for one in RANGES:
            value = float(connection.execute(one.query).fetchall()[0][0])
            rows.append((one.name, value, one.low, one.high, one.source, one.low <= value <= one.high))
    return pd.DataFrame(rows, columns=["figure", "value", "low", "high", "source", "is_inside"])
