"""A new company: its folder, its `company.toml`, the tables to keep by hand, and what to fetch first.

`make` writes the folder, `next_steps` says what comes next, `is_untouched` tells a table that nobody has filled in yet.
What a profile begins with is data: `profiles.toml`.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {"make": "making", "next_steps": "steps", "is_untouched": "templates"}
__all__ = [*_HOMES]


def __getattr__(name: str) -> Any:
    """Bring in what a function needs only when it is asked for: the command line imports this part at every start."""
    if name in _HOMES:
        return getattr(import_module(f"helpers.start.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'helpers.start' has no attribute {name!r}")
