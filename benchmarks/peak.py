"""Memory of the process itself. Imported by scripts that other Pythons run, so nothing of the project is in it."""

from __future__ import annotations

import sys
from pathlib import Path


def peak_mb() -> float | None:
    """Most memory that this process has held, imports and the table included [MB]; None where the system does not say."""
    status = Path("/proc/self/status")  # ru_maxrss begins with what the starting process held
    if status.is_file():
        lines = status.read_text().splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))
    try:
        import resource
    except ImportError:
        return None
    unit = 1024**2 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
