"""What could make the tests wrong, said before any result: one line a test, and what the books say of it."""

from __future__ import annotations

from helpers.checks import Check, check
from helpers.company import Scope
from helpers.i18n import number, p_value, text
from helpers.pillars.activation.creative import Test
from helpers.pillars.activation.creative_telling import why_not
from helpers.pillars.activation.creative_worth import Worth


def checks(found: list[Test], worths: dict[str, Worth], scope: Scope, *, lacking: str = "") -> list[Check]:
    """Checks of the page; `lacking` says why there is no table of tests, and which export brings it."""
    lang = scope.language
    if not found:
        alone = text("Draw a lot for the next creative: half of the audience sees it, half does not.", lang)
        return [
            check("any_test", False, text("No test by lot of a creative or a page is known.", lang), remedy=f"{alone} {lacking}".strip())
        ]  # fmt: skip
    made = []
    for test in found:
        made.append(_valid(test, scope))
        made += _plan(test, scope)
        made += _course(test, scope)
    over = sorted(name for name, one in worths.items() if one.is_above_books)
    for name in over:
        made.append(
            check(f"books_{name}", False,
                  text("“{test}” counted more purchases than the books have paid orders in its days; its money rests on the books.", lang, test=name),
                  remedy=text("Find out what the test counts as a purchase before the money is planned.", lang))
        )  # fmt: skip
    return made


def _valid(test: Test, scope: Scope) -> Check:
    """Whether the result may be used at all: sizes of the arms first, then the days, then enough of everything."""
    lang = scope.language
    facts = {"test": test.name, "days": test.n_days, "planned": test.n_planned}
    wrong = {
        "mismatch": text("Use no figure of it; find where visitors of one arm got lost, mend it and repeat the test.", lang),
        "stopped early": text(
            "Use no figure of it; run it for the days that were planned, or plan looks with a boundary before it starts.", lang
        ),
        **dict.fromkeys(
            ("no control", "not counted once"),
            text("Keep a control by lot and count each person once; for sums import value and value_squares.", lang),
        ),
    }.get(test.state)  # fmt: skip
    is_small = test.few or test.state == "running"
    if wrong or is_small:
        said = text("{test}: {why}", lang, test=test.name, why=why_not(test, scope))
        small = text("Let it run to the size that the plan needs; the table of designs says how many.", lang)
        return check(
            f"valid_{test.name}", False, said, otherwise="fail" if wrong else "review", remedy=wrong or small
        )
    if test.state == "stopped at the boundary":
        return check(f"valid_{test.name}", False,
                     text("{test}: stopped after {days} of {planned} planned days, yet beyond the boundary that daily looks need.", lang, **facts),
                     remedy=text("Its interval allows for daily looks. Write the looks into the next plan.", lang))  # fmt: skip
    return check(
        f"valid_{test.name}", test.ratio.verdict == "as planned" and test.state != "no plan",
        text("{test}: arms as a fair lot makes them ({p}), run as planned.", lang, **facts, p=p_value(test.ratio.p, lang)) if test.state != "no plan"
        else text("{test}: nobody wrote down its days, so it may have been stopped when it looked good; its interval allows for that.", lang, **facts),
        remedy=text("Write first and last day into the register before the next test starts.", lang),
    )  # fmt: skip


def _plan(test: Test, scope: Scope) -> list[Check]:
    """Whether the plan was there before the test, and whether the control is known."""
    lang, made = scope.language, []
    first = test.planned[0]
    if test.registered_on is not None and first is not None and test.registered_on > first:
        made.append(
            check(f"registered_{test.name}", False, text("{test}: its plan was written down after it had begun.", lang, test=test.name),
                  remedy=text("Write down figure, days and hypothesis first: a figure chosen afterwards always finds something.", lang))
        )  # fmt: skip
    if test.is_guessed and test.state != "no control":
        made.append(
            check(f"control_{test.name}", False,
                  text("{test}: which arm is the control is not known; {control} was taken for it.", lang, test=test.name, control=test.control),
                  remedy=text("Name it in the parameter control_arms.", lang))
        )  # fmt: skip
    return made


def _course(test: Test, scope: Scope) -> list[Check]:
    """Whether days are missing and whether the effect wears off."""
    lang, made = scope.language, []
    gone = test.n_days - len(test.days)
    if len(test.days) > 1 and gone > 0:
        made.append(
            check(f"days_{test.name}", False,
                  text("{test}: {gone} of {days} days have no count of both arms.", lang, test=test.name, gone=number(gone, "count", language=lang), days=test.n_days),
                  remedy=text("Export these days again, or learn why they were left out.", lang))
        )  # fmt: skip
    if test.trend is not None and test.is_usable and test.trend.verdict == "wears off":
        made.append(
            check(f"wears_off_{test.name}", False, text("{test}: the effect wore off while it ran.", lang, test=test.name),
                  remedy=text("Read the last days for themselves, and keep a small group on the old version.", lang))
        )  # fmt: skip
    return made
