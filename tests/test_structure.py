"""What holds for the whole tree: imports go one way, the environment agrees with itself, licences permit."""

import ast
import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
HELPERS = ROOT / "src" / "helpers"

# Each part may import those before it, in this order, and itself; DESIGN: errors <- tables, kpi, checks <- rollups,
# methods <- pillars. A part that is not listed here fails the test, so a new one has to be placed.
MAY_IMPORT = {
    "errors": set(),
    "periods": {"errors"},
    "i18n": {"errors"},
    "rules": {"errors"},
    "factors": {"errors"},
    "company": {"errors", "periods"},
    "display": set(),
    "checks": {"display", "i18n"},
    "tables": {"errors", "company", "periods", "i18n"},
    "privacy": {"errors", "rules", "company", "tables"},
    "kpi": {"i18n", "checks", "company", "display", "periods", "errors", "privacy"},
    "rollups": {"errors", "i18n", "tables"},
    "methods": {"errors", "i18n", "rules"},
    "whatif": {"display", "i18n", "methods"},
    "charts": {"i18n"},
    "pillars": {
        "errors",
        "kpi",
        "checks",
        "company",
        "factors",
        "rollups",
        "methods",
        "i18n",
        "periods",
        "privacy",
        "rules",
        "tables",
        "whatif",
    },
    "sources": {"errors", "rules", "tables"},
    "sample": {"errors", "company", "tables", "rules"},
    "ingest": {"errors", "company", "privacy", "sources", "start", "tables"},
    "daily": {"errors", "company", "periods", "i18n", "tables", "rollups", "methods", "rules"},
    "record": {"company", "errors", "kpi", "methods", "tables"},
    "quality": {"errors", "company", "periods", "i18n", "tables", "checks", "privacy"},
    "report": {
        *("errors", "company", "periods", "i18n", "tables", "kpi", "checks", "record", "whatif", "charts"),
        *("display", "privacy", "quality"),
    },
    "docs": {"tables", "pillars", "kpi", "errors"},
    "start": {"errors", "company", "i18n", "tables"},
    "catalogues": {"docs", "i18n", "rules", "start", "tables"},
    "cli_exports": {"company", "errors", "ingest", "sources"},
    "pulling": {"company", "errors", "periods", "sources"},
    "chores": {"catalogues", "errors", "company", "i18n", "report"},
    "cli_people": {"company", "errors", "privacy"},
    "cli": {
        *(
            "chores",
            "cli_exports",
            "company",
            "daily",
            "docs",
            "errors",
            "i18n",
            "ingest",
            "periods",
            "report",
            "sample",
        ),
        *("cli_people", "pulling", "quality", "start", "tables"),
    },
}
FREE = {"helpers"}  # a bare `import helpers` brings nothing in


def modules() -> list[Path]:
    return sorted(HELPERS.rglob("*.py"))


def part(path: Path) -> str:
    return path.relative_to(HELPERS).parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "helpers":
            names = (
                [node.module.split(".")[1]] if "." in node.module else [alias.name for alias in node.names]
            )
            found.update(names)
        if isinstance(node, ast.Import):
            found.update(
                alias.name.split(".")[1] for alias in node.names if alias.name.startswith("helpers.")
            )
    return found - {"__version__"}


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(HELPERS)))
def test_imports_go_one_way(path):
    own = part(path)
    if own == "__init__":
        assert imported(path) == set()
        return
    assert own in MAY_IMPORT, f"{own} has no place in MAY_IMPORT; add it where it belongs"
    assert imported(path) <= MAY_IMPORT[own] | {own}, f"{own} imports what stands after it"


def test_pillars_do_not_import_each_other_and_methods_know_no_pillar():
    names = {path.stem for path in (HELPERS / "pillars").glob("*.py")} - {"__init__"}
    for path in (HELPERS / "pillars").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        for other in names - {path.stem}:
            assert f"pillars.{other}" not in text and f"pillars import {other}" not in text
    for path in (HELPERS / "report").rglob("*.py"):
        assert "helpers.pillars" not in path.read_text(encoding="utf-8"), (
            f"{path.name}: report knows no pillar"
        )


def locked() -> dict[str, list[str]]:
    """Package name -> the versions pinned (more than one where Pythons differ)."""
    found: dict[str, list[str]] = {}
    for line in (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines():
        if match := re.match(r"([A-Za-z0-9_.-]+)==([^ ;\\]+)", line):
            found.setdefault(match[1].lower().replace("_", "-"), []).append(match[2])
    return found


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_the_lock_pins_every_dependency_that_pyproject_names():
    wanted = [
        *project()["dependencies"],
        *project()["optional-dependencies"]["data"],
        *project()["optional-dependencies"]["dev"],
        *project()["optional-dependencies"]["slides"],
    ]
    names = {re.match(r"[A-Za-z0-9_.-]+", line)[0].lower().replace("_", "-") for line in wanted}
    assert names <= set(locked())


def test_the_lock_has_a_hash_for_each_package_and_names_no_index():
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    for block in re.split(r"\n(?=[A-Za-z0-9])", text.strip()):
        assert "--hash=sha256:" in block, block.splitlines()[0]
    assert not re.search(r"https?://|index-url|find-links|trusted-host", text)


def test_environment_yml_is_python_pip_and_the_same_lock():
    lines = [
        line.split("#")[0].rstrip()
        for line in (ROOT / "environment.yml").read_text(encoding="utf-8").splitlines()
    ]
    listed = [line.strip()[2:] for line in lines if line.strip().startswith("- ")]
    assert listed == [
        "conda-forge",
        f"python {project()['requires-python']}",
        "pip",
        "pip:",
        "-r requirements.lock",
    ]


def test_the_packages_the_project_is_named_for_are_dependencies():
    wanted = " ".join([*project()["dependencies"], *project()["optional-dependencies"]["dev"]])
    for name in ("jupyterlab", "pandas", "matplotlib", "seaborn", "statsmodels", "papermill", "nbval"):
        assert name in wanted


def test_no_dependency_caps_pandas_below_3():
    for name in locked():
        try:
            needs = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue  # for another system or Python
        for line in needs:
            if re.match(r"pandas\b", line) and "extra ==" not in line:
                assert not re.search(r"<=?\s*[12](\.|$|,|;)", line.split(";")[0]), f"{name}: {line}"


COPYLEFT = re.compile(r"\b(A?GPL|GNU (AFFERO )?GENERAL PUBLIC)", re.IGNORECASE)
LESSER = re.compile(r"LGPL|LESSER|LIBRARY GENERAL", re.IGNORECASE)


def licences(name: str) -> list[str]:
    about = metadata.metadata(name)
    short = [
        about.get("License-Expression") or "",
        (about.get("License") or "").splitlines()[0] if about.get("License") else "",
    ]
    return [
        text
        for text in [*short, *(about.get_all("Classifier") or [])]
        if text.startswith("License ::") or text in short
    ]


@pytest.mark.parametrize("name", sorted(locked()))
def test_nothing_in_the_lock_is_gpl(name):
    try:
        found = licences(name)
    except metadata.PackageNotFoundError:
        pytest.skip(f"{name} is for another system or Python")
    # A choice ("MIT OR GPL", or several classifiers) that has a permissive side is permissive; exceptions of a library
    # in a wheel are not ours.
    choice = [text for text in found if "Mozilla Public License" in text]
    strict = [
        text for text in found if COPYLEFT.search(text) and not LESSER.search(text) and " OR " not in text
    ]
    assert not strict or choice, f"{name}: {strict}"
    assert any(found), f"{name} states no licence; look it up and list it in docs/decisions.md"


def test_no_file_of_the_project_holds_a_path_of_one_machine_or_a_registry():
    bad = re.compile(r"/(?:root|home/\w+|Users/\w+)/|pypi\." + r"org|files\.pythonhosted", re.IGNORECASE)
    for path in [
        *ROOT.glob("*"),
        *HELPERS.rglob("*"),
        *(ROOT / "docs").rglob("*"),
        *(ROOT / "notebooks").rglob("*"),
    ]:
        if path.is_file() and path.suffix in {
            ".py",
            ".md",
            ".toml",
            ".yml",
            ".ipynb",
            ".lock",
            ".css",
            ".j2",
            "",
        }:
            found = bad.search(path.read_text(encoding="utf-8", errors="ignore"))
            assert not found, f"{path.name}: {found[0]}"


@pytest.mark.parametrize("command", [["check"], ["format", "--check"]], ids=lambda words: words[0])
def test_code_and_notebooks_are_in_order(command):
    ruff = Path(sys.executable).with_name("ruff")
    made = subprocess.run([ruff, *command, "--no-cache", ROOT], capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stdout[-2000:]


def unstable_sorts(code):
    """Lines that sort rows by one column without saying that ties keep their order."""
    for node in ast.walk(ast.parse(code)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        is_rows = node.func.attr == "sort_values"
        if not is_rows and node.func.attr != "argsort":
            continue
        by = node.args[0] if is_rows and node.args else None
        by = next((word.value for word in node.keywords if word.arg == "by"), by)
        several = isinstance(by, ast.List | ast.Tuple) and len(by.elts) > 1  # pandas keeps ties in order here
        if not several and not any(word.arg == "kind" for word in node.keywords):
            yield node.lineno


def test_ties_keep_their_order_on_every_processor():
    """numpy's default sort orders ties by what the processor can do, and the figures with them."""
    found = [
        f"{path.relative_to(HELPERS)}:{line}"
        for path in HELPERS.rglob("*.py")
        for line in unstable_sorts(path.read_text(encoding="utf-8"))
    ]
    assert not found, f'{found}: say kind="stable"'


@pytest.mark.parametrize(
    ("code", "is_bad"),
    [
        ('t.sort_values("a")', True),
        ('t.sort_values(by="a")', True),
        ("np.argsort(a)", True),
        ('t.sort_values("a", kind="stable")', False),
        ('t.sort_values(["a", "b"])', False),
    ],
)
def test_an_unstable_sort_is_seen(code, is_bad):
    assert bool(list(unstable_sorts(code))) is is_bad


def test_every_make_target_is_a_cmo_command_and_stands_in_docs_windows():
    targets = re.findall(
        r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    windows = (ROOT / "docs" / "windows.md").read_text(encoding="utf-8")
    from helpers.cli import cli

    for target in set(targets) - {"help"}:
        assert target in cli.commands, f"make {target} has no cmo {target}"
        assert f"`cmo {target}" in windows, f"docs/windows.md: cmo {target} is missing"
