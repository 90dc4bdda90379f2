"""Tracking that is broken: money or visits go on, and what they always bring is not low but none."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from helpers import i18n
from helpers.daily.blockers import Blocker
from helpers.daily.days import Days, since
from helpers.methods.alarms import silent

MOST_NAMED = 2


@dataclass(frozen=True)
class Tracking:
    """What is silent, in the whole history, so that one day can be told and a year replayed."""

    days: Days

    @cached_property
    def clicks(self) -> dict[tuple[str, str], tuple[pd.Series, pd.Series]]:
        """For each (platform, campaign): expected clicks of the days without any, and the spend of each day."""
        made = self.days.sums(
            "media_spend",
            by=("platform", "campaign"),
            values=("spend", "clicks"),
            keep="campaign IS NOT NULL",
        )
        spend, clicks = (self.days.wide("media_spend", made, value) for value in ("spend", "clicks"))
        return {
            (str(key[0]), str(key[1])): (silent(clicks[key], spend[key]), spend[key]) for key in spend.columns
        }

    @cached_property
    def conversions(self) -> dict[str, tuple[pd.Series, pd.Series]]:
        """For each platform: expected conversions of the days without any, and the spend of each day."""
        made = self.days.sums("media_conversions", by=("platform",), values=("conversions",))
        counted = self.days.wide("media_conversions", made, "conversions")
        paid = self.days.sums("media_spend", by=("platform",), values=("spend",))
        spend = self.days.wide("media_spend", paid, "spend")
        both = [name for name in counted.columns if name in spend.columns]
        return {str(name): (silent(counted[name], spend[name]), spend[name]) for name in both}

    @cached_property
    def purchases(self) -> pd.Series:
        """Expected purchases of the days on which the site counts visits and not one purchase."""
        made = self.days.sums("site_daily", values=("sessions", "purchases"), keep="purchases IS NOT NULL")
        counted, visits = (self.days.wide("site_daily", made, one) for one in ("purchases", "sessions"))
        return silent(counted.iloc[:, 0], visits.iloc[:, 0]) if visits.shape[1] else pd.Series(dtype=float)

    def series(self) -> dict[str, pd.Series]:
        """Return 1 on a silent day and 0 on another, for everything that is watched."""
        found = {f"clicks:{'/'.join(key)}": one[0] for key, one in self.clicks.items()}
        found |= {f"conversions:{key}": one[0] for key, one in self.conversions.items()}
        if len(self.purchases):
            found["purchases"] = self.purchases
        return {name: one.notna().astype(float) for name, one in found.items()}

    def blockers(self) -> list[Blocker]:
        """Return what is silent on the day: a blocker a platform for clicks and for conversions, one for the site."""
        return [*self._clicks(), *self._conversions(), *self._purchases()]

    def _clicks(self) -> list[Blocker]:
        language, platforms = self.days.scope.language, {}
        for (platform, campaign), (expected, spend) in self.clicks.items():
            if pd.notna(expected.iloc[-1]):
                platforms.setdefault(platform, []).append(
                    (spend.iloc[-1], campaign, _start(expected), expected.iloc[-1])
                )
        made = []
        for platform, found in platforms.items():
            found.sort(reverse=True)
            values = {
                "platform": platform,
                "campaigns": ", ".join(name for _, name, _, _ in found[:MOST_NAMED]),
                "spend": self._money(sum(one[0] for one in found)),
                "expected": i18n.number(sum(one[3] for one in found), "count", language=language),
            }
            detail = i18n.plural(
                "{n} campaign with {spend} of spend in the day and no click, where about {expected} were to be "
                "expected: {campaigns}.",
                "{n} campaigns with {spend} of spend in the day and no click, where about {expected} were to be "
                "expected; the largest: {campaigns}.",
                len(found),
                language,
                **values,
            )
            made.append(
                Blocker(
                    kind="clicks",
                    key=platform,
                    since=since(min(one[2] for one in found)),
                    money=sum(one[0] for one in found),
                    topic="tracking",
                    what=i18n.text("No clicks are counted on {platform}.", language, **values),
                    detail=detail,
                    todo=i18n.text(
                        "Click one of the ads; then look at its link and at the platform's own count.",
                        language,
                    ),
                )
            )
        return made

    def _conversions(self) -> list[Blocker]:
        language = self.days.scope.language
        return [
            Blocker(
                kind="conversions",
                key=platform,
                since=since(_start(expected)),
                money=spend.iloc[-1],
                topic="tracking",
                what=i18n.text("No conversions are counted on {platform}.", language, platform=platform),
                detail=i18n.text(
                    "{spend} of spend in the day and no conversion, where about {expected} were to be expected.",
                    language,
                    spend=self._money(spend.iloc[-1]),
                    expected=i18n.number(expected.iloc[-1], "count", language=language),
                ),
                todo=i18n.text(
                    "Look at the tag and at consent on the order page, and at the platform's own diagnosis.",
                    language,
                ),
            )
            for platform, (expected, spend) in self.conversions.items()
            if pd.notna(expected.iloc[-1])
        ]

    def _purchases(self) -> list[Blocker]:
        language, expected = self.days.scope.language, self.purchases
        if expected.empty or pd.isna(expected.iloc[-1]):
            return []
        return [
            Blocker(
                kind="purchases",
                key="site",
                since=since(_start(expected)),
                topic="tracking",
                what=i18n.text("The site counts visits and no purchase.", language),
                detail=i18n.text(
                    "About {expected} purchases were to be expected from the visits of the day.",
                    language,
                    expected=i18n.number(expected.iloc[-1], "count", language=language),
                ),
                todo=i18n.text(
                    "Buy something on the site; then look at the purchase event in the analytics tool.",
                    language,
                ),
            )
        ]

    def _money(self, value: float) -> str:
        scope = self.days.scope
        return i18n.number(value, "currency", language=scope.language, currency=scope.currency)


def _start(expected: pd.Series) -> pd.Timestamp:
    """First day of the run of silent days that ends with the series."""
    loud = expected.index[expected.isna().to_numpy()]
    return expected.index[0] if not len(loud) else loud[-1] + pd.Timedelta(days=1)
