"""Checks of how the data came in: contracts, keys, stated totals, VAT, maps, imports that were replaced."""

from __future__ import annotations

from helpers import i18n
from helpers.checks import Check
from helpers.quality import imports
from helpers.quality.facts import Facts
from helpers.quality.naming import money, named, source
from helpers.quality.naming import sources as listed


def contracts(facts: Facts, language: str) -> Check | None:
    """Say whether every table can be read under its contract; one that cannot fails."""
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
        n, language, tables=named(list(facts.faults), language),
    )  # fmt: skip
    return Check(
        "contracts",
        "fail",
        said,
        i18n.text("Mend the file or take it out of tidy/. Then ingest again.", language),
    )


def keys(facts: Facts, language: str) -> Check | None:
    """Say whether a key comes twice in a table, which counts its rows twice; it fails."""
    twice = facts.keys_twice[facts.keys_twice["n_twice"] > 0]
    if facts.keys_twice.empty:
        return None
    if twice.empty:
        return Check("keys", "pass", i18n.text("No row has the key of another row.", language))
    said = i18n.plural(
        "{n} row has the key of another row: {tables}.",
        "{n} rows have the key of another row: {tables}.",
        int(twice["n_twice"].sum()), language, tables=named(list(twice["table"]), language),
    )  # fmt: skip
    remedy = i18n.text("Take the copies out and ingest again. Until then these rows count twice.", language)
    return Check("keys", "fail", said, remedy)


def controls(facts: Facts, language: str) -> Check | None:
    """Say whether the totals that the files state are met to the cent; one that is not fails."""
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


def vat(facts: Facts, language: str) -> Check | None:
    """Say whether every source of money tells if VAT is in it."""
    rows = facts.sources[facts.sources["vat"] != ""]
    if rows.empty:
        return None
    open_ = rows[rows["vat"] == "unknown"]
    if open_.empty:
        return Check("vat", "pass", i18n.text("Every source of money says whether VAT is in it.", language))
    said = i18n.plural(
        "{n} of {all} sources of money does not say whether VAT is in it: {sources}.",
        "{n} of {all} sources of money do not say whether VAT is in them: {sources}.",
        len(open_), language, all=i18n.number(len(rows), "count", language=language), sources=listed(open_, language),
    )  # fmt: skip
    remedy = i18n.text(
        'Set vat = "excl" or "incl" for these files under [[exports]] in company.toml.', language
    )
    return Check("vat", "review", said, remedy)


def replaced(facts: Facts, language: str) -> Check | None:
    """Say whether later imports took the place of earlier ones, and what their totals moved by."""
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


def copies(facts: Facts, language: str) -> Check | None:
    """Say whether the very same file came in under several names; no check where none did."""
    if facts.came_twice.empty:
        return None
    said = i18n.plural(
        "{n} file came in under several names: {exports}.",
        "{n} files came in under several names: {exports}.",
        len(facts.came_twice), language, exports=named(sorted(set(facts.came_twice["export"])), language),
    )  # fmt: skip
    return Check("copies", "review", said, i18n.text("Delete the copies in raw/ and ingest again.", language))


def verified(facts: Facts, language: str) -> Check | None:
    """Say whether every map has been proved on a file of a real account."""
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
        len(open_), language, all=i18n.number(len(maps), "count", language=language), maps=named(open_, language),
    )  # fmt: skip
    remedy = i18n.text(
        "Hold a sum of each against the tool's own screen. When it agrees, set verified = true in the map.",
        language,
    )
    return Check("verified", "review", said, remedy)
