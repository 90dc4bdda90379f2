"""The figures of leads, deals and contracts."""

from helpers.kpi import Kpi

KPIS = (
    Kpi(
        "expected_won_arr", "Expected new recurring revenue, next 13 weeks", "crm", "currency", "up", "modelled",
        "Yearly recurring revenue of the deals of new business and expansion open at the end of the month that are expected to be won in "
        "the next 13 weeks. Renewals and deals that are not open yet are not in it.",
        "sum over open deals of yearly revenue x chance to be won within 91 days, learnt from past deals by stage, days in it and amount",
        0.10, relative=True, headline=True,
    ),
    Kpi(
        "qualified_pipeline", "Qualified pipeline", "crm", "currency", "up", "counted",
        "Yearly recurring revenue of the deals of new business and expansion that are open at the end of the month, unweighted.",
        "sum of yearly revenue of open deals, renewals left out", 0.10, relative=True,
    ),
    Kpi(
        "pipeline_coverage", "Pipeline coverage", "crm", "ratio", "up", "counted",
        "Qualified pipeline over the company's target of expected new recurring revenue for the period.",
        "qualified pipeline / target of expected_won_arr", 0.25, decimals=1,
    ),
    Kpi(
        "win_rate", "Win rate of new business", "crm", "share", "up", "estimated",
        "Of the new-business deals created in the three years to the end of the month, the share that is won in the end. Open deals count for "
        "as long as they have been seen and are not taken as lost.",
        "cumulative incidence of winning at the last day seen (Aalen-Johansen)", 0.03, decimals=1,
    ),
    Kpi(
        "sales_cycle_days", "Sales cycle", "crm", "days", "down", "estimated",
        "Median days from creation to winning of new-business deals created in the three years to the end of the month. Deals that are still "
        "open count for as long as they have been seen, so slow wins are not left out.",
        "first day at which half of those who will be won have been (Aalen-Johansen)", 7,
    ),
    Kpi(
        "arr", "Yearly recurring revenue", "crm", "currency", "up", "counted",
        "Yearly recurring revenue under contract at the end of the month, before tax, at the exchange rates of that day.",
        "sum of all changes of yearly recurring revenue up to the end of the month", 0.02, relative=True,
    ),
    Kpi(
        "net_revenue_retention", "Net revenue retention (NRR)", "crm", "share", "up", "estimated",
        "Yearly recurring revenue at the end of the month of the accounts that had some twelve months before, over theirs then. The interval "
        "says what accounts like these do; for these accounts the figure is exact.",
        "revenue now of the accounts of then / revenue then", 0.02, decimals=1, headline=True,
    ),
    Kpi(
        "gross_revenue_retention", "Gross revenue retention (GRR)", "crm", "share", "up", "estimated",
        "Yearly recurring revenue at the end of the month of the accounts that had some twelve months before, none counted for more than it brought then, over theirs then.",
        "sum over accounts of the smaller of revenue now and then / revenue then", 0.02, decimals=1,
    ),
    Kpi(
        "lead_response_share", "Leads answered within four hours", "crm", "share", "up", "estimated",
        "Of the leads of the three months to the end of the month, the share that sales answered within four hours of the clock, nights and "
        "weekends included. A lead that nobody has answered counts as not answered in time.",
        "leads answered within 4 h / leads whose 4 h are over", 0.03, decimals=1,
    ),
    Kpi(
        "lead_response_day_share", "Leads answered within a day", "crm", "share", "up", "estimated",
        "Of the leads of the three months to the end of the month, the share that sales answered within 24 hours of the clock.",
        "leads answered within 24 h / leads whose 24 h are over", 0.03, decimals=1,
    ),
    Kpi(
        "lead_acceptance_rate", "Leads that sales accept", "crm", "share", "up", "estimated",
        "Of the leads that marketing called qualified and sales decided on in the three months to the end of the month, the share accepted.",
        "accepted / (accepted + refused)", 0.05, decimals=1,
    ),
    Kpi(
        "nurturing_conversion", "Leads that ripen (nurturing conversion)", "crm", "share", "up", "estimated",
        "Of the leads that were not qualified, accepted or made a deal within a week of coming in, the share that was by its 90th day; leads "
        "of the three months that end 90 days before the month does. What was sent to a lead in between is not in the tables, so those who "
        "would have come back by themselves are in the share.",
        "leads ready after day 7 and by day 90 / leads not ready by day 7 whose 90 days are over", 0.02, decimals=1,
    ),
    Kpi(
        "target_account_coverage", "Target accounts touched", "crm", "share", "up", "counted",
        "Of the accounts of the target segment on the CRM's list that are no customers, the share with a lead or a deal in the last twelve "
        "months. The CRM's list, not the market: who was never entered is not in it.",
        "target accounts with a lead created or a deal open in twelve months / target accounts that are no customers", 0.03, decimals=1,
    ),
    Kpi(
        "trial_to_paid", "Trials that become paid", "crm", "share", "up", "estimated",
        "Of the customers whose trial began in the three months that end 30 days before the month does, the share that pays within 30 days.",
        "trials paid within 30 days / trials whose 30 days are over", 0.02, decimals=1,
    ),
)  # fmt: skip
