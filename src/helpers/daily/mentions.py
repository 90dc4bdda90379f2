"""Waves of mentions against the company's own brand: a blocker from level 1 of the crisis playbook on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from helpers import i18n, tables
from helpers.daily.blockers import LATE, WRONG, Blocker
from helpers.daily.days import YEAR, Days, since
from helpers.methods import mentions_tone
from helpers.methods.mentions import watch_mentions
from helpers.methods.mentions_episodes import episodes
from helpers.methods.mentions_severity import LEAST_READ, severity, with_tone
from helpers.methods.mentions_topics import with_topic
from helpers.rules import crisis

GRAVE = LATE + 1  # a crisis of level 2 or more stands above late data
BY = ("brand", "topic", "language", "sentiment")
LONGEST, WINDOW = 30, 150  # days that a wave may last, and that tell how far its expectation may be off


@dataclass(frozen=True)
class Mentions:
    """What is said of the own brand, by day, so that one day can be told and a year replayed."""

    days: Days

    @cached_property
    def rows(self) -> pd.DataFrame:
        """Mentions of the own brand: day, brand, topic, language, sentiment, mentions, reach [NaN where not known].

        The own brands are those of company.toml, else the one that bears the company's title.
        """
        parts = []
        for condition, known in (("reach IS NOT NULL", True), ("reach IS NULL", False)):
            made = self.days.sums("social_mentions", by=BY, values=("mentions", "reach"), keep=condition)
            if made is not None and len(made):
                parts.append(made.reset_index() if known else made.reset_index().assign(reach=np.nan))
        if not parts:
            return pd.DataFrame(columns=["day", *BY, "mentions", "reach"])
        rows, company = pd.concat(parts, ignore_index=True), self.days.scope.company
        own = {one.casefold() for one in (*company.own_brands(), company.name)}
        rows = rows[rows["brand"].astype(str).str.casefold().isin(own)]
        filled = {"topic": "", "language": "", "sentiment": "unknown"}
        return rows.assign(**{name: rows[name].fillna(other) for name, other in filled.items()}, brand="own")

    @cached_property
    def watched(self) -> pd.DataFrame:
        """Each day against what was usual before it; empty where the brand has no mentions. Days without any row are not known."""
        if self.rows.empty:
            return pd.DataFrame()
        daily = self.rows.groupby("day")["mentions"].sum().reindex(self.days.index, fill_value=0.0)
        daily = daily.where(self.days.seen["social_mentions"])
        return watch_mentions(daily.loc[self.rows["day"].min() :])

    @cached_property
    def readings(self) -> dict[str, mentions_tone.Reading]:
        """How the tool reads each language, where people read some mentions again."""
        scope = replace(self.days.scope, market="ALL")  # the tool reads a language alike in every market
        surveys = tables.optional("surveys", scope) if "surveys" in tables.available(scope.company) else None
        if surveys is None:
            return {}
        asked = f"question IN ('{mentions_tone.ASKED}', '{mentions_tone.READ}') AND language IS NOT NULL"
        return mentions_tone.readings(tables.as_pandas(surveys.filter(asked).to_arrow_table()))

    def wave(self, day: pd.Timestamp) -> pd.Series | None:
        """The wave that runs on a day, as it could be known then, with its `level`; None without one that the playbook counts.

        One whose level cannot be told, since reach or tone is missing, is returned with the level None: it may be one.
        """
        watched = self.watched.loc[:day].tail(WINDOW)
        if not watched["alarm"].tail(LONGEST).fillna(False).any():
            return None
        found = episodes(watched).tail(1)
        if not len(found) or not found["running"].iloc[0]:
            return None
        found = found.assign(brand="own")
        rows = self.rows[self.rows["day"] <= day]
        graded = with_topic(with_tone(found, rows, at="day"), rows, at="day")
        graded = severity(self._corrected(graded, rows), thresholds=crisis.thresholds())
        row = graded.iloc[0]
        at = crisis.told_level(row["severity"], row["severity_high"], row["topic"])
        return None if at == 0 else pd.concat([row, pd.Series({"level": at}, dtype=object)])

    def _corrected(self, found: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
        """The negative share of the wave, corrected where labels allow, as on the page on reputation."""
        one = found.iloc[0]
        tone = mentions_tone.tone_of(rows[rows["day"].between(one["start"], one["end"])], self.readings)
        if tone.n_corrected < max(LEAST_READ, tone.n_read / 2):
            return found
        return found.assign(**dict(zip(("negative_share", "negative_low", "negative_high"), tone.negative[:3], strict=True)))  # fmt: skip

    def series(self) -> dict[str, pd.Series]:
        """Return 1 on the days of the last year on which a wave of level 1 or more, or of a level not known, ran, 0 on others, missing where it cannot be told."""
        if self.watched.empty:
            return {}
        alarm = self.watched["alarm"].reindex(self.days.index)
        made = alarm.astype("Float64").astype(float).where(alarm.isna(), 0.0)
        for day in self.days.index[-YEAR:]:
            if pd.notna(alarm[day]) and self.wave(day) is not None:
                made[day] = 1.0
        return {"mentions": made}

    def blockers(self) -> list[Blocker]:
        """Return the wave that runs on the day, from level 1 on."""
        row = None if self.watched.empty else self.wave(self.days.today)
        if row is None:
            return []
        return [self._unknown(row) if row["level"] is None else self._blocker(row)]

    def _unknown(self, row: pd.Series) -> Blocker:
        """A wave whose level cannot be told: people read it."""
        language = self.days.scope.language
        excess = i18n.number(row["excess"], "count", language=language)
        return Blocker(
            kind="mentions", key="level unknown", side=1, since=since(row["start"]), severity=WRONG, topic="brand",
            what=i18n.text("A wave of mentions of the brand runs, and its level cannot be told.", language),
            detail=i18n.text("{excess} mentions beyond the usual, above all on “{topic}”.", language, excess=excess, topic=_topic(row))
            + " " + i18n.text("Their reach, or their tone, is not known.", language),
            todo=i18n.text("Read {n} of its mentions today and set the level by the crisis playbook.", language, n=LEAST_READ),
        )  # fmt: skip

    def _blocker(self, row: pd.Series) -> Blocker:
        language, at = self.days.scope.language, int(row["level"])
        rule = crisis.crisis_levels()[at]
        values = {
            "level": at,
            "topic": _topic(row),
            "excess": i18n.number(row["excess"], "count", language=language),
        }
        detail = i18n.text("{excess} mentions beyond the usual, above all on “{topic}”.", language, **values)
        if pd.notna(row["reached"]):
            people = i18n.number(row["reached"], "count", language=language)
            detail += " " + i18n.text("{people} people could see what was said against the brand.", language, people=people)  # fmt: skip
        if crisis.is_grave(row["topic"]):
            detail += " " + i18n.text("The topic is one of safety, which raises the level.", language)
        return Blocker(
            kind="mentions",
            key=f"level {at}",
            side=1,
            since=since(row["start"]),
            severity=GRAVE if at >= 2 else WRONG,
            topic=rule.decides,
            what=i18n.text("A wave of mentions runs against the brand: level {level}.", language, **values),
            detail=detail,
            todo=i18n.plural(
                "Open the crisis playbook at level {level}; the first public word within {n} hour.",
                "Open the crisis playbook at level {level}; the first public word within {n} hours.",
                rule.answer_hours,
                language,
                **values,
            ),
        )


def _topic(row: pd.Series) -> str:
    """The topic as a reader writes it."""
    return row["topic"].replace("_", " ").strip() or "–"
