"""Commands about exports: what a file is, which exports are known, a map for one that is not."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--company",
    metavar="NAME",
    help="Whose settings hold; left out, the company in whose folder the file lies.",
)
@click.option(
    "--map", "map_name", metavar="ID", default="", help="Which map reads it; left out, the one that fits."
)
def check(file: Path, company: str | None, map_name: str) -> None:
    """Say what an export is, and what an import would make of it. Nothing is kept.

    The system and export, the period, the currency, the rows kept and left out with the reason and line, the totals that the file
    states against its rows, the columns not used and the tables that it feeds.

    \b
    Examples:
      cmo check ~/Downloads/campaigns.csv
      cmo check data/companies/mine/raw/meta/september.csv
      cmo check report.csv --map google_ads_campaigns
    """
    from helpers.ingest import probing

    for text in probing.lines(probing.probe(file, company=company, map_name=map_name)):
        click.echo(text)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--company",
    metavar="NAME",
    help="Into whose maps/ it goes; left out, the company in whose folder the file lies.",
)
def new(file: Path, company: str | None) -> None:
    """Write a map skeleton from the heads of an unknown export.

    Complete it in a text editor, without code, then try it with cmo check.

    \b
    Example:
      cmo new data/companies/mine/raw/tiktok/september.csv
    """
    from helpers.errors import UsageError
    from helpers.ingest import probing

    if not file.exists():
        raise UsageError(f"{file}: there is no such file.")
    target = probing.write_skeleton(file, probing.company_of(file, company))
    click.echo(f"{target}: complete what says TODO (docs/maps.md), then try: cmo check {file}")


@click.command()
@click.option("--company", metavar="NAME", help="Show its own maps too.")
@click.option("--table", metavar="NAME", help="Only those that feed this table.")
def maps(company: str | None, table: str | None) -> None:
    """List the exports that are known, the tables they feed, and whether a file of a real account has proved each.

    \b
    Examples:
      cmo maps
      cmo maps --table orders
    """
    from helpers import company as companies
    from helpers.ingest import probing
    from helpers.sources import parsing

    found = parsing.all_maps(companies.read(company).folder if company else None)
    for text in probing.known(found, table=table):
        click.echo(text)


COMMANDS = (check, new, maps)
