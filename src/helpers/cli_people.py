"""Commands about people: forgetting one, and removing what is older than it may be kept."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import click


@click.command()
@click.argument("person")
@click.option("--company", metavar="NAME", help="Which company: a folder in data/companies.")
@click.option("--reason", metavar="TEXT", help="What the list says of why; never a name.")
@click.option("--dry-run", is_flag=True, help="Only say what would be removed.")
def forget(person: str, company: str | None, reason: str | None, dry_run: bool) -> None:
    """Remove one person from every tidy table, and keep the person out of later imports.

    PERSON is an e-mail address, <system>:<id>, customer_id:<id> for tables that you keep yourself, or a pseudonym; - asks for
    it, so that no address stays in the shell's history. All ids that belong to the person are put on the suppression list, which every import obeys. Says which raw
    files and reports may still hold the person: those are not changed. That it was done is recorded in forgotten.csv.

    \b
    Examples:
      cmo forget jane@example.org --company acme --dry-run
      cmo forget hubspot:1234 --company acme
      cmo forget - --company acme
    """
    from helpers.privacy import forget as people

    if person == "-":
        person = click.prompt("Person", hide_input=True, err=True)
    made = people.forget(_company(company), person, reason=reason or people.REASON, dry_run=dry_run)
    would = "would be " if dry_run else ""
    _say_counts(made.rows, made.cells, would, nothing=f"no table holds {made.person}")
    if made.n_cached:
        click.echo(f"{made.n_cached:,} rows {would}removed from what the imports had kept")
    if made.n_sharing:
        click.echo(
            f"the id is shared by {made.n_sharing:,} people, who stay; forget each by an id of their own"
        )
    for name in made.files:
        click.echo(f"may still hold the person: {name}")
    for name in made.reports:
        click.echo(f"may still hold the person: reports/{name}")
    click.echo(
        f"{made.person}: {made.n_listed:,} pseudonyms {would}added to suppressed.csv, which every import obeys"
    )


@click.command()
@click.option("--company", metavar="NAME", help="Which company: a folder in data/companies.")
@click.option("--on", metavar="DAY", help="Count back from this day; left out, the last day of the data.")
@click.option("--dry-run", is_flag=True, help="Only say what would be removed.")
def purge(company: str | None, on: str | None, dry_run: bool) -> None:
    """Remove rows that are older than they may be kept.

    How many months a table is kept stands in [retention_months] of company.toml, and else in the project's own rules.
    People are counted from their last contact, and an open is none. Every later import obeys it too.

    \b
    Examples:
      cmo purge --company acme --dry-run
      cmo purge --company acme
      cmo purge --company acme --on 2026-09-30
    """
    from helpers.privacy import purge as old

    made = old.purge(_company(company), on=_day(on), dry_run=dry_run)
    would = "would be " if dry_run else ""
    _say_counts(
        made.rows,
        made.cells,
        would,
        nothing=f"nothing in the tables is older than it may be kept on {made.last_day}",
    )
    if made.n_cached:
        click.echo(f"{made.n_cached:,} rows {would}removed from what the imports had kept")
    for name in made.files:
        click.echo(f"has days older than is kept: {name}")


def _say_counts(rows: dict[str, int], cells: dict[str, int], would: str, *, nothing: str) -> None:
    """Say a line a table."""
    if not rows and not cells:
        click.echo(nothing)
    for table in sorted({*rows, *cells}):
        parts = [f"{rows[table]:>10,} rows {would}removed"] if table in rows else []
        parts += [f"{cells[table]:>10,} cells of other rows {would}emptied"] if table in cells else []
        click.echo(f"{table:20} {', '.join(parts)}")


def _company(name: str | None) -> Any:
    from helpers import company

    return company.read(name or company.default_name())


def _day(text: str | None) -> date | None:
    from helpers.errors import UsageError

    if text is None:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError as fault:
        raise UsageError(f'--on: "{text}" is not a day. Write it as 2026-09-30.') from fault


COMMANDS = (forget, purge)
