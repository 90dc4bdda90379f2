"""Names of segments, made of what stands out in them, and words for the items of the survey of needs."""

from __future__ import annotations

import numpy as np

from helpers.i18n import capital, listed, mark_term, term
from helpers.methods import latent_redraws
from helpers.methods.intervals import Estimate
from helpers.pillars.positioning.segments import LEVEL, Page
from helpers.pillars.positioning.segments_people import ITEM

WORDS = {
    "taste": mark_term("a need", "taste"),
    "bubbles": mark_term("a need", "bubbles"),
    "health": mark_term("a need", "health"),
    "no_sugar": mark_term("a need", "no sugar"),
    "planet": mark_term("a need", "planet"),
    "no_plastic": mark_term("a need", "no plastic"),
    "price": mark_term("a need", "price"),
    "design": mark_term("a need", "design"),
    "quick": mark_term("a need", "speed"),
    "refill_home": mark_term("a need", "refills at home"),
}
DIMENSION = {
    "age_band": mark_term("a group", "age"),
    "region": mark_term("a group", "region"),
    "sex": mark_term("a group", "sex"),
}
LEVELS = {
    "F": mark_term("a group", "women"),
    "M": mark_term("a group", "men"),
    "north": mark_term("a group", "north"),
    "east": mark_term("a group", "east"),
    "south": mark_term("a group", "south"),
    "west": mark_term("a group", "west"),
    "capital": mark_term("a group", "capital"),
}
NAMED, SHOWN = 2, 3  # items in a name, items in a sheet


def word(item: str, language: str) -> str:
    """An item in words; one that is not known as the survey calls it, without its need_."""
    plain = item.removeprefix(ITEM)
    return term(*WORDS[plain], language) if plain in WORDS else plain.replace("_", " ")


def group(dimension: str, level: str, language: str) -> str:
    """A group of people in words: "age 18–24", "women", "capital"; a level that is not known as it is written."""
    if level in LEVELS:
        return term(*LEVELS[level], language)
    if dimension == "age_band" and level.endswith("+"):
        return term("a group", "age {band} and over", language, band=level.removesuffix("+"))
    if dimension == "age_band":
        return term("a group", "age {band}", language, band=level.replace("-", "–"))
    return level


def standing(made: Page) -> np.ndarray:
    """How far the mean answer of each item in each segment stands above that of everybody, in standard deviations [segment, item]."""
    columns = []
    for item, own in zip(made.classes.items, made.classes.levels, strict=True):
        at = made.classes.data.item == made.classes.items.index(item)
        value = np.array([float(one) if _is_number(one) else place for place, one in enumerate(own)])
        p = made.classes.chances[:, at]
        whole = made.classes.sizes @ p
        spread = float(np.sqrt(whole @ value**2 - (whole @ value) ** 2))
        columns.append((p @ value - whole @ value) / max(spread, 1e-9))
    return np.column_stack(columns)


def _is_number(one: object) -> bool:
    return isinstance(one, int | float) and not isinstance(one, bool)


def name(made: Page, segment: int, language: str) -> str:
    """A segment by the two items that stand out most in it; by one more for each segment of the same name."""
    order = np.argsort(-standing(made), axis=1, kind="stable")
    used = NAMED
    while used < order.shape[1] and len({frozenset(row[:used]) for row in order.tolist()}) < len(order):
        used += 1
    return capital(listed([word(made.classes.items[i], language) for i in order[segment, :used]], language))


def names(made: Page, language: str) -> list[str]:
    """Names of all segments, in their order."""
    return [name(made, segment, language) for segment in range(made.k)]


def quoted(made: Page, segments: list[int], language: str) -> str:
    """Names of some segments in a sentence, each in quotation marks."""
    marked = [term("a segment in a sentence", "“{name}”", language, name=name(made, k, language)) for k in segments]  # fmt: skip
    return listed(marked, language)


def decides(made: Page, segment: int) -> list[tuple[str, Estimate]]:
    """The items that most people of a segment give the highest answer, with the share who do."""
    return _extreme(made, segment, highest=True)


def matters_not(made: Page, segment: int) -> list[tuple[str, Estimate]]:
    """The items that most people of a segment give the lowest answer, with the share who do."""
    return _extreme(made, segment, highest=False)


def _extreme(made: Page, segment: int, *, highest: bool) -> list[tuple[str, Estimate]]:
    classes, found = made.classes, []
    ends = np.cumsum([len(own) for own in classes.levels])
    at = ends - 1 if highest else np.r_[0, ends[:-1]]
    for i in np.argsort(-classes.chances[segment, at], kind="stable")[:SHOWN]:
        item = classes.items[i]
        n = int(made.people.frame[item].notna().sum())
        found.append((item, latent_redraws.share_estimate(made.found.chances[:, segment, at[i]], n, level=LEVEL)))  # fmt: skip
    return found
