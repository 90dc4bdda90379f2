"""Rows that leave a notebook: one display output with its own MIME type, a readable table and plain text."""

from __future__ import annotations

from dataclasses import asdict, is_dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

TABLE_MIME = "application/vnd.cmo.table+json"


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


def table(frame: pd.DataFrame, *, file: pd.DataFrame, name: str, caption: str) -> Output:
    """Return a table of a page that its reader can take away: shown as `frame`, handed out as `file`.

    Parameters
    ----------
    frame : as a reader sees it, words and written numbers. file : what the file holds, raw numbers and texts, any more columns.
    name : of the file, in small letters, digits and hyphens, without ending. caption : what it is; a report adds that it is a CSV.

    Raises
    ------
    ValueError : the name holds anything else.
    """
    if not name or set(name) - set("abcdefghijklmnopqrstuvwxyz0123456789-"):
        raise ValueError(f'name "{name}" is no name of a file. Use small letters, digits and hyphens.')
    lines = [[_plain(value) for value in row] for row in file.itertuples(index=False)]
    row = {"name": name, "caption": caption, "html": frame.to_html(border=0, na_rep="–"), "columns": list(file.columns), "lines": lines}  # fmt: skip
    return _Table(row, frame)


class _Table(Output):
    """The one row of a table to take away; a notebook shows the table itself."""

    def __init__(self, row: dict, shown: pd.DataFrame) -> None:
        super().__init__(TABLE_MIME, [row], columns=[], lines=[shown.to_string()])

    def frame(self) -> pd.DataFrame:
        """Return what the file holds."""
        import pandas as pd  # here: as above

        return pd.DataFrame(self.rows[0]["lines"], columns=self.rows[0]["columns"])

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict:
        return {self.mime: {"rows": self.rows}, "text/html": self.rows[0]["html"], "text/plain": repr(self)}


def _plain(value: object) -> object:
    """A value as JSON holds it: a number, a truth, a text, or nothing."""
    if value is None or str(value) in ("NaT", "<NA>", "nan"):
        return None
    if hasattr(value, "isoformat"):
        return value.isoformat()[:10]
    return value.item() if hasattr(value, "item") else value
