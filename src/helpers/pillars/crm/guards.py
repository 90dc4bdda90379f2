"""Warnings of models as a page says them."""

from __future__ import annotations

from collections.abc import Iterable

from helpers.i18n import capital, translate


def sentence(guard: str, language: str) -> str:
    """A warning of a model as a sentence."""
    return capital(translate(guard, language)) + "."


def refusal(guards: Iterable[str], language: str) -> str:
    """Say why a model cannot tell, as its first such warning does; an empty text where none says so."""
    for guard in guards:
        if guard.startswith("cannot tell: "):
            return sentence(guard.values["reason"], language)
    return ""
