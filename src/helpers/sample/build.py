"""Write a world to a company's folder: tidy tables, truth.json, company.toml and targets.csv."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from helpers import company, tables
from helpers.company import Company
from helpers.errors import UsageError
from helpers.sample import chunk as chunks
from helpers.sample import exports, parts
from helpers.sample.setting import CURRENCIES, FIRST, LAST, MARKETS, TIME_ZONE, Setting
from helpers.sample.truth import add
from helpers.sample.world import World

HERE = Path(__file__).parent
COPIED, TRUTH = ("company.toml", "targets.csv"), "truth.json"


def make(
    folder: Path,
    *,
    seed: int = 1,
    scale: float = 1.0,
    with_exports: bool = False,
    say: Callable[[str], None] = lambda text: None,
) -> dict[str, int]:
    """Make a world and write it to a folder that is new or empty; return the rows of each table.

    `with_exports` also writes raw exports in the shapes of the tools into its raw/ (`exports.EXPORTS`).

    Everything is written beside the folder first and put in place in one move, so nothing half-made is ever seen.

    Raises
    ------
    UsageError : an impossible seed or scale, or a folder that holds something.
    """
    setting = Setting(seed, scale)
    folder = Path(folder)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder}: the folder is not empty. Name a new one, or empty it first.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = folder.with_name(f".{folder.name}.making")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    try:
        rows = _write(World(setting), draft, say)
        if with_exports:
            exports.write(draft)
        if folder.exists():
            folder.rmdir()
        draft.replace(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return rows


def looks_real(folder: Path) -> str:
    """Say in one line how many figures of a world lie where a real brand's would, and name those that do not."""
    from helpers.sample.realism import realism

    found = realism(Company("sample", folder, "", CURRENCIES[0], MARKETS, TIME_ZONE))
    outside = found.loc[~found["is_inside"], "figure"]
    said = f"{found['is_inside'].sum()} of {len(found)} figures lie where a real brand's would"
    return said + (f"; outside: {', '.join(outside)}" if len(outside) else "")


def remake(*, with_exports: bool = False, say: Callable[[str], None] = lambda text: None) -> dict[str, int]:
    """Make the project's own sample company again; what else lies in its folder stays.

    The new files take the place of the old ones when all of them are there.
    """
    folder = company.sample_dir()
    fresh = folder.with_name(".sample.new")
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        rows = make(fresh, with_exports=with_exports, say=say)
        folder.mkdir(parents=True, exist_ok=True)
        old = fresh / "old"
        old.mkdir()
        names = ("tidy", *COPIED, TRUTH, *(("raw",) if with_exports else ()))
        try:
            for path in (folder / name for name in names):
                if path.exists():
                    path.replace(old / path.name)
                (fresh / path.name).replace(path)
        except OSError:  # put everything back
            spoilt = fresh / "spoilt"
            spoilt.mkdir()
            for aside in old.iterdir():
                if (folder / aside.name).exists():
                    (folder / aside.name).replace(spoilt / aside.name)
                aside.replace(folder / aside.name)
            raise
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return rows


def _write(world: World, folder: Path, say: Callable[[str], None]) -> dict[str, int]:
    for name in COPIED:
        shutil.copyfile(HERE / name, folder / name)
    own = Company("sample", folder, "", CURRENCIES[0], MARKETS, TIME_ZONE)
    written: Counter[str] = Counter()
    n_parts: Counter[str] = Counter()

    def keep(rows: tuple[str, pd.DataFrame]) -> None:
        table, frame = rows
        if len(frame):
            tables.write(frame, table, own, part=n_parts[table])
            n_parts[table] += 1
            written[table] += len(frame)

    totals: dict[str, Any] = {}
    for _, rows in parts.each("market", world):
        keep(rows)
    for number in range(world.setting.n_chunks):
        drawn = chunks.draw(world, number)
        for _, rows in parts.each("people", drawn):
            keep(rows)
        for counted in parts.counts(drawn):
            totals = add(totals, counted)
        say(f"customers {number + 1} of {world.setting.n_chunks}: {len(drawn.people):,}")
    for _, rows in parts.each("books", world, totals):
        keep(rows)
    _write_truth(world, totals, folder)
    return dict(sorted(written.items()))


def _write_truth(world: World, totals: dict[str, Any], folder: Path) -> None:
    known = [estimand.row() for _, estimand in parts.each("truth", world, totals)]
    made = {
        "world": {
            "seed": world.setting.seed,
            "scale": world.setting.scale,
            "first_day": str(FIRST),
            "last_day": str(LAST),
        },
        "estimands": known,
        "parameters": parts.parameters(),
    }
    (folder / TRUTH).write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
