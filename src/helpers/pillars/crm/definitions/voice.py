"""The figures of what customers say."""

from helpers.kpi import Kpi

KPIS = (
    Kpi(
        "nps", "Net promoter score", "crm", "points", "up", "estimated",
        "Of the customers who answered in the period, the share who give 9 or 10 out of 10 less the share who give 0 to 6, in "
        "points. It says nothing of those who did not answer.",
        "100 x (answers of 9 and 10 - answers of 0 to 6) / answers", 5.0, headline=True,
    ),
    Kpi(
        "nps_response", "Answers to the survey", "crm", "share", "up", "estimated",
        "Of the customers asked for a score, the share who answered; invitations of the last 14 days of the period are left out, "
        "for their answers may still come.",
        "invitations answered within 14 days / invitations", 0.02, decimals=1,
    ),
    Kpi(
        "ces", "Ease of getting help", "crm", "ratio", "up", "estimated",
        "Mean answer of the customers whose case was solved to how easy that was; a high answer is an easy one. The scale is the "
        "survey's own, such as 1 to 7.",
        "sum of the answers / answers", 0.2, decimals=2,
    ),
    Kpi(
        "negative_verbatim_share", "Negative comments", "crm", "share", "down", "estimated",
        "Of the comments to the score that are in French or English and long enough to read, the share that is negative. "
        "A machine counts; where people labelled a sample, the share is corrected for its mistakes, else it is uncalibrated.",
        "comments read as negative / comments read, corrected by (q + Sp - 1) / (Se + Sp - 1) where labels allow", 0.03, decimals=1,
    ),
    Kpi(
        "cases_per_order", "Support cases per order", "crm", "ratio", "down", "estimated",
        "Cases opened in the period per order placed in it, whatever its status.",
        "cases opened / orders placed", 0.05, relative=True, decimals=3,
    ),
)  # fmt: skip
