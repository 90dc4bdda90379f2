"""What a run makes to be forwarded: one page, the whole report in one file, a message, slides. None may fail the run."""

from __future__ import annotations

import os
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from helpers.errors import NotMadeError
from helpers.report.files import write_atomically


def make(
    folder: Path,
    run: dict[str, Any],
    kpis: dict[str, Any],
    index: str,
    *,
    eml: bool = False,
    pptx: bool = False,
    warn: Callable[[str], None] = lambda text: None,
) -> dict[str, dict[str, Any]]:
    """Write page.pdf, pack.html and pack.pdf, with report.eml and report.pptx where they are asked for.

    Parameters
    ----------
    folder : the run's folder with its pages; run, kpis : what run.json and kpis.json hold.
    index : the front page as HTML.
    warn : is told in one sentence of what could not be made.

    Returns
    -------
    For each file its status, "made" or "failed", with bytes and seconds, or the reason.
    """
    from helpers.report.forward import (  # here: a run that makes nothing needs none
        mail,
        onepage,
        pack,
        pdf,
        slides,
    )

    done: dict[str, dict[str, Any]] = {}
    made: dict[str, bytes | None] = {}

    def attempt(name: str, maker: Callable[[], bytes]) -> None:
        began = time.monotonic()
        made[name] = None
        try:
            made[name] = maker()
            write_atomically(folder / name, made[name])
        except Exception as error:
            if os.environ.get("CMO_DEBUG"):
                traceback.print_exc()
            done[name] = {"status": "failed", "reason": _reason(name, error)}
            return
        seconds = round(time.monotonic() - began, 2)
        done[name] = {"status": "made", "bytes": len(made[name]), "seconds": seconds}

    attempt("page.pdf", lambda: onepage.make(run, kpis))
    attempt("pack.html", lambda: pack.build(folder, run, kpis, index).encode())
    if made["pack.html"] is not None:
        attempt("pack.pdf", lambda: pdf.pack(made["pack.html"].decode()))
    if eml:
        attempt("report.eml", lambda: mail.make(run, kpis, page_pdf=made["page.pdf"]))
    if pptx:
        attempt("report.pptx", lambda: slides.make(run, kpis))
    for reason in dict.fromkeys(entry["reason"] for entry in done.values() if "reason" in entry):
        warn(reason)
    return done


def _reason(name: str, error: Exception) -> str:
    """Say why a file could not be made; an error that is not ours may quote a row, so only its kind is said."""
    if isinstance(error, NotMadeError):
        return str(error)
    return f"{name} could not be made: {type(error).__name__}; set CMO_DEBUG=1 to see more."
