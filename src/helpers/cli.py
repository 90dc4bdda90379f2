"""The `cmo` command: a thin wrapper, so that all it does can also be done from Python.

Exit codes: 0 good, 1 some notebook failed, 2 the command is wrong, 3 nothing could run or the data were
refused, 4 another run is writing the same report, 5 held back by the gate: the report that people read is as before.
"""

from __future__ import annotations

import atexit
import os
import signal
import sys
from difflib import get_close_matches
from typing import Any

import click

from helpers import chores, cli_exports, cli_people, pulling
from helpers.errors import DataError, LockedError, UsageError
from helpers.report.options import request, run_options
from helpers.report.quality_command import quality
from helpers.report.quiet import silence, skip_slow_import
from helpers.start.command import start

CODES = {UsageError: 2, DataError: 3, LockedError: 4}
INTERRUPTED = 130


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="cmo-workbook", prog_name="cmo", message="%(prog)s %(version)s")
def cli() -> None:
    """Turn a company's marketing exports into reports that a board can trust.

    \b
    First time:    cmo reports
    One page:      cmo run --notebook crm/02-customer-lifetime-value --period 2017-12
    Own company:   cmo ingest --company acme, then cmo run --company acme
    Trouble:       cmo doctor

    `cmo COMMAND --help` explains a command and gives examples.
    """


@cli.command()
@run_options
def run(**options: Any) -> int:
    """Run notebooks and publish the report.

    Only notebooks of which something has changed are run. A notebook that fails keeps its last good page,
    and the others go on. Readers see the new report only when all of it is ready.

    \b
    Examples:
      cmo run
      cmo run --company completejourney --period 2017-12
      cmo run --notebook crm/01-retention-cohorts --notebook crm/02-customer-lifetime-value
      cmo run --periods 2017-01..2017-12 --markets US
      cmo run --notebook crm/02-customer-lifetime-value -p horizon_weeks=26
      cmo run --ritual monthly --gate fail --notify
      cmo run --ritual daily
    """
    wanted = request(options)
    _check_targets(wanted.company)
    return _make(wanted, options)


@cli.command()
@run_options
def reports(**options: Any) -> int:
    """Import the data when needed, then run: all in one.

    \b
    Examples:
      cmo reports
      cmo reports --company acme --language fr
      cmo reports --ritual quarterly
    """
    wanted = request(options)
    _check_targets(wanted.company)
    _ingest_if_needed(wanted.company)
    return _make(wanted, options)


@cli.command()
@click.option("--company", metavar="NAME", help="Which company: a folder in data/companies.")
@click.option(
    "--if-needed", is_flag=True, help="Only when the tidy tables are missing or older than their origin."
)
@click.option(
    "--replace",
    is_flag=True,
    help="Let a later export count where it overlaps an earlier one in a way that is otherwise refused.",
)
def ingest(company: str | None, if_needed: bool, replace: bool) -> None:
    """Turn a company's raw exports into tidy tables.

    Reads the files in raw/ that are new, says what each gave, and replaces the tables all at once; when a file is refused,
    the old tables stay. A later export of the same kind takes the place of the days that it covers.

    \b
    Examples:
      cmo ingest
      cmo ingest --company acme
      cmo ingest --company acme --replace
    """
    name = _company(company)
    _ingest_if_needed(name) if if_needed else _ingest(name, replace=replace)


@cli.command()
@click.option("--seed", metavar="N", help="Which world: a whole number from 0 on.")
@click.option("--scale", metavar="X", help="How large: 1 is about 30,000 customers.")
@click.option("--out", type=click.Path(), metavar="DIR", help="A new or empty folder for another world.")
@click.option("--exports", is_flag=True, help="Also write raw exports in the shapes of the tools, into raw/.")
def sample(seed: str | None, scale: str | None, out: str | None, exports: bool) -> None:
    """Make the sample company: an invented brand whose truth is known.

    Without options, the project's own in data/sample is made again. With --out, another world of the same kind is
    written to a folder of its own, with its own truth.json; docs/sample.md tells what is planted in it.

    \b
    Examples:
      cmo sample
      cmo sample --seed 7 --scale 1 --out data/companies/seven
      cmo sample --scale 50 --out /tmp/large
      cmo sample --exports
    """
    from pathlib import Path

    from helpers import company
    from helpers.sample import build

    if out is None and (seed is not None or scale is not None):
        raise UsageError("--seed and --scale make another world; say where with --out DIR.")
    if out is None:
        rows, folder = build.remake(with_exports=exports, say=click.echo), company.sample_dir()
    else:
        folder = Path(out)
        rows = build.make(
            folder,
            seed=_number("1" if seed is None else seed, int),
            scale=_number("1" if scale is None else scale, float),
            with_exports=exports,
            say=click.echo,
        )
    click.echo(
        f"{len(rows)} tables, {sum(rows.values()):,} rows; {folder / build.TRUTH} says what is true of them"
    )
    click.echo(build.looks_real(folder))


def _number(text: str, kind: type) -> Any:
    """The text as a number, or the text itself, which the setting then refuses."""
    try:
        return kind(text)
    except ValueError:
        return text


@cli.command()
@click.option("--company", metavar="NAME", help="Which company: a folder in data/companies.")
@click.option("--period", metavar="CODE", default="", help="Of which period; left out, the last published.")
@click.option("--market", metavar="CODE", default="ALL", show_default=True, help="Of which market.")
@click.option("--language", metavar="CODE", help="In which language; left out, the company's.")
@click.option("--ritual", metavar="NAME", help="The last report of a ritual, or the daily message.")
@click.option("--channel", metavar="NAME", help="Slack channel; left out, CMO_SLACK_CHANNEL.")
@click.option("--link", metavar="URL", help="Where people read the report; left out, CMO_REPORT_URL.")
@click.option("--again", is_flag=True, help="Also post what has been posted.")
def notify(company: str | None, period: str, market: str, language: str | None, **options: Any) -> int:
    """Post the last published report, or the daily message, to Slack or Teams.

    Where to is in the environment: SLACK_BOT_TOKEN with a channel, or SLACK_WEBHOOK_URL; CMO_TEAMS_WEBHOOK_URL. With a
    token, page.pdf goes along. What has been posted is not posted again, even after a new run, unless something in it
    changed.

    \b
    Examples:
      cmo notify
      cmo notify --ritual daily --channel "#marketing"
      cmo notify --period 2026-09 --link https://reports.example.com/2026-09/
    """
    from helpers import company as companies
    from helpers import i18n
    from helpers.report import rituals
    from helpers.report.posts import messages, notify

    chosen = companies.read(company or companies.default_name())
    language, reports = i18n.check(language or chosen.language), companies.root() / "reports"
    ritual, link = options["ritual"] and rituals.find(options["ritual"]).name, notify.link(options["link"])
    if ritual == "daily":
        if period:
            raise UsageError(
                "--period has no meaning for the daily message, of which the last is posted; leave it out."
            )
        last = messages.Last(reports, chosen.name, market, language)
        made, folder = notify.of_daily(last, link=link), last.folder
    else:
        folder = notify.find(
            reports, chosen.name, period=period, market=market, language=language, ritual=ritual
        )
        made = notify.of_report(folder, link=link)
    faults = notify.deliver(
        made, folder, name=chosen.name, channel=options["channel"], again=options["again"], say=click.echo
    )
    for text in faults:
        _say(text, 1)
    return 1 if faults else 0


@cli.command()
@click.option("--company", metavar="NAME", help="Which company to look at besides the installation.")
def doctor(company: str | None) -> int:
    """Check the installation and a company.

    Each line says ok, note or problem, and what to do.

    \b
    Examples:
      cmo doctor
      cmo doctor --company acme
    """
    from helpers.report.doctor import examine

    _check_targets(_company(company))
    found = []
    for finding in examine(company):
        click.echo(str(finding))
        found.append(finding.state)
    return 1 if "problem" in found else 0


@cli.command()
@click.option(
    "--keep", type=click.IntRange(min=0), default=24, show_default=True, help="How many runs to keep."
)
@click.option("--dry-run", is_flag=True, help="Only say what would be removed.")
def prune(keep: int, dry_run: bool) -> None:
    """Remove old runs.

    A run that a report shows, or that is being made, is never removed.

    \b
    Examples:
      cmo prune
      cmo prune --keep 6 --dry-run
    """
    from helpers import company
    from helpers.report import history

    old = history.prune(company.root() / "reports", keep=keep, dry_run=dry_run)
    for path in old:
        click.echo(path.name)
    click.echo(f"{len(old)} runs {'would be ' if dry_run else ''}removed")


@cli.command()
@click.option("--check", is_flag=True, help="Only say whether they are up to date.")
def docs(check: bool) -> None:
    """Write the generated documents again.

    These are docs/tables.md and docs/kpis.md.

    \b
    Examples:
      cmo docs
      cmo docs --check
    """
    from helpers import docs as generated

    for text in generated.write(check=check):
        click.echo(text)


def _make(wanted: Any, options: dict[str, Any]) -> int:
    """Make the reports, or the daily message, and post them where that is asked for."""
    from helpers.report.run import run as run_reports

    if wanted.ritual == "daily":
        return _daily(wanted, rate=options["rate"], post=options["notify"])
    made = run_reports(wanted)
    if options["notify"]:
        from helpers.report.posts import notify

        for report, run_json in made.reports:
            if not run_json["held"]:
                notify.after_run(report, say=click.echo, warn=wanted.warn)
    return made.exit_code


def _daily(wanted: Any, *, rate: bool, post: bool) -> int:
    """Say what blocks, where that is news."""
    from helpers import company, daily
    from helpers.report.posts import messages

    reports = company.root() / "reports"
    for market in wanted.markets:
        last = messages.Last(reports, wanted.company, market, wanted.language)
        with last.held():
            found = daily.compose(
                wanted.company,
                wanted.periods[0],
                market,
                wanted.language,
                with_rate=lambda day, last=last: rate or last.rate_is_due(day),
            )
            is_news = last.tell(found, say=wanted.say, always=wanted.force or rate)
        if post and (is_news or last.failed.exists()):
            from helpers.report.posts import notify

            notify.after_daily(last, say=click.echo, warn=wanted.warn)
    return 0


def main(arguments: list[str] | None = None) -> None:
    """Run the command and leave with its exit code; an error is one sentence, never a traceback."""
    atexit.register(silence)  # first in, so last out: what libraries print while Python shuts down
    signal.signal(signal.SIGTERM, _interrupt)
    skip_slow_import()
    sys.exit(_main(arguments))


def _main(arguments: list[str] | None) -> int:
    try:
        return cli.main(arguments, prog_name="cmo", standalone_mode=False) or 0
    except (UsageError, DataError, LockedError) as error:
        return _say(str(error), next(code for kind, code in CODES.items() if isinstance(error, kind)))
    except click.ClickException as error:
        return _say(error.format_message(), 2)
    except (KeyboardInterrupt, click.Abort):
        return _say("stopped; the report shown before is unchanged.", INTERRUPTED)
    except BrokenPipeError:
        return 1
    except Exception as error:
        if os.environ.get("CMO_DEBUG"):
            raise
        return _say(
            f"a fault of the program ({type(error).__name__}); set CMO_DEBUG=1 and try again to see it.", 1
        )


def _say(text: str, code: int) -> int:
    click.echo(f"cmo: {text}", err=True)
    return code


def _company(name: str | None) -> str:
    from helpers import company

    return company.read(name or company.default_name()).name


def _check_targets(name: str) -> None:
    """Refuse a target for a figure that does not exist: no page would ever show it."""
    from helpers import company, tables

    chosen = company.read(name)
    if not (chosen.folder / "targets.csv").is_file() or (rows := tables.all_targets(chosen)).empty:
        return
    from helpers import docs

    known = docs.all_kpis()
    for line, figure in enumerate(rows["kpi"], start=2):
        if figure not in known:
            near = get_close_matches(figure, known, n=1)
            hint = f"Did you mean {near[0]}?" if near else "docs/kpis.md lists them."
            raise DataError(f'{name}/targets.csv, line {line}: "{figure}" is not a figure. {hint}')


def _ingest_if_needed(name: str) -> None:
    """Import the company's data when there are no tidy tables, or older ones than their origin."""
    from helpers import company
    from helpers.report.doctor import newer_than_tidy

    chosen = company.read(name)
    if chosen.is_imported and (reason := newer_than_tidy(chosen)):
        click.echo(f"{chosen.name}: {reason}; importing")
        _ingest(chosen.name)


def _ingest(name: str, *, replace: bool = False) -> None:
    from helpers.ingest import ingest as make
    from helpers.ingest import telling

    for text in telling.lines(make(name, replace_days=replace, say=click.echo)):
        click.echo(text)
    _quality(name)


def _quality(name: str) -> None:
    """Write the page on the company's data, and say where it is and what does not pass; it fails no import."""
    from helpers import company
    from helpers import quality as facts
    from helpers.report.quality import place, write_all

    chosen = company.read(name)
    try:
        found, _ = write_all(chosen)
    except DataError as fault:
        _say(f"the page on the data was not made: {fault}", 0)
        return
    checks = [one for one in facts.judge(found, chosen.language) if one.status != "pass"]
    said = f"{len(checks)} checks do not pass; " if checks else ""
    click.echo(f"data quality: {said}{place.path(name, chosen.language)}")


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


COMMANDS = (start, quality, *cli_exports.COMMANDS, *cli_people.COMMANDS, *pulling.COMMANDS, *chores.COMMANDS)
for _command in COMMANDS:
    cli.add_command(_command)

if __name__ == "__main__":
    main()
