"""A forked kernel is a kernel like any other, with its libraries loaded before it starts."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.report.test_engine import run, states, write_notebook

from helpers.report import kernels

pytestmark = pytest.mark.skipif(not kernels.can_fork(), reason="kernels are forked on Linux only")
LOADED = "import sys\nprint('scipy.stats' in sys.modules, 'matplotlib.pyplot' in sys.modules)"


def printed(nb) -> str:
    return "".join(
        out.text for cell in nb.cells for out in cell.get("outputs", []) if out.output_type == "stream"
    )


@pytest.fixture
def nursery():
    """A process of its own to fork from."""
    kernels.nursery.cache_clear()
    yield kernels.nursery()
    kernels.nursery.cache_clear()


def lives(pid: int) -> bool:
    """Whether a process lives; one that has ended and not been asked for does not."""
    status = Path(f"/proc/{pid}/status")
    return status.exists() and "\nState:\tZ" not in status.read_text()


def gone(pid: int, seconds: float = 60) -> bool:
    until = time.monotonic() + seconds
    while lives(pid) and time.monotonic() < until:
        time.sleep(0.05)
    return not lives(pid)


def test_a_notebook_of_the_package_finds_its_libraries_loaded_and_no_other_does(tmp_path):
    own = run(write_notebook(tmp_path / "own.ipynb", LOADED, "import helpers"))
    other = run(write_notebook(tmp_path / "other.ipynb", LOADED))
    assert (printed(own), printed(other)) == ("True False\n", "False False\n")


def test_nothing_of_one_notebook_is_in_the_next(tmp_path):
    first = "import helpers, os, pandas\nleft = pandas.left = 1\nos.environ['LEFT'] = '1'\nos.chdir('/')"
    second = (
        "import helpers, os, pandas\n"
        "print('left' in globals(), hasattr(pandas, 'left'), 'LEFT' in os.environ, os.path.basename(os.getcwd()))"
    )
    run(write_notebook(tmp_path / "here" / "first.ipynb", first))
    nb = run(write_notebook(tmp_path / "here" / "second.ipynb", second))
    assert printed(nb) == "False False False here\n"


def test_figures_go_where_they_go_in_any_kernel(tmp_path):
    draw = "import matplotlib.pyplot as plt\nprint(plt.get_backend())\n_ = plt.plot([1, 2])"
    forked = run(write_notebook(tmp_path / "forked.ipynb", "import helpers", draw))
    usual = run(write_notebook(tmp_path / "usual.ipynb", draw))
    assert printed(forked) == printed(usual) != ""
    for nb in (forked, usual):
        assert ["image/png" in out.get("data", {}) for out in nb.cells[-1].outputs].count(True) == 1


def test_a_forked_kernel_that_is_killed_is_told_as_dead(tmp_path):
    nb = run(write_notebook(tmp_path / "n.ipynb", "import helpers, os", "os.kill(os.getpid(), 9)", "1"))
    assert states(nb)[-3:] == ["done", "failed", "not run"]
    assert nb.metadata.cmo_run["failure"]["ename"] == "DeadKernelError"


def test_without_the_process_to_fork_from_a_kernel_starts_in_the_usual_way(tmp_path, nursery):
    nursery._process.kill()
    nursery._process.wait()
    nb = run(write_notebook(tmp_path / "n.ipynb", LOADED, "import helpers"))
    assert printed(nb) == "False False\n"
    assert states(nb) == ["done"] * 4


def test_when_a_run_is_killed_its_kernel_and_the_process_it_came_from_end_too(tmp_path):
    told = tmp_path / "pids"
    cell = f"import helpers, os, time\nopen({str(told)!r}, 'w').write(f'{{os.getpid()}} {{os.getppid()}}')\ntime.sleep(300)"
    path = write_notebook(tmp_path / "n.ipynb", cell)
    code = f"from pathlib import Path; from tests.report.test_engine import run; run(Path({str(path)!r}))"
    process = subprocess.Popen([sys.executable, "-c", code], cwd=Path(__file__).parents[2])
    until = time.monotonic() + 120
    while not (told.exists() and len(told.read_text().split()) == 2) and time.monotonic() < until:
        time.sleep(0.05)
    kernel, parent = map(int, told.read_text().split())
    assert lives(kernel) and lives(parent) and parent != process.pid
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert gone(kernel) and gone(parent)
