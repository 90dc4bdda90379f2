"""The figures of newcomers to the product: do they come back, and what did a shorter onboarding change."""

from helpers.kpi import Kpi

KPIS = (
    Kpi(
        "retention_d1", "Retention on day 1", "crm", "share", "up", "estimated",
        "Of the newcomers whose first day after the first use fell in the month, the share who used the product on that very day.",
        "newcomers who use it on day 1 / newcomers", 0.03, decimals=1,
    ),
    Kpi(
        "retention_d7", "Retention on day 7", "crm", "share", "up", "estimated",
        "Of the newcomers whose seventh day after the first use fell in the month, the share who used the product on that very day.",
        "newcomers who use it on day 7 / newcomers", 0.03, decimals=1,
    ),
    Kpi(
        "retention_d30", "Retention on day 30", "crm", "share", "up", "estimated",
        "Of the newcomers whose thirtieth day after the first use fell in the month, the share who used the product on that very day.",
        "newcomers who use it on day 30 / newcomers", 0.03, decimals=1,
    ),
    Kpi(
        "onboarding_churn_cut", "Cut of early leavers by the shorter onboarding", "crm", "share", "up", "estimated",
        "In the test by lot, the share by which those who left within 90 days were fewer with the shorter onboarding than with the "
        "longer one; below zero where they were more. It stays as the test measured it.",
        "1 - share who left, shorter / share who left, longer", 0.1, decimals=0,
    ),
)  # fmt: skip
