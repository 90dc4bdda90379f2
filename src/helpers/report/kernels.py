"""Kernels forked from a process that has the slow libraries loaded: each page then starts seconds sooner.

Every kernel is still a process of its own, with nothing of another notebook in it: the process that it is forked from
has run no notebook. Where forking is not safe (other systems than Linux), or the process cannot be had, a kernel is
started in Jupyter's usual way, and gives the same page.

Run as a module it is that process: it reads one order a line, forks, and answers with the kernel's number.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import gc
import importlib
import json
import os
import runpy
import select
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from jupyter_client.provisioning import LocalProvisioner

LAUNCHER = ["-m", "ipykernel_launcher"]
INLINE = "module://matplotlib_inline.backend_inline"  # what a kernel tells matplotlib before it is loaded
# What pages load. Not pyplot: it settles, once and when it is loaded, where figures go.
LIBRARIES = (
    "ipykernel.kernelapp", "IPython.core.interactiveshell", "pandas", "narwhals", "duckdb", "matplotlib.figure", "matplotlib.image",
    "scipy.stats", "statsmodels.stats.proportion", "statsmodels.genmod.generalized_linear_model", "sklearn.linear_model",
)  # fmt: skip


class Nursery:
    """A process that has the libraries loaded, and forks a kernel when asked to."""

    def __init__(self) -> None:
        """Start the process; it loads while we go on."""
        self._turn = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            start_new_session=True, env={"MPLBACKEND": INLINE, **os.environ},
        )  # fmt: skip
        atexit.register(self._close)

    def _close(self) -> None:
        with contextlib.suppress(OSError):
            self._process.stdin.close()  # type: ignore[union-attr]
        self._process.wait()

    def fork(self, arguments: list[str], *, env: dict[str, str], cwd: str, log: str) -> int | None:
        """Number of a new kernel process with these arguments, or None where none can be had."""
        order = json.dumps({"arguments": arguments, "env": env, "cwd": cwd, "log": log})
        with self._turn, contextlib.suppress(OSError, ValueError):
            self._process.stdin.write(order.encode() + b"\n")  # type: ignore[union-attr]
            self._process.stdin.flush()  # type: ignore[union-attr]
            return int(self._process.stdout.readline()) or None  # type: ignore[union-attr]
        return None


@functools.cache
def nursery() -> Nursery:
    """The one of this process; it ends with it."""
    return Nursery()


class Forked:
    """A forked kernel, as `LocalProvisioner` wants a process: not our child, so that its number says whether it lives."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int) -> None:
        """Take the process with this number."""
        self.pid = pid

    def poll(self) -> int | None:
        """None while it lives; how it ended is known to its parent only."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return 0
        return None

    wait = poll

    def send_signal(self, signum: int) -> None:
        """Send a signal, to nobody where it is gone."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signum)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


class ForkingProvisioner(LocalProvisioner):
    """Jupyter's provisioner of local kernels, which forks those of this Python."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Fork the kernel that `cmd` would start, or start it."""
        log = getattr(kwargs.get("stderr"), "name", None)
        pid = None
        if cmd[:3] == [sys.executable, *LAUNCHER] and log:
            cwd = str(kwargs.get("cwd") or Path.cwd())
            pid = nursery().fork(cmd[3:], env=dict(kwargs.get("env") or os.environ), cwd=cwd, log=log)
        if pid is None:
            return await super().launch_kernel(cmd, **kwargs)
        self.process, self.pid, self.pgid = Forked(pid), pid, pid
        self.cwd = kwargs.get("cwd", Path.cwd())
        return self.connection_info


def can_fork() -> bool:
    """Whether a loaded process may be forked here: elsewhere system libraries break in the child."""
    return sys.platform == "linux"


def serve() -> None:
    """Load the libraries, then fork a kernel for each order until there is nobody to give one."""
    for name in LIBRARIES:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    gc.freeze()  # so that collecting garbage does not copy what is shared
    awake, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    alive: set[int] = set()
    while True:
        ready, _, _ = select.select([0, awake], [], [])
        if awake in ready:
            os.read(awake, 4096)
            while alive and (done := os.waitpid(-1, os.WNOHANG)[0]):
                alive.discard(done)
        if 0 in ready:
            line = sys.stdin.buffer.readline()
            if not line:
                for pid in alive:
                    os.killpg(pid, signal.SIGKILL)
                return
            pid = _fork(json.loads(line))
            alive.add(pid)
            os.write(1, b"%d\n" % pid)


def _fork(order: dict[str, Any]) -> int:
    if threading.active_count() > 1:  # a fork would copy their locks and not them
        return 0
    pid = os.fork()
    if pid:
        return pid
    try:
        _become(order)
    finally:
        os._exit(1)


def _become(order: dict[str, Any]) -> None:
    """Be the kernel process that the order would have started."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    parent = os.getppid()
    os.setsid()
    for target, path, how in ((0, os.devnull, os.O_RDONLY), (1, order["log"], os.O_WRONLY | os.O_APPEND)):
        os.dup2(os.open(path, how), target)
    os.dup2(1, 2)
    os.chdir(order["cwd"])
    os.environ.clear()
    os.environ.update(order["env"], JPY_PARENT_PID=str(parent))
    sys.argv = ["ipykernel_launcher", *order["arguments"]]
    sys.path[0] = ""
    runpy.run_module(LAUNCHER[1], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    serve()
