"""Checks: what could make a page wrong, said before any result; the policy for small samples; decisions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from helpers import i18n
from helpers.display import Output

MIME = "application/vnd.cmo.check+json"
DECISION_MIME = "application/vnd.cmo.decision+json"
STATUSES = ("pass", "review", "fail")

COUNTS_ONLY = 30
NO_TREND = 100
SUREST = 0.99  # no page is surer of an effect: no model of chance knows what may be wrong with the data


@dataclass(frozen=True)
class Check:
    """One check: `pass`, `review` (read the result with care) or `fail` (do not use it)."""

    id: str
    status: str
    text: str
    remedy: str = ""

    def __post_init__(self) -> None:
        """Refuse an unknown status, and a warning that says no remedy."""
        if self.status not in STATUSES:
            raise ValueError(
                f'check {self.id}: status "{self.status}" is unknown. Use {", ".join(STATUSES)}.'
            )
        if self.status != "pass" and not self.remedy:
            raise ValueError(f"check {self.id}: a {self.status} needs a remedy.")


@dataclass(frozen=True, kw_only=True)
class Decision:
    """A decision that a page proposes: what to do, what it brings with interval, what would reverse it.

    `effect` and its bounds are empty where they cannot be told; `probability` that the effect is above zero is
    empty where nobody has tested it. `repeats` names the notebook that takes the same decision, so that a report of both
    counts it once; empty where this page is the one.
    """

    id: str
    verb: str
    amount: str
    effect: float | None = None
    low: float | None = None
    high: float | None = None
    unit: str = "currency"
    currency: str | None = None
    probability: float | None = None
    reverse_if: str
    owner: str
    due: str
    sentence: str
    repeats: str = ""


def check(name: str, passed: bool, text: str, *, remedy: str, otherwise: str = "review") -> Check:
    """Return a check that passes, or says `otherwise` ("review" or "fail") with its remedy."""
    return Check(name, "pass", text) if passed else Check(name, otherwise, text, remedy)


def small_sample(n: float) -> str:
    """Return what a sample of this effective size may carry.

    "counts only" below 30 (no percentage), "no trend" from 30 to 99 (an interval, but no verdict on a change),
    "full" from 100. One policy for the whole collection.
    """
    if n < COUNTS_ONLY:
        return "counts only"
    return "no trend" if n < NO_TREND else "full"


def sample_check(name: str, n: float, what: str, *, language: str = "en") -> Check:
    """Return the check that says whether `n` of `what` (a plural noun, translated) can carry a figure and a trend."""
    policy = small_sample(n)
    values = {"n": i18n.number(n, "count", language=language), "what": what}
    if policy == "full":
        said = i18n.text("{n} {what}: enough for a figure and a trend.", language, **values)
        return Check(name, "pass", said)
    few = policy == "counts only"
    said = i18n.text(
        "Only {n} {what}: no percentage is shown; cannot tell, need n = {need}."
        if few
        else "Only {n} {what}: no trend is judged; cannot tell, need n = {need}.",
        language,
        **values,
        need=COUNTS_ONLY if few else NO_TREND,
    )
    return Check(name, "review", said, i18n.text("Use a longer period or a wider segment.", language))


def sentence(guard: str, language: str) -> str:
    """A warning of a model as a sentence."""
    return i18n.capital(i18n.translate(guard, language)) + "."


def guard_refusal(guards: Iterable[str], language: str) -> str:
    """Say why a model cannot tell, as its first such warning does; an empty text where none says so."""
    for guard in guards:
        if guard.startswith("cannot tell: "):
            return sentence(guard.values["reason"], language)
    return ""


def show(checks: list[Check]) -> Output:
    """Return the checks as one display output, the worst first."""
    ordered = sorted(checks, key=lambda check: -STATUSES.index(check.status))
    lines = [f"{c.status.upper():6} {c.text}{' ' + c.remedy if c.remedy else ''}" for c in ordered]
    return Output(MIME, ordered, columns=["status", "text", "remedy"], lines=lines)


def show_decisions(decisions: list[Decision]) -> Output:
    """Return the decisions as one display output."""
    columns = ["sentence", "probability", "reverse_if", "owner", "due"]
    return Output(DECISION_MIME, decisions, columns=columns, lines=[d.sentence for d in decisions])
