"""Options of `cmo run` and `cmo reports`, and what they mean as a request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from helpers.errors import UsageError


def run_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options that `run` and `reports` share."""
    for option in reversed(
        [
            click.option("--company", metavar="NAME", help="Which company: a folder in data/companies."),
            click.option(
                "--period",
                metavar="CODE",
                help="2026-09, 2026-Q3, FY2026-Q3, 2026-W39 or 2026-09-30. "
                "Left out: the last complete month in the data. yesterday: with --ritual daily only, by the clock.",
            ),
            click.option(
                "--periods", metavar="FROM..TO", help="Several periods, one report each: 2026-01..2026-09."
            ),
            click.option("--market", metavar="CODE", help="A country such as FR, or ALL (left out: ALL)."),
            click.option("--markets", metavar="LIST", help="Several markets, one report each: FR,BE."),
            click.option(
                "--language", metavar="CODE", help="Language of the pages: en or fr. Left out: the company's."
            ),
            click.option(
                "--notebook",
                "notebooks",
                multiple=True,
                metavar="NAME",
                help="Only this page (crm/02-customer-lifetime-value) or pillar (crm); may be repeated. "
                "The other pages of the report stay as they are.",
            ),
            click.option(
                "--ritual",
                metavar="NAME",
                help="daily (a message), weekly, monthly or quarterly: the pages made for it, for its last "
                "complete period.",
            ),
            click.option(
                "--gate",
                default="none",
                show_default=True,
                metavar="WHEN",
                help="fail: a check that fails, or a page that cannot be made, keeps the report that people "
                "read as it is (exit code 5). review: one to review does too.",
            ),
            click.option(
                "--rate",
                is_flag=True,
                help="With --ritual daily: also say how often that message rings; the first of a month says it anyway.",
            ),
            click.option(
                "--notify", is_flag=True, help="Then post it, as cmo notify does; a failure is only reported."
            ),
            click.option(
                "--jobs", type=click.IntRange(1, 64), metavar="N", help="How many notebooks at once."
            ),
            click.option("--force", is_flag=True, help="Also run notebooks of which nothing has changed."),
            click.option(
                "--timeout",
                type=click.FloatRange(min=1),
                metavar="SECONDS",
                help="How long a notebook may take; left out, each notebook's own limit.",
            ),
            click.option(
                "--eml",
                is_flag=True,
                help="Also make report.eml, a message ready to send with the one page attached.",
            ),
            click.option("--pptx", is_flag=True, help="Also make report.pptx, slides with charts to edit."),
            click.option(
                "-p",
                "parameters",
                multiple=True,
                metavar="NAME=VALUE",
                help="A notebook's own parameter; may be repeated.",
            ),
        ]
    ):
        command = option(command)
    return command


def request(options: dict[str, Any]) -> Any:
    """The options as a RunRequest, checked as far as that needs no data."""
    from helpers import company, i18n
    from helpers.report import gate, rituals
    from helpers.report.run import RunRequest

    for one, many in (("period", "periods"), ("market", "markets")):
        if options[one] and options[many]:
            raise UsageError(f"give --{one} or --{many}, not both.")
    chosen = company.read(options["company"] or company.default_name())
    language = i18n.check(options["language"] or chosen.language)
    if options["ritual"] and options["notebooks"]:
        raise UsageError(
            "give --ritual or --notebook, not both: a ritual chooses its own pages. One page of it: --notebook alone."
        )
    ritual = rituals.find(options["ritual"]) if options["ritual"] else None
    _check_daily(options)
    codes = (options["periods"] or options["period"] or "",)
    if codes == ("yesterday",) and options["ritual"] == "daily":
        codes = (rituals.yesterday(chosen.time_zone),)
    if ritual:
        rituals.check_period(ritual, codes[0], fiscal_year_start=chosen.fiscal_year_start)
    markets = [part.strip() for part in (options["markets"] or options["market"] or "ALL").split(",")]
    return RunRequest(
        company=chosen.name,
        periods=codes,
        markets=tuple(dict.fromkeys(markets)),
        language=language,
        notebooks=options["notebooks"],
        parameters=dict(_pair(text) for text in options["parameters"]),
        jobs=options["jobs"],
        force=options["force"],
        timeout_s=options["timeout"],
        eml=options["eml"],
        pptx=options["pptx"],
        ritual=ritual.name if ritual else None,
        gate=gate.check_name(options["gate"]),
    )


def _check_daily(options: dict[str, Any]) -> None:
    """Refuse what has no meaning for the daily message, or for anything else."""
    if options["ritual"] != "daily":
        if options["rate"]:
            raise UsageError("--rate belongs to the daily message; add --ritual daily.")
        return
    for name in ("parameters", "periods", "eml", "pptx", "timeout"):
        if options[name]:
            given = "-p" if name == "parameters" else f"--{name}"
            raise UsageError(
                f"{given} has no meaning for the daily ritual, a message of one day; leave it out."
            )
    if options["gate"] != "none":
        raise UsageError("--gate holds pages back, and the daily ritual is a message; leave --gate out.")


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (equals and name.strip().isidentifier()):
        raise UsageError("-p wants NAME=VALUE, for example -p horizon_weeks=26.")
    return name.strip(), value
