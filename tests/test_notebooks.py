"""What holds for every notebook of the collection."""

import ast
import itertools
import re
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted(p for p in (ROOT / "notebooks").rglob("*.ipynb") if ".ipynb_checkpoints" not in p.parts)
PAGES = [path for path in NOTEBOOKS if not path.name.startswith("_")]
TAGS = {
    "parameters", "answer", "leadership", "method", "teaching", "solution", "hide-input", "nbval-check-output", "nbval-skip",
}  # fmt: skip
STANDARD = ["company", "period", "market", "language"]
PILLARS = {"positioning", "activation", "crm", "brand", "csr", "scorecard"}

every = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
page = pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)


def read(path):
    return nbformat.read(path, as_version=4)


def cells(path, kind=None, tag=None):
    return [
        cell for cell in read(path).cells
        if (kind is None or cell.cell_type == kind) and (tag is None or tag in cell.metadata.get("tags", []))
    ]  # fmt: skip


def code(path):
    return "\n".join(cell.source for cell in cells(path, "code"))


def prose(path):
    return "\n".join(cell.source for cell in cells(path, "markdown"))


def test_there_are_notebooks():
    assert len(PAGES) >= 2 and (ROOT / "notebooks" / "_template.ipynb") in NOTEBOOKS


@every
def test_it_is_a_valid_notebook_with_a_kernelspec(path):
    nbformat.validate(read(path))
    assert read(path).metadata.kernelspec.name == "python3"


@every
def test_its_tags_are_known(path):
    used = {tag for cell in read(path).cells for tag in cell.metadata.get("tags", [])}
    assert used <= TAGS


@every
def test_it_has_one_h1_and_headings_in_order(path):
    levels = [len(mark) for mark in re.findall(r"^(#+) ", prose(path), flags=re.MULTILINE)]
    assert levels.count(1) == 1 and levels[0] == 1
    assert all(b - a <= 1 for a, b in itertools.pairwise(levels))


@every
def test_its_parameters_are_typed_literals_with_the_four_that_all_have(path):
    (cell,) = cells(path, "code", "parameters")
    names = []
    for line, node in zip(cell.source.splitlines(), ast.parse(cell.source).body, strict=True):
        assert isinstance(node, ast.AnnAssign) and "#" in line, f"{line}: write name: type = value  # meaning"
        ast.literal_eval(node.value)
        names.append(node.target.id)
    assert names[:4] == STANDARD


@every
def test_it_defines_nothing_and_reads_and_writes_nothing_by_itself(path):
    tree = ast.parse(code(path))
    assert not [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef)
    ]
    assert not re.search(
        r"filterwarnings|^\s*[!%]|\bopen\(|read_csv|to_csv|requests|urllib|\.to_parquet",
        code(path),
        re.MULTILINE,
    )


@every
def test_its_metadata_say_what_it_is(path):
    about = read(path).metadata.cmo
    needed = {"id", "pillar", "grain", "rituals", "profiles", "tables", "timeout_s"}
    assert needed <= set(about) <= needed | {"optional"}
    assert about["id"] == path.relative_to(ROOT / "notebooks").with_suffix("").as_posix()
    assert about["pillar"] in PILLARS and about["timeout_s"] > 0
    from helpers import tables

    optional = set(about.get("optional", {}))
    assert set(about["tables"]) | optional <= set(tables.TABLES)
    assert not optional & set(about["tables"]), "a table is needed or it is not"


@every
def test_it_loads_the_tables_that_it_declares(path):
    loaded = set(re.findall(r'tables\.load\("(\w+)"', code(path)))
    assert loaded == set(read(path).metadata.cmo["tables"])
    can_do_without = set(re.findall(r'tables\.optional\("(\w+)"', code(path)))
    assert can_do_without == set(read(path).metadata.cmo.get("optional", {}))


@every
def test_only_pinned_cells_keep_an_output_and_each_does(path):
    for cell in cells(path, "code"):
        pinned = "nbval-check-output" in cell.metadata.get("tags", [])
        assert bool(cell.outputs) == pinned, cell.source[:60]
        assert (cell.execution_count is not None) == pinned
        for output in cell.outputs:
            assert output.output_type == "stream" and output.text.strip(), "a pinned cell prints plain text"


@page
def test_it_is_short(path):
    lines = [line for line in code(path).splitlines() if line.strip()]
    assert 10 <= len(cells(path, "code")) <= 20 and len(lines) <= 120
    assert 700 <= len(prose(path).split()) <= 1500


@page
def test_leadership_gets_answer_checks_chart_figures_and_decision(path):
    assert len(cells(path, "code", "answer")) == 1
    shown = "\n".join(cell.source for cell in cells(path, "code", "leadership"))
    for call in ("kpi.show(", "charts.show(", "checks.show(", "checks.show_decisions("):
        assert call in shown, call
    assert cells(path, "markdown", "leadership")[0].source.startswith("# ")
    assert cells(path, tag="method") and cells(path, tag="teaching") and cells(path, tag="solution")


@page
def test_no_figure_of_the_data_is_typed_into_leadership_prose(path):
    for cell in [*cells(path, "markdown", "leadership"), *cells(path, "markdown", "answer")]:
        found = re.findall(r"(?<![\w.])\d+(?:[.,]\d+)?\s?(?:%|€|\$|points)", cell.source.replace("90 %", ""))
        assert not found, found
