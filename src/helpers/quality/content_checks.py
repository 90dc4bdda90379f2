"""Checks of what the data hold: days, how fresh they are, media spend against accounts and channels, clicks."""

from __future__ import annotations

from helpers import i18n
from helpers.checks import Check, check
from helpers.quality import sources, sums
from helpers.quality.facts import Facts
from helpers.quality.naming import money, named, share, source


def unmapped(facts: Facts, language: str) -> Check | None:
    """Say which share of media spend has no channel, in the currency where it is largest: over 5 % review, over 20 % fail."""
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


def books(facts: Facts, language: str) -> Check | None:
    """Say how far media spend and the accounts lie apart, in the currency where it is most: over 5 % review."""
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


def gaps(facts: Facts, language: str) -> Check | None:
    """Say whether days lack rows where the source does not rest."""
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


def freshness(facts: Facts, language: str) -> Check | None:
    """Say whether a source ends more than 35 days before the newest day of the data."""
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


def clicks(facts: Facts, language: str) -> Check | None:
    """Say whether rows of media have more clicks than impressions."""
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
        int(above["n_above"].sum()), language, platforms=named(list(above["platform"]), language),
    )  # fmt: skip
    remedy = i18n.text(
        "Look at which clicks the export counts. Clicks of all kinds, as Meta counts them, may exceed impressions; others may not.",
        language,
    )
    return Check("clicks", "review", said, remedy)
