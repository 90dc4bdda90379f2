"""STAND-IN until the screen is merged."""

from __future__ import annotations

import re
from datetime import date

import pandas as pd

RULES = {
    "offset": (
        r"neutre en carbone|klimaneutral|compensée?s? par",
        "banned",
        "to withdraw",
        date(2026, 9, 27),
    ),
    "generic": (r"respectueuse de l.environnement|eco-designed", "banned", "to reword", date(2026, 9, 27)),
    "whole": (r"whole range|zéro déchet", "banned", "to reword", date(2026, 9, 27)),
    "agec": (r"respectueuse de l.environnement", "banned", "to withdraw", date(2022, 1, 1)),
    "neutral_ads": (r"neutre en carbone", "banned", "to withdraw", date(2023, 1, 1)),
    "legal": (r"sans BPA", "banned", "to reword", date(2026, 9, 27)),
    "comparison": (r"en moins", "missing", "to prove", date(2024, 1, 1)),
}
LANGUAGES = ("fr", "en")


def screen(claims: pd.DataFrame, on: date) -> pd.DataFrame:
    rows = []
    for one in claims.itertuples():
        if one.language not in LANGUAGES:
            continue
        for rule, (pattern, status, verdict, since) in RULES.items():
            found = re.search(pattern, one.wording, re.IGNORECASE)
            if found and on >= since and not (rule in ("agec", "neutral_ads") and one.market != "FR"):
                rows.append(
                    (
                        one.claim_id,
                        rule,
                        found[0],
                        *found.span(),
                        status,
                        verdict,
                        (),
                        rule,
                        "Directive (EU) 2024/825",
                        since,
                    )
                )
    return pd.DataFrame(
        rows,
        columns=[
            "claim_id",
            "rule",
            "words",
            "start",
            "end",
            "status",
            "verdict",
            "missing",
            "rule_text",
            "source",
            "valid_from",
        ],
    )
