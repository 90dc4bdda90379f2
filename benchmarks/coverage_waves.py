"""Do nominal 90 % intervals of a tracker's waves hold the truth? Weights, households, a panel that answers twice, a scale, a funnel.

    python benchmarks/coverage_waves.py [--redraws 200]

A population of 100,000 in which answers go with what the panel draws too often; the agency's weights are the inverse of the chance of
being drawn (design effect about 1.5). The share of a wave, a rare share, its change to the next wave of fresh people, of households
that answer alike, and of a panel in which seven of ten come back. Alpha, omega and the mean of a scale of five answers from 1 to 5. Seven
brands whose conversion follows their size, with brands spread around the line: how often the expectation holds the brand. How often
a change is called higher or lower where nothing changed. The share without weights is shown only. Exit code 1 when an interval leaves
.83-.96.
"""

from __future__ import annotations

import covering
import numpy as np
import pandas as pd
from scipy.special import expit, logit

from helpers.methods.funnel_norm import funnel_norm
from helpers.methods.reliability import reliability, scale_waves
from helpers.methods.wave_changes import wave_changes
from helpers.methods.waves import wave_shares

SIZE, N = 100_000, 1000
FIVE = list("abcde")
AWARE = np.array([0.85, 0.70, 0.55, 0.45, 0.35, 0.25, 0.18])


def population(rng: np.random.Generator) -> pd.DataFrame:
    """People whose answers of two waves go together, and go with who is drawn too often."""
    taste, home = rng.normal(size=SIZE), np.repeat(rng.normal(size=SIZE // 2), 2)
    pull = np.exp(0.65 * rng.normal(size=SIZE) + 0.3 * taste)
    then = expit(-0.9 + 0.9 * taste + 0.7 * home)
    now = expit(-0.7 + 0.9 * taste + 0.7 * home)
    made = {"a": then, "b": now, "rare": expit(-3.9 + 0.5 * taste)}
    made = {name: (rng.random(SIZE) < chance) * 1.0 for name, chance in made.items()}
    return pd.DataFrame({**made, "pull": pull, "home": np.arange(SIZE) // 2})


def drawn(people: pd.DataFrame, n: int, rng: np.random.Generator) -> pd.DataFrame:
    """People drawn with unequal chances, with the weights that mend it."""
    at = rng.choice(len(people), n, replace=False, p=(people["pull"] / people["pull"].sum()).to_numpy())
    return people.iloc[at].assign(weight=1 / people["pull"].iloc[at])


def wave(name: str, people: pd.DataFrame, answer: str) -> pd.DataFrame:
    """One question about one brand, as the tracker's table has it."""
    return pd.DataFrame(
        {
            "wave": name, "respondent_id": people.index, "question": answer.strip("ab") or "like", "brand": "own",
            "score": people[answer].to_numpy(), "weight": people["weight"].to_numpy(), "home": people["home"].to_numpy(),
        }
    )  # fmt: skip


def holds(row, truth: float) -> bool:
    """Whether a row's interval holds the truth."""
    return bool(row["low"] <= truth <= row["high"])


def changed(first: pd.DataFrame, second: pd.DataFrame, answers: str = "ab", **options):
    """The change between two waves."""
    both = pd.concat([wave("1", first, answers[0]), wave("2", second, answers[1])])
    return wave_changes(wave_shares(both, **options)).iloc[0]


def redraw(people: pd.DataFrame, rng: np.random.Generator) -> dict[str, bool]:
    """One pair of waves of each kind."""
    truth = people[["a", "b", "rare"]].mean()
    first, second = drawn(people, N, rng), drawn(people, N, rng)
    back = pd.concat([first.sample(int(0.7 * N), random_state=int(rng.integers(1 << 31))), drawn(people, N - int(0.7 * N), rng)])  # fmt: skip
    back = back[~back.index.duplicated()]
    homes = people[people["home"].isin(rng.choice(SIZE // 2, N // 2, replace=False))].assign(weight=1.0)
    table = wave_shares(pd.concat([wave("1", first, "a"), wave("1", first, "rare")])).table.set_index("question")  # fmt: skip
    plain = wave_shares(wave("1", first.assign(weight=1.0), "a")).table.iloc[0]
    still = changed(first, second, "aa")
    change = float(truth["b"] - truth["a"])
    return {
        "share": holds(table.loc["like"], truth["a"]),
        "rare share (2 %)": holds(table.loc["rare"], truth["rare"]),
        "share, households": holds(wave_shares(wave("1", homes, "a"), cluster="home").table.iloc[0], truth["a"]),
        "change, fresh people": holds(changed(first, second), change),
        "change, seven of ten come back": holds(changed(first, back), change),
        "nothing changed, and none is called": holds(still, 0.0),
        "share, no weights": holds(plain, truth["a"]),
    }  # fmt: skip


def scales(rng: np.random.Generator, truth: tuple[float, float, float]) -> dict[str, bool]:
    """Five answers of one trust, six hundred people with weights."""
    answers, weights = trust(600, rng), np.exp(0.4 * rng.normal(size=600))
    found = reliability(answers, weights=weights, draws=200)
    people = answers.assign(wave="1", respondent_id=range(600), brand="own", weight=weights)
    mean = scale_waves(people, FIVE).table.iloc[0]
    return {
        "alpha": bool(found.alpha.low <= truth[0] <= found.alpha.high),
        "omega": bool(found.omega.low <= truth[1] <= found.omega.high),
        "mean of the scale": holds(mean, truth[2]),
    }


def trust(n: int, rng: np.random.Generator) -> pd.DataFrame:
    """Answers from 1 to 5 of unequal loadings."""
    loading = np.array([0.8, 0.75, 0.7, 0.65, 0.6])
    x = 3.4 + 0.9 * (loading * rng.normal(size=(n, 1)) + np.sqrt(1 - loading**2) * rng.normal(size=(n, 5)))
    return pd.DataFrame(np.clip(np.round(x), 1, 5), columns=FIVE)


def funnels(rng: np.random.Generator, spread: float) -> dict[str, float]:
    """Share of seven brands that are seen where the others let them be expected."""
    line = expit(-0.3 + 0.5 * logit(AWARE) + spread * rng.normal(size=7))
    aware = rng.binomial(770, AWARE)
    counts = {"aware": aware, "like": rng.binomial(aware, line)}
    shares = pd.concat([pd.DataFrame({"brand": list("ABCDEFG"), "question": name, "value": k / 770, "n_effective": 770}) for name, k in counts.items()])  # fmt: skip
    made = funnel_norm(shares, steps=["aware", "like"]).table
    return {f"brands around the line by {spread:g}": float((made["p"] > 0.1).mean())}


def main() -> None:
    """Run the study."""
    redraws, bad = covering.redraws(__doc__), []
    rng = np.random.default_rng(9)
    people = population(rng)
    held = [redraw(people, rng) for _ in range(redraws)]
    bad += covering.judged(f"waves of {N:,}", held, shown=("no weights",), why="shown: what the weights mend")
    many = trust(1_000_000, rng)
    whole = reliability(many, draws=2)
    truth = whole.alpha.value, whole.omega.value, float(many.to_numpy().mean())
    bad += covering.judged("a scale of five answers", [scales(rng, truth) for _ in range(redraws)])
    for spread in (0.15, 0.3):
        bad += covering.judged("seven brands", [funnels(rng, spread) for _ in range(redraws)])
    covering.finish(bad)


if __name__ == "__main__":
    main()
