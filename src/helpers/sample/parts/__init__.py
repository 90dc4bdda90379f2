"""The parts of the sample world, in the order in which they are written: a new part is a module and a line here.

A part reads the latents of the world and changes nothing of them, so it joins without moving any figure of the others.
It has one or more of these functions; tables may be shared between parts.

    market(world)         -> yields (table, frame): rows that do not grow with the number of customers
    people(chunk)         -> yields (table, frame): rows of a chunk's customers
    count(chunk)          -> dict of numbers or arrays that are added up over the chunks
    books(world, totals)  -> yields (table, frame): rows made from those sums
    truth(world, totals)  -> yields Estimand
"""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import Any

CORE = (
    "setting",
    "demand",
    "promotions",
    "plan",
    "media",
    "customers",
    "onboarding",
    "orders",
    "trials",
    "baskets",
    "parts.csr_service_days",  # what the part on services is made with
    "parts.csr_service_scores",
)
PARTS = (
    "calendar", "shop", "effects", "future", "app", "carts", "consents", "contact", "voice",
    "platforms", "delivery", "claims", "journeys", "geo", "experiments", "pipeline", "books",
    "positioning_people", "positioning_needs", "positioning_image", "positioning_usage", "positioning_price", "positioning_choices",
    "positioning_prices", "positioning_market",
    "brand_levels", "brand_tracker", "brand_trust", "brand_lift", "brand_spend", "brand_search", "brand_mentions", "brand_social",
    "brand_voices",
    "csr_products", "csr_claims", "csr_topics", "csr_deliveries", "csr_offers", "csr_services",
)  # fmt: skip


def modules() -> list[ModuleType]:
    """The modules of all parts."""
    from importlib import import_module

    return [import_module(f"{__name__}.{name}") for name in PARTS]


def each(function: str, *arguments: Any) -> Iterator[tuple[str, Any]]:
    """Call a function of every part that has it; yield (part, what it gives) one by one."""
    for module in modules():
        if made := getattr(module, function, None):
            for one in made(*arguments):
                yield module.__name__.rpartition(".")[2], one


def counts(chunk: Any) -> Iterator[dict[str, Any]]:
    """What each part counts in a chunk."""
    for module in modules():
        if hasattr(module, "count"):
            yield module.count(chunk)


def parameters() -> dict[str, Any]:
    """The numbers that make a world, by module: every constant in capitals that is plain data."""
    from importlib import import_module

    core = [import_module(f"helpers.sample.{name}") for name in CORE]
    found = {}
    for module in (*core, *modules()):
        name = module.__name__.rpartition(".")[2]
        named = {key for key in vars(module) if key.isupper()}
        own = sorted(named & _assigned(module)) if named else []
        plain = {key: _plain(getattr(module, key)) for key in own}
        found[name] = {key: value for key, value in plain.items() if value is not None}
    return {name: values for name, values in found.items() if values}


def _assigned(module: ModuleType) -> set[str]:
    """Names that the module itself gives a value to, rather than importing them."""
    import ast
    from pathlib import Path

    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    given = (node for node in tree.body if isinstance(node, ast.Assign | ast.AnnAssign))
    inside = (part for node in given for part in ast.walk(node))
    return {part.id for part in inside if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}


def _plain(value: Any) -> Any:
    """The value as JSON holds it, None for what is no plain data."""
    import numpy as np

    if hasattr(value, "_asdict"):
        return {key: _plain(one) for key, one in value._asdict().items()}
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | range):
        return [_plain(one) for one in value]
    if isinstance(value, np.ndarray):
        return value.tolist() if value.size <= 100 else None
    if isinstance(value, str | int | float | bool):
        return value
    return None
