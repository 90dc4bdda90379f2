"""Commands for those who work on the project: JupyterLab, tests, packages, notebooks in git."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import click

from helpers.errors import UsageError

PARALLEL = ("-n", "auto", "--maxprocesses", "2", "--dist", "loadfile")
PYTHONS = ("3.11", "3.12", "3.13")
NOISE = re.compile(r"nanobind: |\s+- (leaked |\.\.\. skipped)")


@click.command(context_settings={"ignore_unknown_options": True})
@click.option("--language", metavar="CODE", default="en", help="Open copies translated to this language.")
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def lab(language: str, options: tuple[str, ...]) -> int:
    """Open JupyterLab on the notebooks. Options are passed on to it.

    With --language, translated copies are made in build/lab/<language> for teaching; a copy that you have changed is kept.

    \b
    Examples:
      cmo lab
      cmo lab --language fr
      cmo lab --no-browser --port 8899
    """
    from helpers import company, i18n

    folder = company.root() / "notebooks"
    if i18n.base(i18n.check(language)) != i18n.SOURCE:
        from helpers.report import copies

        folder, kept = copies.translated(folder, company.root() / "build" / "lab" / language, language)
        for name in kept:
            click.echo(f"{name}: your changed copy is kept; delete it to get a new one")
    return _call("-m", "jupyterlab", f"--ServerApp.root_dir={folder}", *options)


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def test(options: tuple[str, ...]) -> int:
    """Run every test, the notebooks' own included.

    Tests run on up to two processors, a file on one of them. Options are passed on to pytest.

    \b
    Examples:
      cmo test
      cmo test -x -n 0
    """
    from helpers.report.pool import THREADS

    for name in THREADS:  # several processes share the processors
        os.environ.setdefault(name, "1")
    code = _call("-m", "helpers.cli", "ingest", "--if-needed")  # the notebooks run on the default company
    code = code or _call("-m", "pytest", "tests", *PARALLEL, *options)
    notebooks = _call(
        "-m",
        "pytest",
        "--nbval-lax",
        "--nbval-current-env",
        "--nbval-cell-timeout=300",
        "notebooks",
        *PARALLEL,
        *options,
    )
    return code or notebooks


@click.command()
@click.option("--check", is_flag=True, help="Only say what is missing; change nothing.")
def translations(check: bool) -> int:
    """Bring the catalogues of translations up to date.

    New messages come into src/helpers/locale/<language>/LC_MESSAGES/*.po with an empty translation; those that nobody says
    any more go. Says how many have none yet.

    \b
    Examples:
      cmo translations
      cmo translations --check
    """
    from helpers import catalogues, i18n

    lacking = 0
    for language in i18n.languages()[1:]:
        if not check:
            catalogues.update(language, _root())
        missing = catalogues.missing(language, _root())
        for row in missing:
            click.echo(f"{language}: {row.where}: {row.id if isinstance(row.id, str) else row.id[0]}")
        lacking += len(missing)
    click.echo(f"{lacking} messages without a translation")
    return int(check and lacking > 0)


@click.command("test-all")
def test_all() -> int:
    """Run every test on each supported Python that is installed.

    Makes .venv-3.11, .venv-3.12 and .venv-3.13 from requirements.lock; a Python that is not there is named and
    skipped.

    \b
    Example:
      cmo test-all
    """
    for version in PYTHONS:
        start = _interpreter(version)
        if start is None:
            click.echo(f"Python {version} is not installed: skipped")
            continue
        click.echo(f"Python {version}")
        venv = _root() / f".venv-{version}"
        python = str(venv / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python"))
        code = 0 if venv.is_dir() else _shell(*start, "-m", "venv", str(venv))
        code = code or _install(python) or _shell(python, "-m", "helpers.cli", "test")
        if code:
            return code
    return 0


def _interpreter(version: str) -> list[str] | None:
    """Return the words that start this Python, or None when it does not run here."""
    for words in ([f"python{version}"], ["py", f"-{version}"]):
        try:
            if subprocess.run([*words, "-c", ""], capture_output=True, check=False).returncode == 0:
                return words
        except OSError:
            continue
    return None


@click.command()
def setup() -> int:
    """Install exactly what requirements.lock pins.

    To be done after an update of the project.

    \b
    Example:
      cmo setup
    """
    return _install(sys.executable)


def _install(python: str) -> int:
    """Install the pinned packages and the project itself for this Python, with uv when it is there."""
    if uv := shutil.which("uv"):
        start = [uv, "pip", "install", "--quiet", "--python", python]
    else:
        quiet = ["--quiet", "--disable-pip-version-check", "--no-compile"]
        start = [python, "-m", "pip", "install", *quiet]
    code = _shell(*start, "--require-hashes", "-r", str(_root() / "requirements.lock"))
    return code or _shell(*start, "--no-deps", "--no-build-isolation", "-e", str(_root()))


@click.command("format")
def format_() -> int:
    """Put code and notebooks in order: ruff, and no notebook output that is not pinned.

    \b
    Example:
      cmo format
    """
    from helpers.report import pins

    code = _call("-m", "ruff", "check", "--quiet", "--fix", ".") or _call(
        "-m", "ruff", "format", "--quiet", "."
    )
    click.echo(f"{len(pins.clean())} notebooks stripped of outputs")
    return code


@click.command()
def coverage() -> int:
    """See whether the intervals cover: 200 redraws a method. Takes minutes.

    \b
    Example:
      cmo coverage
    """
    studies = sorted((_root() / "benchmarks").glob("coverage_*.py"))
    return max((_call(str(study)) for study in studies), default=0)


@click.command()
def bench() -> int:
    """Measure speed, memory and accuracy beside rivals, as tables.

    Needs 8 GB of disk for a while, and the network once: rivals are installed into environments of their own under
    build/bench. One that cannot be is named and skipped.

    \b
    Example:
      cmo bench
    """
    return max(
        _call(str(_root() / "benchmarks" / name))
        for name in (
            "ingest.py",
            "crm.py",
            "activation.py",
            "positioning.py",
            "brand.py",
            "rollups.py",
            "sample.py",
        )
    )


@click.command()
def lock() -> int:
    """Pin every package again from pyproject.toml.

    Needs the tool uv.

    \b
    Example:
      cmo lock
    """
    uv = shutil.which("uv")
    if uv is None:
        raise UsageError(
            "cmo lock needs uv, which is not on this machine; install it (pip install uv) and try again."
        )
    return _shell(
        uv,
        "pip",
        "compile",
        "pyproject.toml",
        "--universal",
        "--generate-hashes",
        "--no-emit-index-url",
        "--no-header",
        "--no-annotate",
        "--extra",
        "data",
        "--extra",
        "dev",
        "--extra",
        "slides",
        "--upgrade",
        "--quiet",
        "-o",
        "requirements.lock",
    )


@click.command()
@click.option(
    "--notebook", "notebooks", multiple=True, metavar="NAME", help="Only this notebook; may be repeated."
)
def pin(notebooks: tuple[str, ...]) -> None:
    """Store the notebook outputs that the tests compare.

    Runs the notebooks on the default company. To be done after a figure has changed on purpose; the change
    then shows in git.

    \b
    Examples:
      cmo pin
      cmo pin --notebook crm/01-retention-cohorts
    """
    from helpers.report import pins, plan

    paths = [source.path for source in plan.sources(_root(), notebooks)] if notebooks else None
    for path in (changed := pins.pin(paths)):
        click.echo(f"{path.parent.name}/{path.stem}")
    click.echo(f"{len(changed)} notebooks changed")


def _call(*words: str) -> int:
    """Run this Python with some words, and pass its errors on without the noise of libraries."""
    process = subprocess.Popen([sys.executable, *words], cwd=_root(), stderr=subprocess.PIPE, text=True)
    try:
        for text in process.stderr or ():
            if not NOISE.match(text):
                sys.stderr.write(text)
        return process.wait()
    except KeyboardInterrupt:
        process.wait()
        raise


def _shell(*words: str) -> int:
    return subprocess.run(words, cwd=_root(), check=False).returncode


def _root() -> Path:
    from helpers import company

    return company.root()


COMMANDS = (lab, translations, test, test_all, setup, lock, format_, pin, coverage, bench)
