"""The limits of a budget as people write them: "social>=500, tv+video<=2000", money a month."""

from __future__ import annotations

import math
import re

from helpers.checks import Check, check
from helpers.company import Scope
from helpers.errors import DataError, UsageError
from helpers.i18n import number, text, translate
from helpers.methods.budget_limits import Bound, Limits, limits
from helpers.pillars.activation.budget import Known

PART = re.compile(r"(?P<names>[^<>=]+?)\s*(?P<sign><=|>=)\s*(?P<amount>[^<>=]+)")


def parsed(bounds: str) -> list[Bound]:
    """Least and most by channel, from text such as "social>=500, tv+video<=2000" (money a month).

    Raises
    ------
    UsageError : a part that is no limit; the sentence quotes it and says how one is written.
    """
    made = []
    for part in (one.strip() for one in bounds.split(",") if one.strip()):
        found = PART.fullmatch(part)
        if found is None:
            raise UsageError(
                f'bounds: "{part}" is no limit. Write channel>=amount or channel<=amount, channels that count together as a+b, parts '
                "parted by commas, amounts without marks between thousands."
            )
        made.append(
            Bound(
                tuple(name.strip() for name in found["names"].split("+")),
                found["sign"],
                _amount(found["amount"], part),
            )
        )
    return made


def _amount(said: str, part: str) -> float:
    try:
        value = float(said)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value >= 0):
        raise UsageError(f'bounds: "{said}" in "{part}" is no amount of money. Write 0 or more, such as 500.')
    return value


def kept(found: Known, *, bounds: str, total_budget: float, max_change: float) -> tuple[Limits | None, str]:
    """The limits of the page, and why there are none: in words where they contradict each other, empty without curves.

    Channels whose figures may not carry a decision stay as they are. A total of 0 is today's.

    Raises
    ------
    UsageError : `bounds` has a part that is no limit, or names an unknown channel.
    """
    rules = parsed(bounds)
    _check_names(rules, found)
    if found.curves is None:
        return None, ""
    still = [name for one in found.units if not one.can_move for name in one.channels]
    today = float(found.curves.spend.sum())
    total = total_budget if total_budget > 0 else today
    try:
        return limits(found.curves, bounds=rules, total=total, max_change=max_change, fixed=still), ""
    except DataError as reason:
        return None, reason.args[0]  # keeps what can be translated


def _check_names(rules: list[Bound], found: Known) -> None:
    known = list(found.table["channel"]) if found.curves is None else list(found.curves.channels)
    for name in (name for rule in rules for name in rule.channels):
        if name not in known:
            raise UsageError(f'bounds: "{name}" is no channel of this page. Use {", ".join(known)}.')


def limits_check(
    found: Known, why: str, scope: Scope, *, bounds: str, total_budget: float, max_change: float
) -> Check:
    """Whether the limits can be kept together; where they cannot, the sentence names those that contradict each other."""
    lang = scope.language
    if why:
        return check(
            "limits", False, translate(why, lang), otherwise="fail",
            remedy=text("Change bounds, total_budget or max_change; amounts are a month.", lang),
        )  # fmt: skip
    amount = {"currency": scope.currency, "language": lang}
    if found.curves is None:
        return check("limits", True, text("Limits are not needed: no budget is proposed.", lang), remedy="")
    total = total_budget if total_budget > 0 else float(found.curves.spend.sum())
    said = text(
        "Limits: {total} a month in all, a channel by at most {change} of its spend{more}. They can be kept together.", lang,
        total=number(total, "currency", **amount), change=number(max_change, "share", language=lang),
        more=f", {bounds}" if bounds else "",
    )  # fmt: skip
    return check("limits", True, said, remedy="")
