"""What could make the page of the basket reminders wrong: the lot first."""

from __future__ import annotations

import pandas as pd

from helpers.checks import Check, check, sample_check
from helpers.company import Scope
from helpers.i18n import number, p_value, text
from helpers.methods.randomisation import balance
from helpers.pillars.crm.baskets import Known, effect, pooled

UNLIKE = 0.1  # standard deviations between the arms that are taken for a fault of the lot
GUESTS = 0.25  # share of baskets without a customer from which the page speaks for a part of the shop only
UNSENT = 0.02


def checks(baskets: Known, scope: Scope) -> list[Check]:
    """What could make the page wrong: the lot first."""
    some, lang = pooled(baskets, scope.period), scope.language
    held, reminded = some[~some["is_reminded"]], some[some["is_reminded"]]
    lot = _lot(baskets, some, scope)
    if held.empty:  # nothing more can be wrong with a lot that was not drawn
        return [*lot, _guests(baskets, scope)]
    return [
        *lot,
        sample_check("held_out", len(held), text("baskets held out in twelve months", lang), language=lang),
        _counted(
            "held_out_are_silent", int(held["reminded_at"].notna().sum()), len(held), 0.0, scope,
            text("baskets held out were reminded all the same", lang),
            text("Ask who sent them; the effect is understated until it stops.", lang),
        ),
        _counted(
            "reminders_are_sent", int(reminded["reminded_at"].isna().sum()), len(reminded), UNSENT, scope,
            text("baskets to be reminded were not", lang),
            text("The effect is of the plan to remind; of a reminder sent it is larger.", lang),
        ),
        _guests(baskets, scope),
    ]  # fmt: skip


def _guests(baskets: Known, scope: Scope) -> Check:
    """Whether the page speaks for the shop or for its known customers only."""
    months, lang = baskets.months, scope.language
    guests = int(months.loc[months["person"] < 0, "n_baskets"].sum())
    what = text("baskets are of guests, who cannot be followed", lang)
    remedy = text("The effect speaks for known customers only.", lang)
    return _counted("guests", guests, int(months["n_baskets"].sum()), GUESTS, scope, what, remedy)


def _lot(baskets: Known, some: pd.DataFrame, scope: Scope) -> list[Check]:
    """Whether the lot gave the arms their sizes, and the same baskets."""
    lang, n_held = scope.language, int((~some["is_reminded"]).sum())
    ratio = effect(baskets, scope.period).ratio
    facts = {
        "held": number(n_held, "count", language=lang),
        "n": number(len(some), "count", language=lang),
        "planned": number(baskets.planned, "share", language=lang),
        "p": p_value(ratio.p, lang) if ratio.p == ratio.p else "",
    }
    if not n_held:
        said = text("No basket is held out, so the orders after a reminder cannot be told from those that would have come.", lang)  # fmt: skip
        remedy = text("Hold out one basket in five by lot.", lang)
        return [check("sample_ratio", False, said, remedy=remedy, otherwise="fail")]
    if ratio.verdict == "cannot tell":
        said = text("{held} of {n} baskets were held out: too few to test the lot.", lang, **facts)
        return [check("sample_ratio", False, said, remedy=text("Wait for more baskets.", lang))]
    said = text("{held} of {n} baskets were held out, {planned} planned ({p}).", lang, **facts)
    remedy = text("Find out where baskets of one arm get lost before reading any effect, or set the share that was planned.", lang)  # fmt: skip
    made = [check("sample_ratio", ratio.verdict == "as planned", said, remedy=remedy, otherwise="fail")]
    begun = some.assign(weekday=some["created_on"].dt.day_of_week, hour=some["created_at"].dt.hour)
    columns = ["cart_value", "weekday", *(["hour"] if begun["hour"].notna().all() else [])]
    if some["is_reminded"].nunique() == 2:
        worst = float(balance(begun, arm="is_reminded", columns=columns)["difference"].abs().max())
        said = text(
            "Value, weekday and hour of the baskets differ between the arms by {worst} standard deviations at most.", lang,
            worst=number(worst, "ratio", decimals=2, language=lang),
        )  # fmt: skip
        made.append(check("arms_are_alike", worst < UNLIKE, said, remedy=text("Ask how the lot is drawn.", lang)))  # fmt: skip
    return made


def _counted(name: str, n: int, of: int, most: float, scope: Scope, what: str, remedy: str) -> Check:
    """A check that at most a share of all baskets has a fault."""
    facts = {"n": number(n, "count", language=scope.language), "of": number(of, "count", language=scope.language)}  # fmt: skip
    said = text("{n} of {of} {what}.", scope.language, **facts, what=what)
    return check(name, n <= most * of, said, remedy=remedy)
