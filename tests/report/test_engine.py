"""The engine tells the truth about dead kernels, time-outs and early exits."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest
from papermill.exceptions import PapermillExecutionError
from papermill.execute import execute_notebook, remove_error_markers

from helpers.report.files import read_json, sweep_private_folders

PARAMETERS = 'period: str = "2017-12"  # month'


def write_notebook(path: Path, *cells: str, parameters: str | None = PARAMETERS) -> Path:
    nb = nbformat.v4.new_notebook()
    nb.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    if parameters is not None:
        nb.cells.append(nbformat.v4.new_code_cell(parameters, metadata={"tags": ["parameters"]}))
    nb.cells += [nbformat.v4.new_code_cell(cell) for cell in cells]
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(nb, path)
    return path


def run(path: Path, **options):
    """Executed notebook, without papermill's own notices; papermill must raise exactly when a cell failed."""
    out = path.with_suffix(".out.ipynb")
    options = {"engine_name": "cmo", "progress_bar": False, "parameters": {"period": "2016-01"}, **options}
    try:
        execute_notebook(path, out, notebook_path=path, **options)
        raised = False
    except PapermillExecutionError:
        raised = True
    nb = remove_error_markers(nbformat.read(out, as_version=4))
    assert raised == (nb.metadata.cmo_run["state"] == "failed")
    return nb


def states(nb) -> list[str]:
    return [cell.metadata["cmo_state"] for cell in nb.cells if cell.cell_type == "code"]


def test_a_good_run_is_done_from_first_to_last_cell(tmp_path):
    nb = run(write_notebook(tmp_path / "nb.ipynb", "x = period", "print(x)"))
    assert states(nb) == ["done"] * 4
    assert nb.metadata.cmo_run == {
        "state": "done",
        "cells": {"done": 3, "failed": 0, "not_run": 0},
        "failure": None,
    }
    assert nb.cells[-1].outputs[0].text == "2016-01\n"


@pytest.mark.parametrize(
    ("cell", "options", "ename", "says"),
    [
        ("import os; os.kill(os.getpid(), 9)", {}, "DeadKernelError", "the kernel died"),
        ("import time; time.sleep(60)", {"execution_timeout": 1}, "CellTimeoutError", "longer than 1 s"),
        ("import time; time.sleep(60)", {"deadline_s": 12}, "CellTimeoutError", "longer than its 12 s"),
        ("import sys; sys.exit()", {}, "StoppedEarly", "sys.exit()"),
        ("1 / 0", {}, "ZeroDivisionError", "division by zero"),
    ],
)
def test_a_run_that_breaks_off_names_its_cell_and_leaves_the_rest_not_run(
    tmp_path, cell, options, ename, says
):
    path = write_notebook(tmp_path / "nb.ipynb", "x = 1", cell, "x = 2")
    nb = run(path, **options)
    assert states(nb) == ["done", "done", "done", "failed", "not run"]
    run_state = nb.metadata.cmo_run
    assert run_state["cells"] == {"done": 2, "failed": 1, "not_run": 1}
    assert run_state["failure"]["cell"] == 3
    assert run_state["failure"]["ename"] == ename
    assert says in run_state["failure"]["evalue"]
    broken = next(cell for cell in nb.cells if cell.metadata.get("cmo_state") == "failed")
    assert any(output.output_type == "error" for output in broken.outputs)


def test_a_deadline_also_stops_a_notebook_of_many_short_cells(tmp_path):
    path = write_notebook(tmp_path / "nb.ipynb", *["import time; time.sleep(0.4)"] * 20)
    began = time.monotonic()
    nb = run(path, deadline_s=2)
    assert nb.metadata.cmo_run["failure"]["ename"] == "CellTimeoutError"
    assert nb.metadata.cmo_run["cells"]["not_run"] > 5
    assert time.monotonic() - began < 8


def test_a_kernel_that_cannot_start_is_a_failure_of_the_first_cell(tmp_path):
    path = write_notebook(tmp_path / "nb.ipynb", "x = 1")
    nb = nbformat.read(path, as_version=4)
    nb.metadata.kernelspec.name = "no-such-kernel"
    nbformat.write(nb, path)
    nb = run(path)
    assert nb.metadata.cmo_run["failure"]["ename"] == "KernelStartError"
    assert "done" not in states(nb)


def test_the_progress_file_says_which_cell_is_running(tmp_path):
    progress = tmp_path / "progress.json"
    path = write_notebook(
        tmp_path / "nb.ipynb", "x = 1", f"print(open({str(progress)!r}).read())", "import os; os._exit(3)"
    )
    nb = run(path, progress_file=progress)
    assert '"cell": 3, "of": 4' in nb.cells[-2].outputs[0].text
    assert read_json(progress)["cell"] == 4


def test_the_kernel_works_in_the_folder_of_its_notebook_and_the_caller_stays_where_it_is(tmp_path):
    here = Path.cwd()
    nb = run(write_notebook(tmp_path / "deep" / "nb.ipynb", "import os; print(os.getcwd())"))
    assert nb.cells[-1].outputs[0].text.strip() == str((tmp_path / "deep").resolve())
    assert Path.cwd() == here


def test_eight_kernels_at_once_do_not_meet(tmp_path):
    paths = [write_notebook(tmp_path / f"{n}.ipynb", f"print({n})") for n in range(8)]
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(run, paths))
    assert [nb.cells[-1].outputs[0].text for nb in done] == [f"{n}\n" for n in range(8)]


def test_no_socket_or_connection_file_is_left_behind(tmp_path, monkeypatch):
    private = tmp_path / "t"
    private.mkdir()
    monkeypatch.setattr("helpers.report.files._temporary", lambda: private)
    run(write_notebook(tmp_path / "nb.ipynb", "import os; os.kill(os.getpid(), 9)"))
    assert list(private.iterdir()) == []
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    for pid in (ended.pid, os.getpid()):
        (private / f"cmo-{pid}-x").mkdir()
    sweep_private_folders()
    assert [path.name for path in private.iterdir()] == [f"cmo-{os.getpid()}-x"]


def test_papermill_by_hand_goes_on_working_with_its_own_engine(tmp_path):
    path = write_notebook(tmp_path / "nb.ipynb", "print(period)")
    out = tmp_path / "out.ipynb"
    command = [
        sys.executable,
        "-m",
        "papermill",
        str(path),
        str(out),
        "-p",
        "period",
        "2026-09",
        "--no-progress-bar",
    ]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "PYTHONWARNINGS": "ignore"})
    assert nbformat.read(out, as_version=4).cells[-1].outputs[0].text == "2026-09\n"
