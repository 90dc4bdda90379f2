"""What keeps a command quiet and quick: no noise of libraries, no import that nothing needs."""

import os
import sys


def silence() -> None:
    """Send this process's standard error, also that of libraries written in C, to nowhere."""
    sys.stderr.flush()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)


def skip_slow_import() -> None:
    """Spare a process 2 s of start-up; to be called before nbformat is imported.

    nbformat imports jsonschema, which builds a grammar of international web addresses when the optional
    package `rfc3987_syntax` is there (JupyterLab brings it). No notebook is checked for such addresses.
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
