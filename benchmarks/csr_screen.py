"""The screen of claims on labelled texts: recall a rule, false flags, by language, beside two simple rivals.

    python benchmarks/csr_screen.py [--set FILE] [--dev FILE] [--show-misses]

A text that breaks a rule is a hit when its own rule is among the banned findings. An innocent text with any banned finding is a false flag.
Bounds are Clopper and Pearson's, one-sided at 95 %: of recall from below, of false flags from above. Rivals: a list of ten words a language, and a
classifier learnt on the development set (left out with the reason where that set is absent). All texts are screened as of the day below.

Exit code 1 when the screen misses more than two of a rule or flags more than 15 % of the innocents.
"""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path

import pandas as pd
from csr_rivals import classifier, keywords

from helpers.methods.intervals import clopper_pearson

FOLDER = Path(__file__).parents[1] / "tests" / "labelled"
RULES = ("label", "generic", "whole", "offset", "legal", "obsolescence", "future", "agec", "neutral_ads")
COLUMNS = ("id", "text", "language", "market", "medium", "rule", "is_finding")
DAY = date(2026, 11, 1)
TWO_SIDED = 0.90  # 5 % in each tail, so each bound alone holds at 95 %
MISSES, FLAGGED = 2, 0.15  # most misses a rule, largest share of innocents flagged


def labelled_set(path: Path) -> pd.DataFrame:
    """One row a text: `COLUMNS`, is_finding as 0 or 1. Stops with a sentence where the file is of another shape."""
    if not path.is_file():
        sys.exit(
            f"{path}: no such file. Give a labelled set in the shape of tests/labelled/claims_sealed.csv."
        )
    texts = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    absent = [name for name in COLUMNS if name not in texts]
    if absent:
        sys.exit(f"{path}: column {', '.join(absent)} is absent. The columns are {', '.join(COLUMNS)}.")
    strange = texts[~texts["rule"].isin(RULES) | ~texts["is_finding"].isin(["0", "1"]) | ~texts["language"].isin(["fr", "en"])]  # fmt: skip
    if len(strange):
        one = strange.iloc[0]
        sys.exit(f"{path}: row {one['id']} has rule {one['rule']!r}, is_finding {one['is_finding']!r}, language {one['language']!r}. Rules are {', '.join(RULES)}; is_finding is 0 or 1; languages are fr and en.")  # fmt: skip
    return texts.astype({"is_finding": int})


def ours(texts: pd.DataFrame) -> list[set[str]]:
    """Banned rules that the screen finds in each text."""
    from helpers.methods.claim_screen import screen

    claims = texts.rename(columns={"id": "claim_id", "text": "wording"}).assign(channel=texts["medium"])
    found = screen(claims[["claim_id", "wording", "language", "market", "medium", "channel"]], DAY)
    banned = found[found["status"].eq("banned") & found["rule"].isin(RULES)]
    by_claim = banned.groupby("claim_id")["rule"].agg(set)
    return [by_claim.get(one, set()) for one in texts["id"]]


def judged(texts: pd.DataFrame, found: list[set[str]]) -> pd.DataFrame:
    """The texts with what was found: is_hit (own rule of a broken one), is_flagged (any banned rule)."""
    own = [rule in rules for rule, rules in zip(texts["rule"], found, strict=True)]
    told = [", ".join(sorted(rules)) or "nothing" for rules in found]
    return texts.assign(is_hit=own, is_flagged=[bool(rules) for rules in found], told=told)


def line(name: str, rows: pd.DataFrame) -> str:
    """Positives, hits, misses, recall and bound; innocents, flags, share and bound. A dash where there is no text."""
    broken, innocent = rows[rows["is_finding"] == 1], rows[rows["is_finding"] == 0]
    n, hits, m, flags = (
        len(broken),
        int(broken["is_hit"].sum()),
        len(innocent),
        int(innocent["is_flagged"].sum()),
    )
    recall = (
        f"{hits / n:8.3f}{clopper_pearson(hits, n, level=TWO_SIDED)[0]:8.3f}" if n else f"{'–':>8}{'–':>8}"
    )
    false = (
        f"{flags / m:8.3f}{clopper_pearson(flags, m, level=TWO_SIDED)[1]:8.3f}" if m else f"{'–':>8}{'–':>8}"
    )
    return f"{name:16}{n:8}{hits:6}{n - hits:8}{recall}{m:11}{flags:7}{false}"


def table(title: str, rows: pd.DataFrame) -> None:
    """A line a rule, then all, then a line a language."""
    print(f"\n{title}")
    print(f"{'rule':16}{'broken':>8}{'hits':>6}{'misses':>8}{'recall':>8}{'lower':>8}{'innocent':>11}{'flags':>7}{'share':>8}{'upper':>8}")  # fmt: skip
    for rule in RULES:
        print(line(rule, rows[rows["rule"] == rule]))
    print(line("all", rows))
    for language in ("fr", "en"):
        print(line(f"all, {language}", rows[rows["language"] == language]))
    anything = rows.loc[rows["is_finding"] == 1, "is_flagged"]
    print(f"broken texts with any banned finding: {int(anything.sum())} of {len(anything)}", flush=True)


def outside(rows: pd.DataFrame) -> list[str]:
    """What is beyond the limits."""
    broken, innocent = rows[rows["is_finding"] == 1], rows[rows["is_finding"] == 0]
    missed = (~broken["is_hit"]).groupby(broken["rule"]).sum()
    bad = [f"{n} misses of {rule}" for rule, n in missed.items() if n > MISSES]
    share = innocent["is_flagged"].mean() if len(innocent) else 0.0
    return bad + ([f"false flags {share:.3f}"] if share > FLAGGED else [])


def show(rows: pd.DataFrame) -> None:
    """The texts missed and flagged."""
    wrong = rows[
        ((rows["is_finding"] == 1) & ~rows["is_hit"]) | ((rows["is_finding"] == 0) & rows["is_flagged"])
    ]
    for row in wrong.sort_values(["is_finding", "rule"]).itertuples():
        print(f"{'missed' if row.is_finding else 'flagged'} {row.id} {row.rule} [{row.market}, {row.medium}] found {row.told}: {row.text}")  # fmt: skip


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--set", type=Path, default=FOLDER / "claims_sealed.csv", help="labelled set")
    parser.add_argument("--dev", type=Path, default=FOLDER / "claims_dev.csv", help="set that the classifier learns on")  # fmt: skip
    parser.add_argument("--show-misses", action="store_true", help="print texts; makes a development set of the set")  # fmt: skip
    options = parser.parse_args()
    texts = labelled_set(options.set)
    print(f"{options.set.name}: {len(texts)} texts, {int(texts['is_finding'].sum())} broken, as of {DAY}")
    found = judged(texts, ours(texts))
    table("the screen", found)
    table("rival: ten words a language", judged(texts, keywords(texts)))
    if options.dev.is_file():
        development = labelled_set(options.dev)
        table(f"rival: classifier learnt on {len(development)} texts of {options.dev.name}", judged(texts, classifier(development, texts)))  # fmt: skip
    else:
        print(f"\nrival: classifier left out, {options.dev} is absent")
    if options.show_misses:
        show(found)
    bad = outside(found)
    print(
        f"\nlimits: at most {MISSES} misses a rule, false flags at most {FLAGGED:.2f}: {'; '.join(bad) or 'held'}"
    )
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
