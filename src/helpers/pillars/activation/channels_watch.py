"""What went wrong in spend and tracking: days without a click although money was spent, and days of unusual spend."""

from __future__ import annotations

import pandas as pd

from helpers.company import Scope
from helpers.i18n import day as day_said
from helpers.i18n import days as days_said
from helpers.i18n import number, parted, plural, text
from helpers.methods.alarms import silent, weekday_alarms
from helpers.periods import Period
from helpers.pillars.activation.channels_known import Known
from helpers.pillars.activation.naming import shown

MATERIAL = 0.05  # of the spend of a usual day, all channels together; less is no news
LOOK_BACK = 130  # days before the period: eight weeks for each day, and stretches that began before it
DAY = pd.Timedelta(days=1)
COLUMNS = ["platform", "channel", "market", "first", "last", "days", "spend", "expected"]


def without_clicks(found: Known, months: list[Period]) -> pd.DataFrame:
    """Stretches of days with spend and not one click, where clicks were to be expected.

    Returns
    -------
    One row a stretch: platform, channel, market, first, last [day], days [count], spend [money], expected [clicks that are missing].
    Rows that cover several days are left out, since a silent day cannot be seen in them.
    """
    rows = _single_days(found)
    rows = rows[rows["spent_on"] > pd.Timestamp(months[0].start) - 60 * DAY]
    made = []
    for key, own in rows.groupby(["platform", "channel", "market"], sort=True):
        if not own["clicks"].sum() > 0:
            continue
        daily = own.groupby("spent_on")[["clicks", "spend"]].sum()
        daily = daily.reindex(pd.date_range(daily.index.min(), daily.index.max()), fill_value=0.0)
        missing = silent(daily["clicks"], daily["spend"])
        missing = missing[(missing.index >= pd.Timestamp(months[0].start)) & missing.notna()]
        for _, run in missing.groupby((missing.index.to_series().diff() != DAY).cumsum().to_numpy()):
            spend = daily.loc[run.index, "spend"].sum()
            made.append((*key, run.index[0], run.index[-1], len(run), float(spend), float(run.sum())))
    return pd.DataFrame(made, columns=COLUMNS).sort_values(
        ["first", "platform", "market"], kind="stable", ignore_index=True
    )


def unusual_spend(found: Known, period: Period) -> pd.DataFrame:
    """Stretches of days, begun in the period, on which a channel spent more or less than its weekdays of eight weeks let expect.

    Returns
    -------
    One row a stretch: platform, channel, day [its first], days [count], value, expected [money of the first day], alarm [-1 below, 1
    above]. A stretch that begins within a day of a planned start or end of a campaign on the platform is left out, and so is what is
    small beside the spend of a usual day.
    """
    rows, made = _single_days(found), []
    last, first = pd.Timestamp(period.end), pd.Timestamp(period.start)
    rows = rows[(rows["spent_on"] > first - LOOK_BACK * DAY) & (rows["spent_on"] <= last)]
    usual = rows.groupby("spent_on")["spend"].sum().median() if len(rows) else 0.0
    for (platform, channel), own in rows.groupby(["platform", "channel"], sort=True):
        daily = own.groupby("spent_on")["spend"].sum().clip(lower=0)
        daily = daily.reindex(pd.date_range(daily.index.min(), last), fill_value=0.0)
        told = weekday_alarms(daily, scale="money")
        told = told[
            told["alarm"].isin([-1.0, 1.0]) & ((told["value"] - told["expected"]).abs() >= MATERIAL * usual)
        ]
        near = _planned_days(found, platform)
        is_new = (told.index.to_series().diff() != DAY) | (told["alarm"].diff() != 0)
        for _, run in told.groupby(is_new.cumsum().to_numpy()):
            at, day = run.iloc[0], run.index[0]
            if day >= first and day not in near:
                made.append((platform, channel, day, len(run), at["value"], at["expected"], int(at["alarm"])))
    return pd.DataFrame(made, columns=["platform", "channel", "day", "days", "value", "expected", "alarm"])


def clicks_said(found: pd.DataFrame, scope: Scope) -> str:
    """Say the stretches without clicks, or that there are none."""
    lang = scope.language
    if found.empty:
        return text("No channel spent money for days without a click.", lang)
    each = [
        text(
            "{channel} on {platform} in {market}, {days}: {spend} spent, about {expected} clicks missing", lang, channel=shown(row.channel, lang),
            platform=row.platform, market=row.market, days=days_said(row.first.date(), row.last.date(), lang),
            spend=number(row.spend, "currency", currency=scope.currency, language=lang), expected=number(row.expected, "count", language=lang),
        )
        for row in found.itertuples()
    ]  # fmt: skip
    return text("Money was spent and not one click counted: {stretches}.", lang, stretches=parted(each, lang))


def spend_said(found: pd.DataFrame, scope: Scope) -> str:
    """Say how many days of spend were out of the usual without a plan for it, and the largest."""
    lang = scope.language
    if found.empty:
        return text(
            "No channel changed its spend out of the usual without a planned start or end behind it.", lang
        )
    far = found.loc[(found["value"] - found["expected"]).abs().idxmax()]
    money = {"unit": "currency", "currency": scope.currency, "language": lang}
    return plural(
        "A channel began to spend another sum than its last eight weeks let expect, with no planned start or end behind it: {channel} from {day}, "
        "{value} a day in place of {expected}.",
        "{n} times a channel began to spend another sum than its last eight weeks let expect, with no planned start or end behind it; the largest: "
        "{channel} from {day}, {value} a day in place of {expected}.", len(found), lang, channel=shown(far["channel"], lang),
        day=day_said(far["day"].date(), lang), value=number(far["value"], **money), expected=number(far["expected"], **money),
    )  # fmt: skip


def _single_days(found: Known) -> pd.DataFrame:
    is_one = found.days["ends_on"].isna() | (found.days["ends_on"] == found.days["spent_on"])
    return found.days[is_one]


def _planned_days(found: Known, platform: str) -> set[pd.Timestamp]:
    """Days within a day of a planned start, or of the day after a planned end, on the platform."""
    if found.plan is None or found.plan.empty:
        return set()
    own = found.plan[found.plan["platform"] == platform]
    return {turn + n * DAY for turn in (*own["starts_on"], *(own["ends_on"] + DAY)) for n in (-1, 0, 1)}
