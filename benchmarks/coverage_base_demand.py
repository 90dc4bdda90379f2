"""Do nominal 90 % intervals of what a point of brand is worth hold the truth? Worlds with trend, season, price, media and a noisy tracker.

    python benchmarks/coverage_base_demand.py [--redraws 200]

Thirty-six and sixty months. The nuisances of a world (what price and media do at once, growth of its own, drift, noise and memory of
sales) are drawn from what the method holds possible, and so is what brand media add to the brand; the effect is none, one and three
per cent a point of a brand at 25. The share of worlds in which an effect of none is called one is printed: half of what lies outside is
wrong upwards. Exit code 1 when an interval leaves .83-.96.
"""

from __future__ import annotations

import math

import covering
import numpy as np

from helpers.methods import base_demand_model as model
from helpers.methods.base_demand import Control, base_demand
from helpers.methods.base_demand_pause import carried, pause

LEVEL_OF, ANSWERS, OWN_GROWTH = 25.0, 400, 0.01
EFFECTS = (0.0, 0.01, 0.03)


def world(n: int, effect: float, rng: np.random.Generator) -> tuple[dict, dict]:
    """One world: what `base_demand` is given, and what is true of it."""
    t = np.arange(n)
    spend = np.where(rng.random(n) < 0.35, rng.uniform(1.5, 3.2, n), 0.2)
    spend = spend / spend.mean()
    media, slope = model.MEDIA_SPREAD * LEVEL_OF * rng.standard_normal(), 1.0 + 0.8 * rng.standard_normal()
    price, direct, own = rng.normal(-1.0, 0.5), rng.normal(0.05, 0.05), rng.normal(0, OWN_GROWTH)
    drift, memory, noise = LEVEL_OF * rng.uniform(0.015, 0.045), rng.choice(model.MEMORIES), rng.uniform(0.015, 0.05)  # fmt: skip
    carry = float(rng.choice(model.CARRIES))
    u, v = ((size * np.linalg.cholesky(model.autocorrelation(n, keeps)) @ rng.standard_normal(n))
            for size, keeps in ((drift, model.KEEPS), (noise, memory)))  # fmt: skip
    brand = LEVEL_OF + slope * (t / 12 - n / 24) + media * (model.memory_of_media(spend, carry) - 1) + u
    prices = math.log(1.03) * ((t >= 14).astype(float) + (t >= 27))
    season = 0.2 * np.sin(2 * np.pi * t / 12 + 1) + 0.1 * np.cos(4 * np.pi * t / 12)
    logs = 7 + season + effect * (brand - LEVEL_OF) + direct * spend + price * prices + own * t / 12 + v
    orders = rng.poisson(np.exp(logs))
    share = rng.binomial(ANSWERS, np.clip(brand, 1, 99) / 100) / ANSWERS
    controls = [
        Control("price", prices - prices.mean(), -1.0, 0.5),
        Control("brand media", spend, 0.05, 0.05),
    ]
    given = {"sales": orders, "share": share, "n_effective": np.full(n, ANSWERS), "n_sales": orders, "brand_media": spend, "controls": controls}  # fmt: skip
    gain = brand[-12:].mean() - brand[:12].mean()
    lost = float(-np.expm1(-effect * media * (1 - carry ** np.arange(1, 13))).mean())
    return given, {"carried": -math.expm1(-effect * gain), "media": media, "paused": lost}


def main() -> None:
    """Run the study."""
    redraws, bad = covering.redraws(__doc__), []
    for n in (36, 60):
        for effect in EFFECTS:
            rng, held, false = np.random.default_rng([n, int(1000 * effect)]), [], []
            for seed in range(redraws):
                given, true = world(n, effect, rng)
                made = base_demand(**given, other_growth=OWN_GROWTH, draws=400, seed=seed)
                if not made.is_told:
                    held.append({})
                    continue
                _, share = carried(made)
                lost = pause(made, "brand media").long.mean(axis=1)
                inside = {"effect of a point": made.effect.low <= effect <= made.effect.high}
                for name, draws in (("carried by the gain", share), ("points of media", made.media), ("lost in a pause", lost)):  # fmt: skip
                    low, high = np.quantile(draws, [0.05, 0.95])
                    truth = true[{"carried by the gain": "carried", "points of media": "media", "lost in a pause": "paused"}[name]]  # fmt: skip
                    # Without an effect the brand carries nothing whatever it did: the interval is about that of the effect, shrunk.
                    shown = ", shown" if name != "points of media" and effect == 0 else ""
                    inside[name + shown] = bool(low <= truth <= high)
                held.append(inside)
                false.append(made.effect.low > 0)
            bad += covering.judged(f"{n} months, {effect:.0%} a point", held, shown=(", shown", "lost in a pause"), why="shown: small effects, products of draws")  # fmt: skip
            print(f"  {'called an effect above none':44} {np.mean(false):.3f}")
    covering.finish(bad)


if __name__ == "__main__":
    main()
