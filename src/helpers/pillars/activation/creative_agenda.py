"""What to learn next, by channel: the company's own questions where it keeps them, else what money runs on without a test."""

from __future__ import annotations

import pandas as pd

from helpers import rollups
from helpers.company import Scope
from helpers.i18n import day, mark, number, text
from helpers.pillars.activation.creative import Test
from helpers.pillars.activation.incrementality import channel_of
from helpers.rollups import creatives, places

MONTHS = 12
OPEN = ("open", "running", "")
ASK = mark("Does it bring sales that would not have come anyhow? A test by region, or a group held out.")
REPEAT = mark("Does what the test found still hold, and how does it change with more money?")
MOST = 8


def spend_by_channel(media: object | None, scope: Scope) -> pd.DataFrame:
    """Money of the last twelve months by channel, the most first: channel [empty where no rule names one], spend, share."""
    if media is None:
        return pd.DataFrame(columns=["channel", "spend", "share"])
    rows = rollups.collect(creatives.channel_days(media), may_be_empty=True)
    since = pd.Timestamp(scope.period.before(MONTHS - 1).start)
    rows = rows[(rows["spent_on"] >= since) & (rows["spent_on"] <= pd.Timestamp(scope.period.end))]
    sums = rows.assign(channel=rows["channel"].fillna("")).groupby("channel", as_index=False)["spend"].sum()
    sums = sums.sort_values(["spend", "channel"], ascending=[False, True], kind="stable").reset_index(
        drop=True
    )
    total = float(sums["spend"].sum())
    return sums.assign(share=sums["spend"] / total if total > 0 else float("nan"))


def agenda(
    spend: pd.DataFrame, experiments: object | None, found: list[Test], questions: object | None, scope: Scope
) -> pd.DataFrame:  # fmt: skip
    """One row a channel, those without a test first and then by money: channel, spend, share, last_test, last_on, question, is_tested.

    Parameters
    ----------
    spend : result of `spend_by_channel`.
    experiments : table `experiments`; tests of every kind whose code names a channel count.
    found : result of `creative.tests`.
    questions : table `questions`, the company's own agenda.
    """
    channels = [name for name in spend["channel"] if name]
    last: dict[str, tuple] = {}
    if experiments is not None:
        plans = rollups.collect(places.planned_arms(experiments), may_be_empty=True)
        spoiled = {test.id for test in found if not test.is_usable}
        for plan in plans.itertuples(index=False):
            name = channel_of(str(plan.experiment_id), channels)
            if name and plan.experiment_id not in spoiled and plan.last_on <= pd.Timestamp(scope.period.end):
                last[name] = max(last.get(name, (plan.last_on, "")), (plan.last_on, str(plan.experiment_id)))
    own = _questions(questions, scope)
    rows = []
    for row in spend[spend["channel"] != ""].itertuples():
        on, test = last.get(row.channel, (pd.NaT, ""))
        asked = own.get(row.channel.lower(), text(REPEAT if test else ASK, scope.language))
        rows.append((row.channel, row.spend, row.share, test, on, asked, bool(test)))
    table = pd.DataFrame(
        rows, columns=["channel", "spend", "share", "last_test", "last_on", "question", "is_tested"]
    )
    return table.sort_values(["is_tested", "spend"], ascending=[True, False], kind="stable").reset_index(
        drop=True
    )


def _questions(questions: object | None, scope: Scope) -> dict[str, str]:
    """The open question of each channel, the one that is due first."""
    if questions is None or not {"channel", "question", "due_on", "status"} <= set(questions.columns):
        return {}
    table = rollups.collect(
        rollups.only(questions, "channel", "question", "due_on", "status"), may_be_empty=True
    )
    table = table[table["status"].fillna("").astype(str).str.lower().isin(OPEN)].dropna(
        subset=["channel", "question"]
    )
    table = table.sort_values(["due_on", "question"], kind="stable")
    return {str(row.channel).lower(): str(row.question) for row in table.iloc[::-1].itertuples(index=False)}


def shown(table: pd.DataFrame, scope: Scope) -> str:
    """The agenda as a list: question, and the channels that ask it with their money; the channels without a test first."""
    lang = scope.language
    asked: dict[str, list[str]] = {}
    for row in table.itertuples():
        facts = {
            "channel": row.channel, "share": number(row.share, "share", language=lang),
            "money": number(row.spend, "currency", currency=scope.currency, language=lang),
        }  # fmt: skip
        if row.is_tested:
            facts |= {"test": row.last_test, "day": day(row.last_on, lang, style="medium")}
            said = text("**{channel}**, {money} ({share}), {test} until {day}", lang, **facts)
        else:
            said = text("**{channel}**, {money} ({share}), no usable test", lang, **facts)
        asked.setdefault(row.question, []).append(said)
    lines = []
    for question, channels in list(asked.items())[:MOST]:
        lines += [f"- {question}", *(f"  - {one}" for one in channels)]
    return "\n".join(lines)


def finding(table: pd.DataFrame, scope: Scope, *, lacking: str = "") -> str:
    """Say how much of the money runs on channels that no usable test names."""
    lang = scope.language
    if table.empty:
        return lacking or text("No media spend names a channel, so the agenda cannot be set by money.", lang)
    untested = table[~table["is_tested"]]
    if untested.empty:
        return text("Every channel has had a test.", lang)
    share = number(float(untested["spend"].sum() / table["spend"].sum()), "share", language=lang)
    return text(
        "**{share}** of the media spend of twelve months runs on channels that no usable test names; the largest is {channel}.", lang,
        share=share, channel=untested["channel"].iloc[0],
    )  # fmt: skip
