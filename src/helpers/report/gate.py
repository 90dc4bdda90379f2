"""The gate before publication: checks that stop a report, and what is said when one does."""

from __future__ import annotations

from typing import Any

from helpers.errors import UsageError

GATES = {"none": (), "fail": ("fail",), "review": ("fail", "review")}
HELD = 5
BROKEN = ("failed", "timeout", "refused")


def check_name(gate: str) -> str:
    """Return the name of a gate, or refuse it.

    Raises
    ------
    UsageError : there is no such gate.
    """
    if gate not in GATES:
        raise UsageError(f'--gate "{gate}" is unknown; use one of {", ".join(GATES)}.')
    return gate


def held(gate: str, entries: list[dict[str, Any]], pages: dict[str, dict[str, Any]]) -> list[dict[str, str]]:
    """Return what holds a report back: one row a check that the gate stops, and one a page that failed to run.

    Parameters
    ----------
    gate : "none", "fail" (a check that fails stops it) or "review" (one to review does too).
    entries : the notebooks that this run made, as run.json lists them.
    pages : name of a notebook to its rows, as kpis.json holds them.

    Returns
    -------
    Rows page, status, text, remedy; fails first. A page that failed to run counts under every gate but "none":
    its checks are those of an earlier run, or of nobody.
    """
    stops = GATES[check_name(gate)]
    if not stops:
        return []
    found = []
    for entry in entries:
        if entry["status"] in BROKEN:
            found.append(_broken(entry))
            continue
        checks = pages.get(entry["name"], {}).get("checks") or []
        found += [
            {"page": entry["name"], **{key: row.get(key) or "" for key in ("status", "text", "remedy")}}
            for row in checks
            if row["status"] in stops
        ]
    return sorted(found, key=lambda row: row["status"] == "review")


def sentence(row: dict[str, str]) -> str:
    """Return one sentence a reason: the page, what its check found, what to do."""
    return f"held back: {row['page']}: {row['text']} {row['remedy']}".strip()


def _broken(entry: dict[str, Any]) -> dict[str, str]:
    text = f"the page could not be made ({entry.get('error') or entry['status']})."
    remedy = "Mend it and run again; its analyst edition shows the cell."
    if entry["status"] == "refused":
        remedy = "Mend it and run again."
    return {"page": entry["name"], "status": entry["status"], "text": text, "remedy": remedy}
