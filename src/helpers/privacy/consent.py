"""Consent is not one flag: who may be used for what, on a day, on which legal basis, by their last word.

The rules are dated and stand in rules/consent.toml. A consent that no file states is unknown, and unknown means not allowed
wherever the law asks for consent.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers import rules
from helpers.rules import ConsentRule

BASES = ("consent", "contract", "legitimate interest", "legal obligation", "similar products")
REFUSED = ("denied", "withdrawn")
STATUSES = ("granted", "denied", "withdrawn", "unknown")
ALL, B2B = "all", "b2b"


class Opens(NamedTuple):
    """Events without the opens that nobody agreed to, and how many those were."""

    events: pd.DataFrame
    n_dropped: int


def allowed(
    consents: pd.DataFrame,
    *,
    use: str,
    on: date,
    customers: pd.DataFrame | None = None,
    bases: Iterable[str] | None = None,
) -> pd.Series:
    """Return the people who may be used for one purpose on a day.

    Parameters
    ----------
    consents : table `consents`: customer_id, purpose, legal_basis, status, recorded_at, recorded_on.
    use : a purpose of rules/consent.toml: email, sms, phone, post, tracking, open_pixel, personalisation, advertising,
        statistics.
    on : what was recorded up to this day counts, under the rule of this day.
    customers : table `customers`: customer_id, is_b2b if known. Needed for a use that is permitted without a word (post,
        statistics), and for professionals, who may be written to until they object; without it they count as consumers.
    bases : legal bases that the company relies on, where these are fewer than the law permits.

    Returns
    -------
    customer_id of each, once, sorted.

    Raises
    ------
    ValueError : an unknown use or basis, or a use that needs `customers`.
    DataError : there is no rule for the day.
    """
    strange = set(bases or ()) - set(BASES)
    if strange:
        raise ValueError(f'bases: "{min(strange)}" is no legal basis. Use {", ".join(BASES)}.')
    if rules.consent_rule(use, on).silent and customers is None:
        raise ValueError(f"{use} is permitted for people who have said nothing: give customers.")
    known = consents[pd.to_datetime(consents["recorded_on"]) <= pd.Timestamp(on)]
    ids, business = [known["customer_id"]], known["customer_id"].head(0)
    if customers is not None:
        ids.append(customers["customer_id"])
        if "is_b2b" in customers:
            business = customers.loc[customers["is_b2b"].fillna(False).astype(bool), "customer_id"]
    everyone = pd.concat(ids).astype("str").drop_duplicates()
    people = everyone.sort_values(kind="stable", ignore_index=True).to_frame("customer_id")
    people = people.assign(at=pd.Timestamp.max.floor("us"), is_b2b=_among(people["customer_id"], business))
    may = np.zeros(len(people), dtype=bool)
    for kind in (ALL, B2B):
        here = (people["is_b2b"] == (kind == B2B)).to_numpy()
        may[here] = _permits(known, people[here], rules.consent_rule(use, on, people=kind), on, bases)
    return people.loc[may, "customer_id"].reset_index(drop=True)


def permitted(
    ids: pd.Series,
    consents: pd.DataFrame,
    *,
    use: str,
    on: date,
    customers: pd.DataFrame | None = None,
) -> pd.Series:
    """Say of each customer_id whether the person may be used for one purpose on a day, as `allowed`."""
    return _among(ids, allowed(consents, use=use, on=on, customers=customers))


def drop_opens(crm_events: pd.DataFrame, consents: pd.DataFrame) -> Opens:
    """Leave out the opens of people who had not agreed to being seen opening.

    Parameters
    ----------
    crm_events : table `crm_events`: customer_id, event, happened_at, happened_on; of any index.
    consents : table `consents`. The last word before the open counts, under the rule of its day: from 12 March 2026 a
        consent to the open pixel, before that the permission to send the e-mail.

    Returns
    -------
    Opens: the other rows as they were, and the number left out [count]. An open of nobody is left out too, since nobody can
    have agreed. Sends, clicks and the rest stay.
    """
    is_open = (crm_events["event"] == "opened").to_numpy()
    opens = crm_events.loc[is_open, ["customer_id", "happened_on"]].reset_index(drop=True)
    day = pd.to_datetime(opens["happened_on"]).astype("datetime64[us]")
    at = day  # without the time of the open, a consent must be there when its day begins
    if "happened_at" in crm_events:
        times = pd.to_datetime(crm_events.loc[is_open, "happened_at"]).astype("datetime64[us]")
        at = times.reset_index(drop=True).fillna(day)
    opens = opens.assign(at=at)
    may = np.zeros(len(opens), dtype=bool)
    for rule in (one for one in rules.consent_rules() if one.use == "open_pixel"):
        here = ((day >= pd.Timestamp(rule.valid_from)) & (day.dt.date <= rule.valid_to)).to_numpy()
        if here.any():
            may[here] = _permits(consents, opens[here], rule, rule.valid_from, None)
    drop = is_open.copy()
    drop[is_open] = ~may
    return Opens(crm_events[~drop], int(drop.sum()))


def coverage(consents: pd.DataFrame, customers: pd.DataFrame, on: date) -> pd.DataFrame:
    """Count the last word of everybody, purpose by purpose, for the page on data quality.

    Parameters
    ----------
    consents, customers : as for `allowed`. Everybody is who stands in one of them.
    on : what was recorded up to this day counts.

    Returns
    -------
    One row per purpose, those of rules/consent.toml first and then any other that the table holds: purpose, granted, denied,
    withdrawn, unknown [counts], share [granted of all, 0-1; NaN without people].
    """
    known = consents[pd.to_datetime(consents["recorded_on"]) <= pd.Timestamp(on)]
    n = len(set(customers["customer_id"]) | set(known["customer_id"]))
    last = known.sort_values("recorded_at", kind="stable").drop_duplicates(
        ["customer_id", "purpose"], keep="last"
    )
    counts = pd.crosstab(last["purpose"], last["status"])
    others = sorted(set(last["purpose"]) - set(rules.consent_uses()))
    purposes = [*rules.consent_uses(), *others]
    made = counts.reindex(index=purposes, columns=list(STATUSES), fill_value=0).astype("int64")
    made["unknown"] = n - made[["granted", *REFUSED]].sum(axis=1)
    made = made.rename_axis(index="purpose", columns=None).reset_index().astype({"purpose": "str"})
    return made.assign(share=made["granted"] / n if n else np.nan)


def _among(ids: pd.Series, some: pd.Series) -> pd.Series:
    return ids.astype(object).isin(
        some.astype(object)
    )  # pandas looks up text of its own kind eight times slower


def _permits(
    consents: pd.DataFrame, people: pd.DataFrame, rule: ConsentRule, day: date, bases: Iterable[str] | None
) -> np.ndarray:
    """Say of each row of `people` (customer_id, at) whether the rule permits it, by the last word up to `at`."""
    said = _last_word(consents, rule.use, people)
    refused = said["status"].isin(REFUSED).to_numpy()
    if rule.goes_with:
        other = rules.consent_rule(rule.goes_with, day)
        return _permits(consents, people, other, day, bases) & ~refused
    enough = set(rule.bases) if bases is None else set(rule.bases) & set(bases)
    granted = ((said["status"] == "granted") & said["legal_basis"].isin(enough)).to_numpy()
    silent = ~said["status"].isin(("granted", *REFUSED)).to_numpy() & (rule.silent in enough)
    return granted | silent


def _last_word(consents: pd.DataFrame, purpose: str, people: pd.DataFrame) -> pd.DataFrame:
    """Status and legal basis that each row of `people` had at its time; empty where the person had said nothing."""
    words = consents.loc[
        consents["purpose"] == purpose, ["customer_id", "recorded_at", "legal_basis", "status"]
    ]
    words = words.assign(
        customer_id=words["customer_id"].astype("str"),
        at=pd.to_datetime(words["recorded_at"]).astype("datetime64[us]"),
    )
    asked = people[["customer_id", "at"]].astype({"customer_id": "str", "at": "datetime64[us]"})
    asked = asked.reset_index(drop=True).assign(row=np.arange(len(people)))
    found = pd.merge_asof(
        asked.sort_values("at", kind="stable"),
        words.sort_values("at", kind="stable"),
        on="at",
        by="customer_id",
    )
    return found.sort_values("row", kind="stable")[["status", "legal_basis"]].reset_index(drop=True)
