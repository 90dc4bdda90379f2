"""Do nominal 90 % intervals of net tone hold the truth, where a tool misreads tone and people read a few hundred mentions again?

    python benchmarks/coverage_tone.py [--redraws 200]

Two languages, in which the tool finds other shares of bad and good mentions; lots of 200 to 5,000 mentions and 200 to 400 that are
labelled in each language. Labels, lot and reading are drawn afresh. Exit code 1 when an interval leaves .83-.96.
"""

from __future__ import annotations

import covering
import numpy as np
import pandas as pd

from helpers.methods.mentions_severity import TONES
from helpers.methods.mentions_tone import readings, tone_of

TRUE = {"fr": (0.30, 0.50, 0.20), "nl": (0.20, 0.55, 0.25)}  # positive, neutral, negative
READS = {  # by true tone, what the tool says
    "fr": ((0.80, 0.15, 0.05), (0.10, 0.85, 0.05), (0.10, 0.20, 0.70)),
    "nl": ((0.80, 0.17, 0.03), (0.15, 0.82, 0.03), (0.15, 0.35, 0.50)),
}
SHARE = {"fr": 0.7, "nl": 0.3}


def drawn(rng: np.random.Generator, language: str, n: int) -> tuple[np.ndarray, np.ndarray]:
    """True tone and reading of `n` mentions."""
    true = rng.choice(3, n, p=TRUE[language])
    read = np.array([rng.choice(3, p=READS[language][one]) for one in true])
    return np.array(TONES)[true], np.array(TONES)[read]


def labels(rng: np.random.Generator, n: int) -> pd.DataFrame:
    """Labelled mentions of both languages, as rows of the table of answers."""
    rows = []
    for language in TRUE:
        true, read = drawn(rng, language, n)
        for question, choice in (("tone", true), ("tone_read", read)):
            rows.append(
                pd.DataFrame({"language": language, "respondent_id": np.arange(n), "question": question, "choice": choice})
            )  # fmt: skip
    return pd.concat(rows, ignore_index=True)


def main() -> None:
    """Run the study."""
    redraws, bad = covering.redraws(__doc__), []
    truth = {
        "net": sum(SHARE[one] * (TRUE[one][0] - TRUE[one][2]) for one in TRUE),
        "negative": sum(SHARE[one] * TRUE[one][2] for one in TRUE),
        "positive": sum(SHARE[one] * TRUE[one][0] for one in TRUE),
    }
    for n, labelled in ((200, 200), (1_000, 400), (5_000, 400)):
        rng, held = np.random.default_rng(n), []
        for _ in range(redraws):
            known = readings(labels(rng, labelled))
            lot = []
            for language, share in SHARE.items():
                _, read = drawn(rng, language, round(n * share))
                lot.append(pd.DataFrame({"language": language, "sentiment": read, "mentions": 1.0}))
            found = tone_of(pd.concat(lot), known)
            held.append(
                {
                    name: getattr(found, name).low <= one <= getattr(found, name).high
                    for name, one in truth.items()
                }
            )
        bad += covering.judged(f"{n} mentions, {labelled} labelled a language", held)
    covering.finish(bad)


if __name__ == "__main__":
    main()
