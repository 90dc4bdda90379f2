"""Translated copies of the notebooks, to open in JupyterLab and to teach from."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat

from helpers import i18n
from helpers.report.files import write_atomically
from helpers.report.keys import digest

LANGUAGE_LINE = re.compile(r'^(language: str = )"[^"]*"', re.MULTILINE)


def translated(source: Path, target: Path, language: str) -> tuple[Path, list[str]]:
    """Write the notebooks of a folder in a language; return the folder and the copies that were kept.

    Markdown is translated and the parameter `language` set, so that computed words follow; outputs are left out. A copy
    that was changed since it was made is kept as it is.
    """
    kept = []
    for path in sorted([*source.glob("*/*.ipynb"), *source.glob("_*.ipynb")]):
        if ".ipynb_checkpoints" in path.parts:
            continue
        copy = target / path.relative_to(source)
        if copy.is_file() and _changed(copy):
            kept.append(copy.relative_to(target).as_posix())
            continue
        nb = nbformat.read(path, as_version=4)
        for cell in nb.cells:
            if cell.cell_type == "markdown":
                cell.source = i18n.markdown(cell.source, language)
                continue
            cell.outputs, cell.execution_count = [], None
            if "parameters" in cell.metadata.get("tags", []):
                cell.source = LANGUAGE_LINE.sub(rf'\1"{language}"', cell.source)
        nb.metadata["cmo_copy"] = _digest(nb)
        write_atomically(copy, nbformat.writes(nb))
    return target, kept


def _changed(copy: Path) -> bool:
    nb = nbformat.read(copy, as_version=4)
    return nb.metadata.get("cmo_copy") != _digest(nb)


def _digest(nb: nbformat.NotebookNode) -> str:
    return digest([[cell.cell_type, cell.source] for cell in nb.cells])
