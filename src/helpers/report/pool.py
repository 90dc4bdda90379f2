"""Fan work out over processes, so that a notebook that takes its process down takes nothing else with it."""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, as_completed
from typing import Any

from helpers.report.quiet import silence, skip_slow_import

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def open_pool(jobs: int, *, threads: int | None = None, home: str | None = None) -> ProcessPoolExecutor:
    """Processes that run notebooks.

    Parameters
    ----------
    jobs : how many at once.
    threads : how many threads the numerical libraries of each kernel may use; None leaves it to them.
    home : the project folder, for the kernels.
    """
    context = multiprocessing.get_context("spawn")
    with _without_tracker_warning():
        return ProcessPoolExecutor(jobs, mp_context=context, initializer=prepare, initargs=(threads, home))


class Workers:
    """An Executor that is opened when it is needed, kept for the next work, and renewed when it breaks.

    Parameters
    ----------
    jobs : how many at once.
    make : function of that number that gives an Executor; any will do, also one that spans machines.
    """

    def __init__(self, jobs: int, make: Callable[[int], Executor]) -> None:
        """Open nothing yet."""
        self.jobs = jobs
        self.make = make
        self._executor: Executor | None = None

    def __enter__(self) -> Workers:
        """Be closed at the end of a `with`."""
        return self

    def __exit__(self, kind: type | None, *_: object) -> None:
        """Close; after a failure or an interruption, end the processes without waiting for them."""
        if kind is not None and self._executor is not None:
            processes = list((getattr(self._executor, "_processes", None) or {}).values())
            self._executor.shutdown(wait=False, cancel_futures=True)
            for process in processes:
                process.kill()
        self.renew()

    def submit(self, work: Callable[[Any], Any], task: Any) -> Future:
        """Hand one task in."""
        if self._executor is None:
            self._executor = self.make(self.jobs)
        return self._executor.submit(work, task)

    def renew(self) -> None:
        """Let go of the present processes; the next task gets new ones."""
        if self._executor is not None:
            self._executor.shutdown()
        self._executor = None


def fan_out(work: Callable[[Any], Any], tasks: list[Any], workers: Workers) -> Iterator[tuple[Any, Any]]:
    """Yield (task, result) as each is done; a task whose process died twice gives None.

    When a process dies, its pool is lost with all that was in it. Those tasks are run again once, each
    alone, so the one that kills its process is found and the others come through.

    Parameters
    ----------
    work : function of one task; it and the tasks must be picklable.
    """
    lost = []
    futures: dict[Future, Any] = {}
    for task in tasks:
        try:
            futures[workers.submit(work, task)] = task
        except BrokenExecutor:
            lost.append(task)
    for future in as_completed(futures):
        try:
            result = future.result()
        except BrokenExecutor:
            lost.append(futures[future])
            continue
        yield futures[future], result
    if lost:
        workers.renew()
    for task in sorted(lost, key=tasks.index):
        try:
            result = workers.submit(work, task).result()
        except BrokenExecutor:
            workers.renew()
            result = None
        yield task, result


def prepare(threads: int | None, home: str | None) -> None:
    """Set a worker process up: silent, deaf to Ctrl-C (its parent decides), gone when its parent is."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    skip_slow_import()
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    if not os.environ.get("CMO_DEBUG"):
        logging.disable(
            logging.CRITICAL
        )  # a library's log line may hold a parameter's value or a person's data
        silence()
    if threads:
        os.environ.update(dict.fromkeys(THREADS, str(threads)))
    if home:
        os.environ["CMO_HOME"] = home


@contextlib.contextmanager
def _without_tracker_warning() -> Iterator[None]:
    """Start Python's tracker of semaphores so that it does not warn of those of a run that was killed."""
    before = os.environ.get("PYTHONWARNINGS")
    os.environ["PYTHONWARNINGS"] = ",".join(filter(None, [before, "ignore:resource_tracker"]))
    try:
        yield
    finally:
        del os.environ["PYTHONWARNINGS"]
        if before is not None:
            os.environ["PYTHONWARNINGS"] = before


def _leave_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
