"""The command `cmo start`."""

from __future__ import annotations

import click


@click.command()
@click.argument("name")
@click.option("--profile", default="", metavar="NAME", help="Kind of company: b2c, retail, b2b or sme.")
@click.option("--title", default="", metavar="TEXT", help="The company's name as people write it.")
@click.option(
    "--market",
    "markets",
    multiple=True,
    default=("FR",),
    show_default="FR",
    metavar="CODE",
    help="Country it sells in; may be repeated.",
)
@click.option("--currency", default="", metavar="CODE", help="Left out: the markets', where they have one.")
@click.option(
    "--time-zone", default="", metavar="ZONE", help="Left out: the first market's, where it has one."
)
@click.option(
    "--language", default="en", show_default=True, metavar="CODE", help="Of pages and templates: en or fr."
)
def start(name: str, markets: tuple[str, ...], **options: str) -> None:
    """Make the folder of a new company, and say which exports to fetch first.

    NAME is the folder in data/companies. It gets a commented company.toml, a folder for the exports of each tool, and a CSV
    file with heads for each table that people keep by hand.

    \b
    Examples:
      cmo start petit-moulin --profile sme
      cmo start petit-moulin --profile sme --title "Petit Moulin" --language fr
      cmo start acme --profile b2b --market FR --market CH --currency EUR
    """
    from helpers.start import make, next_steps

    for line in next_steps(make(name, markets=markets, **options)):
        click.echo(line)
