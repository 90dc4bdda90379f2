"""What `cmo doctor` looks at: the installation and one company's folder, each as a line with what to do."""

from __future__ import annotations

import importlib.metadata
import re
import shutil
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path

from helpers import company
from helpers.company import Company
from helpers.errors import DataError, UsageError
from helpers.report import history, lock, plan
from helpers.report.files import read_json

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
PYTHONS = ((3, 11), (3, 13))
ROOM_GB = 2


@dataclass(frozen=True)
class Finding:
    """One line: ok, note (nothing to do) or problem."""

    state: str
    text: str

    def __str__(self) -> str:
        """The line as it is printed."""
        return f"{self.state:8} {self.text}"


def examine(name: str | None = None) -> Iterator[Finding]:
    """Look at the installation and at a company's folder (the default one when no name is given)."""
    root = company.root()
    yield _python()
    yield from _packages(root)
    yield _kernel()
    yield _browser()
    yield from _notebooks(root)
    yield from _company(name or company.default_name())
    yield from _runs(root / "reports")
    yield _disk(root)


def newer_than_tidy(chosen: Company) -> str | None:
    """Why the tidy tables should be made again, or None: they are missing, or older than their origin."""
    from helpers import tables

    if not tables.available(chosen):
        return "there are no tidy tables"
    made = min(path.stat().st_mtime for path in chosen.tidy.glob("*/*.parquet"))
    package = Path(__file__).resolve().parents[1]
    origins = {
        "the company's raw files are": chosen.raw.rglob("*"),
        "company.toml is": [chosen.folder / "company.toml"],
        "a table kept by hand is": [
            path for path in chosen.folder.glob("*.csv") if path.stem in tables.TABLES
        ],
        "one of the company's maps is": (chosen.folder / "maps").glob("*.toml"),
        "the import itself is": [
            *(package / "sources").rglob("*.*"),
            *(package / "tables").rglob("*.py"),
            package / "tables.toml",
            *(package / "ingest").rglob("*.py"),
        ],
    }
    for what, paths in origins.items():
        files = [path for path in paths if path.is_file() and "__pycache__" not in path.parts]
        if any(path.stat().st_mtime > made for path in files):
            return f"{what} newer than the tidy tables"
    return None


def _python() -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    fits = PYTHONS[0] <= sys.version_info[:2] <= PYTHONS[1]
    return (
        Finding("ok", f"Python {version}")
        if fits
        else Finding(
            "problem", f"Python {version} is not supported; install 3.11, 3.12 or 3.13 and run make setup"
        )
    )


def _packages(root: Path) -> Iterator[Finding]:
    path = root / "requirements.lock"
    if not path.is_file():
        yield Finding("problem", f"there is no {path.name} in {root}; restore it with git")
        return
    from packaging.requirements import Requirement

    locked = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if re.match(r"[A-Za-z0-9]", line):
            one = Requirement(line.rstrip("\\ ").split(" --hash")[0])
            if one.specifier and (one.marker is None or one.marker.evaluate()):
                locked[_normal(one.name)] = str(next(iter(one.specifier)).version)
    installed = {_normal(dist.name): dist.version for dist in importlib.metadata.distributions()}
    wrong = [
        f"{name} {installed.get(name, 'missing')}"
        for name, version in locked.items()
        if installed.get(name) != version
    ]
    if wrong:
        some = ", ".join(wrong[:5]) + (" …" if len(wrong) > 5 else "")
        yield Finding(
            "problem", f"{len(wrong)} of {len(locked)} packages are not as locked ({some}); run make setup"
        )
    else:
        yield Finding("ok", f"{len(locked)} packages as in {path.name}")
    if not (root / "pyproject.toml").is_file():
        return
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project.get("optional-dependencies", {})
    chosen = project["dependencies"] + [
        one for name in ("data", "dev", "slides") for one in extras.get(name, [])
    ]
    late = [
        one.name
        for one in map(Requirement, chosen)
        if _normal(one.name) not in locked or locked[_normal(one.name)] not in one.specifier
    ]
    yield (
        Finding("problem", f"{path.name} does not fit pyproject.toml ({', '.join(late)}); run make lock")
        if late
        else (Finding("ok", f"{path.name} is in step with pyproject.toml"))
    )


def _kernel() -> Finding:
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    try:
        command = KernelSpecManager().get_kernel_spec("python3").argv[0]
    except NoSuchKernel:
        return Finding("problem", "there is no python3 kernel; run make setup")
    mine = command in ("python", "python3") or Path(command).resolve() == Path(sys.executable).resolve()
    return (
        Finding("ok", "notebooks run on this Python (kernel python3)")
        if mine
        else Finding(
            "problem",
            f"the kernel python3 is another Python ({command}); run: jupyter kernelspec remove python3",
        )
    )


def _browser() -> Finding:
    found = next((name for name in BROWSERS if shutil.which(name)), None)
    return (
        Finding("ok", f"browser for the tests: {found}")
        if found
        else Finding("note", "no Chromium here: the browser tests are skipped, reports do not need it")
    )


def _notebooks(root: Path) -> Iterator[Finding]:
    try:
        found = plan.sources(root)
    except UsageError as error:
        yield Finding("problem", str(error))
        return
    faults = [source.fault for source in found if source.fault]
    yield from (Finding("problem", fault) for fault in faults)
    if not faults:
        yield Finding("ok", f"{len(found)} notebooks can run")


def _company(name: str) -> Iterator[Finding]:
    from helpers import tables

    try:
        chosen = company.read(name)
        yield Finding("ok", f"company {name}: {chosen.title}, {', '.join(chosen.markets)}, {chosen.currency}")
        reason = newer_than_tidy(chosen)
        found = sorted(tables.available(chosen))
        if found:
            faults = [fault for fault in (tables.fault(table, chosen) for table in found) if fault]
            yield from (Finding("problem", fault) for fault in faults)
            if not faults:
                first, last = tables.data_span(chosen)
                yield Finding("ok", f"{len(found)} tidy tables, {first} to {last}: {', '.join(found)}")
        if chosen.is_imported:
            yield _retention(chosen)
        if reason and chosen.is_imported:
            yield Finding("problem", f"{reason}; run: cmo ingest --company {name}")
        elif not found:
            text = f"{reason}; put one a folder into {chosen.tidy}, as docs/tables.md says"
            yield Finding("problem", text)
    except (DataError, UsageError) as error:
        yield Finding("problem", str(error))


def _retention(chosen: Company) -> Finding:
    """How long rows are kept; a table of [retention_months] that cannot be meant is a problem."""
    from helpers.privacy import retention

    kept = sorted(retention.months(chosen).values(), key=lambda one: (one.months, one.table))
    said = ", ".join(
        f"{', '.join(one.table for one in some)} {months} months"
        for months, some in groupby(kept, key=lambda one: one.months)
    )
    return Finding("ok", f"rows are kept: {said}; other tables without a limit (docs/personal-data.md)")


def _runs(reports: Path) -> Iterator[Finding]:
    for run_dir in history.unfinished(reports):
        note = read_json(run_dir / history.WORKING / "run.json") or {}
        scope = tuple(note.get("scope") or ("", "", "", ""))
        if lock.is_free(reports, scope):
            yield Finding("note", f"{history.death_notice(run_dir)} The next run removes what is left of it.")
        else:
            yield Finding("note", f"run {run_dir.name} is being made ({' '.join(scope)})")
    count = len([path for path in (reports / ".runs").glob("*") if path.is_dir()])
    shown = [path / "run.json" for path in history.published_runs(reports)]
    newest = max((path.stat().st_mtime for path in shown), default=None)
    last = f", the last published {datetime.fromtimestamp(newest):%Y-%m-%d %H:%M}" if newest else ""
    yield Finding("ok", f"{count} runs kept{last}")


def _disk(root: Path) -> Finding:
    free = shutil.disk_usage(root).free / 1e9
    return (
        Finding("ok", f"{free:.0f} GB of disk free")
        if free >= ROOM_GB
        else Finding("problem", f"{free:.1f} GB of disk free; remove old runs with: cmo prune --keep 6")
    )


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
