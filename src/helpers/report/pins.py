"""Pinned outputs: the few text outputs that stay in git, so that a test can compare a notebook with itself.

A cell tagged `nbval-check-output` prints rounded plain text. Its stored output is what the tests compare; all
other outputs and execution counts are removed, so notebooks in git hold no data and show no noise in a diff.
"""

from __future__ import annotations

import copy
import tempfile
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from helpers import company
from helpers.errors import DataError

PINNED = "nbval-check-output"
KEPT_METADATA = ("tags",)


def strip(nb: NotebookNode) -> NotebookNode:
    """The notebook without outputs and execution counts but those of pinned cells; kernel and tags stay."""
    clean = copy.deepcopy(nb)
    for cell in clean.cells:
        cell.metadata = NotebookNode(
            {key: cell.metadata[key] for key in KEPT_METADATA if cell.metadata.get(key)}
        )
        if cell.cell_type == "code" and not is_pinned(cell):
            cell.outputs, cell.execution_count = [], None
    clean.metadata = NotebookNode(
        {key: nb.metadata[key] for key in ("cmo", "kernelspec", "language_info") if key in nb.metadata}
    )
    return clean


def unpinned(nb: NotebookNode) -> list[int]:
    """Numbers, from 1, of the pinned code cells that have no stored output: nbval would pass them unseen."""
    code = [cell for cell in nb.cells if cell.cell_type == "code"]
    return [
        number
        for number, cell in enumerate(code, start=1)
        if is_pinned(cell) and not (cell.outputs and cell.execution_count)
    ]


def is_pinned(cell: NotebookNode) -> bool:
    """Whether the cell's output is kept and compared."""
    return PINNED in cell.metadata.get("tags", [])


def notebooks(root: Path | None = None) -> list[Path]:
    """All notebooks of the project, the template included."""
    folder = (root or company.root()) / "notebooks"
    return sorted(path for path in folder.rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts)


def clean(paths: list[Path] | None = None) -> list[Path]:
    """Strip notebooks in place; return those that changed."""
    paths = notebooks() if paths is None else paths
    return [path for path in paths if _write(path, strip(_read(path)))]


def pin(paths: list[Path] | None = None) -> list[Path]:
    """Run notebooks as they are, on the default company, and store the outputs of their pinned cells.

    Returns the notebooks that changed.

    Raises
    ------
    DataError : a notebook fails; nothing of it is stored.
    """
    changed = []
    for path in notebooks() if paths is None else paths:
        nb = _read(path)
        if any(is_pinned(cell) for cell in nb.cells) and _write(path, strip(_pinned(path, nb))):
            changed.append(path)
    return changed


def _pinned(path: Path, nb: NotebookNode) -> NotebookNode:
    """The notebook with the outputs of a fresh run in its pinned cells."""
    from papermill.exceptions import PapermillExecutionError
    from papermill.execute import execute_notebook

    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.ipynb"
        try:
            execute_notebook(str(path), str(out), engine_name="cmo", progress_bar=False, notebook_path=path)
        except PapermillExecutionError as error:
            raise DataError(
                f"{path.stem}: cell {error.exec_count} fails ({error.ename}); nothing was pinned."
            ) from None
        executed = _read(out)
    pinned = copy.deepcopy(nb)
    for cell, ran in zip(pinned.cells, executed.cells, strict=True):
        if cell.cell_type == "code" and is_pinned(cell):
            cell.outputs, cell.execution_count = ran.outputs, ran.execution_count
    return pinned


def _read(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)


def _write(path: Path, nb: NotebookNode) -> bool:
    text = nbformat.writes(nb, version=nbformat.NO_CONVERT).rstrip() + "\n"
    if path.read_text(encoding="utf-8") == text:
        return False
    path.write_text(text, encoding="utf-8", newline="\n")
    return True
