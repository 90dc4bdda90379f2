"""The papermill engine "cmo": runs one notebook in one kernel and tells the truth about how it went.

papermill's own engine reports success on dead runs: after a killed kernel or a cell timeout every cell says
"completed". Here a dead kernel, a timeout, a deadline and an early `sys.exit()` become an error output in the
cell that was running, and the notebook's metadata says of each cell whether it is done, failed or not run.

A cell's number is its place among the code cells of the source notebook, from 1: what Jupyter shows as In [7]
after "Run all". The cell that papermill injects counts as the parameters cell.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
import time
from pathlib import Path
from typing import Any

from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_output
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine
from papermill.log import logger
from papermill.utils import nb_kernel_name

from helpers.report.files import private_folder, write_atomically
from helpers.report.kernels import ForkingProvisioner, can_fork

INJECTED = "injected-parameters"
STATE = {"completed": "done", "failed": "failed"}


class CmoEngine(NBClientEngine):
    """papermill engine: unique IPC sockets a kernel, a deadline a run, truthful cell states."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str | None,
        log_output: bool = False,
        start_timeout: int = 120,
        execution_timeout: float | None = None,
        deadline_s: float | None = None,
        progress_file: str | Path | None = None,
        notebook_path: str | Path | None = None,
        input_path: str | None = None,
        stdout_file: Any = None,
        stderr_file: Any = None,
        **_: Any,
    ) -> NotebookNode:
        """Run the notebook that papermill prepared; never raises for what a cell or a kernel did.

        Parameters
        ----------
        execution_timeout : seconds a cell may take; deadline_s : seconds the whole notebook may take.
        progress_file : small JSON file, replaced at each cell start, that survives a `kill -9` of everything.
        notebook_path : where the source notebook lies; its folder is the kernel's working directory.
        """
        folder = Path(notebook_path or input_path or ".").resolve().parent
        private = private_folder()
        client = _Client(
            nb_man,
            private=private,
            deadline=None if deadline_s is None else time.monotonic() + deadline_s,
            deadline_s=deadline_s,
            progress_file=progress_file,
            kernel_name=nb_kernel_name(nb_man.nb, kernel_name),
            timeout=execution_timeout,
            startup_timeout=start_timeout,
            shutdown_kernel="immediate",
            resources={"metadata": {"path": str(folder)}},
            log=logger,
            log_output=log_output,
            stdout_file=stdout_file,
            stderr_file=stderr_file,
        )
        try:
            with (private / "kernel.log").open("wb") as log:
                client.execute(stdout=log, stderr=log)
        except Exception as error:  # the kernel did not start, or left without a word
            if not any(_state(cell) == "failed" for cell in nb_man.nb.cells):
                text = _last_line(private / "kernel.log") or str(error)
                client.fail(
                    client.current, "KernelStartError", f"the notebook's kernel could not run: {text}"
                )
        finally:
            record_states(nb_man.nb)
            shutil.rmtree(private, ignore_errors=True)
        return nb_man.nb


class _Client(PapermillNotebookClient):
    """papermill's client with our kernel connection, deadline, progress file and error outputs."""

    def __init__(
        self,
        nb_man: Any,
        *,
        private: Path,
        deadline: float | None,
        deadline_s: float | None,
        progress_file: str | Path | None,
        **options: Any,
    ) -> None:
        super().__init__(nb_man, **options)
        self.private = private
        self.deadline = deadline
        self.deadline_s = deadline_s
        self.progress_file = progress_file
        self.current = first_code_cell(nb_man.nb)

    def create_kernel_manager(self) -> Any:
        """One connection file and one set of sockets a kernel; without it parallel kernels share theirs."""
        manager = super().create_kernel_manager()
        manager.connection_file = str(self.private / "k.json")
        if sys.platform != "win32":
            manager.transport = "ipc"
            manager.ip = str(self.private / "k")
        if can_fork() and any(is_code(cell) and "helpers" in cell.source for cell in self.nb.cells):
            manager.provisioner = ForkingProvisioner(kernel_spec=manager.kernel_spec, parent=manager)
        return manager

    def execute(self, **kwargs: Any) -> NotebookNode:
        """Start the kernel, run the cells, stop the kernel."""
        self.reset_execution_trackers()
        if sys.platform == "win32":
            asyncio.set_event_loop_policy(asyncio.WindowsSelectorEventLoopPolicy())
        with self.setup_kernel(**kwargs):
            reply = self.wait_for_reply(self.kc.kernel_info())
            self.nb.metadata["language_info"] = reply["content"]["language_info"]
            self.papermill_execute_cells()
            self.set_widgets_metadata()
        return self.nb

    def papermill_execute_cells(self) -> None:
        """Run cell by cell and stop at the first that fails, whatever made it fail."""
        for index, cell in enumerate(self.nb.cells):
            self.current = index
            try:
                self.nb_man.cell_start(cell, index)
                if is_code(cell):
                    self._write_progress(index)
                    self._refuse_when_late()
                self.execute_cell(cell, index)
            except CellExecutionError as error:
                self.nb_man.cell_exception(self.nb.cells[index], cell_index=index, exception=error)
                self._explain_exit(index)
                break
            except DeadKernelError:
                self.fail(
                    index, "DeadKernelError", "the kernel died while this cell ran (killed, or out of memory)"
                )
                break
            except (CellTimeoutError, TimeoutError):
                self.fail(index, "CellTimeoutError", self._why_late())
                break
            finally:
                self.nb_man.cell_complete(self.nb.cells[index], cell_index=index)

    def fail(self, index: int, ename: str, evalue: str) -> None:
        """Mark a cell as failed and leave an error output in it, so that nothing looks completed."""
        cell = self.nb.cells[index]
        if is_code(cell):
            cell.outputs = [
                *cell.get("outputs", []),
                new_output("error", ename=ename, evalue=evalue, traceback=[f"{ename}: {evalue}"]),
            ]
        self.nb_man.cell_exception(cell, cell_index=index)

    def _get_timeout(self, cell: NotebookNode | None) -> float | None:
        left = None if self.deadline is None else max(0.01, self.deadline - time.monotonic())
        known = [seconds for seconds in (super()._get_timeout(cell), left) if seconds]
        return min(known) if known else None

    def _refuse_when_late(self) -> None:
        if self.deadline is not None and time.monotonic() >= self.deadline:
            raise TimeoutError

    def _why_late(self) -> str:
        if self.deadline is not None and time.monotonic() >= self.deadline - 0.05:
            return f"the notebook took longer than its {self.deadline_s:g} s"
        if self.timeout:
            return f"this cell took longer than {self.timeout:g} s"
        return "the output of this cell did not arrive in time"

    def _explain_exit(self, index: int) -> None:
        outputs = self.nb.cells[index].get("outputs", [])
        if any(out.output_type == "error" and out.ename == "SystemExit" for out in outputs):
            self.fail(index, "StoppedEarly", "the notebook called sys.exit() here; no later cell ran")

    def _write_progress(self, index: int) -> None:
        if self.progress_file:
            cell, of = cell_number(self.nb, index)
            write_atomically(
                Path(self.progress_file), json.dumps({"cell": cell, "of": of, "pid": os.getpid()})
            )


def is_code(cell: NotebookNode) -> bool:
    """Whether the cell is one that a kernel runs."""
    return cell.cell_type == "code" and bool(cell.source.strip())


def first_code_cell(nb: NotebookNode) -> int:
    """Index of the first code cell, or 0."""
    return next((index for index, cell in enumerate(nb.cells) if is_code(cell)), 0)


def cell_number(nb: NotebookNode, index: int) -> tuple[int, int]:
    """Number of the cell at `index` and how many there are, counted as in the source notebook."""
    own = [is_code(cell) and INJECTED not in cell.metadata.get("tags", []) for cell in nb.cells]
    return max(1, sum(own[: index + 1])), sum(own)


def record_states(nb: NotebookNode) -> None:
    """Write `metadata.cmo_run`: the state, how many cells are done, failed and not run, and the failure."""
    cells = {"done": 0, "failed": 0, "not_run": 0}
    failure = None
    for index, cell in enumerate(nb.cells):
        if not is_code(cell):
            continue
        state = _state(cell)
        cell.metadata["cmo_state"] = state
        if INJECTED not in cell.metadata.get("tags", []) or state == "failed":
            cells[state.replace(" ", "_")] += 1
        if state == "failed":
            failure = {"cell": cell_number(nb, index)[0], **_error(cell)}
    state = "failed" if failure else "done"
    nb.metadata["cmo_run"] = {
        **nb.metadata.get("cmo_run", {}),
        "state": state,
        "cells": cells,
        "failure": failure,
    }


def _state(cell: NotebookNode) -> str:
    return STATE.get(cell.metadata.get("papermill", {}).get("status"), "not run")


def _error(cell: NotebookNode) -> dict[str, str]:
    errors = [out for out in cell.get("outputs", []) if out.output_type == "error"]
    return (
        {"ename": errors[-1].ename, "evalue": errors[-1].evalue}
        if errors
        else {"ename": "Error", "evalue": ""}
    )


def _last_line(path: Path) -> str:
    lines = path.read_text(encoding="utf-8", errors="replace").strip().splitlines() if path.exists() else []
    return lines[-1] if lines else ""
