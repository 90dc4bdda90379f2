"""Rows that leave a notebook: one display output with its own MIME type, a readable table and plain text."""

from __future__ import annotations

from dataclasses import asdict, is_dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


class Output:
    """A list of rows that Jupyter shows as a table and that the report reads as data."""

    def __init__(self, mime: str, rows: list, *, columns: list[str], lines: list[str]) -> None:
        """Keep the rows as dictionaries, with the columns of the table and the lines of the plain text."""
        self.mime = mime
        self.rows = [asdict(row) if is_dataclass(row) else dict(row) for row in rows]
        self._columns = columns
        self._lines = lines

    def frame(self) -> pd.DataFrame:
        """Return the columns that a reader of the notebook needs, one row each."""
        import pandas as pd  # here: the runner reads MIME names and needs no frame

        return pd.DataFrame(self.rows, columns=self._columns)

    def __repr__(self) -> str:
        """Return one plain line a row."""
        return "\n".join(self._lines)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict:
        """Return the three forms in one bundle, as Jupyter's display protocol asks."""
        shown = self.frame().to_html(index=False, border=0, na_rep="–") if self.rows else "<p>none</p>"
        return {self.mime: {"rows": self.rows}, "text/html": shown, "text/plain": repr(self)}
