"""What-if panels: sliders and choices over a table of draws, computed alike here and in the reader's browser.

A panel names a model of `MODELS`; the same formula stands in report/template/whatif.js, since a page may not run text
as code. The table of scenarios is computed here and is what a reader without scripts, or with paper, gets.
"""

from importlib import import_module
from typing import Any

MIME = "application/vnd.cmo.whatif+json"
_HOMES = {
    "MODELS": "panel",
    "Choice": "panel",
    "Figure": "panel",
    "Panel": "panel",
    "Slider": "panel",
    "payload": "telling",
    "run": "telling",
    "scenarios": "telling",
    "show": "telling",
    "told": "telling",
}
__all__ = ["MIME", *_HOMES]


def __getattr__(name: str) -> Any:
    """Bring in the models only when a panel is made; the report needs no more than the name of the rows."""
    if name in _HOMES:
        return getattr(import_module(f"helpers.whatif.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'helpers.whatif' has no attribute {name!r}")
