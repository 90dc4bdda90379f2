"""What is true of a world: estimands that a method can be asked for, beside the parameters that made them."""

from __future__ import annotations

from typing import Any, NamedTuple


class Estimand(NamedTuple):
    """One figure that is true of a world, whatever is estimated.

    `name` is unique with period, market and segment; `about` says what is counted, over whom and when.
    """

    name: str
    value: float
    unit: str
    about: str
    period: str = ""
    market: str = "ALL"
    segment: str = ""

    def row(self) -> dict[str, Any]:
        """As truth.json holds it: ten significant digits, so that other machines write the same text."""
        return {**self._asdict(), "value": float(f"{self.value:.10g}")}


def add(totals: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """Add one chunk's counts to the sums of those before it."""
    return {name: totals[name] + value if name in totals else value for name, value in more.items()} | {
        name: value for name, value in totals.items() if name not in more
    }
