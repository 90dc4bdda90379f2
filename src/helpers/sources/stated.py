"""What is stated for a whole file: its account, currency and day, by the lines above the table, its heads, its name or the company."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

from helpers.errors import DataError
from helpers.sources import detecting
from helpers.sources.grids import Located
from helpers.sources.settings import Settings

STAMP = re.compile(r"(20\d{2})[-_.]?(0[1-9]|1[0-2])[-_.]?(0[1-9]|[12]\d|3[01])(?!\d)")


def account(found: Located) -> str:
    """The account that a line above the table names, where the map says how."""
    pattern = found.map.account_line
    for _, row in found.before if pattern else ():
        line = (found.rows.separator or " ").join(row).strip(f"{found.rows.separator} ")
        if match := re.search(pattern, line):
            return match[1].strip()
    return ""


def of_file(settings: Settings, found: Located, shown: str) -> Settings:
    """Settings with the day of a list: what the company says, else the lines above the table, else the name of the file."""
    if settings.as_of:
        return settings
    if day := detecting.day_named(found.before):
        return replace(settings, as_of=day)
    if not (stamp := STAMP.search(Path(shown).stem)):
        return settings
    try:
        return replace(settings, as_of=date(*map(int, stamp.groups())))
    except ValueError:
        return settings


def currency(found: Located, settings: Settings) -> str:
    """The currency that a head, the company's word for this file, or, for its own tables, the company names."""
    named = found.currency
    if named and settings.currency and named != settings.currency:
        raise DataError(
            f"{found.rows.place}: its heads say {named} and [[exports]] in company.toml says {settings.currency}. Mend company.toml."
        )
    return named or settings.currency or settings.own_currency
