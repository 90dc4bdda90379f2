"""What to send to whom next: under the law, a cap on messages and a budget, as counts and money and never as persons."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers import kpi, rollups
from helpers.company import Scope
from helpers.i18n import interval, number, text
from helpers.kpi import LEVEL, KpiRow
from helpers.methods.allocation import best_actions
from helpers.methods.uplift_scores import score_others
from helpers.pillars.crm.campaigns_uplift import Trial, features, is_readable
from helpers.pillars.crm.definitions import KPIS
from helpers.pillars.crm.retention import share_row
from helpers.privacy import SMALL_GROUP
from helpers.privacy.consent import permitted
from helpers.rollups import campaigns, messages

CAP_DAYS = 30
ACTIVE_DAYS = 365
ALIKE = [0.025, 0.975]  # quantiles: as long since the last order as for 95 % of those tested
PURPOSES = ("email", "open_pixel")


class Base(NamedTuple):
    """Customers at the end of the period, one row each with what the tests knew of theirs.

    may : whether each may be e-mailed; None, with the reason in `lacking`, without a table of consents.
    n_sent : messages of the last 30 days.
    consents, customers : choices about e-mail and the list of customers, where the company has them.
    """

    people: pd.DataFrame
    may: pd.Series | None
    n_sent: pd.Series
    lacking: str
    consents: pd.DataFrame | None
    customers: pd.DataFrame | None


class Action(NamedTuple):
    """What one tested campaign would do now: customers at each step, chosen ones, and what they are expected to bring."""

    trial: Trial
    audience: int
    may: int
    rested: int
    chosen: int
    value: float
    low: float
    high: float


def base(
    orders: object,
    consents: object | None,
    customers: object | None,
    events: object | None,
    scope: Scope,
    *,
    lacking: str = "",
) -> Base:
    """Collect what is known of each customer at the end of the period.

    Parameters
    ----------
    orders, consents, customers, events : tables `orders`, `consents`, `customers`, `crm_events`; None where the company has none.
    lacking : why there are no consents and which export brings them.
    """
    until = scope.period.end
    people = rollups.collect(campaigns.history_of_each(orders, until=until), may_be_empty=True)
    sent = pd.Series(0, index=people.index)
    if events is not None:
        since = until - timedelta(days=CAP_DAYS - 1)
        received = messages.messages_received(events, since=since, until=until)
        counts = rollups.collect(received, may_be_empty=True).set_index("customer_id")["n_sent"]
        sent = people["customer_id"].map(counts).fillna(0).astype(int)
    if consents is None:
        return Base(people, None, sent, lacking, None, None)
    chosen = rollups.collect(messages.choices(consents, purposes=PURPOSES), may_be_empty=True)
    listed = (
        None if customers is None else rollups.collect(messages.professionals(customers), may_be_empty=True)
    )
    may = permitted(people["customer_id"], chosen, use="email", on=until, customers=listed)
    return Base(people, may, sent, lacking, chosen, listed)


def contactable(found: Base, orders: object, scope: Scope) -> list[KpiRow]:
    """Share of the active customers who may be e-mailed, with the month before and a year before; none without consents."""
    if found.may is None:
        return []
    rows = []
    for period in (scope.period.year_before(), scope.period.before()):
        since = period.end - timedelta(days=ACTIVE_DAYS - 1)
        active = campaigns.customers_between(orders, since=since, until=period.end)
        ids = rollups.collect(active, may_be_empty=True)["customer_id"]
        if len(ids):
            may = permitted(ids, found.consents, use="email", on=period.end, customers=found.customers)
            rows.append(share_row("contactable_share", scope, int(may.sum()), len(ids), period))
    active = found.people["days_since"] <= ACTIVE_DAYS
    now = share_row("contactable_share", scope, int(found.may[active].sum()), int(active.sum()))
    return [kpi.compared(KPIS["contactable_share"], [*rows, now], scope)]


def actions(
    found: list[Trial], now: Base, *, cost_per_contact: float, frequency_cap: int, budget: float
) -> list[Action]:
    """Choose for each customer the tested campaign that is expected to bring most, or none.

    Parameters
    ----------
    found : campaigns of the page. One is open to customers whose last order lies as long ago as for 95 % of those it was tested on; of
        a campaign whose verdict is "top", to those who rank as high as its top.
    now : customers today.
    cost_per_contact : money a message takes. frequency_cap : messages in 30 days from which on a customer is left alone.
    budget : money for all messages.

    Returns
    -------
    One Action a campaign, with the bounds of its test scaled to those chosen. Only a campaign that is above nothing with its
    whole interval, and whose test is sound, is chosen for anybody.
    """
    if now.may is None or not found:
        return []
    rested = (now.n_sent < frequency_cap).to_numpy()
    may = now.may.to_numpy()
    value = np.full((len(now.people), len(found)), np.nan)
    fits = [_audience(trial, now.people) for trial in found]
    worth = [_worth(trial) for trial in found]
    for k, (fit, each) in enumerate(zip(fits, worth, strict=True)):
        if each is not None:
            value[fit & may & rested, k] = each[0]
    # The lot decides who is left out where the budget ends, not the order of the list.
    shuffled = np.random.default_rng(1).permutation(len(value))
    chosen = np.full(len(value), -1)
    chosen[shuffled] = best_actions(
        value[shuffled], cost=np.full(len(found), cost_per_contact), budget=budget
    )
    made = []
    for k, (trial, fit, each) in enumerate(zip(found, fits, worth, strict=True)):
        n = int((chosen == k).sum())
        money = (0.0, 0.0, 0.0) if each is None or not n else tuple(n * one for one in each)
        made.append(
            Action(trial, int(fit.sum()), int((fit & may).sum()), int((fit & may & rested).sum()), n, *money)
        )
    return made


def _audience(trial: Trial, people: pd.DataFrame) -> np.ndarray:
    """Customers like those whom the campaign was tested on."""
    tested = trial.people["days_since"].dropna()
    if tested.empty:
        return np.zeros(len(people), dtype=bool)
    fit = people["days_since"].between(*tested.astype(float).quantile(ALIKE)).to_numpy(dtype=bool)
    if trial.policy is None or trial.policy.verdict != "top":
        return fit
    known, answered = features(trial.people), (trial.people["n_orders"] > 0).astype(int)
    theirs, ours = score_others(known, trial.people["is_sent"], answered, features(people))
    return fit & (ours >= np.quantile(theirs, 1 - trial.policy.share))


def _worth(trial: Trial) -> tuple[float, float, float] | None:
    """Expected money a chosen customer with its bounds; None where the campaign is not to be sent."""
    if trial.policy is None or trial.policy.verdict not in ("all", "top") or not is_readable(trial):
        return None
    row = trial.policy.table.set_index("policy").loc[trial.policy.verdict]
    return tuple(float(row[name] / row["share"]) for name in ("value", "low", "high"))


def table(made: list[Action], scope: Scope) -> pd.DataFrame:
    """Customers at each step and money, in words: one column a campaign. Counts of 1 to 9 customers are hidden."""
    lang = scope.language
    money = {"unit": "currency", "currency": scope.currency, "language": lang}
    steps = [
        text("customers like those tested", lang), text("of them with a legal basis", lang), text("and below the cap", lang),
        text("chosen, within the budget", lang), text("expected, after cost", lang),
        text("{level} interval", lang, level=number(LEVEL, "share", language=lang)),
    ]  # fmt: skip
    columns = {}
    for one in made:
        counts = [_count(n, lang) for n in (one.audience, one.may, one.rested, one.chosen)]
        brought = (
            [number(one.value, **money), interval(one.low, one.high, **money)] if one.chosen else ["–", "–"]
        )
        columns[one.trial.name] = [*counts, *brought]
    return pd.DataFrame(columns, index=steps)


def _count(n: int, language: str) -> str:
    if 0 < n < SMALL_GROUP:
        return text("under {limit}", language, limit=SMALL_GROUP)
    return number(n, "count", language=language)


def said(made: list[Action], now: Base, scope: Scope) -> str:
    """Say why nothing is chosen where no table of actions can be made; an empty text where it can."""
    if made:
        return ""
    reason = now.lacking or text("no campaign left customers alone by lot.", scope.language)
    return text("What to send to whom cannot be told: {reason}", scope.language, reason=reason)
