"""Before anything runs: which notebooks, with which parameters, and which need not or cannot run."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from helpers import i18n, tables
from helpers.company import Company, Scope
from helpers.errors import DataError, UsageError
from helpers.report import keys, parameters, publish
from helpers.report.files import read_json

SHARED = ("company", "period", "market", "language")
NOT_IN_REPORT = ("learn",)
TIMEOUT_S = 600
RATES = "fx_rates"  # no page names them, and the money of any may be converted with them
GOOD = ("done", "unchanged")


@dataclass(frozen=True)
class Source:
    """A notebook as it lies in notebooks/: its parameters, or the sentence that says why it cannot run."""

    name: str
    path: Path
    nb: NotebookNode | None
    declared: dict[str, parameters.Parameter]
    fault: str | None = None

    @property
    def cmo(self) -> dict[str, Any]:
        """What the notebook says of itself."""
        return dict(self.nb.metadata.get("cmo", {})) if self.nb else {}

    @property
    def grain(self) -> str:
        """Grain of its period."""
        return self.cmo.get("grain", "month")

    @property
    def tables(self) -> list[str]:
        """Tables that it cannot do without."""
        return sorted(self.cmo.get("tables", {}))

    @property
    def reads(self) -> list[str]:
        """Tables that it reads, those it can do without among them."""
        return sorted({*self.tables, *self.cmo.get("optional", {})})

    @property
    def stage(self) -> int:
        """0 for a pillar, 1 for the scorecard, which reads what the pillars found."""
        return int(self.name.startswith("scorecard/"))


@dataclass(frozen=True)
class Step:
    """What a run does with one notebook: run it, or give it a status without running it."""

    source: Source
    status: str  # run, unchanged, skipped, refused
    reason: str | None = None
    parameters: dict[str, Any] | None = None
    key: str = ""


def sources(root: Path, wanted: tuple[str, ...] = (), *, profile: str | None = None) -> list[Source]:
    """Notebooks of the report, or those that are wanted.

    Parameters
    ----------
    wanted : names such as "crm/02-customer-lifetime-value", or pillars such as "crm"; empty means all.
    profile : leave out notebooks that are not for such a company, unless they are wanted by name.

    Raises
    ------
    UsageError : a wanted name is neither.
    """
    folder = root / "notebooks"
    names = sorted(
        path.relative_to(folder).with_suffix("").as_posix()
        for path in folder.glob("*/*.ipynb")
        if not path.name.startswith(("_", ".")) and not path.parent.name.startswith(".")
    )
    pillars = sorted({name.split("/")[0] for name in names})
    chosen = set() if wanted else {name for name in names if name.split("/")[0] not in NOT_IN_REPORT}
    for want in (text.removeprefix("notebooks/").removesuffix(".ipynb").strip("/") for text in wanted):
        found = [name for name in names if want in (name, name.split("/")[0])]
        if not found:
            near = difflib.get_close_matches(want, names + pillars, n=1)
            hint = f'did you mean "{near[0]}"?' if near else f"there are: {', '.join(names) or 'none'}."
            raise UsageError(f'there is no notebook or pillar "{want}"; {hint}')
        chosen.update(found)
    if not chosen:
        raise UsageError(
            f"there is no notebook in {folder}; run the command in the project's folder or set CMO_HOME."
        )
    found = [read(name, folder) for name in sorted(chosen)]
    anyone = bool(wanted) or profile is None
    profiled = [source for source in found if anyone or profile in (source.cmo.get("profiles") or [profile])]
    return sorted(profiled, key=lambda source: (source.stage, source.name))


def read(name: str, folder: Path) -> Source:
    """Read one notebook and look for what would keep it from running."""
    path = folder / f"{name}.ipynb"
    nb = None
    try:
        nb = nbformat.read(path, as_version=4)
        return Source(name, path, nb, parameters.check_notebook(nb, notebook=name))
    except DataError as error:
        return Source(name, path, nb, {}, str(error))
    except Exception as error:
        return Source(
            name, path, None, {}, f"{name}: not a notebook ({type(error).__name__}); restore the file."
        )


def own_parameters(found: list[Source], given: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Own parameters of each notebook, checked; each given name must be known to at least one.

    Raises
    ------
    UsageError : a name that no chosen notebook has or that has its own option, or a value of the wrong type.
    """
    known = {name for source in found for name in source.declared} - set(SHARED)
    for name in given:
        if name in SHARED:
            raise UsageError(f'parameter "{name}" is set with --{name}, not with -p.')
        if name not in known and not all(source.fault for source in found):
            where = found[0].name if len(found) == 1 else "the chosen notebooks"
            raise UsageError(parameters.unknown(name, sorted(known) or ["none"], where=where))
    return {
        source.name: parameters.check(
            source.declared,
            {name: value for name, value in given.items() if name in source.declared},
            notebook=source.name,
        )
        for source in found
    }


def step(
    source: Source,
    scope: Scope,
    own: dict[str, Any],
    *,
    run_period: str,
    environment: str,
    fingerprints: Any,
    previous: Path | None,
    force: bool,
) -> Step:
    """Decide what to do with one notebook.

    Parameters
    ----------
    scope, run_period : of the run; the notebook's own period is the one of its grain inside it.
    fingerprints : function of a table's name; None where the company does not have the table.
    previous : folder that the report shows now.
    """
    if source.fault:
        return Step(source, "refused", source.fault)
    for name in source.tables:
        if fingerprints(name) is None:
            return Step(source, "skipped", missing(name, scope.company, scope.language))
    there = [name for name in source.reads if fingerprints(name) is not None]
    for name in there:
        if fault := tables.fault(name, scope.company):
            return Step(source, "refused", fault)
    try:
        own_scope = tables.scope(
            scope.company.name, run_period, scope.market, scope.language, grain=source.grain
        )
        for name in source.tables:
            tables.load(name, own_scope)  # lazy: only whether there are rows for the market and the period
    except DataError as error:
        return Step(source, "skipped", _said(error, scope.language))
    shared = dict(
        zip(SHARED, (scope.company.name, own_scope.period.code, scope.market, scope.language), strict=True)
    )
    lacking = [name for name in SHARED if name not in source.declared]
    if lacking:
        return Step(source, "refused", f"{source.name}: the parameters cell has no {lacking[0]}; add it.")
    given = {**shared, **own}
    key = keys.run_key(
        source.nb,
        parameters={**{name: one.default for name, one in source.declared.items()}, **given},
        tables={name: found for name in (*there, RATES) if (found := fingerprints(name))},
        company=keys.company_digest(scope.company.folder),
        environment=environment,
    )
    if not force and previous and same(source.name, key, previous):
        return Step(source, "unchanged", None, given, key)
    return Step(source, "run", None, given, key)


def missing(table: str, company: Company, language: str) -> str:
    """Sentence for a notebook whose table is not there: which export and command bring it."""

    try:
        tables.rows(table, company)
    except (DataError, UsageError) as error:
        return _said(error, language)
    return f"{table}: the table came while the run was planned; run again."


def _said(error: Exception, language: str) -> str:
    """What an error says, in the reader's language as far as it can be said in it."""
    return i18n.translate(error.args[0], language)


def same(name: str, key: str, previous: Path) -> bool:
    """Whether the report already shows this very run of the notebook, with all of its pages."""
    entry = entries(previous).get(name)
    if entry is None or entry["key"] != key or entry["status"] not in GOOD:
        return False
    made = [*entry["pages"].values(), f"notebooks/{name}.ipynb"]
    return len(made) > 1 and all((previous / path).is_file() for path in made)


def entries(folder: Path) -> dict[str, dict[str, Any]]:
    """Entries of a run's notebooks in its run.json, by name."""
    return {entry["name"]: entry for entry in (read_json(folder / "run.json") or {}).get("notebooks", [])}


def last_good(name: str, previous: Path | None) -> Path | None:
    """Executed notebook of the last time it went well, as the report holds it."""
    if previous is None:
        return None
    status = entries(previous).get(name, {}).get("status")
    end = ".ipynb" if status in GOOD else ".last-good.ipynb"
    path = previous / "notebooks" / f"{name}{end}"
    return path if path in publish.files_of(name, previous) else None
