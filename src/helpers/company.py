"""A company: the folder of one data set, its `company.toml`, and the scope (company, period, market) of a page."""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from babel import Locale, UnknownLocaleError
from babel.numbers import list_currencies

from helpers.errors import DataError, UsageError
from helpers.periods import Period

PROFILES = ("b2c", "retail", "b2b", "sme")
VAT = ("incl", "excl", "unknown")
ENGINES = ("duckdb", "spark")
# Of [owners]; the last five are who decides at a level of the crisis playbook.
TOPICS = (
    "data",
    "media",
    "tracking",
    "sales",
    "crm",
    "community",
    "brand",
    "communication",
    "cmo",
    "chief executive",
)
EXPORT_TEXTS = (
    "files",
    "currency",
    "market",
    "account_id",
    "vat",
    "time_zone",
    "decimal",
    "date_order",
    "map",
    "other_markets",
)
EXPORT_SWITCHES = ("allow_credits", "fill_gaps")
EXPORT_WORDS = {
    "vat": VAT,
    "decimal": (".", ","),
    "date_order": ("dmy", "mdy", "ymd"),
    "other_markets": ("leave out", "refuse"),
}
LONGEST_MONTHS = 1200  # of [retention_months]; a century


@dataclass(frozen=True)
class Company:
    """What `company.toml` says, with the folder it stands in."""

    name: str
    folder: Path
    title: str
    currency: str
    markets: tuple[str, ...]
    time_zone: str
    fiscal_year_start: int = 1
    language: str = "en"
    profile: str = "b2c"
    vat: str = "unknown"
    engine: str = "duckdb"
    synthetic: bool = False
    adapter: str | None = None
    contribution_margin_rate: float | None = None
    brands: tuple[str, ...] = ()
    owners: dict[str, str] = field(default_factory=dict, hash=False)
    exports: tuple[dict[str, Any], ...] = field(default=(), hash=False)
    pulls: dict[str, dict[str, str]] = field(default_factory=dict, hash=False)
    retention_months: dict[str, int] = field(default_factory=dict, hash=False)

    @property
    def tidy(self) -> Path:
        """Folder of the tidy tables."""
        return self.folder / "tidy"

    @property
    def raw(self) -> Path:
        """Folder of the exports as received."""
        return self.folder / "raw"

    @property
    def is_drawn(self) -> bool:
        """Whether its tables are drawn by `cmo sample` and not imported; only a drawn company knows its truth."""
        return (self.folder / "truth.json").is_file()

    @property
    def is_imported(self) -> bool:
        """Whether its tables are made from exports or by an adapter, and not drawn or put there by hand."""
        return not self.is_drawn and (self.adapter is not None or self.raw.is_dir())

    @property
    def notes(self) -> Path:
        """Folder of the notes that people write."""
        return self.folder / "notes"

    def own_brands(self, written: str = "") -> tuple[str, ...]:
        """Own brands as the tables write them, the house first: those `written`, else `brands`, else the title without a remark in brackets."""
        return names_in(written) or self.brands or (self.title.partition(" (")[0].strip(),)


@dataclass(frozen=True)
class Scope:
    """What one page is about: a company, a period, a market (or ALL) and a language.

    `currency` is what its money is counted in: of one market the market's own, see `tables.scope`, else the company's.
    """

    company: Company
    period: Period
    market: str
    language: str
    currency: str = ""

    def __post_init__(self) -> None:
        """Count in the company's currency where no other is given."""
        if not self.currency:
            object.__setattr__(self, "currency", self.company.currency)

    @property
    def margin_rate(self) -> float:
        """Contribution margin as a share of revenue; 1 where the company states none, so that money stays revenue."""
        return self.company.contribution_margin_rate or 1.0

    @property
    def next_review(self) -> str:
        """Day by which a decision of this page is due: the end of the period after it."""
        return self.period.before(-1).end.isoformat()


def names_in(written: str) -> tuple[str, ...]:
    """Names of a parameter, parted by commas, each once."""
    return tuple(dict.fromkeys(name.strip() for name in written.split(",") if name.strip()))


CONTROL = re.compile(r"[\x00-\x1f\x7f]")
PULL_NAME = re.compile(r"[a-z][a-z0-9_]*")  # it becomes part of a file's name


def root() -> Path:
    """Return the project folder: `CMO_HOME`, else the nearest parent with notebooks/ and data/, else the checkout."""
    if home := os.environ.get("CMO_HOME"):
        return Path(home)
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "notebooks").is_dir() and (folder / "data").is_dir():
            return folder
    return Path(__file__).resolve().parents[2]


def companies_dir() -> Path:
    """Return the folder that holds one folder a company (`CMO_COMPANIES`, else data/companies)."""
    return Path(os.environ.get("CMO_COMPANIES") or root() / "data" / "companies")


def sample_dir() -> Path:
    """Return the folder of the sample company (data/sample)."""
    return root() / "data" / "sample"


def names() -> list[str]:
    """Return the names of the companies that have a `company.toml`."""
    found = {path.parent.name for path in companies_dir().glob("*/company.toml")}
    if (sample_dir() / "company.toml").is_file():
        found.add("sample")
    return sorted(found)


def default_name() -> str:
    """Return the company that a command uses when none is named: `CMO_COMPANY`, else the sample."""
    if chosen := os.environ.get("CMO_COMPANY"):
        return chosen
    return "sample" if "sample" in names() else "completejourney"


def read(name: str) -> Company:
    """Read the company's `company.toml`.

    Raises
    ------
    UsageError : no such company; the message lists those that exist.
    DataError : the file is not TOML, misses a key, has an unknown key or an impossible value.
    """
    known = names()
    if name not in known:
        near = get_close_matches(str(name), known, n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        here = (
            f"Companies here: {', '.join(known)}."
            if known
            else f"There is none in {companies_dir()}; run the command in the project's folder or set CMO_HOME."
        )
        raise UsageError(f'company: "{name}" does not exist.{hint} {here}')
    folder = companies_dir() / name
    if not (folder / "company.toml").is_file():
        folder = sample_dir()
    path = folder / "company.toml"
    where = f"{path.parent.name}/company.toml"
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise DataError(f"{where}: not valid TOML ({fault}). Mend the line that is named.") from fault
    return of_values(values, name=name, folder=folder, where=where)


def of_values(values: dict[str, Any], *, name: str, folder: Path, where: str) -> Company:
    """Make a company from what its `company.toml` holds; `where` names it in an error.

    Raises
    ------
    DataError : a key is missing or unknown, or a value is impossible.
    """
    allowed = {one.name for one in fields(Company)} - {"name", "folder"}
    for key in values:
        if key not in allowed:
            near = get_close_matches(key, sorted(allowed), n=1)
            hint = f"Did you mean {near[0]}?" if near else f"Allowed: {', '.join(sorted(allowed))}."
            raise DataError(f'{where}: "{key}" is not a setting. {hint}')
    for key in ("title", "currency", "markets", "time_zone"):
        if key not in values:
            raise DataError(f"{where}: {key} is missing. Add a line {key} = …")
    _check_types(values, where)
    lists = {"markets": tuple(values["markets"]), "exports": tuple(values.get("exports", ())), "brands": tuple(values.get("brands", ()))}  # fmt: skip
    return _checked(Company(name=name, folder=folder, **{**values, **lists}), where)


KINDS = {
    "a text": ("title", "currency", "time_zone", "language", "profile", "vat", "engine", "adapter"),
    "a whole number": ("fiscal_year_start",),
    "a number": ("contribution_margin_rate",),
    "true or false": ("synthetic",),
    "a list of texts": ("markets", "brands"),
    "a table of texts": ("owners",),
    "a list of tables": ("exports",),
    "a table of whole numbers": ("retention_months",),
}


def _check_types(values: dict[str, Any], where: str) -> None:
    """Refuse the first value of the wrong type, an empty text and an empty list."""
    fits = {
        "a text": lambda value: isinstance(value, str) and value.strip() and not CONTROL.search(value),
        "a whole number": lambda value: type(value) is int,
        "a number": lambda value: type(value) in (int, float),
        "true or false": lambda value: isinstance(value, bool),
        "a list of texts": lambda value: (
            isinstance(value, list) and value and all(isinstance(one, str) for one in value)
        ),
        "a table of texts": lambda value: (
            isinstance(value, dict) and all(isinstance(one, str) and one.strip() for one in value.values())
        ),
        "a list of tables": lambda value: (
            isinstance(value, list) and all(isinstance(one, dict) for one in value)
        ),
        "a table of whole numbers": lambda value: (
            isinstance(value, dict) and all(type(one) is int for one in value.values())
        ),
    }
    examples = {
        "a list of texts": 'markets = ["FR", "BE"]',
        "true or false": "synthetic = false",
        "a table of texts": 'owners = { media = "Head of media" }',
        "a list of tables": '[[exports]] with files = "google_ads/*"',
        "a table of whole numbers": "retention_months = { crm_events = 36 }",
    }
    for kind, names in KINDS.items():
        for key in names:
            if key in values and not fits[kind](values[key]):
                example = f", such as {examples[kind]}" if kind in examples else ""
                raise DataError(f"{where}: {key} = {values[key]!r} is not {kind}. Write {kind}{example}.")


@cache
def _zones() -> set[str]:
    """The time zones that this machine knows; none without a time zone database."""
    return available_timezones()


def _checked(company: Company, where: str) -> Company:
    """Return the company, or refuse the first impossible value."""
    for key, allowed in (("profile", PROFILES), ("vat", VAT), ("engine", ENGINES)):
        if getattr(company, key) not in allowed:
            raise DataError(
                f'{where}: {key} = "{getattr(company, key)}" is unknown. Use {", ".join(allowed)}.'
            )
    if company.fiscal_year_start not in range(1, 13):
        raise DataError(
            f"{where}: fiscal_year_start = {company.fiscal_year_start!r} is not a month. Use 1 to 12."
        )
    if company.currency not in list_currencies():
        raise DataError(
            f'{where}: currency = "{company.currency}" is not an ISO 4217 code. Use one such as EUR.'
        )
    for market in company.markets:
        if market not in Locale("en").territories or len(market) != 2:
            raise DataError(f'{where}: market "{market}" is not an ISO country code. Use one such as FR.')
    for key in ("markets", "brands"):
        if len(set(getattr(company, key))) < len(getattr(company, key)):
            raise DataError(f"{where}: {key} names one twice. Keep each once.")
    zones = _zones()
    if zones and company.time_zone not in zones:
        near = get_close_matches(company.time_zone, sorted(zones), n=1, cutoff=0.4)
        raise DataError(
            f'{where}: time_zone = "{company.time_zone}" is not an IANA time zone. Use one such as {(near or ["Europe/Paris"])[0]}.'
        )
    for topic in company.owners:
        if topic not in TOPICS:
            raise DataError(f'{where}: owners has "{topic}", which is no topic. Use {", ".join(TOPICS)}.')
    _check_pulls(company.pulls, where)
    for number, one in enumerate(company.exports, start=1):
        _check_export(one, f"{where}, [[exports]] {number}", company)
    for table, months in company.retention_months.items():
        if not 1 <= months <= LONGEST_MONTHS:
            raise DataError(
                f"{where}: retention_months has {table} = {months}, which is no time to keep rows. "
                f"Use 1 to {LONGEST_MONTHS} months."
            )
    rate = company.contribution_margin_rate
    if rate is not None and not 0 < rate <= 1:
        raise DataError(
            f"{where}: contribution_margin_rate = {rate!r} is not a share. Use a number from 0 to 1."
        )
    try:
        Locale.parse(company.language)
    except (UnknownLocaleError, ValueError) as fault:
        raise DataError(f'{where}: language = "{company.language}" is unknown. Use en or fr.') from fault
    return company


def _check_pulls(given: Any, where: str) -> None:
    """Refuse the first thing that is wrong with [pulls.<name>]; a value is not quoted, as somebody may have put a token there."""
    if not isinstance(given, dict):
        raise DataError(
            f'{where}: pulls is no table. Write [pulls.meta_insights] with account_id = "…" under it.'
        )
    for name, settings in given.items():
        if not PULL_NAME.fullmatch(name) or not isinstance(settings, dict):
            raise DataError(
                f"{where}: pulls.{name} is no table with the name of a pull. Write [pulls.<name>], with a to z, 0 to 9 and _."
            )
        for key, value in settings.items():
            if not isinstance(value, str) or not value.strip() or CONTROL.search(value):
                raise DataError(
                    f'{where}, [pulls.{name}]: {key} is not a text. Put it in quotes: {key} = "…".'
                )


def _check_export(given: dict[str, Any], where: str, company: Company) -> None:
    """Refuse the first thing that is wrong with the settings of some files."""
    allowed = (*EXPORT_TEXTS, *EXPORT_SWITCHES)
    for key, value in given.items():
        if key not in allowed:
            near = get_close_matches(key, allowed, n=1)
            hint = f"Did you mean {near[0]}?" if near else f"Allowed: {', '.join(allowed)}."
            raise DataError(f'{where}: "{key}" is not a setting. {hint}')
        if key in EXPORT_TEXTS and not (isinstance(value, str) and value.strip()):
            raise DataError(f"{where}: {key} = {value!r} is not a text. Write a text.")
        if key in EXPORT_SWITCHES and not isinstance(value, bool):
            raise DataError(f"{where}: {key} = {value!r} is neither true nor false. Write one of these.")
        if key in EXPORT_WORDS and value not in EXPORT_WORDS[key]:
            raise DataError(f'{where}: {key} = "{value}" is unknown. Use {", ".join(EXPORT_WORDS[key])}.')
    if "files" not in given:
        raise DataError(
            f'{where}: files is missing. Say which files of raw/ it is about, such as files = "google_ads/*".'
        )
    if given.get("currency", company.currency) not in list_currencies():
        raise DataError(
            f'{where}: currency = "{given["currency"]}" is not an ISO 4217 code. Use one such as EUR.'
        )
    if given.get("market", "ALL") not in (*company.markets, "ALL"):
        raise DataError(
            f'{where}: market = "{given["market"]}" is not among the markets ({", ".join(company.markets)}). Add it there.'
        )
    zones = _zones()
    if zones and given.get("time_zone", company.time_zone) not in zones:
        raise DataError(
            f'{where}: time_zone = "{given["time_zone"]}" is not an IANA time zone. Use one such as Europe/Paris.'
        )
