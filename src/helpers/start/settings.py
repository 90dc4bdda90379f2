"""The commented `company.toml` of a new company, made from the file `company.toml` beside this module."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from babel.core import get_global
from babel.numbers import get_territory_currencies

from helpers import company, i18n
from helpers.company import PROFILES, Company
from helpers.errors import DataError, UsageError

TEMPLATE = Path(__file__).parent / "company.toml"
WIDTH = 110


def settle(name: str, folder: Path, given: Mapping[str, Any]) -> Company:
    """Return the company that the options ask for, with what they leave open taken from its markets.

    Parameters
    ----------
    given : profile, title, currency, markets, time_zone, language; an empty text is left open.

    Raises
    ------
    UsageError : an impossible value, or one that the markets do not settle: several currencies or time zones.
    """
    if given["profile"] not in PROFILES:
        asked = f'profile "{given["profile"]}" is unknown' if given["profile"] else "no profile is named"
        raise UsageError(f"start: {asked}. Use --profile with one of {', '.join(PROFILES)}.")
    i18n.check(given["language"])
    if not is_text(given["title"]):
        raise UsageError("start: --title is not readable text. Write it again.")
    values = {
        "profile": given["profile"],
        "language": given["language"],
        "title": given["title"] or name.replace("-", " ").replace("_", " ").title(),
        "markets": list(given["markets"]),
        # Stand-ins until the markets are known to be good; replaced below.
        "currency": given["currency"] or "EUR",
        "time_zone": given["time_zone"] or "UTC",
    }
    try:
        company.of_values(values, name=name, folder=folder, where="start")
        values["currency"] = given["currency"] or _currency(values["markets"])
        values["time_zone"] = given["time_zone"] or _time_zone(values["markets"][0])
        return company.of_values(values, name=name, folder=folder, where="start")
    except DataError as fault:  # it came from an option, not from a file
        raise UsageError(str(fault)) from fault


def is_text(value: str) -> bool:
    """Whether a text from the command line can be written to a file as UTF-8."""
    try:
        return bool(value.encode()) or not value
    except UnicodeEncodeError:
        return False


def _currency(markets: list[str]) -> str:
    """The one currency of all markets."""
    found = list(dict.fromkeys(code for market in markets for code in get_territory_currencies(market)))
    if len(found) != 1:
        said = f"the markets have several ({', '.join(found)})" if found else "the market has none of its own"
        raise UsageError(f"start: {said}. Name the currency that the company counts in with --currency.")
    return found[0]


def _time_zone(market: str) -> str:
    """The one time zone of a market."""
    found = sorted(zone for zone, place in get_global("zone_territories").items() if place == market)
    if len(found) != 1:
        some = ", ".join(found[:3]) + (", …" if len(found) > 3 else "")
        said = (
            f"{market} has several time zones ({some})" if found else f"{market} has no time zone of its own"
        )
        raise UsageError(f"start: {said}. Name the company's with --time-zone.")
    return found[0]


def text(chosen: Company) -> str:
    """Return the `company.toml` of a company, commented in its language."""
    values = {
        "title": _quoted(chosen.title),
        "currency": _quoted(chosen.currency),
        "analyst": _quoted(i18n.text("Analyst", chosen.language)),
        "head_of_media": _quoted(i18n.text("Head of media", chosen.language)),
        "head_of_sales": _quoted(i18n.text("Head of sales", chosen.language)),
        "market": _quoted(chosen.markets[-1]),
        "markets": "[" + ", ".join(map(_quoted, chosen.markets)) + "]",
        "time_zone": _quoted(chosen.time_zone),
        "language": _quoted(chosen.language),
        "profile": _quoted(chosen.profile),
    }
    made = []
    for block in _blocks():
        if _is_comment(block):
            said = i18n.text(block.removeprefix("# "), chosen.language)
            lines = textwrap.wrap(said, WIDTH, break_on_hyphens=False, break_long_words=False)
            made.append("\n" + "\n".join(f"# {line}" for line in lines))
        else:
            made.append(block.format(**values))
    return "\n".join(made).lstrip("\n") + "\n"


def messages() -> list[str]:
    """Return the English messages of the template, for the catalogues."""
    return [block.removeprefix("# ") for block in _blocks() if _is_comment(block)]


def _blocks() -> list[str]:
    return [block.strip("\n") for block in TEMPLATE.read_text(encoding="utf-8").split("\n\n")]


def _is_comment(block: str) -> bool:
    """Whether a block is a sentence for people; an example to use begins with # and no space."""
    return block.startswith("# ")


def _quoted(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)  # what JSON quotes, TOML reads
