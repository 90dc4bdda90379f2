"""Countries as tools write them, to ISO codes."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
from babel import Locale

from helpers.errors import DataError
from helpers.sources.words import fold

LANGUAGES = ("en", "fr", "de", "es", "it", "nl", "pt")
MORE = {
    "usa": "US",
    "united states of america": "US",
    "uk": "GB",
    "great britain": "GB",
    "czech republic": "CZ",
    "holland": "NL",
}


@cache
def _names() -> dict[str, str]:
    found = {fold(name): code for name, code in MORE.items()}
    for language in LANGUAGES:
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in ("ZZ", "EU", "EZ", "UN", "XA", "XB"):
                found.setdefault(fold(name), code)
                found[code.lower()] = code
    return found


def country(text: str) -> str | None:
    """Return the ISO code of a country named in one of seven languages or by its code; None where it is none.

    >>> country("Allemagne"), country("de"), country("ALL")
    ('DE', 'DE', 'ALL')
    """
    return "ALL" if text == "ALL" else _names().get(fold(text))


def countries(values: pd.Series, lines: np.ndarray, shown: str) -> pd.Series:
    """Return the codes of countries; `lines` and `shown` are for a message.

    Raises
    ------
    DataError : the first that is none.
    """
    found = values.map(lambda v: None if pd.isna(v) else country(str(v)))
    lost = (values.notna() & found.isna()).to_numpy(dtype=bool)
    if lost.any():
        place = int(lost.argmax())
        raise DataError(
            f"{shown}, line {lines[place]:,}: '{values.iloc[place]}' is no country. Give its name or its ISO code, such as FR."
        )
    return found
