"""What the tables beside rivals share: an environment for each of them, measurements in processes of their own, losses."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BUILD = Path(__file__).resolve().parents[1] / "build" / "bench"
INSTALL_SECONDS = 900
CLEARLY = 0.01  # a figure is better when it is so by more than this share


class NotMeasuredError(Exception):
    """Why there is no figure, in a few words."""


class Losses(list):
    """Figures in which a rival is better than ours."""

    def judge(self, what: str, tool: str, theirs: float, ours: float, *, shown: str = "{:.3g}") -> None:
        """Note the rival's figure where it is below ours by more than 1 %."""
        if theirs < ours * (1 - CLEARLY):
            self.append(f"{what}: {tool} {shown.format(theirs)}, ours {shown.format(ours)}")


def python_in(folder: str) -> str:
    """The Python of the environment in that folder of build/bench."""
    return str(BUILD / folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python"))


def install(folder: str, *requirements: str, may: bool = True, python: str = "") -> str:
    """Make an environment unless it is there; how long it took, in words.

    Parameters
    ----------
    folder : its name under build/bench.
    requirements : what pip installs, at fixed versions.
    may : False installs nothing.
    python : a command such as "python3.12" where this Python is too old for the rival.

    Raises
    ------
    NotMeasuredError : it cannot be made, with the last line of what pip said.
    """
    made, wanted = BUILD / folder / "installed", " ".join(requirements)
    if made.is_file() and made.read_text() == wanted:
        return "installed before"
    if not may:
        raise NotMeasuredError("not installed before, and --quick installs nothing.")
    own = shutil.which(python) if python else sys.executable
    if own is None:
        raise NotMeasuredError(f"{python} is not on the PATH")
    BUILD.mkdir(parents=True, exist_ok=True)
    start = time.perf_counter()
    pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", *requirements]
    for words in ([own, "-m", "venv", "--clear", str(BUILD / folder)], [python_in(folder), *pip]):
        run(words, limit=INSTALL_SECONDS, what=f"installing {wanted}")
    made.write_text(wanted)
    return f"installed in {time.perf_counter() - start:.0f} s"


def tools(wanted: dict[str, tuple[str, ...]], *, may: bool) -> dict[str, str]:
    """Python of each tool that there is, ours first, by name; prints how each was got or why it is left out."""
    found = {"helpers": sys.executable}
    for name, requirements in wanted.items():
        try:
            print(f"{name}: {install(name, *requirements, may=may)}")
            found[name] = python_in(name)
        except NotMeasuredError as reason:
            print(f"{name}: skipped, {reason}")
    return found


def ask(python: str, worker: Path, *words: str, limit: float, **options) -> dict:
    """What a worker script answers, run by a Python of its own: it gets the words, a path for its answer, and the options.

    Raises
    ------
    NotMeasuredError : it failed, or was not done after `limit` seconds.
    """
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "answer.json"
        run([python, str(worker), *words, str(answer), json.dumps(options)], limit=limit, what=words[0])
        return json.loads(answer.read_text())


def run(words: list[str], *, limit: float, what: str) -> None:
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
