"""Checks made of the facts: what could make every page wrong, the most important first, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable

from helpers import i18n
from helpers.checks import STATUSES, Check
from helpers.quality import content_checks as content
from helpers.quality import import_checks as came
from helpers.quality.facts import Facts

CHECKS: tuple[Callable[[Facts, str], Check | None], ...] = (  # by importance
    came.contracts,
    came.keys,
    came.controls,
    content.unmapped,
    content.books,
    came.vat,
    content.gaps,
    content.freshness,
    came.replaced,
    came.copies,
    content.clicks,
    came.verified,
)


def judge(facts: Facts, language: str = i18n.SOURCE) -> list[Check]:
    """Return the checks of a company's data in a language: what fails, then what needs review, then what passes.

    Within a status they stand by importance. A check whose tables or ledger are not there is not made.
    """
    made = [found for make in CHECKS if (found := make(facts, language))]
    return sorted(made, key=lambda one: -STATUSES.index(one.status))


def count(checks: list[Check]) -> dict[str, int]:
    """Return how many checks have each status."""
    return {status: sum(one.status == status for one in checks) for status in STATUSES}
