"""One file to checked Parquet parts, kept in .imports/ so that the next import reads only what is new."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from helpers import tables
from helpers.company import Company
from helpers.ingest import files, merging
from helpers.ingest.facts import Fed, Import, Seen, fed_by
from helpers.sources import layouts, opening, reading
from helpers.sources.mapping import Map
from helpers.sources.settings import Settings

PART = 250_000  # rows of a part
FACTS = "import.json"


def read_file(
    path: Path, company: Company, *, shown: str, state: str, taxonomy: pd.DataFrame | None
) -> Import:
    """Return what a file gives, from .imports/ where it was read before under the same settings.

    Raises
    ------
    DataError : the file is refused.
    """
    digest = opening.sha256(path)
    beside = "".join(opening.sha256(one) for one in layouts.companions(path))
    mark = hashlib.sha256(f"{digest}\0{shown}\0{state}{beside}".encode()).hexdigest()[:16]
    folder = company.folder / ".imports" / mark
    if (known := _known(folder)) is not None:
        return known
    draft = folder.with_name(f".{mark}.making")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    try:
        settings = files.settings_for(path, company, taxonomy=taxonomy)
        parts = Parts(draft, company, shown, settings)
        made = reading.read(
            path, files.maps_for(path, company), settings, parts.put, shown=shown, begin=parts.begin
        )
        parts.close()
        fed = tuple(
            one for number, read in enumerate(made) for one in fed_by(read, parts.written(number), settings)
        )
        found = Import(import_id(digest, shown), shown, digest, path.stat().st_mtime, fed, folder)
        (draft / FACTS).write_text(json.dumps(asdict(found), default=str), encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        draft.replace(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return found


def import_id(digest: str, shown: str) -> str:
    """Return the number of an import: the same for the same file under the same name, whatever the maps say of it."""
    return hashlib.sha256(f"{digest}\0{shown}".encode()).hexdigest()[:12]


def _known(folder: Path) -> Import | None:
    try:
        facts: dict[str, Any] = json.loads((folder / FACTS).read_text(encoding="utf-8"))
        fed = []
        for one in facts.pop("fed"):
            days = {
                key: date.fromisoformat(one[key]) if one[key] else None for key in ("starts_on", "ends_on")
            }
            fed.append(Fed(**{**one, **days, "parts": tuple(one["parts"])}))
        return Import(**{**facts, "fed": tuple(fed), "folder": folder})
    except (OSError, ValueError, TypeError, KeyError):
        return None


class Parts:
    """Gathers tidy rows of one file and writes them to checked parts, so that a file may be larger than memory."""

    def __init__(self, folder: Path, company: Company, shown: str, settings: Settings) -> None:
        """Write to `folder`; `shown` is what a message calls the file."""
        self.folder, self.company, self.shown, self.settings = folder, company, shown, settings
        self.number = 0
        self.chosen: Map
        self.waiting: dict[tuple[int, str], list[tuple[pd.DataFrame, np.ndarray]]] = {}
        self.seen: dict[tuple[int, str], Seen] = {}

    def begin(self, number: int, chosen: Map) -> None:
        """Say which table of the file the next rows come from."""
        self.close()
        self.number, self.chosen = number, chosen

    def put(self, table: str, frame: pd.DataFrame, lines: np.ndarray) -> None:
        """Take rows; write a part when there are enough."""
        key = (self.number, table)
        waiting = self.waiting.setdefault(key, [])
        waiting.append((frame, lines))
        if sum(len(one) for one, _ in waiting) >= PART and not self._fills(table):
            self._flush(key)

    def _fills(self, table: str) -> bool:
        """Whether days that a tool leaves out are to be filled, for which all rows are needed."""
        return self.settings.fill_gaps and table == "media_spend"

    def close(self) -> None:
        """Write what is left."""
        for key in list(self.waiting):
            self._flush(key)

    def _flush(self, key: tuple[int, str]) -> None:
        frames = self.waiting.pop(key, [])
        if not frames:
            return
        table, rows = key[1], sum(len(one) for one, _ in frames)
        frame, lines = (
            pd.concat([one for one, _ in frames], ignore_index=True),
            np.concatenate([at for _, at in frames]),
        )
        outputs = [one for one in self.chosen.tables if one.table == table]
        if table == "identities" or any(one.once or one.latest for one in outputs):
            frame, lines = merging.first_of_each(frame, lines, table)
        elif any(one.add_up for one in outputs):
            merging.refuse_mixed(frame, table, self.shown)
            frame, lines = merging.added_up(frame, lines, table)
        seen = self.seen.setdefault(key, Seen())
        seen.merged += rows - len(frame)
        if self._fills(table):
            frame, lines = merging.filled(frame, lines)
        seen.add(frame, table)
        name = f"{key[0]}-{table}-{len(seen.parts)}.parquet"
        tables.write_file(frame, table, self.company, self.folder / name, lines=lines, file=self.shown)
        seen.parts.append(name)

    def written(self, number: int) -> dict[str, Seen]:
        """What was written of one table of the file, by tidy table."""
        return {table: seen for (of, table), seen in self.seen.items() if of == number}
