"""Words against the law of a day: findings of the screen on live claims and drafts, and what changed in law within the period."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.errors import DataError
from helpers.methods.claim_ledger import is_draft, is_live
from helpers.methods.claim_screen import LANGUAGES, screen
from helpers.periods import Period
from helpers.rules.claims import VERDICTS, claim_rules

BANNED = "banned"
FINE = "no finding"
JOINED = "-’'"  # what joins the parts of a word


class Law(NamedTuple):
    """What the screen finds by the law of the period's last day.

    live, drafts : findings of claims in public, and of those not yet, by the law of the day on which they are to go out; as `claim_screen.screen` returns them, with `since` [the later of
    rule and publication]. changed : findings of live claims whose rule began within the period. silent : ids of claims in a language
    that the screen does not read. lawless : markets for which no rule is written down on that day.
    national : markets of live claims and drafts whose national text of the directive was not seen.
    """

    live: pd.DataFrame
    drafts: pd.DataFrame
    changed: pd.DataFrame
    silent: tuple[str, ...]
    lawless: tuple[str, ...]
    national: tuple[str, ...]
    day: date

    def banned(self, claim_id: str) -> bool:
        """Whether a rule forbids words of a live claim."""
        return bool((self._of(claim_id)["status"] == BANNED).any())

    def verdict(self, claim_id: str) -> str:
        """The gravest verdict on a live claim's words; "no finding" where there is none."""
        there = set(self._of(claim_id)["verdict"])
        return next((one for one in VERDICTS if one in there), FINE)

    def without(self, rule: str, claims: Collection[str]) -> Law:
        """The same without the findings of one rule on some live claims, which something else has cured."""
        kept = self.live[~((self.live["rule"] == rule) & self.live["claim_id"].isin(list(claims)))]
        return self._replace(live=kept.reset_index(drop=True))

    def _of(self, claim_id: str) -> pd.DataFrame:
        return self.live[self.live["claim_id"] == claim_id]


def law(claims: pd.DataFrame, period: Period) -> Law:
    """Screen what is live on the period's last day, and drafts, by the law of that day.

    Parameters
    ----------
    claims : table `csr_claims`.

    Returns
    -------
    Law. A claim without words has none to find, and one of a market whose law nobody has written down is not judged; the checks name both.
    """
    day = period.end
    spoken = claims[claims["wording"].astype("string").fillna("").str.strip() != ""]
    lawless = _lawless(spoken, day)
    known = spoken[~spoken["market"].isin(lawless)]
    live, draft = known[is_live(known, on=day)], known[is_draft(known)]
    eve = period.start - timedelta(days=1)
    before = screen(live[~live["market"].isin(_lawless(live, eve))], on=eve)
    older = {(row.claim_id, row.rule): row.valid_from for row in before.itertuples()}
    found = _since(screen(live, on=day), live, older)
    is_new = [
        (row.claim_id, row.rule) not in older and period.start <= _day(row.valid_from) <= period.end
        for row in found.itertuples()
    ]  # fmt: skip
    return Law(found, _since(_of_drafts(draft, day), draft, {}), found[np.array(is_new, dtype=bool)], silent(pd.concat([live, draft])), lawless, _national(pd.concat([live, draft]), day), day)  # fmt: skip


def _lawless(claims: pd.DataFrame, day: date) -> tuple[str, ...]:
    """Markets of claims for which no rule is written down on a day."""
    found = []
    for market in sorted(claims["market"].dropna().astype(str).unique()):
        try:
            claim_rules(market, day)
        except DataError:
            found.append(market)
    return tuple(found)


def _national(claims: pd.DataFrame, day: date) -> tuple[str, ...]:
    """Markets of claims in which a directive holds by national law that is still to be confirmed."""
    there = sorted(claims["market"].dropna().astype(str).unique())
    return tuple(one for one in there if any(rule.id == "transposition" for rule in claim_rules(one, day)))


def silent(claims: pd.DataFrame) -> tuple[str, ...]:
    """Claims in a language that the screen does not read."""
    return tuple(claims.loc[~claims["language"].isin(LANGUAGES), "claim_id"])


def _of_drafts(draft: pd.DataFrame, day: date) -> pd.DataFrame:
    """Findings of drafts, each by the law of the day on which it is to go out."""
    when = pd.to_datetime(draft["published_on"]).clip(lower=pd.Timestamp(day))
    found = [screen(own, on=_day(one)) for one, own in draft.groupby(when, sort=True)]
    return pd.concat(found, ignore_index=True) if found else screen(draft, on=day)


def _since(found: pd.DataFrame, claims: pd.DataFrame, older: dict[tuple[str, str], date]) -> pd.DataFrame:
    """Findings with the day from which both the rule and the words were there, the gravest first.

    `older` : the first day of the rule's version before, by claim and rule, where that one found the words, too.
    """
    shown = claims.set_index("claim_id")["published_on"]
    since = [
        max(pd.Timestamp(shown[row.claim_id]), pd.Timestamp(min(row.valid_from, older.get((row.claim_id, row.rule), row.valid_from))))
        for row in found.itertuples()
    ]  # fmt: skip
    rank = [VERDICTS.index(one) for one in found["verdict"]]
    wording = claims.set_index("claim_id")["wording"]
    words = [_whole(wording[row.claim_id], row.start, row.end) for row in found.itertuples()]
    made = found.assign(words=pd.Series(words, index=found.index, dtype=object), since=pd.to_datetime(pd.Series(since, index=found.index, dtype=object)), rank=pd.Series(rank, index=found.index, dtype=int))  # fmt: skip
    return made.sort_values(["rank", "claim_id", "start"], ignore_index=True).drop(columns="rank")


def _whole(wording: str, start: int, end: int) -> str:
    """The words of a finding, none of them cut."""
    while start > 0 and (wording[start - 1].isalnum() or wording[start - 1] in JOINED):
        start -= 1
    while end < len(wording) and (wording[end].isalnum() or wording[end] in JOINED):
        end += 1
    if (
        "«" in wording[start:end] and "»" not in wording[start:end]
    ):  # a quotation inside the words ends with its mark
        end = wording.find("»", end) + 1 or end
    return wording[start:end].strip(JOINED)


def _day(when: object) -> date:
    return pd.Timestamp(when).date()
