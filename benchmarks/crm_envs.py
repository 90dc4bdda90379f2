"""What the tables of `crm.py` share: an environment for each rival, measurements in processes of their own, losses."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.methods.lifetime import MODELS

BUILD = Path(__file__).resolve().parents[1] / "build" / "bench"
WORKER = Path(__file__).with_name("crm_tools.py")
OURS = "helpers"
RIVALS = {
    "lifetimes": "lifetimes==0.11.3",
    "clvkit": "clvkit==0.2.1",
    "pymc-marketing": "pymc-marketing==0.19.2",  # the newest that Python 3.11 can install
    "scikit-uplift": "scikit-uplift==0.5.1",
}
HAS = {"lifetimes": tuple(MODELS), "clvkit": ("BG/NBD", "MBG/NBD"), "pymc-marketing": tuple(MODELS)}
INSTALL_SECONDS = 900
CLEARLY = 0.01  # a figure is better when it is so by more than this share


class NotMeasuredError(Exception):
    """Why there is no figure, in a few words."""


def python_of(tool: str) -> str:
    if tool == OURS:
        return sys.executable
    return str(BUILD / tool / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python"))


def install(tool: str, *, may: bool = True) -> str:
    """Make the rival's environment unless it is there; how long it took, in words.

    Raises
    ------
    NotMeasuredError : it cannot be made, with the last line of what pip said.
    """
    made = BUILD / tool / "installed"
    if made.is_file() and made.read_text() == RIVALS[tool]:
        return "installed before"
    if not may:
        raise NotMeasuredError("not installed before, and --quick installs nothing.")
    BUILD.mkdir(parents=True, exist_ok=True)
    start = time.perf_counter()
    pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", RIVALS[tool]]
    for words in ([sys.executable, "-m", "venv", "--clear", str(BUILD / tool)], [python_of(tool), *pip]):
        _run(words, limit=INSTALL_SECONDS, what=f"installing {RIVALS[tool]}")
    made.write_text(RIVALS[tool])
    return f"installed in {time.perf_counter() - start:.0f} s"


def measure(tool: str, task: str, table: Path, *, limit: float, **options) -> dict:
    """What `crm_tools.py` answers about a table, from the tool's own Python.

    Raises
    ------
    NotMeasuredError : it failed, or was not done after `limit` seconds.
    """
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "answer.json"
        words = [python_of(tool), str(WORKER), tool, task, str(table), str(answer), json.dumps(options)]
        _run(words, limit=limit, what=task)
        return json.loads(answer.read_text())


def _run(words: list[str], *, limit: float, what: str) -> None:
    """Run in a session of its own, so that whatever it starts ends with it."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name != "PYTHONPATH" or words[0] == sys.executable
    }
    kept["PYTENSOR_FLAGS"] = f"base_compiledir={BUILD / 'pytensor'}"
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(
            words, env=kept, stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True
        )
        try:
            code = process.wait(timeout=limit)
        except subprocess.TimeoutExpired:
            raise NotMeasuredError(f"not done after {limit:.0f} s") from None
        finally:
            _end(process)
        if code:
            said.seek(0)
            last = (said.read().strip().splitlines() or [f"exit code {code}"])[-1]
            raise NotMeasuredError(f"{what} failed: {last[:120]}")


def _end(process: subprocess.Popen) -> None:
    if process.poll() is None:
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


class Losses(list):
    """Figures in which a rival is better than ours."""

    def judge(self, what: str, tool: str, theirs: float, ours: float, *, shown: str = "{:.3g}") -> None:
        if theirs < ours * (1 - CLEARLY):
            self.append(f"{what}: {tool} {shown.format(theirs)}, ours {shown.format(ours)}")


def save(folder: str, table: pd.DataFrame) -> Path:
    """The table as a file that every tool's Python reads."""
    path = Path(folder) / "table.npz"
    np.savez(path, **{name: table[name].to_numpy() for name in table})
    return path
