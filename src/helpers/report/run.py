"""One run: plan the notebooks of a report, execute what changed, publish the whole in one step.

The order matters: all that can be refused is refused before the first kernel starts; a run is made in
reports/.runs/<id>; the report that people read changes in one step at the very end.
"""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from helpers import company, periods, tables
from helpers.company import Scope
from helpers.errors import DataError, LockedError
from helpers.report import (
    facts,
    frame,
    front,
    gate,
    history,
    keys,
    lock,
    plan,
    pool,
    publish,
    rituals,
    stages,
)
from helpers.report.files import sweep_private_folders
from helpers.report.forward import extras
from helpers.report.worker import now

NOTHING, LOCKED, MIXED = 3, 4, 1


def tell(text: str) -> None:
    """Say a line of progress."""
    print(text, flush=True)


def warn(text: str) -> None:
    """Say a line that is no progress."""
    print(text, file=sys.stderr, flush=True)


@dataclass(frozen=True)
class RunRequest:
    """What to run. Empty periods mean the last complete month in the data; empty notebooks mean all."""

    company: str
    periods: tuple[str, ...] = ("",)
    markets: tuple[str, ...] = ("ALL",)
    language: str = "en"
    notebooks: tuple[str, ...] = ()
    parameters: dict[str, Any] = field(default_factory=dict)
    jobs: int | None = None
    force: bool = False
    timeout_s: float | None = None
    eml: bool = False
    pptx: bool = False
    ritual: str | None = None
    gate: str = "none"
    say: Callable[[str], None] = tell
    warn: Callable[[str], None] = warn
    executor: Callable[[int], Executor] | None = None


@dataclass(frozen=True)
class RunResult:
    """What came of it: the exit code, each report's path and the content of its run.json."""

    exit_code: int
    reports: tuple[tuple[Path, dict[str, Any]], ...] = ()


def run(request: RunRequest) -> RunResult:
    """Run every report of the request, one after the other.

    Returns
    -------
    RunResult with exit code 0 (all good or skipped), 1 (some failed), 3 (nothing could run), 4 (locked) or
    5 (held back by the gate; the folder of that run is its path).

    Raises
    ------
    UsageError : an unknown company, notebook, period, market, language or parameter; nothing has run.
    DataError, LockedError : the only report of the request has no data, or is being written by another run.
    """
    found = plan.sources(company.root(), request.notebooks, profile=company.read(request.company).profile)
    if request.ritual:
        found = rituals.notebooks(rituals.find(request.ritual), found)
    own = plan.own_parameters(found, request.parameters)
    scopes = _scopes(request)
    codes: list[int] = []
    made: list[tuple[Path, dict[str, Any]]] = []
    with stages.workers(request.jobs, request.executor) as workers:
        for scope, code in scopes:
            exit_code, report = _attempt(request, scope, code, found, own, workers, alone=len(scopes) == 1)
            codes.append(exit_code)
            made += [report] if report else []
    return RunResult(codes[0] if len(set(codes)) == 1 else MIXED, tuple(made))


def _scopes(request: RunRequest) -> list[tuple[Scope | DataError, str]]:
    """Scope and period code of each report; among others, a period without data is an error of its own."""
    firm = company.read(request.company)
    codes = [
        period.code
        for text in request.periods
        for period in (
            [None] if text in ("", "last") else periods.span(text, fiscal_year_start=firm.fiscal_year_start)
        )
        if period is not None
    ] or [""]
    pairs = [(code, market) for market in request.markets for code in codes]
    found: list[tuple[Scope | DataError, str]] = []
    for code, market in pairs:
        default = rituals.find(request.ritual).grain if request.ritual else "month"
        grain = periods.parse(code, fiscal_year_start=firm.fiscal_year_start).grain if code else default
        try:
            scope = tables.scope(firm.name, code, market, request.language, grain=grain)
        except DataError as error:
            if len(pairs) == 1:
                raise
            found.append((error, f"{code} {market}"))
            continue
        found.append((scope, scope.period.code))
    return found


def _attempt(
    request: RunRequest,
    scope: Scope | DataError,
    code: str,
    found: list[plan.Source],
    own: dict[str, dict[str, Any]],
    workers: pool.Workers,
    *,
    alone: bool,
) -> tuple[int, tuple[Path, dict[str, Any]] | None]:
    """Make one report; when it is not the only one, what keeps it from being made is only said."""
    if isinstance(scope, DataError):
        request.warn(f"{code}: {scope}")
        return NOTHING, None
    try:
        return _report(request, scope, code, found, own, workers)
    except LockedError as error:
        if alone:
            raise
        request.warn(str(error))
        return LOCKED, None


def _report(
    request: RunRequest,
    scope: Scope,
    code: str,
    found: list[plan.Source],
    own: dict[str, dict[str, Any]],
    workers: pool.Workers,
) -> tuple[int, tuple[Path, dict[str, Any]] | None]:
    """Make one report under its lock."""
    reports = company.root() / "reports"
    where = (scope.company.name, code, scope.market, scope.language)
    report = reports.joinpath(*where)
    run_id = history.new_id()
    with lock.hold(reports, where, run_id=run_id):
        publish.sweep(report)
        history.bury_dead(reports, own=where, say=request.warn)
        sweep_private_folders()
        previous = publish.published(report)
        known = facts.Facts(scope)
        environment = keys.environment_digest(scope.language, root=company.root())
        steps = [
            plan.step(
                source,
                scope,
                own[source.name],
                run_period=code,
                environment=environment,
                fingerprints=known.fingerprint,
                previous=previous,
                force=request.force,
            )
            for source in found
        ]
        if not any(one.status in ("run", "unchanged") for one in steps):
            for one in steps:
                request.say(stages.line({"name": one.source.name, "status": one.status, "error": one.reason}))
            return NOTHING, None
        run_dir = history.begin(reports, where, run_id)
        try:
            run_json = _make(request, scope, code, steps, run_dir, previous, known, workers, report=report)
            if not run_json["held"]:
                publish.switch(run_dir, report)
        except BaseException:
            shutil.rmtree(run_dir, ignore_errors=True)
            raise
        history.finish(run_dir if run_dir.exists() else report)
    if lacking := run_json["untranslated"]:
        request.warn(
            f"{len(lacking)} messages have no translation to {scope.language} and stay English: run.json lists them"
        )
    if run_json["held"]:
        return _held(request, run_json, run_dir, previous)
    request.say(f"report: {_shown(report / 'index.html')}")
    return run_json["exit_code"], (report, run_json)


def _held(
    request: RunRequest, run_json: dict[str, Any], run_dir: Path, previous: Path | None
) -> tuple[int, tuple[Path, dict[str, Any]]]:
    """Say why the report stays as it is, and where the run that was held back lies."""
    for row in run_json["held"]:
        request.warn(gate.sentence(row))
    stays = "the report shown before is unchanged" if previous else "there is no earlier report to show"
    request.warn(f"held back by the gate; {stays}; what was held back: {_shown(run_dir / 'index.html')}")
    return run_json["exit_code"], (run_dir, run_json)


def _make(
    request: RunRequest,
    scope: Scope,
    code: str,
    steps: list[plan.Step],
    run_dir: Path,
    previous: Path | None,
    known: facts.Facts,
    workers: pool.Workers,
    *,
    report: Path,
) -> dict[str, Any]:
    """Run the notebooks and write the run's own files; return the content of run.json."""
    began = time.monotonic()
    read = [name for one in steps if one.status in ("run", "unchanged") for name in one.source.reads]
    head = facts.head(scope, code, run_dir.name, known, read)
    head["started_at"] = now()
    if request.ritual:
        head |= {"ritual": request.ritual, "audience": rituals.find(request.ritual).audience}
    kept = (
        plan.entries(previous) if previous and not request.ritual else ()
    )  # a ritual shows its own pages alone
    names = {one.source.name for one in steps} | set(kept)
    head["pillars"] = frame.in_order({name.split("/")[0] for name in names})
    done = stages.outcomes(
        steps,
        run_dir,
        previous,
        head,
        workers=workers,
        timeout_s=request.timeout_s,
        say=request.say,
    )
    head["held"] = gate.held(
        request.gate, [one.entry for one in done], {one.entry["name"]: one.rows for one in done}
    )
    head["exit_code"] = gate.HELD if head["held"] else stages.exit_code([one.entry for one in done])
    if request.notebooks:
        done += stages.carried(previous, run_dir, {one.source.name for one in steps})
    head |= {"finished_at": now(), "seconds": round(time.monotonic() - began, 2)}
    forwarded = partial(extras.make, eml=request.eml, pptx=request.pptx, warn=request.warn)
    return front.write(
        run_dir, head, done, scope=scope, report=report, forwarded=forwarded, warn=request.warn
    )


def _shown(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
