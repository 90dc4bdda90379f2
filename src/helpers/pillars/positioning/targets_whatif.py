"""The what-if panel of the ranking: a slider a weight, and which markets then come first."""

from __future__ import annotations

import numpy as np

from helpers.company import Scope
from helpers.i18n import capital, listed, text
from helpers.kpi import LEVEL
from helpers.methods import ranking_panel
from helpers.pillars.positioning.targets import CRITERIA, Page
from helpers.pillars.positioning.targets_words import criterion
from helpers.whatif import Figure, Panel, Slider

MOST, TABLED = 8, 4  # markets whose chances a reader can keep in view, and in the table
STEP = 0.01


def panel(made: Page, scope: Scope) -> Panel | str:
    """Return the panel, or the sentence that says why there is none; of more than eight markets the highest are in it."""
    lang = scope.language
    if len(made.markets) < 2:
        return text("One market alone: there is nothing to rank.", lang)
    names = made.doubt.table["option"].tolist()[:MOST]
    at = [made.names.index(name) for name in names]
    known = ranking_panel.table([f"weight_{name}" for name in CRITERIA], made.scores[at], made.score_draws[_ordered(made)][:, at], top=made.top)  # fmt: skip
    among = text("among the first {n}", lang, n=made.top)
    figures = (
        Figure(id="first", label=text("Chance that the first market is ahead of all others, with these weights", lang), unit="share", tabled="nothing"),
        Figure(id="total", label=text("Sum of the weights", lang), unit="share", tabled="nothing"),
        *(Figure(id=f"top_{i + 1}", label=f"{name}, {among}", unit="share", tabled="value" if i < TABLED else "nothing") for i, name in enumerate(names)),
    )  # fmt: skip
    return Panel(
        id="ranking", title=text("What if other things counted?", lang), model="ranking", **known, inputs=_sliders(made, lang), figures=figures,
        sentences={f"first_{i + 1}": _sentence(name, lang) for i, name in enumerate(names)}, data=_data(made, names, lang),
        assumed=(text("Weights count in proportion to their sum, so that they need not add up to one here.", lang),
                 text("The scale of a criterion stays as it is, whatever it weighs.", lang),
                 text("Weights are held as set; the table above counts the doubt about them, too.", lang)),
        scenarios=_scenarios(made), level=LEVEL, language=lang,
    )  # fmt: skip


def _ordered(made: Page) -> np.ndarray:
    """Draws by how far the first market is ahead, so that those that fit into the page say the same of it as all of them."""
    drawn = made.doubt.draws
    return np.argsort(drawn[:, 0] - drawn[:, 1:].max(axis=1), kind="stable")


def _sliders(made: Page, lang: str) -> tuple[Slider, ...]:
    return tuple(
        Slider(id=f"weight_{name}", label=capital(criterion(name, lang)), low=0.0, high=1.0, step=STEP, default=_on_grid(weight), unit="share")
        for name, weight in zip(CRITERIA, made.weights, strict=True)
    )  # fmt: skip


def _on_grid(weight: float) -> float:
    return float(np.round(weight / STEP)) * STEP


def _sentence(name: str, lang: str) -> str:
    return text("{market} comes first; it is ahead of all others with a chance of {first}.", lang, market=name, first="{first}")  # fmt: skip


def _data(made: Page, names: list[str], lang: str) -> tuple[str, ...]:
    said = text("Scores of {markets} on six criteria, in draws of what may be true.", lang, markets=listed(names, lang))  # fmt: skip
    return (said,)


def _scenarios(made: Page) -> tuple[dict, ...]:
    """As the page, all alike, and each criterion alone."""
    none = {f"weight_{name}": 0.0 for name in CRITERIA}
    alike = dict.fromkeys(none, 0.2)
    return ({}, alike, *({**none, f"weight_{name}": 1.0} for name in CRITERIA))
