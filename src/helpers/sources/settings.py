"""What a company says about its files: what a file does not say itself and nobody may guess."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import pandas as pd

Hashing = Callable[[pd.Series, str], pd.Series]  # ids and whose they are -> pseudonyms


@dataclass(frozen=True)
class Settings:
    """Settings of one file: what `[[exports]]` of company.toml says of it, and the company's markets and time zone.

    `hashed` makes pseudonyms; without it a map about single people is refused with `no_key`. `taxonomy` are the rows of the
    company's table of that name. `own_currency` holds for the tables that the company keeps itself.
    """

    currency: str = ""
    market: str = ""
    account_id: str = ""
    vat: str = ""
    time_zone: str = ""
    decimal: str = ""
    date_order: str = ""
    map: str = ""
    as_of: date | None = None
    other_markets: str = ""
    allow_credits: bool = False
    fill_gaps: bool = False
    own_currency: str = ""
    local_zone: str = "UTC"
    markets: tuple[str, ...] = ()
    taxonomy: pd.DataFrame | None = field(default=None, hash=False, compare=False)
    hashed: Hashing | None = field(default=None, hash=False, compare=False)
    no_key: str = "it is about single people, and there is no key for pseudonyms."
