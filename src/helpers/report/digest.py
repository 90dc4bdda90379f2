"""A run in short, for every form that is forwarded: its headline figures, decisions and doubts, each with its page."""

from __future__ import annotations

from dataclasses import dataclass

from helpers.report import frame, priority, wording
from helpers.report.tiles import CLEAR


@dataclass(frozen=True)
class Entry:
    """One KPI, decision or check row, with the name and the title of its page and the page's file, if it has one."""

    row: dict
    name: str
    title: str
    href: str | None


@dataclass(frozen=True)
class Digest:
    """What a run says in short; `checks` is how many checks were made, doubts included."""

    headline: list[Entry]
    decisions: list[Entry]
    doubts: list[Entry]
    checks: int


def digest(run: dict, kpis: dict) -> Digest:
    """Return the digest of a run, from what run.json and kpis.json hold.

    Decisions come as `priority.ranked` says, without those that repeat another page's; the worst doubts first, figures in the
    order of their pages.
    """
    order = frame.in_order({entry["name"].split("/")[0] for entry in run["notebooks"]})
    kept: dict[str, list[Entry]] = {"kpis": [], "decisions": [], "checks": []}

    def rank(entry: dict) -> tuple[int, str]:
        return order.index(entry["name"].split("/")[0]), entry["name"]

    for entry in sorted(run["notebooks"], key=rank):
        rows = kpis["notebooks"].get(entry["name"], {})
        title = rows.get("title") or entry.get("title") or entry["name"]
        href = (entry.get("pages") or {}).get("leadership")
        for kind, found in kept.items():
            found += [Entry(row, entry["name"], title, href) for row in rows.get(kind) or []]
    taken = {one.name for one in kept["decisions"] if not one.row.get("repeats")}
    own = [one for one in kept["decisions"] if one.row.get("repeats") not in taken]
    doubts = [one for one in kept["checks"] if one.row["status"] != "pass"]
    return Digest(
        headline=[one for one in kept["kpis"] if one.row.get("headline")],
        decisions=priority.ranked(own, currency=run.get("currency")),
        doubts=sorted(doubts, key=lambda one: one.row["status"] != "fail"),
        checks=len(kept["checks"]),
    )


def moves(headline: list[Entry]) -> list[Entry]:
    """Return the headline figures by what a reader should hear first: the clear changes, the largest first."""
    told = [one for one in headline if one.row.get("value") is not None]
    return sorted(told, key=lambda one: (one.row.get("verdict") not in CLEAR, -_size(one.row)))


def change(row: dict) -> dict | None:
    """Return the comparison with the period before, or None."""
    return next((one for one in row.get("comparisons") or [] if one["base"] == "previous"), None)


def heading(decision: dict) -> str:
    """Return what a decision says first: the sentence that can stand alone."""
    parts = (str(part) for part in (decision.get("verb"), decision.get("amount")) if part)
    return wording.first_sentence(decision.get("sentence") or " ".join(parts))[0]


def _size(row: dict) -> float:
    """Return the change as a share of the value before."""
    made = change(row)
    if made is None:
        return 0.0
    before = row["value"] - made["value"]
    return abs(made["value"] / before) if before else abs(made["value"])
