"""The page on a company's data, beside its reports: how fresh and whole they are, and what to do first.

It lies at reports/<company>/quality.<language>.html, one step above every report, where nothing that walks the reports of a
company looks. What it says is computed by helpers.quality; here it is only laid out.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {"gather": "page", "write": "page", "write_all": "page", "link": "place"}
__all__ = [*_HOMES]


def __getattr__(name: str) -> Any:
    """Bring in pandas and the charts only when a page is made: a report that links to one needs neither."""
    if name in _HOMES:
        return getattr(import_module(f"helpers.report.quality.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'helpers.report.quality' has no attribute {name!r}")
