"""Checks made of the facts: what could make every page wrong, the most important first, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from helpers import i18n
from helpers.checks import STATUSES, Check, check
from helpers.quality import imports, sources, sums
from helpers.quality.facts import Facts
from helpers.quality.naming import money, share, source

MOST_NAMED = 3


def judge(facts: Facts, language: str = i18n.SOURCE) -> list[Check]:
    """Return the checks of a company's data in a language: what fails, then what needs review, then what passes.

    Within a status they stand by importance. A check whose tables or ledger are not there is not made.
    """
    made = [found for make in CHECKS if (found := make(facts, language))]
    return sorted(made, key=lambda one: -STATUSES.index(one.status))


def count(checks: list[Check]) -> dict[str, int]:
    """Return how many checks have each status."""
    return {status: sum(one.status == status for one in checks) for status in STATUSES}


def _readable(facts: Facts, language: str) -> Check | None:
    if not facts.faults and facts.spans.empty:
        return None
    n = len(facts.faults)
    if not n:
        said = i18n.plural(
            "The one table keeps to its contract.",
            "All {n} tables keep to their contracts.",
            len(facts.spans),
            language,
        )
        return Check("contracts", "pass", said)
    said = i18n.plural(
        "{n} table breaks its contract and is left out here: {tables}.",
        "{n} tables break their contracts and are left out here: {tables}.",
        n, language, tables=_named(list(facts.faults), language),
    )  # fmt: skip
    return Check(
        "contracts",
        "fail",
        said,
        i18n.text("Mend the file or take it out of tidy/. Then ingest again.", language),
    )


def _keys(facts: Facts, language: str) -> Check | None:
    twice = facts.keys_twice[facts.keys_twice["n_twice"] > 0]
    if facts.keys_twice.empty:
        return None
    if twice.empty:
        return Check("keys", "pass", i18n.text("No row has the key of another row.", language))
    said = i18n.plural(
        "{n} row has the key of another row: {tables}.",
        "{n} rows have the key of another row: {tables}.",
        int(twice["n_twice"].sum()), language, tables=_named(list(twice["table"]), language),
    )  # fmt: skip
    remedy = i18n.text("Take the copies out and ingest again. Until then these rows count twice.", language)
    return Check("keys", "fail", said, remedy)


def _controls(facts: Facts, language: str) -> Check | None:
    rows = facts.controls
    if rows.empty:
        return None
    off = rows[~rows["agrees"]]
    if off.empty:
        said = i18n.plural(
            "The one total that an export states is met to the cent.",
            "All {n} totals that the exports state are met to the cent.",
            len(rows), language,
        )  # fmt: skip
        return Check("controls", "pass", said)
    worst = off.iloc[0]
    said = i18n.plural(
        "{n} of {all} stated totals differs from the rows kept: {source}, {difference} of {stated}.",
        "{n} of {all} stated totals differ from the rows kept; the largest: {source}, {difference} of {stated}.",
        len(off), language, all=i18n.number(len(rows), "count", language=language), source=source(worst, language),
        difference=money(worst, worst["difference"], language, signed=True), stated=money(worst, worst["stated"], language),
    )  # fmt: skip
    remedy = i18n.text(
        "Export the file again. If the difference stays, look for rows left out that the tool counts.",
        language,
    )
    return Check("controls", "fail", said, remedy)


def _unmapped(facts: Facts, language: str) -> Check | None:
    rows = sums.unmapped(facts.campaigns)
    rows = rows[rows["spend"] > 0]
    if rows.empty:
        return None
    worst = rows.iloc[0]
    said = i18n.text(
        "{share} of the media spend in {currency} has no channel ({amount}).",
        language, share=share(worst["share"], language), currency=worst["currency"],
        amount=money(worst, worst["unmapped"], language),
    )  # fmt: skip
    remedy = i18n.text(
        "Add a rule to taxonomy.csv for the campaigns without a channel. Begin with the largest.", language
    )
    level = "fail" if worst["share"] > sums.UNMAPPED_FAIL else "review"
    return check("unmapped", worst["share"] <= sums.UNMAPPED_REVIEW, said, remedy=remedy, otherwise=level)


def _books(facts: Facts, language: str) -> Check | None:
    rows = sums.unexplained(facts.books)
    rows = rows[rows["books"] != 0]
    if rows.empty:
        return None
    worst = rows.loc[rows["share"].abs().idxmax()]
    said = i18n.text(
        "Media spend in {currency} and the accounts differ by {share} ({difference}).",
        language, currency=worst["currency"], share=share(abs(worst["share"]), language),
        difference=money(worst, worst["difference"], language, signed=True),
    )  # fmt: skip
    remedy = i18n.text(
        "Ask finance which invoices lack an export, and which exports lack an invoice.", language
    )
    return check("books", abs(worst["share"]) <= sums.BOOKS_LIMIT, said, remedy=remedy)


def _vat(facts: Facts, language: str) -> Check | None:
    rows = facts.sources[facts.sources["vat"] != ""]
    if rows.empty:
        return None
    open_ = rows[rows["vat"] == "unknown"]
    if open_.empty:
        return Check("vat", "pass", i18n.text("Every source of money says whether VAT is in it.", language))
    said = i18n.plural(
        "{n} of {all} sources of money does not say whether VAT is in it: {sources}.",
        "{n} of {all} sources of money do not say whether VAT is in them: {sources}.",
        len(open_), language, all=i18n.number(len(rows), "count", language=language), sources=_sources(open_, language),
    )  # fmt: skip
    remedy = i18n.text(
        'Set vat = "excl" or "incl" for these files under [[exports]] in company.toml.', language
    )
    return Check("vat", "review", said, remedy)


def _gaps(facts: Facts, language: str) -> Check | None:
    if facts.days.empty:
        return None
    rows = facts.gaps[~facts.gaps["is_usual"]]
    if rows.empty:
        return Check(
            "gaps", "pass", i18n.text("No source lacks a day between its first and its last.", language)
        )
    longest = rows.loc[rows["n_days"].idxmax()]
    said = i18n.plural(
        "{n} day lacks rows: {source}, {days}.",
        "{n} days lack rows; the longest stretch: {source}, {days}.",
        int(rows["n_days"].sum()), language, source=source(longest, language),
        days=i18n.days(longest["starts_on"], longest["ends_on"], language),
    )  # fmt: skip
    remedy = i18n.text(
        "Export these days again. Where nothing happened on them, say so with fill_gaps = true in company.toml.",
        language,
    )
    return Check("gaps", "review", said, remedy)


def _fresh(facts: Facts, language: str) -> Check | None:
    flows = facts.sources[facts.sources["is_flow"] & facts.sources["days_behind"].notna()]
    if flows.empty or facts.newest is None:
        return None
    newest, late = i18n.day(facts.newest, language), sources.stale(flows)
    if late.empty:
        latest = int(flows["days_behind"].max())
        said = i18n.plural(
            "No source ends more than {n} day before the newest day, {newest}.",
            "No source ends more than {n} days before the newest day, {newest}.",
            latest, language, newest=newest,
        )  # fmt: skip
        return Check("freshness", "pass", said)
    oldest = late.iloc[0]
    said = i18n.plural(
        "{n} source ends more than {limit} days before the newest day, {newest}: {source}, {last}.",
        "{n} sources end more than {limit} days before the newest day, {newest}; the oldest: {source}, {last}.",
        len(late), language, limit=sources.STALE_DAYS, newest=newest, source=source(oldest, language),
        last=i18n.day(oldest["ends_on"], language),
    )  # fmt: skip
    return Check(
        "freshness", "review", said, i18n.text("Fetch these exports up to {day}.", language, day=newest)
    )


def _replaced(facts: Facts, language: str) -> Check | None:
    if facts.shape != "imports":
        return None
    rows = facts.replaced
    if rows.empty:
        return Check(
            "replaced", "pass", i18n.text("No import has taken the place of an earlier one.", language)
        )
    said = i18n.plural(
        "{n} import has been replaced by a later one.",
        "{n} imports have been replaced by later ones.",
        len(rows),
        language,
    )
    moved = rows[rows["difference"].fillna(0).abs() > imports.CENT]
    if len(moved):
        most = moved.loc[moved["difference"].abs().idxmax()]
        said += " " + i18n.text(
            "The total that moved most over the same days: {source}, {difference}.",
            language, source=source(most, language), difference=money(most, most["difference"], language, signed=True),
        )  # fmt: skip
    remedy = i18n.text(
        "Compare the old and the new totals. Figures that are already published may be restated.", language
    )
    return Check("replaced", "review", said, remedy)


def _clicks(facts: Facts, language: str) -> Check | None:
    if facts.clicks.empty:
        return None
    above = facts.clicks[facts.clicks["n_above"] > 0]
    if above.empty:
        return Check(
            "clicks", "pass", i18n.text("No row of media has more clicks than impressions.", language)
        )
    said = i18n.plural(
        "{n} row of media has more clicks than impressions: {platforms}.",
        "{n} rows of media have more clicks than impressions: {platforms}.",
        int(above["n_above"].sum()), language, platforms=_named(list(above["platform"]), language),
    )  # fmt: skip
    remedy = i18n.text(
        "Look at which clicks the export counts. Clicks of all kinds, as Meta counts them, may exceed impressions; others may not.",
        language,
    )
    return Check("clicks", "review", said, remedy)


def _verified(facts: Facts, language: str) -> Check | None:
    rows = facts.sources[facts.sources["is_verified"].notna()]
    maps = rows.groupby("export")["is_verified"].all()
    if maps.empty:
        return None
    open_ = list(maps.index[~maps])
    if not open_:
        return Check(
            "verified", "pass", i18n.text("Every map has been proved on a file of a real account.", language)
        )
    said = i18n.plural(
        "{n} of {all} maps has not been proved on a file of a real account: {maps}.",
        "{n} of {all} maps have not been proved on a file of a real account: {maps}.",
        len(open_), language, all=i18n.number(len(maps), "count", language=language), maps=_named(open_, language),
    )  # fmt: skip
    remedy = i18n.text(
        "Hold a sum of each against the tool's own screen. When it agrees, set verified = true in the map.",
        language,
    )
    return Check("verified", "review", said, remedy)


def _twice(facts: Facts, language: str) -> Check | None:
    if facts.came_twice.empty:
        return None
    said = i18n.plural(
        "{n} file came in under several names: {exports}.",
        "{n} files came in under several names: {exports}.",
        len(facts.came_twice), language, exports=_named(sorted(set(facts.came_twice["export"])), language),
    )  # fmt: skip
    return Check("copies", "review", said, i18n.text("Delete the copies in raw/ and ingest again.", language))


CHECKS: tuple[Callable[[Facts, str], Check | None], ...] = (
    *(
        _readable,
        _keys,
        _controls,
        _unmapped,
        _books,
        _vat,
        _gaps,
        _fresh,
        _replaced,
        _twice,
        _clicks,
        _verified,
    ),
)


def _named(names: list[str], language: str) -> str:
    """The first names of a list, and how many more."""
    shown = [str(name) for name in names[:MOST_NAMED]]
    if more := len(names) - len(shown):
        shown.append(i18n.plural("{n} more", "{n} more", more, language))
    return i18n.listed(shown, language)


def _sources(rows: pd.DataFrame, language: str) -> str:
    return _named(list(dict.fromkeys(source(row, language) for _, row in rows.iterrows())), language)
