"""Names and figures of the facts in words: a source, an amount, a share, the first sentence of the page."""

from __future__ import annotations

from typing import Any

import pandas as pd

from helpers import i18n
from helpers.tables import contract

MOST_NAMED = 3


def source(row: Any, language: str) -> str:
    """Return the name of a source: "google_ads_campaigns, account 123 (media_spend)"; the table alone where it has none.

    `row` has table, system and account_id, and as far as known export.
    """
    name, account = row.get("export") or row["system"], row["account_id"]
    if not name:
        return str(row["table"])
    if account:
        name = i18n.text("{source}, account {account}", language, source=name, account=account)
    return f"{name} ({row['table']})"


def named(names: list[str], language: str) -> str:
    """Return the first names of a list, and how many more."""
    shown = [str(name) for name in names[:MOST_NAMED]]
    if more := len(names) - len(shown):
        shown.append(i18n.plural("{n} more", "{n} more", more, language))
    return i18n.listed(shown, language)


def sources(rows: pd.DataFrame, language: str) -> str:
    """Return the names of the first sources, each once, and how many more."""
    return named(list(dict.fromkeys(source(row, language) for _, row in rows.iterrows())), language)


def money(row: Any, value: float, language: str, *, signed: bool = False, decimals: int = 2) -> str:
    """Return a total of a row, to the cent unless told otherwise, in its currency where it is an amount."""
    if pd.isna(value):
        return i18n.number(None, "count", language=language)
    currency = row.get("currency")
    currency = currency if isinstance(currency, str) and _is_money(row) else None
    whole = currency is None and float(value).is_integer()
    unit = "currency" if currency else "count"
    shown = i18n.number(
        abs(value) if signed else value,
        unit,
        language=language,
        currency=currency,
        decimals=0 if whole else decimals,
        short=False,
    )
    if not signed or not any(digit in "123456789" for digit in shown):  # what rounds to nothing has no sign
        return shown
    return ("+" if value > 0 else i18n.MINUS) + shown


def share(value: float, language: str, *, decimals: int = 1) -> str:
    """Return a share as percent; a dash where there is none."""
    return i18n.number(
        None if pd.isna(value) else float(value), "share", language=language, decimals=decimals
    )


def _is_money(row: Any) -> bool:
    """Whether the control total of a row is an amount: its measure is a column of money, or it has no measure."""
    measure, table = row.get("measure"), row.get("table")
    if not isinstance(measure, str) or not isinstance(table, str):
        return True
    known = contract(table)
    return known.column(measure).is_money if measure in known.names else True
