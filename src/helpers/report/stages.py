"""The notebooks of one report: run in processes, taken over where unchanged, kept where they were good."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from helpers import company
from helpers.report import history, plan, pool, publish
from helpers.report.files import read_json
from helpers.report.worker import EMPTY, Job, Outcome, entry, work

FAILED_STATES = ("failed", "timeout", "refused")


def exit_code(entries: list[dict[str, Any]]) -> int:
    """1 when a notebook failed, took too long or was refused, else 0."""
    return int(any(one["status"] in FAILED_STATES for one in entries))


def line(entry: dict[str, Any]) -> str:
    """Progress line of one notebook: "crm/01-retention-cohorts  done  6.2 s"."""
    seconds = f"  {entry['seconds']:.1f} s" if entry["status"] in ("done", "failed", "timeout") else ""
    reason = f"  {entry['error']}" if entry.get("error") else ""
    return f"{entry['name']}  {entry['status']}{seconds}{reason}"


def outcomes(
    steps: list[plan.Step],
    run_dir: Path,
    previous: Path | None,
    head: dict[str, Any],
    *,
    workers: pool.Workers,
    timeout_s: float | None,
    say: Callable[[str], None],
) -> list[Outcome]:
    """Do what the plan says, pillars first, and say one line a notebook as it ends.

    Parameters
    ----------
    steps : the plan; run_dir : the run in the making; previous : folder that the report shows now.
    head : what run.json says of the run as a whole.
    timeout_s : seconds each may take, in place of its own limit.
    """
    done: dict[str, Outcome] = {}
    took = {name: entry["seconds"] for name, entry in plan.entries(previous).items()} if previous else {}
    for stage in sorted({one.source.stage for one in steps}):
        tasks = []
        for one in (one for one in steps if one.source.stage == stage):
            job = _job(one, run_dir, previous, head, timeout_s)
            if one.status == "run" or (one.status == "refused" and job.last_good):
                tasks.append(job)
                continue
            done[job.name] = _at_rest(job, one, previous)
            say(line(done[job.name].entry))
        # the longest first, so that none of them is left alone at the end; of one not seen yet nothing is known
        tasks.sort(key=lambda job: -took.get(job.name, math.inf))
        for job, outcome in _run_all(tasks, workers):
            done[job.name] = outcome
            say(line(outcome.entry))
    return [done[one.source.name] for one in steps]


def workers(jobs: int | None, executor: Callable[[int], Executor] | None) -> pool.Workers:
    """Processes for `jobs` notebooks at once (None: as many as there are processors, at most 4)."""
    jobs = jobs or min(4, os.cpu_count() or 1)
    home = str(company.root().resolve())
    return pool.Workers(jobs, executor or partial(pool.open_pool, threads=1 if jobs > 1 else None, home=home))


def carried(previous: Path | None, run_dir: Path, asked: set[str]) -> list[Outcome]:
    """Notebooks of the report that were not asked for: they stay in it as they are."""
    if previous is None:
        return []
    folder = company.root() / "notebooks"
    names = [
        name for name in plan.entries(previous) if name not in asked and (folder / f"{name}.ipynb").is_file()
    ]
    return [_bring(name, previous, run_dir) for name in names]


def _run_all(tasks: list[Job], workers: pool.Workers) -> Iterator[tuple[Job, Outcome]]:
    """Run jobs in processes; one whose process died twice shows its last good page instead."""
    for job, outcome in pool.fan_out(work, tasks, workers):
        if outcome is None:
            at = read_json(history.progress_file(job.run_dir, job.name))
            where = f"cell {at['cell']} of {at['of']}: " if at else ""
            error = f"{where}its process died twice (killed, or out of memory); try --jobs 1"
            values = {"status": "failed", "cell": at and at["cell"], "error": error}
            again = replace(job, blocked=values)
            outcome = next(result for _, result in pool.fan_out(work, [again], workers))
            outcome = outcome or Outcome(entry(job, **values), {**EMPTY, "title": job.name})
        yield job, outcome


def _job(
    one: plan.Step, run_dir: Path, previous: Path | None, head: dict[str, Any], timeout_s: float | None
) -> Job:
    source = one.source
    own = ("company_title", "period", "period_label", "market", "language", "pillars")
    page = {name: head[name] for name in own}
    provenance = {name: head[name] for name in ("data_until", "commit", "versions", "run_id")}
    provenance["tables"] = {name: head["tables"][name] for name in source.reads if name in head["tables"]}
    return Job(
        name=source.name,
        source=source.path.resolve(),
        run_dir=run_dir.resolve(),
        parameters=one.parameters or {},
        timeout_s=float(timeout_s or source.cmo.get("timeout_s") or plan.TIMEOUT_S),
        page={**page, "notebook": source.name, "title": source.name, "provenance": provenance},
        key=one.key,
        last_good=plan.last_good(source.name, previous),
        blocked={"status": "refused", "error": one.reason} if one.status == "refused" else {},
    )


def _at_rest(job: Job, one: plan.Step, previous: Path | None) -> Outcome:
    """What becomes of a notebook that is not run."""
    if one.status == "unchanged":
        before = _bring(job.name, previous, job.run_dir)
        return replace(before, entry={**before.entry, "status": "unchanged"})
    return Outcome(entry(job, one.status, error=one.reason), {**EMPTY, "title": job.name})


def _bring(name: str, previous: Path, run_dir: Path) -> Outcome:
    """Take a notebook's pages and rows over from the report as it is."""
    publish.bring(name, previous, run_dir)
    rows = (read_json(previous / "kpis.json") or {}).get("notebooks", {})
    return Outcome(plan.entries(previous)[name], rows.get(name, {**EMPTY}))
