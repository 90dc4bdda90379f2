"""Where are deals lost? Stages of new business, how sure the CRM is of them, and why deals die."""

from __future__ import annotations

import math

import pandas as pd

from helpers.checks import COUNTS_ONLY
from helpers.company import Scope
from helpers.i18n import interval, number, text
from helpers.kpi import LEVEL
from helpers.methods import stages

NEW = "new"
SMALL_CELL = 10  # deals; a share of fewer is left blank


def table(found, scope: Scope) -> pd.DataFrame:
    """Stages of new business in their order, as `stages.conversion` gives them.

    Deals that are still in a stage are not lost; stays that began before the data are followed from the data's first day.
    """
    return stages.conversion(_stays(found, scope), level=LEVEL)


def _stays(found, scope: Scope) -> pd.DataFrame:
    """Stays of new business by stage: a deal moves on, is won from its last stage, or is lost."""
    own = found.deals.loc[found.deals["kind"] == NEW, ["case", "created", "closed", "won"]]
    named = found.stays[
        found.stays["stage"] != ""
    ]  # without a history of stages there is one stay without a name
    stays = named.sort_values(["case", "entered", "left"], na_position="last").merge(own, on="case")
    after = stays.groupby("case", sort=False)["entered"].shift(-1)
    lost = after.isna() & ~stays["won"].astype("boolean").fillna(True)
    left = after.fillna(stays["closed"])
    stays = stays.assign(
        left=left, outcome=lost.map({True: stages.LOST, False: stages.ON}).where(left.notna())
    )
    since = None if pd.isna(found.since) else found.since
    spells = stages.spells(stays, until=pd.Timestamp(scope.period.end), since=since)
    age = (spells["entered"] - spells["created"]).dt.days
    order = (
        age.groupby(spells["stage"]).median().rename("order").reset_index().sort_values(["order", "stage"])
    )
    place = {name: i for i, name in enumerate(order["stage"])}
    return (
        spells.assign(_place=spells["stage"].map(place))
        .sort_values(["_place", "case"])
        .drop(columns="_place")
    )


def crm_chances(found, scope: Scope) -> pd.DataFrame:
    """What the CRM says of a deal in a stage, against what became of the deals that entered it.

    Returns
    -------
    One row per stage of new business with open deals: stage, n, crm [mean chance of open deals in it], won, won_low, won_high [share of all that
    entered it which is won in the end; open ones are censored], too_sure, low, high [crm less won, points]. NaN under 30 ended deals.
    """
    end = pd.Timestamp(scope.period.end)
    deals = found.deals[found.deals["kind"] == NEW]
    is_open = ~(deals["closed"] <= end) & deals["chance"].notna()
    crm = deals[is_open].groupby("stage")["chance"].mean()
    spells = _stays(found, scope)
    first = spells.drop_duplicates(["case", "stage"])
    outcome = first["won"].map({True: stages.ON, False: stages.LOST}).astype("object")
    to_end = first[["case", "stage", "entered"]].assign(left=first["closed"], outcome=outcome)
    whole = stages.spells(to_end, until=end, since=None if pd.isna(found.since) else found.since)
    made = stages.conversion(whole, level=LEVEL)[["stage", "n", "on", "on_low", "on_high"]]
    made = made.rename(columns={"on": "won", "on_low": "won_low", "on_high": "won_high"})
    made = made.assign(crm=made["stage"].map(crm)).dropna(subset=["crm"]).reset_index(drop=True)
    # The CRM's chance is what it is; all doubt is in what became of the deals.
    return made.assign(
        too_sure=100 * (made["crm"] - made["won"]),
        low=100 * (made["crm"] - made["won_high"]),
        high=100 * (made["crm"] - made["won_low"]),
    )


def worst_stage(stages_table: pd.DataFrame) -> pd.Series | None:
    """The stage that loses a larger share of the deals that enter it than any other, beyond chance; None where none stands out."""
    told = stages_table.dropna(subset=["lost"]).sort_values("lost", ascending=False, kind="stable")
    if len(told) < 2:
        return None
    first, second = told.iloc[0], told.iloc[1]
    # Interval of a difference from the bounds of its parts (Zou & Donner 2008).
    doubt = math.hypot(first["lost"] - first["lost_low"], second["lost_high"] - second["lost"])
    return first if first["lost"] - second["lost"] > doubt else None


def surest_stage(chances: pd.DataFrame) -> pd.Series | None:
    """The stage of which the CRM is most too sure, beyond chance; None where there is none."""
    told = chances[chances["low"] > 0]
    return None if told.empty else told.loc[told["too_sure"].idxmax()]


def finding(stages_table: pd.DataFrame, scope: Scope) -> str:
    """Say in words where deals die."""
    if stages_table.empty:
        return text(
            "Where deals are lost: cannot tell without the days on which deals entered their stages",
            scope.language,
        )
    cannot = text(
        "Where deals are lost: cannot tell, need n = {need} ended deals in two stages",
        scope.language,
        need=COUNTS_ONLY,
    )
    return lost_in_words(stages_table, scope) or cannot


def lost_in_words(stages_table: pd.DataFrame, scope: Scope) -> str:
    """Say which stage loses most, or that none stands out; an empty text where no stage can be told."""
    lang, worst, told = scope.language, worst_stage(stages_table), stages_table.dropna(subset=["lost"])
    if worst is not None:
        return text(
            "Most deals are lost in {stage}: {lost} of those that enter it", lang, stage=worst["stage"],
            lost=number(worst["lost"], "share", language=lang),
        )  # fmt: skip
    if len(told) < 2:
        return ""
    return text(
        "No stage stands out: each loses {span} of the deals that enter it", lang,
        span=interval(told["lost"].min(), told["lost"].max(), "share", language=lang),
    )  # fmt: skip


def subtitle(stages_table: pd.DataFrame, scope: Scope) -> str:
    """Say under the stages what is drawn."""
    lang, told = scope.language, stages_table.dropna(subset=["on"])
    days = ", ".join(
        text("{stage} {days}", lang, stage=row.stage, days=number(row.median_days, "days", language=lang))
        for row in told.itertuples()
    )
    return text(
        "share of new-business deals that leave a stage for the next one, {level} interval; half have left it after: {days}", lang,
        level=number(LEVEL, "share", language=lang), days=days or "–",
    )  # fmt: skip


def chances_finding(chances: pd.DataFrame, scope: Scope) -> str:
    """Say in words of which stage the CRM is too sure."""
    lang, worst = scope.language, surest_stage(chances)
    if chances.empty or chances["too_sure"].isna().all():
        return text(
            "Whether the CRM's chances of winning are right: cannot tell, need n = {need} ended deals in a stage",
            lang,
            need=COUNTS_ONLY,
        )
    if worst is None:
        return text("The CRM's chances of winning: no stage is surely too high", lang)
    return text(
        "The CRM is too sure: it gives deals in {stage} {crm}, and {won} are won", lang, stage=worst["stage"],
        crm=number(worst["crm"], "share", language=lang), won=number(worst["won"], "share", language=lang),
    )  # fmt: skip


def chances_subtitle(chances: pd.DataFrame, scope: Scope) -> str:
    """Say under the chances what is drawn."""
    lang = scope.language
    return text(
        "the CRM's chance less the share won in the end, new business by stage, {level} interval; n = {n} at the most", lang,
        level=number(LEVEL, "share", language=lang), n=number(chances["n"].max() if len(chances) else 0, "count", language=lang),
    )  # fmt: skip


def no_loss(scope: Scope) -> str:
    """Say that there is no table of reasons."""
    return text("Why deals are lost: cannot tell, no deal is known to be lost.", scope.language)


def loss_reasons(found, scope: Scope) -> pd.DataFrame:
    """Why deals die, by the stage in which they do, as the reader sees it.

    Returns
    -------
    One row per stage: lost [deals], and a column per reason with its share of them as text. A stage with fewer than 30 lost deals has
    no shares, and a cell of fewer than 10 deals is blank.
    """
    lang, end = scope.language, pd.Timestamp(scope.period.end)
    lost = found.deals[(found.deals["closed"] <= end) & ~found.deals["won"].astype("boolean").fillna(True)]
    stays = found.stays.sort_values(["case", "entered", "left"], na_position="last")
    last = stays.drop_duplicates("case", keep="last").set_index("case")["stage"]
    counts = pd.crosstab(
        lost["case"].map(last).rename("stage"), lost["reason"].fillna(text("not said", lang))
    )
    order = counts.sum(axis=1).sort_values(ascending=False, kind="stable").index
    reasons = counts.sum().sort_values(ascending=False, kind="stable").index
    n = counts.sum(axis=1)
    shares = counts.div(n, axis=0).where((counts >= SMALL_CELL).mul(n >= COUNTS_ONLY, axis=0))
    shown = shares.map(lambda value: "" if pd.isna(value) else number(value, "share", language=lang))
    made = shown.loc[order, reasons]
    made.insert(0, text("lost deals", lang), [number(int(n[name]), "count", language=lang) for name in order])
    made.index.name, made.columns.name = None, text("stage", lang)
    return made
