"""Words against the law of a day: findings of the screen on live claims and drafts, and what changed in law within the period."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

import pandas as pd

from helpers.methods.claim_ledger import NOT_PUBLISHED, is_live
from helpers.methods.claim_screen import screen
from helpers.periods import Period

BANNED = "banned"
VERDICTS = ("to withdraw", "to reword", "to prove")  # the gravest first
FINE = "no finding"


class Law(NamedTuple):
    """What the screen finds by the law of the period's last day.

    live, drafts : findings of claims in public, and of those not yet; as `claim_screen.screen` returns them, with `since` [the later of
    rule and publication]. changed : findings of live claims whose rule began within the period. silent : ids of claims in a language
    that the screen does not read. to_confirm : rules among the findings whose status is to be confirmed.
    """

    live: pd.DataFrame
    drafts: pd.DataFrame
    changed: pd.DataFrame
    silent: tuple[str, ...]
    day: date

    def banned(self, claim_id: str) -> bool:
        """Whether a rule forbids words of a live claim."""
        return bool((self._of(claim_id)["status"] == BANNED).any())

    def verdict(self, claim_id: str) -> str:
        """The gravest verdict on a live claim's words; "no finding" where there is none."""
        there = set(self._of(claim_id)["verdict"])
        return next((one for one in VERDICTS if one in there), FINE)

    def _of(self, claim_id: str) -> pd.DataFrame:
        return self.live[self.live["claim_id"] == claim_id]


def law(claims: pd.DataFrame, period: Period) -> Law:
    """Screen what is live on the period's last day, and drafts, by the law of that day.

    Parameters
    ----------
    claims : table `csr_claims`.

    Returns
    -------
    Law. A claim without words has none to find; the checks name it.
    """
    day = period.end
    spoken = claims[claims["wording"].astype("string").fillna("").str.strip() != ""]
    live, draft = spoken[is_live(spoken, on=day)], spoken[_is_draft(spoken)]
    found = _since(screen(live, on=day), live)
    before = screen(live, on=period.start - timedelta(days=1))
    known = set(zip(before["claim_id"], before["rule"], strict=True))
    is_new = [
        (row.claim_id, row.rule) not in known and period.start <= _day(row.valid_from) <= period.end
        for row in found.itertuples()
    ]  # fmt: skip
    return Law(
        found, _since(screen(draft, on=day), draft), found[is_new], silent(pd.concat([live, draft])), day
    )


def silent(claims: pd.DataFrame) -> tuple[str, ...]:
    """Claims in a language that the screen does not read."""
    from helpers.methods.claim_screen import LANGUAGES

    return tuple(claims.loc[~claims["language"].isin(LANGUAGES), "claim_id"])


def _is_draft(claims: pd.DataFrame) -> pd.Series:
    return claims["status"].astype("string").fillna("").str.strip().str.lower() == NOT_PUBLISHED[0]


def _since(found: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """Findings with the day from which both the rule and the words were there, the gravest first."""
    shown = found["claim_id"].map(claims.set_index("claim_id")["published_on"])
    rule = pd.to_datetime(found["valid_from"])
    rank = found["verdict"].map({one: at for at, one in enumerate(VERDICTS)})
    made = found.assign(
        since=pd.to_datetime(shown).astype(rule.dtype).where(pd.to_datetime(shown) > rule, rule), rank=rank
    )
    return made.sort_values(["rank", "claim_id", "start"], ignore_index=True).drop(columns="rank")


def _day(when: object) -> date:
    return pd.Timestamp(when).date()
