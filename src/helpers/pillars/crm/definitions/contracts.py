"""The figures of contracts that are renewed."""

from helpers.kpi import Kpi

KPIS = (
    Kpi(
        "renewal_rate_12m", "Contracts renewed, last 12 months", "crm", "share", "up", "estimated",
        "Of the yearly contracts whose term ended in the last twelve months, the share that goes on.",
        "contracts renewed / contracts that came to the end of a term", 0.03, decimals=1,
    ),
    Kpi(
        "contracts_kept_5y", "New contracts still there after 5 renewals", "crm", "share", "up", "modelled",
        "Share of new contracts that are expected to go on after five renewals.",
        "B(alpha, beta + 5) / B(alpha, beta) of the shifted-beta-geometric fitted to all terms that ended", 0.05, decimals=0,
    ),
)  # fmt: skip
