"""What may be kept of an error: our own messages are written to be read by anyone, any other may quote a row."""

from __future__ import annotations

import copy
import re

from nbconvert.filters import strip_ansi
from nbformat import NotebookNode

OWN_ERRORS = (
    "DataError",
    "NothingToReportError",
    "UsageError",
    "DeadKernelError",
    "CellTimeoutError",
    "StoppedEarly",
    "KernelStartError",
)
NAMES_ONLY = ("ImportError", "ModuleNotFoundError", "NameError", "SyntaxError")
HIDDEN = "its message may quote a row, so no page keeps it; run the notebook in JupyterLab to see it"
MESSAGE = re.compile(r"\s*(?P<name>[A-Za-z_][\w.]*): ")


def is_public(name: str) -> bool:
    """Tell whether the message of an error of this name may be published: it names no more than code, or is ours."""
    return name in OWN_ERRORS or name in NAMES_ONLY


def without_messages(nb: NotebookNode) -> NotebookNode:
    """Return a copy of an executed notebook whose errors keep their name and place, and no message that may quote a row."""
    made = copy.deepcopy(nb)
    for cell in made.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                output.traceback = [_bare(line) for line in output.traceback]
                output.evalue = output.evalue if is_public(output.ename) else HIDDEN
    failure = made.metadata.get("cmo_run", {}).get("failure")
    if failure and not is_public(failure["ename"]):
        failure["evalue"] = HIDDEN
    return made


def said(failure: dict) -> str:
    """Return what run.json, a page and the terminal say of a failure."""
    name, message = failure["ename"], failure["evalue"]
    if name in OWN_ERRORS:
        return message
    return f"{name}: {message.splitlines()[0]}" if name in NAMES_ONLY else f"{name}; {HIDDEN}"


def _bare(line: str) -> str:
    """A line of a traceback, without the message where it ends in one."""
    found = MESSAGE.match(strip_ansi(line))
    return line if not found or is_public(found["name"].split(".")[-1]) else f"{found['name']}: {HIDDEN}"
