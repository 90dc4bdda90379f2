"""What could make the page on the journey wrong: counts that do not fit, days without tracking, few customers, nobody alike."""

from __future__ import annotations

import pandas as pd

from helpers.checks import COUNTS_ONLY, Check, check, sample_check
from helpers.company import Scope
from helpers.i18n import day, listed, number, parted, plural, text
from helpers.pillars.activation.journey import NAMES, Visits, within
from helpers.pillars.activation.journey_irritants import Irritants
from helpers.pillars.activation.journey_setup import Setup

SELDOM = 8  # visits or orders that a day usually has, from which a day with none is no chance
USUAL_CLICKS = 30  # of a campaign a day: then a day with none is a broken tag
MOST_LEFT_OUT, LEAST_ALIKE, MOST_UNKNOWN = 0.05, 0.8, 0.2
FEW_NAMED = 5


def of_visits(found: Visits, scope: Scope) -> list[Check]:
    """Checks of the steps of a visit."""
    lang = scope.language
    if found.days is None:
        remedy = found.lacking or text(
            "Export visits with at least one step, such as orders, by day and channel.", lang
        )
        return [
            check(
                "visits",
                False,
                text("No visits by step: where people leave cannot be told.", lang),
                remedy=remedy,
            )
        ]
    month = within(found.days, scope.period)
    daily = month.groupby("day", sort=True)[list(found.steps)].sum()
    made = [
        sample_check(
            "n_visits", float(daily["sessions"].sum()), text("visits in the month", lang), language=lang
        )
    ]
    grown = [
        (
            before,
            after,
            int((daily[after] > daily[before]).sum()),
            bool(daily[after].sum() > daily[before].sum()),
        )
        for before, after in zip(found.steps[:-1], found.steps[1:], strict=True)
    ]
    over = [one for one in grown if one[2]]
    said = parted(
        (text("{after} above {before} on {n} days", lang, after=text(NAMES[after], lang), before=text(NAMES[before], lang), n=n)
        for before, after, n, _ in over), lang,
    )  # fmt: skip
    made.append(
        check(
            "steps_shrink", not over,
            text("Steps that grow: {said}.", lang, said=said) if over else text("No step has more visits than the one before it.", lang),
            remedy=text("Count every step in visits and not in events, in one tool, before reading a rate.", lang),
            otherwise="fail" if any(one[3] for one in over) else "review",
        )
    )  # fmt: skip
    silent = silent_days(daily, scope)
    shown = listed([day(one, lang, style="medium") for one in silent[:FEW_NAMED]], lang)
    made.append(
        check(
            "silent_days", not silent,
            plural("A day of the month has no visit at some step, where there are usually many: {days}.",
                   "{n} days of the month have no visit at some step, where there are usually many: {days}.", len(silent), lang, days=shown)
            if silent else text("No day of the month is silent at any step.", lang),
            remedy=text("Ask the owner of the tracking what was broken; those days are counted as they stand.", lang),
        )
    )  # fmt: skip
    made += _clicks(found, scope)
    left = number(found.left_out, "share", decimals=1, language=lang)
    made.append(
        check("whole_rows", found.left_out <= MOST_LEFT_OUT, text("{share} of the visits lack a step that others have; they are left out.", lang, share=left),
              remedy=text("Export the same steps for every market, site and day.", lang))
    )  # fmt: skip
    channels = month["channel"].nunique()
    made.append(
        check("channels", channels > 1, plural("Visits come from {n} channel.", "Visits come from {n} channels.", channels, lang),
              remedy=text("Export visits by channel: with one, a change of mix cannot be told from a change of rate.", lang))
    )  # fmt: skip
    return made


def silent_days(daily: pd.DataFrame, scope: Scope) -> list:
    """Days of the period without any visit at a step whose usual day has at least `SELDOM`, and days that are absent."""
    every = pd.date_range(scope.period.start, scope.period.end, unit="us")
    whole = daily.reindex(every).fillna(0.0)
    usual = daily.median()
    watched = [name for name in daily.columns if usual[name] >= SELDOM]
    if not watched:
        return []
    return [one.date() for one in whole.index[(whole[watched] == 0).any(axis=1)]]


def _clicks(found: Visits, scope: Scope) -> list[Check]:
    """Whether a campaign that is usually clicked was shown on a day without a click: the tracking broke, not the campaign."""
    if found.media is None:
        return []
    usual = found.media.groupby("campaign")["clicks"].transform("median")
    days = within(found.media[usual >= USUAL_CLICKS], scope.period)
    if days.empty:
        return []
    broken = days.loc[(days["clicks"] == 0) & (days["impressions"] > 0), "day"]
    silent = [one.date() for one in sorted(broken.unique())]
    lang, shown = (
        scope.language,
        listed([day(one, scope.language, style="medium") for one in silent[:FEW_NAMED]], scope.language),
    )
    return [
        check(
            "clicks", not silent,
            plural("On a day of the month a campaign was shown and has no click: {days}.", "On {n} days of the month a campaign was shown and has no click: {days}.",
                   len(silent), lang, days=shown) if silent else text("Campaigns that are usually clicked were clicked on every day on which they were shown.", lang),
            remedy=text("The tracking was broken: do not read it as a lack of interest.", lang),
        )
    ]  # fmt: skip


def of_irritants(found: Irritants, ranked: pd.DataFrame, setup: Setup, scope: Scope) -> list[Check]:
    """Checks of the irritants and of what a difference may say."""
    lang, made = scope.language, []
    if found.lacking:
        said = text("No case, return or onboarding is known: only cancelled orders can be ranked.", lang)
        made.append(check("irritants", False, said, remedy=found.lacking))
    touches = found.touches
    unknown = float(touches.loc[touches["customer_id"].isna(), "n"].sum()) / max(
        float(touches["n"].sum()), 1.0
    )
    share = number(unknown, "share", decimals=1, language=lang)
    if len(touches):
        made.append(
            check("customers_known", unknown <= MOST_UNKNOWN, text("{share} of what went wrong has no customer.", lang, share=share),
                  remedy=text("Note the customer or the order of a case when it is opened.", lang))
        )  # fmt: skip
    if found.compared is None:
        said = text(
            "Those touched cannot be compared with others: there are no orders before and after them, or nobody was touched.",
            lang,
        )
        made.append(
            check(
                "alike",
                False,
                said,
                remedy=text("Come back when the orders span {n} days.", lang, n=2 * found.outcome_days),
            )
        )
    else:
        share = number(found.alike, "share", language=lang)
        made.append(
            check("alike", found.alike >= LEAST_ALIKE, text("{share} of those touched have somebody untouched of the same tenure and number of orders.", lang, share=share),
                  remedy=text("Read the value lost as that of those who have one.", lang))
        )  # fmt: skip
        few = int(found.compared.table["n_compared"].min())
        made.append(
            sample_check(
                "smallest_irritant",
                few,
                text("touched customers of the rarest irritant to compare", lang),
                language=lang,
            )
        )
    if len(ranked) == 1:
        said = text("Only one irritant is known: a ranking needs more.", lang)
        made.append(
            check(
                "several", False, said, remedy=text("Bring the exports of support cases and returns.", lang)
            )
        )
    if setup.ratio is not None:
        made.append(
            check("setup_lot", setup.is_sound, text("Onboarding test: the sizes of the two arms, halves planned.", lang),
                  remedy=text("Find out where newcomers of one arm get lost; under {n} in an arm wait for more.", lang, n=COUNTS_ONLY),
                  otherwise="fail" if setup.ratio.verdict == "mismatch" else "review")
        )  # fmt: skip
    return made
