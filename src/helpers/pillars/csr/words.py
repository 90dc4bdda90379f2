"""What all pages on responsibility say alike."""

from __future__ import annotations

from helpers.company import Scope
from helpers.i18n import number
from helpers.kpi import LEVEL


def level(scope: Scope) -> str:
    """The level of every interval of a page."""
    return number(LEVEL, "share", language=scope.language)
