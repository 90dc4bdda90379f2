"""Whole sample worlds, each with its own truth: made one after the other, read by the pages' own functions, judged over all of them."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from helpers import company
from helpers.company import Company, Scope
from helpers.periods import parse
from helpers.sample import build

Told = dict[str, bool]
Part = Callable[[Scope, dict], tuple[Told, Told, dict[str, int]]]


@contextmanager
def world(seed: int, scale: float, *, key: tuple[str, ...]) -> Iterator[tuple[Company, dict[tuple, float]]]:
    """Make a world in a folder of its own: the company that it is, and its truth by these fields of an estimand."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "world"
        build.make(folder, seed=seed, scale=scale)
        rows = json.loads((folder / "truth.json").read_text(encoding="utf-8"))["estimands"]
        truth = {tuple(one[name] for name in key): one["value"] for one in rows}
        yield replace(company.read("sample"), folder=folder), truth


def options(doc: str, *, seeds: int, scale: float) -> argparse.Namespace:
    """How many worlds and how large, as the command line says."""
    parser = argparse.ArgumentParser(description=doc.split("\n", maxsplit=1)[0])
    parser.add_argument("--seeds", type=int, default=seeds)
    parser.add_argument("--scale", type=float, default=scale)
    return parser.parse_args()


def judge(
    doc: str, parts: Mapping[str, tuple[Part, ...]], *, key: tuple[str, ...], scale: float, found: float, held: float
) -> None:  # fmt: skip
    """Print how often each planted truth is found and held, and what else rang; exit code 1 where it is too seldom.

    Parameters
    ----------
    parts : code of a period -> functions of (scope, truth) that return what is found, what an interval holds, and what else rang.
    key : fields of an estimand by which truth is looked up. found, held : least share of worlds.
    """
    asked = options(doc, seeds=10, scale=scale)
    stores: tuple[dict[str, list[bool]], dict[str, list[bool]]] = ({}, {})
    other: dict[str, int] = {}
    for seed in range(1, asked.seeds + 1):
        with world(seed, asked.scale, key=key) as (own, truth):
            for code, some in parts.items():
                here = Scope(own, parse(code), "ALL", "en")
                for part in some:
                    *told, rung = part(here, truth)
                    for store, made in zip(stores, told, strict=True):
                        for name, one in made.items():
                            store.setdefault(name, []).append(one)
                    for name, n in rung.items():
                        other[name] = other.get(name, 0) + n
        print(f"world {seed}", flush=True)
    bad = []
    for store, least in zip(stores, (found, held), strict=True):
        for name, told in store.items():
            share = sum(told) / len(told)
            bad += [name] if share < least else []
            print(f"  {name:32} {share:5.2f} of {len(told)}  {'ok' if share >= least else 'OUTSIDE'}")
    for name, n in other.items():
        print(f"  {name:40} {n}")
    print(f"\noutside: {', '.join(bad) or 'none'}")
    sys.exit(bool(bad))
