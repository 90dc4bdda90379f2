"""The tidy tables: what each column means, whether a frame keeps to it, and where the rows lie.

`contract` and `TABLES` describe; `check` and `write` guard the way in; `load` and the functions beside it read.
The contracts themselves are data: `helpers/tables.toml`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from helpers.tables.contracts import Column, Table, all_tables, contract

if TYPE_CHECKING:
    TABLES: dict[str, Table]

_HOMES = {
    "adopt": "store",
    "check": "checking",
    "check_keys": "store",
    "as_pandas": "store",
    "available": "store",
    "connect": "store",
    "fault": "store",
    "fingerprint": "store",
    "rows": "store",
    "write": "store",
    "write_file": "store",
    "data_range": "loading",
    "data_span": "loading",
    "data_until": "loading",
    "describe": "loading",
    "lacking": "loading",
    "load": "loading",
    "optional": "loading",
    "preview": "loading",
    "currency": "money",
    "rates": "money",
    "scope": "scoping",
    "all_targets": "scoping",
    "targets": "scoping",
}
__all__ = ["TABLES", "Column", "Table", "contract", *_HOMES]


def __getattr__(name: str) -> Any:
    """Bring in DuckDB and pandas only when a function needs them."""
    if name == "TABLES":
        return all_tables()
    if name in _HOMES:
        return getattr(import_module(f"helpers.tables.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'helpers.tables' has no attribute {name!r}")
