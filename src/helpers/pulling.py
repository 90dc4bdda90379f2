"""`cmo pull`: fetch from a system's interface what its export would hold, and put it among the raw exports."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from helpers.errors import UsageError

if TYPE_CHECKING:
    from helpers.company import Company
    from helpers.sources.pulls.recipes import Recipe

HEADS = ("pull", "system", "verified", "token in", "set")


@click.command()
@click.argument("name", required=False)
@click.option("--company", metavar="NAME", help="Which company: a folder in data/companies.")
@click.option("--period", metavar="CODE", help="2026-09, 2026-Q3, FY2026-Q3, 2026-W39 or 2026-09-30.")
@click.option(
    "--since", metavar="DAY", help="First day, such as 2026-09-01; with --until, in place of --period."
)
@click.option("--until", metavar="DAY", help="Last day.")
@click.option(
    "--base-url", default="", metavar="URL", help="Another address than the recipe's, such as a proxy."
)
@click.option("--list", "list_all", is_flag=True, help="Only list the pulls that there are.")
def pull(
    name: str | None,
    company: str | None,
    period: str | None,
    since: str | None,
    until: str | None,
    base_url: str,
    list_all: bool,
) -> None:
    """Fetch an export from a system's interface.

    Saves raw/<system>/<name>_<period>.json, which cmo ingest then reads like any export; the same pull of the same period takes
    its place. The token is taken from the environment, account numbers from company.toml. docs/pulling.md tells what each pull
    needs.

    \b
    Examples:
      cmo pull --list
      cmo pull meta_insights --company acme --period 2026-09
      cmo pull ga4_channels --company acme --since 2026-09-01 --until 2026-09-15
      cmo pull hubspot_deals --company acme
    """
    from helpers import company as companies

    chosen = companies.read(company or companies.default_name())
    if list_all:
        for line in _listed(chosen):
            click.echo(line)
        return
    if name is None:
        raise UsageError("say which pull, such as cmo pull meta_insights; cmo pull --list lists all.")
    from helpers.sources import fetching

    recipe, settings = _recipe(name, chosen)
    now = datetime.now(UTC)
    today = now.astimezone(ZoneInfo(chosen.time_zone)).date()
    first, last, label = _days(recipe, name, chosen, today, period=period, since=since, until=until)
    made = fetching.fetch(
        recipe,
        chosen.raw,
        settings=settings,
        label=label,
        since=first,
        until=last,
        name=name,
        base_url=base_url,
        now=now,
        say=lambda text: click.echo(text, err=True),
    )
    where = made.path.relative_to(chosen.folder).as_posix()
    earlier = "; the earlier file was replaced" if made.replaced else ""
    click.echo(f"{where}: {_counted(made.n_pages, 'page')}, {_counted(made.n_rows, 'row')}{earlier}")
    for line in _notes(recipe, made.n_rows, last, today):
        click.echo(line)


def _recipe(name: str, chosen: Company) -> tuple[Recipe, dict[str, str]]:
    """The recipe that a name stands for, and the settings that company.toml gives."""
    from helpers.sources.pulls import recipes

    known = recipes.named(recipes.all_recipes(chosen.folder), chosen.pulls)
    given = {key: value for key, value in chosen.pulls.get(name, {}).items() if key != "recipe"}
    return recipes.find(name, known), given


def _days(
    recipe: Recipe,
    name: str,
    chosen: Company,
    today: date,
    *,
    period: str | None,
    since: str | None,
    until: str | None,
) -> tuple[date | None, date | None, str]:
    """First day, last day and the label of the file."""
    from helpers import periods

    if recipe.period != "days":
        if period or since or until:
            raise UsageError(f"{name} takes no days: it always fetches the whole list. Leave the period out.")
        return (None, today, today.isoformat()) if recipe.period == "as_of" else (None, None, "all")
    if period and (since or until):
        raise UsageError("give --period, or --since and --until, not both.")
    if not period and not (since and until):
        raise UsageError(f"{name}: say which days: --period 2026-09, or --since and --until.")
    if period:
        span = periods.parse(period, fiscal_year_start=chosen.fiscal_year_start)
        first, last, label = span.start, span.end, span.code
    else:
        first, last = _day(since or "", "--since"), _day(until or "", "--until")
        label = f"{first}_{last}"
    if last < first:
        raise UsageError(f"{name}: --until {last} is before --since {first}. Write the earlier day first.")
    if first > today:
        raise UsageError(f"{name}: {first} is in the future. Ask for days that have been.")
    return first, last, label


def _counted(n: int, noun: str) -> str:
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


def _day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f'{option} "{text}" is no day. Write it as 2026-09-30.') from None


def _listed(chosen: Company) -> list[str]:
    """One line a pull: name, system, whether it was tried on an account, the variable of its token and whether it is set."""
    from helpers.sources.pulls import recipes

    rows = [HEADS]
    for name, recipe in sorted(recipes.named(recipes.all_recipes(chosen.folder), chosen.pulls).items()):
        is_set = "yes" if os.environ.get(recipe.auth.env, "").strip() else "no"
        rows.append((name, recipe.system, "yes" if recipe.verified else "no", recipe.auth.env, is_set))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]


def _notes(recipe: Recipe, n_rows: int, last: date | None, today: date) -> list[str]:
    """What to know about a pull that went well."""
    found = []
    if not n_rows:
        found.append(f"note: there was nothing to fetch. {recipe.when_empty}".rstrip())
    if recipe.period == "days" and last is not None and last >= today:
        found.append("note: the period is not over; pull it again when it is.")
    if not recipe.verified:
        found.append(
            "note: nobody has tried this recipe on an account yet; compare the totals with the system's own page."
        )
    return found


COMMANDS = (pull,)
