"""The command `cmo quality`."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.option("--company", metavar="NAME", help="Which company: a folder in data/companies.")
@click.option(
    "--language",
    metavar="CODE",
    help="Language of the checks that are printed; left out, the company's.",
)
def quality(company: str | None, language: str | None) -> None:
    """Write the page on a company's data: freshness, gaps, totals, consent.

    The page is made in every language of the project and in the company's own. Then it says where the pages are, and each
    check that does not pass.

    \b
    Examples:
      cmo quality
      cmo quality --company acme --language fr
    """
    from helpers import company as companies
    from helpers import i18n
    from helpers import quality as facts
    from helpers.report.fragments import status
    from helpers.report.quality import write_all

    chosen = companies.read(company or companies.default_name())
    language = i18n.check(language or chosen.language)
    found, pages = write_all(chosen, language)
    checks = facts.judge(found, language)
    click.echo(facts.answer(found, checks, language))
    for one in checks:
        if one.status != "pass":
            said = status({"status": one.status}, language=language)
            click.echo(f"{said}: {one.text} {one.remedy}")
    for path in pages:
        click.echo(f"page: {_shown(path)}")


def _shown(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
