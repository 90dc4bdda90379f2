"""Orders and media spend against the same weekday of the last weeks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from helpers import i18n, tables
from helpers.daily.blockers import Blocker
from helpers.daily.days import Days, since
from helpers.methods.alarms import DAYS, WEEKS, weekday_alarms

MATERIAL = 0.05  # of the money of a usual day, all platforms together; less is no blocker
NOTABLE = 0.20  # of the expected orders
NEWS = 7  # days; what stays away longer is the new level, and the band follows it
EXPLAINS = ("promotion", "soldes", "own launch", "public holiday")


@dataclass(frozen=True)
class Usual:
    """The alarms of the whole history, so that one day can be told and a year replayed."""

    days: Days

    @cached_property
    def orders(self) -> pd.DataFrame:
        """Alarms on paid orders by day, with their `revenue`; empty where the company has no orders."""
        made = self.days.sums("orders", values=("revenue_excl_vat",), keep="status = 'paid'")
        counted = self.days.wide("orders", made, "n_rows")
        if counted.empty or not counted.shape[1]:
            return pd.DataFrame(columns=["alarm"])
        found = weekday_alarms(counted.iloc[:, 0])
        small = (found["value"] - found["expected"]).abs() < NOTABLE * found["expected"]
        found["alarm"] = found["alarm"].mask(small & found["alarm"].notna(), 0.0)
        planned = found["alarm"].eq(1) & found.index.isin(list(self.calendar))
        found["alarm"] = found["alarm"].mask(planned, 0.0)
        return found.assign(revenue=self.days.wide("orders", made, "revenue_excl_vat").iloc[:, 0])

    @cached_property
    def platforms(self) -> dict[str, pd.DataFrame]:
        """Alarms on the spend of each platform by day."""
        made = self.days.sums("media_spend", by=("platform",), values=("spend",))
        spend = self.days.wide("media_spend", made, "spend")
        total = (
            spend.sum(axis=1, min_count=1).rolling(WEEKS * DAYS, min_periods=1).median()
            if spend.shape[1]
            else None
        )
        found = {}
        for name in spend.columns:
            one = weekday_alarms(spend[name], scale="money")
            small = (one["value"] - one["expected"]).abs() < MATERIAL * total
            one["alarm"] = one["alarm"].mask(small & one["alarm"].notna(), 0.0)
            found[str(name)] = _without_planned(one, self.planned.get(str(name), set()))
        return found

    @cached_property
    def calendar(self) -> dict[pd.Timestamp, list[str]]:
        """Names of what the calendar of the market has, by day: promotions, soldes, launches and public holidays."""
        return _named_days(self.days)

    @cached_property
    def planned(self) -> dict[str, set[pd.Timestamp]]:
        """Days on which a campaign of a platform begins, or is over, as campaign_map says; and the days beside them."""
        if "campaign_map" not in tables.available(self.days.scope.company):
            return {}
        rows = tables.as_pandas(tables.load("campaign_map", self.days.scope).to_arrow_table())
        found: dict[str, set[pd.Timestamp]] = {}
        for name, first, last in zip(rows["platform"], rows["starts_on"], rows["ends_on"], strict=True):
            for day, shift in ((first, 0), (last, 1)):
                if pd.notna(day):
                    near = (pd.Timestamp(day) + pd.Timedelta(days=shift + k) for k in (-1, 0, 1))
                    found.setdefault(name, set()).update(near)
        return found

    def series(self) -> dict[str, pd.Series]:
        """Return -1, 0, 1 or missing by day for everything that is watched: "orders", and each platform's spend."""
        found = {"orders": self.orders["alarm"]} if len(self.orders) else {}
        return found | {f"spend:{name}": one["alarm"] for name, one in self.platforms.items()}

    def blockers(self) -> list[Blocker]:
        """Return what is outside its band on the day, and has been for at most a week."""
        found = []
        if (row := _today(self.orders)) is not None:
            found.append(self._orders(row))
        for name, frame in self.platforms.items():
            if (row := _today(frame)) is not None:
                found.append(self._spend(name, row))
        return found

    def _orders(self, row: pd.Series) -> Blocker:
        scope, side = self.days.scope, int(row["alarm"])
        language, before = scope.language, self.orders.iloc[-WEEKS * DAYS - 1 : -1]
        basket = before["revenue"].sum() / max(before["value"].sum(), 1)
        names = sorted(set(self.calendar.get(row.name, [])))
        values = _band(row, "count", language)
        detail = i18n.text(
            "{value} paid orders on {day}, where {expected} were to be expected ({band}, from the same weekday of the last "
            "{weeks} weeks).",
            language,
            **values,
            day=i18n.day(since(row.name), language),
        )
        if names:
            detail += " " + i18n.text(
                "The calendar has for this day: {names}.", language, names=", ".join(names)
            )
        what = (
            i18n.text("Orders are far below what is usual.", language)
            if side < 0
            else i18n.text("Orders are far above what is usual.", language)
        )
        todo = (
            i18n.text("Buy something on the site; then look at payment, stock and prices.", language)
            if side < 0
            else i18n.text(
                "See whether the orders are real and imported once; then whether stock and delivery can follow.",
                language,
            )
        )
        return Blocker(
            kind="orders",
            key="orders",
            side=side,
            since=since(row["since"]),
            money=abs(row["value"] - row["expected"]) * basket,
            topic="sales",
            what=what,
            detail=detail,
            todo=todo,
        )

    def _spend(self, name: str, row: pd.Series) -> Blocker:
        scope, side = self.days.scope, int(row["alarm"])
        language = scope.language
        values = _band(row, "currency", language, currency=scope.currency)
        detail = i18n.text(
            "{value} spent on {day}, where {expected} were to be expected ({band}, from the same weekday of the last {weeks} "
            "weeks).",
            language,
            **values,
            day=i18n.day(since(row.name), language),
        )
        if self.planned:
            detail += " " + i18n.text("No campaign of the plan begins or ends then.", language)
        what = (
            i18n.text("Media spend on {platform} is far below what is usual.", language, platform=name)
            if side < 0
            else i18n.text("Media spend on {platform} is far above what is usual.", language, platform=name)
        )
        todo = (
            i18n.text(
                "See whether a campaign was stopped, refused or ran out of its budget on {platform}.",
                language,
                platform=name,
            )
            if side < 0
            else i18n.text(
                "Compare with the media plan; what nobody planned is paused on {platform}.",
                language,
                platform=name,
            )
        )
        return Blocker(
            kind="spend",
            key=name,
            side=side,
            since=since(row["since"]),
            money=abs(row["value"] - row["expected"]),
            topic="media",
            what=what,
            detail=detail,
            todo=todo,
        )


def runs(alarm: pd.Series) -> pd.Series:
    """Return for each day that rings the first day of its run of alarms on the same side; NaT for the others."""
    ringing = alarm.fillna(0).ne(0)
    fresh = ringing & alarm.ne(alarm.shift())
    start = pd.Series(alarm.index, index=alarm.index).where(fresh)
    return start.groupby(fresh.cumsum()).ffill().where(ringing)


def _without_planned(frame: pd.DataFrame, planned: set[pd.Timestamp]) -> pd.DataFrame:
    """Take away the runs of alarms that begin on a day for which the plan has a change."""
    start = runs(frame["alarm"])
    return frame.assign(alarm=frame["alarm"].mask(start.isin(list(planned)), 0.0))


def _today(frame: pd.DataFrame) -> pd.Series | None:
    """Return the last day of a frame of alarms with the start of its run, if it rings and is still news."""
    if frame.empty or not np.abs(frame["alarm"].iloc[-1]) > 0:
        return None
    start = runs(frame["alarm"]).iloc[-1]
    row = frame.iloc[-1]
    return (
        None
        if (row.name - start).days >= NEWS
        else pd.concat([row, pd.Series({"since": start})]).rename(row.name)
    )


def _band(row: pd.Series, unit: str, language: str, *, currency: str | None = None) -> dict[str, str]:
    written = {"language": language, "currency": currency}
    return {
        "value": i18n.number(row["value"], unit, **written),
        "expected": i18n.number(row["expected"], unit, **written),
        "band": i18n.interval(row["low"], row["high"], unit, **written),
        "weeks": i18n.number(WEEKS, "count", language=language),
    }


def _named_days(days: Days) -> dict[pd.Timestamp, list[str]]:
    if "calendar" not in tables.available(days.scope.company):
        return {}
    rows = tables.as_pandas(tables.load("calendar", days.scope).to_arrow_table())
    found: dict[pd.Timestamp, list[str]] = {}
    for kind, name, first, last in zip(
        rows["kind"], rows["name"], rows["starts_on"], rows["ends_on"], strict=True
    ):
        if kind in EXPLAINS:
            for day in pd.date_range(first, last if pd.notna(last) else first):
                found.setdefault(day, []).append(name)
    return found
