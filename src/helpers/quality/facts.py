"""Everything that the page on a company's data says, computed once and without words."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from helpers import tables
from helpers.company import Company
from helpers.quality import cells, gaps, imports, ledger, people, reading, sources, spans, sums


@dataclass(frozen=True)
class Facts:
    """What is known of a company's data; each frame is described by the function that makes it.

    `shape`: of the ledger, see `ledger.Ledger`. `first`, `newest`: first and last day of the data, empty where nothing is
    dated. `faults`: tables that cannot be read, with the sentence that says why. `prints`: fingerprint of each table.
    """

    company: Company
    shape: str
    imports: pd.DataFrame
    faults: dict[str, str]
    prints: dict[str, str]
    spans: pd.DataFrame
    first: date | None
    newest: date | None
    sources: pd.DataFrame
    days: pd.DataFrame
    gaps: pd.DataFrame
    controls: pd.DataFrame
    replaced: pd.DataFrame
    rows_lost: pd.DataFrame
    came_twice: pd.DataFrame
    keys_twice: pd.DataFrame
    spend: pd.DataFrame
    orders: pd.DataFrame
    conversions: pd.DataFrame
    books: pd.DataFrame
    campaigns: pd.DataFrame
    clicks: pd.DataFrame
    matches: pd.DataFrame
    consents: pd.DataFrame
    empties: pd.DataFrame

    @property
    def n_systems(self) -> int:
        """How many systems the files come from."""
        named = self.sources.loc[self.sources["n_files"].notna(), "system"]
        return int(named[named != ""].nunique())

    @property
    def n_files(self) -> int:
        """How many files the data rest on."""
        current = self.imports[self.imports["is_current"]]
        return int(current["file"].fillna(current["import_id"]).nunique())


def gather(company: Company, *, columns: Mapping[str, Collection[str]] | None = None) -> Facts:
    """Compute what is to be said of a company's data.

    Parameters
    ----------
    columns : for each table the columns that pages use; only these are looked at for empty cells.

    Raises
    ------
    DataError : the ledger cannot be read.
    """
    noted = ledger.read(company)
    names, faults = reading.readable(company)
    held, days = spans.spans(company, names), spans.days(company, names)
    first, newest = spans.range_of(held, noted.rows) or (None, None)
    spend = sums.spend_by_month(company, names)
    return Facts(
        company=company,
        shape=noted.shape,
        imports=noted.rows,
        faults=faults,
        prints={name: tables.fingerprint(name, company) for name in names},
        spans=held,
        first=first,
        newest=newest,
        sources=sources.sources(noted.rows, held, newest=newest, days=days),
        days=days,
        gaps=gaps.gaps(days, noted.rows),
        controls=imports.controls(noted.rows),
        replaced=imports.replaced(noted.rows),
        rows_lost=imports.rows_lost(noted.rows),
        came_twice=imports.came_twice(noted.rows),
        keys_twice=cells.keys_twice(company, names),
        spend=spend,
        orders=sums.orders_by_month(company, names),
        conversions=sums.conversions_by_month(company, names),
        books=sums.against_books(spend, sums.books_by_month(company, names)),
        campaigns=sums.spend_by_campaign(company, names),
        clicks=sums.clicks(company, names),
        matches=people.matches(company, names),
        consents=people.consents(company, names),
        empties=cells.empties(company, names, columns or {}),
    )
