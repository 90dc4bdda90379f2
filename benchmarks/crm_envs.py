"""The rivals of the tables of `crm.py`, their environments and what they are asked."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import rivals
from rivals import CLEARLY, Losses, NotMeasuredError

from helpers.methods.lifetime import MODELS

WORKER = Path(__file__).with_name("crm_tools.py")
OURS = "helpers"
RIVALS = {
    "lifetimes": "lifetimes==0.11.3",
    "clvkit": "clvkit==0.2.1",
    "pymc-marketing": "pymc-marketing==0.19.2",  # the newest that Python 3.11 can install
    "scikit-uplift": "scikit-uplift==0.5.1",
}
HAS = {"lifetimes": tuple(MODELS), "clvkit": ("BG/NBD", "MBG/NBD"), "pymc-marketing": tuple(MODELS)}
__all__ = ["CLEARLY", "HAS", "OURS", "RIVALS", "Losses", "NotMeasuredError", "install", "measure", "save"]


def install(tool: str, *, may: bool = True) -> str:
    """Make the rival's environment unless it is there; how long it took, in words."""
    return rivals.install(tool, RIVALS[tool], may=may)


def measure(tool: str, task: str, table: Path, *, limit: float, **options) -> dict:
    """What `crm_tools.py` answers about a table, from the tool's own Python."""
    python = sys.executable if tool == OURS else rivals.python_in(tool)
    return rivals.ask(python, WORKER, tool, task, str(table), limit=limit, **options)


def save(folder: str, table: pd.DataFrame) -> Path:
    """The table as a file that every tool's Python reads."""
    path = Path(folder) / "table.npz"
    np.savez(path, **{name: table[name].to_numpy() for name in table})
    return path
