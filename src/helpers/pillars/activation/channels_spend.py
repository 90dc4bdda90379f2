"""Spend held against plan and books: pacing of campaigns in flight, and the bridge to invoices."""

from __future__ import annotations

import pandas as pd

from helpers.company import Scope
from helpers.i18n import number, plural, signed, text
from helpers.methods.pacing import pace
from helpers.periods import Period
from helpers.pillars.activation.channels_known import Known, of

MEDIA = "media"
OTHERS = ""  # platforms and suppliers that have no name in common
NOTABLE = 0.10  # of its plan; less is no news in a month


def pacing(found: Known, period: Period) -> pd.DataFrame:
    """Where each campaign that ran in a period stands at its end.

    Returns
    -------
    One row a campaign with a budget, the furthest from its plan first: platform, campaign [its code, with its number where two share
    one], ends_on, budget, spent, planned [money to the end of the period, budget spread evenly], gap [spent - planned], end [money spent
    by its last day at the pace of the last two weeks]. Empty where there is no plan.
    """
    columns = ["platform", "campaign", "ends_on", "budget", "spent", "planned", "gap", "end"]
    if found.plan is None or found.plan.empty or found.campaigns is None:
        return pd.DataFrame(columns=columns)
    first, last = pd.Timestamp(period.start), pd.Timestamp(period.end)
    plan = found.plan[(found.plan["starts_on"] <= last) & (found.plan["ends_on"] >= first)]
    code = plan["campaign_code"].fillna(plan["campaign_id"])
    named = code.where(~code.duplicated(keep=False), code + " (" + plan["campaign_id"] + ")")
    spends = dict(iter(found.campaigns.groupby(["platform", "campaign_id"])))
    rows = []
    for name, row in zip(named, plan.to_dict("records"), strict=True):
        own = spends.get((row["platform"], row["campaign_id"]))
        spent = (
            pd.Series(dtype=float, index=pd.DatetimeIndex([]))
            if own is None
            else own.groupby("spent_on")["spend"].sum()
        )
        at = pace(
            spent, row["planned_budget"], starts_on=row["starts_on"], ends_on=row["ends_on"], day=period.end
        )
        facts = (at.budget, at.spent, at.planned, at.spent - at.planned, at.end)
        rows.append((row["platform"], name, row["ends_on"], *facts))
    made = pd.DataFrame(rows, columns=columns)
    order = made["gap"].abs().sort_values(ascending=False, kind="stable").index
    return made.loc[order].reset_index(drop=True)


def off_plan(paced: pd.DataFrame) -> float:
    """Distance of all campaigns from their plan, over the plan; over and under do not cancel. NaN without a plan."""
    planned = float(paced["planned"].sum()) if len(paced) else 0.0
    return float(paced["gap"].abs().sum()) / planned if planned else float("nan")


def pacing_said(paced: pd.DataFrame, scope: Scope, *, lacking: str = "") -> str:
    """Say how spend stands against plan, and which campaign is furthest from it."""
    lang = scope.language
    if paced.empty:
        return text(
            "Spend cannot be held against a plan: no campaign that ran has a planned budget. {why}",
            lang,
            why=lacking,
        ).rstrip()
    money = {"unit": "currency", "currency": scope.currency, "language": lang}
    planned, spent, far = paced["planned"].sum(), paced["spent"].sum(), paced.iloc[0]
    said = plural(
        "{n} campaign that ran has spent {spent} to date, {change} against an even spread of its budget ({planned}).",
        "{n} campaigns that ran have spent {spent} to date, {change} against an even spread of their budgets ({planned}).", len(paced), lang,
        spent=number(spent, **money), planned=number(planned, **money), change=signed(spent / planned - 1 if planned else float("nan"), "share", decimals=1, language=lang),
    )  # fmt: skip
    return said + " " + text(
        "Furthest from its plan is {campaign} on {platform}: {spent} of {planned}.", lang, campaign=far["campaign"], platform=far["platform"],
        spent=number(far["spent"], **money), planned=number(far["planned"], **money),
    )  # fmt: skip


def pacing_table(paced: pd.DataFrame, scope: Scope, *, most: int = 6) -> pd.DataFrame:
    """The campaigns furthest from their plan as a reader sees them."""
    lang, rows = scope.language, paced.head(most)
    money = {"unit": "currency", "currency": scope.currency, "language": lang}

    def amounts(name: str) -> list[str]:
        return [number(one, **money) for one in rows[name]]

    made = {
        text("Platform", lang): list(rows["platform"]),
        text("Budget", lang): amounts("budget"),
        text("Planned to date", lang): amounts("planned"),
        text("Spent to date", lang): amounts("spent"),
        text("Off plan", lang): [
            signed(g / p if p else float("nan"), "share", decimals=1, language=lang)
            for g, p in zip(rows["gap"], rows["planned"], strict=True)
        ],
        text("At its end, at this pace", lang): amounts("end"),
    }
    return pd.DataFrame(made, index=list(rows["campaign"])).rename_axis(columns=text("Campaign", lang))


def bridge(found: Known, months: list[Period]) -> pd.DataFrame:
    """Media as exported beside media as invoiced, by platform; those that share no name with an invoice stand together.

    Returns
    -------
    One row a platform: platform [empty for the rest], exported, invoiced, gap [invoiced - exported, money], share [gap over exported;
    NaN without]. Empty where the accounts have no media.
    """
    columns = ["platform", "exported", "invoiced", "gap", "share"]
    if found.books is None:
        return pd.DataFrame(columns=columns)
    rows = of(found.books, months)
    rows = rows[rows["nature"] == MEDIA]
    if rows.empty:
        return pd.DataFrame(columns=columns)
    invoiced = rows.fillna({"supplier": OTHERS}).groupby("supplier")["amount"].sum()
    exported = of(found.months, months).groupby("platform")["spend"].sum()
    both = exported.index.intersection(invoiced.index)
    made = (
        pd.DataFrame({"exported": exported[both], "invoiced": invoiced[both]})
        .rename_axis("platform")
        .reset_index()
    )
    rest = {"platform": OTHERS, "exported": exported.drop(both).sum(), "invoiced": invoiced.drop(both).sum()}
    if rest["exported"] or rest["invoiced"]:
        made = pd.concat([made, pd.DataFrame([rest])], ignore_index=True)
    made["gap"] = made["invoiced"] - made["exported"]
    made["share"] = (made["gap"] / made["exported"]).where(made["exported"] > 0)
    return made.sort_values(
        "platform", key=lambda names: names.replace(OTHERS, "\uffff"), kind="stable", ignore_index=True
    )[columns]


def bridge_said(found: Known, months: list[Period], scope: Scope) -> str:
    """Say by how much invoices differ from exports, and where most of it lies."""
    lang, made = scope.language, bridge(found, months)
    if made.empty:
        why = found.lacking.get("finance_actuals", "")
        return text(
            "Media spend and invoices: cannot tell, the accounts have no media. {why}", lang, why=why
        ).rstrip()
    gap, far = made["gap"].sum(), made.loc[made["gap"].abs().idxmax()]
    money = {"unit": "currency", "currency": scope.currency, "language": lang}
    return text(
        "Invoices are {gap} {side} exports; most of it is {platform}, {share}", lang, gap=number(abs(gap), **money),
        side=text("above", lang) if gap >= 0 else text("below", lang), platform=far["platform"] or text("other suppliers", lang),
        share=signed(far["share"], "share", decimals=1, language=lang),
    )  # fmt: skip
