"""Figures of the page on claims and proof."""

from __future__ import annotations

import math

from helpers import kpi
from helpers.company import Scope
from helpers.i18n import plural, text
from helpers.kpi import KpiRow
from helpers.methods import claim_alignment
from helpers.methods.claim_ledger import CONTRADICTED, standings
from helpers.periods import Period
from helpers.pillars.csr.claims import Page
from helpers.pillars.csr.claims_numbers import check_claims, contradicted
from helpers.pillars.csr.claims_topics import overall
from helpers.pillars.csr.claims_words import index
from helpers.pillars.csr.definitions import KPIS


def kpis(made: Page, scope: Scope, *, covers: float = 0.95) -> list[KpiRow]:
    """Rows of the figures; index and exposure with those of earlier periods, by the proofs and figures of their last day."""
    live, lang = made.live, scope.language
    past = [_past(made, scope, period, covers) for period in kpi.history(scope)[:-1]]
    rows = [
        kpi.compared(KPIS["alignment_index"], [*_told(past, 0, "alignment_index", scope), _index(made, scope)], scope),
        _low(made, scope),
        kpi.compared(KPIS["unproved_exposure"], [*_told(past, 1, "unproved_exposure", scope), _exposure(made, scope)], scope),
        kpi.row(KPIS["unproved_spend"], scope, claim_alignment.unproved(made.ledger, "spend")[0], n=len(live)),
        kpi.row(KPIS["claims_at_risk"], scope, len(made.at_risk), n=len(live)),
        kpi.row(KPIS["claims_with_findings"], scope, int(live["is_banned"].sum()), n=len(live)),
        kpi.row(KPIS["claims_contradicted"], scope, int((live["standing"] == CONTRADICTED).sum()), n=len(live)),
        _expiry(made, scope),
    ]  # fmt: skip
    found = made.audited
    none = text("No indicator has a value in the last twelve months.", lang)
    rows.append(
        _counted("audited_indicator_share", found.n_audited, found.n, found.low, found.high, none, scope)
    )
    nothing = text("No claim is in public.", lang)
    rows.append(_counted("claims_reviewed_share", *made.reviewed, nothing, scope))
    return [*rows, _gap(made, scope)]


def _index(made: Page, scope: Scope) -> KpiRow:
    found, lang = made.aligned, scope.language
    if math.isnan(found.value):
        return kpi.row(KPIS["alignment_index"], scope, None, n=found.n, reason=text("No live claim has a known exposure.", lang))  # fmt: skip
    unknown = found.n - found.n_weighted
    said = ""
    if unknown:
        said = plural(
            "{n} claim of unknown exposure is left out; with it the index lies between {low} and {high}.",
            "{n} claims of unknown exposure are left out; with them the index lies between {low} and {high}.",
            unknown, lang, low=index(found.unknown_low, lang), high=index(found.unknown_high, lang),
        )  # fmt: skip
    return kpi.row(KPIS["alignment_index"], scope, found.value, n=found.n_weighted, reason=said)


def _low(made: Page, scope: Scope) -> KpiRow:
    low = made.aligned.unknown_low
    none = text("No live claim has a known exposure.", scope.language) if math.isnan(low) else ""
    return kpi.row(KPIS["alignment_index_low"], scope, low, n=made.aligned.n, reason=none)


def _exposure(made: Page, scope: Scope) -> KpiRow:
    share = claim_alignment.unproved(made.ledger, "exposure")[2]
    none = text("No live claim has a known exposure.", scope.language) if math.isnan(share) else ""
    return kpi.row(KPIS["unproved_exposure"], scope, share, n=made.aligned.n_weighted, reason=none)


def _expiry(made: Page, scope: Scope) -> KpiRow:
    if made.next.empty:
        none = text("No proof of a live claim ends within a year.", scope.language)
        return kpi.row(KPIS["days_to_next_expiry"], scope, None, n=0, reason=none)
    first = made.next.iloc[0]
    said = text("{claim}, proof {proof}.", scope.language, claim=first["claim_id"], proof=first["proof_id"])
    return kpi.row(KPIS["days_to_next_expiry"], scope, int(first["days"]), n=len(made.next), reason=said)


def _counted(name: str, part: int, n: int, low: float, high: float, none: str, scope: Scope) -> KpiRow:
    """A share of a register with its exact interval, which holds for a handful, too."""
    if not n:
        return kpi.row(KPIS[name], scope, None, n=0, reason=none)
    return kpi.row(KPIS[name], scope, part / n, low=low, high=high, n=n)


def _gap(made: Page, scope: Scope) -> KpiRow:
    believed, proved = overall(made.topics, made.ledger)
    if not math.isfinite(believed.value):
        none = text("Nobody was asked whether we do what we say; cannot tell, need n = {need} answers.", scope.language, need=30)  # fmt: skip
        return kpi.row(KPIS["say_do_gap"], scope, None, n=0, reason=none)
    value, low, high = (100 * (one - proved) for one in believed[:3])
    return kpi.row(KPIS["say_do_gap"], scope, value, low=low, high=high, n=believed.n)


def _past(made: Page, scope: Scope, period: Period, covers: float) -> tuple[float, float, int, Period]:
    """Index and unproved share on the last day of an earlier period, with the exposures known today."""
    day, read = period.end, made.read
    against = contradicted(check_claims(read.claims, read.metrics, on=day))
    then = standings(read.claims, read.proofs, on=day, contradicted=against, covers=covers, own_names=scope.company.own_brands())  # fmt: skip
    found = claim_alignment.alignment(then)
    return found.value, claim_alignment.unproved(then, "exposure")[2], found.n_weighted, period


def _told(past: list[tuple], at: int, name: str, scope: Scope) -> list[KpiRow]:
    """Rows of the earlier periods in which something was said."""
    return [
        kpi.row(KPIS[name], scope, one[at], n=one[2], period=one[3])
        for one in past
        if not math.isnan(one[at])
    ]
