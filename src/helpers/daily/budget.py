"""Budget pacing: campaigns whose budget is gone well before their last day."""

from __future__ import annotations

import pandas as pd

from helpers import i18n, tables
from helpers.daily.blockers import Blocker
from helpers.daily.days import Days, since
from helpers.methods.pacing import RECENT, pace
from helpers.tables import as_pandas, store

NEARLY = 0.90  # of the budget; before, a season or a fast start looks like a budget at risk
EARLY = 7  # days


def overspent(days: Days) -> list[Blocker]:
    """Return the campaigns in flight that have spent 90 % of their budget and, at the pace of the last two weeks, will
    have spent all of it more than a week before they end.
    """
    scope = days.scope
    if "campaign_map" not in tables.available(scope.company) or "media_spend" not in days.seen:
        return []
    day = pd.Timestamp(scope.period.end)
    plan = as_pandas(tables.load("campaign_map", scope).to_arrow_table())
    plan = plan[(plan["planned_budget"] > 0) & (plan["starts_on"] <= day) & (plan["ends_on"] > day)]
    code = plan["campaign_code"].fillna(plan["campaign_id"])
    same = code.duplicated(keep=False) & (code != plan["campaign_id"])  # two campaigns of one name
    plan["shown"] = code.where(~same, code + " (" + plan["campaign_id"] + ")")
    found = []
    for row in plan.to_dict("records"):
        spent = _spent(row, days)
        if spent.empty:
            continue
        budget, total = float(row["planned_budget"]), spent.cumsum()
        now = pace(spent, budget, starts_on=row["starts_on"], ends_on=row["ends_on"], day=day)
        if not now.a_day or now.spent < NEARLY * budget:
            continue
        if now.left < now.days_left - EARLY:
            nearly = total.index[int((total >= NEARLY * budget).to_numpy().argmax())]
            found.append(_blocker(row, days, budget, now.spent, now.end - budget, nearly))
    return found


def _spent(row: dict, days: Days) -> pd.Series:
    """Spend of a campaign by day, from its first one on."""
    known = [f"platform = {_text(row['platform'])}", f"campaign_id = {_text(row['campaign_id'])}"]
    rows = tables.load("media_spend", days.scope).filter(" AND ".join(known))
    made = as_pandas(rows.aggregate("spent_on, sum(spend) AS spend").order("spent_on").to_arrow_table())
    return made.set_index("spent_on")["spend"].astype(float)


def _text(value: object) -> str:
    return store.quoted(str(value))


def _blocker(
    row: dict, days: Days, budget: float, spent: float, over: float, nearly: pd.Timestamp
) -> Blocker:
    scope = days.scope
    written = {"language": scope.language, "currency": scope.currency}
    values = {
        "campaign": row["shown"],
        "platform": row["platform"],
        "budget": i18n.number(budget, "currency", **written),
        "spent": i18n.number(spent, "currency", **written),
        "over": i18n.number(over, "currency", **written),
        "recent": i18n.number(RECENT, "days", language=scope.language),
        "end": i18n.day(since(row["ends_on"]), scope.language),
    }
    return Blocker(
        kind="budget",
        key=f"{row['platform']}/{row['campaign_id']}",
        side=1,
        since=since(nearly),
        money=over / max((row["ends_on"] - pd.Timestamp(scope.period.end)).days, 1),
        topic="media",
        what=i18n.text(
            "{campaign} on {platform} has spent more than its budget."
            if spent > budget
            else "{campaign} on {platform} will be out of budget before its end.",
            scope.language,
            **values,
        ),
        detail=i18n.text(
            "{spent} of {budget} are spent; it runs until {end}, and at the pace of the last {recent} that is {over} too much.",
            scope.language,
            **values,
        ),
        todo=i18n.text("Lower its daily budget, or agree on a larger one.", scope.language),
    )
