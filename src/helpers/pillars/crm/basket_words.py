"""What the page of the basket reminders says: its answer, the titles of its charts and the naive figure."""

from __future__ import annotations

import pandas as pd

from helpers import kpi
from helpers.company import Scope
from helpers.i18n import interval, listed, number, text
from helpers.kpi import LEVEL, KpiRow
from helpers.pillars.crm import basket_timing
from helpers.pillars.crm.basket_timing import Timing, written
from helpers.pillars.crm.baskets import MONTHS, Known, effect, pooled


def what(scope: Scope) -> str:
    """What money on the page is: margin where the company states a rate."""
    is_margin = scope.company.contribution_margin_rate is not None
    return text("margin", scope.language) if is_margin else text("revenue", scope.language)


def plural_of(channel: str, language: str) -> str:
    """Messages of a channel."""
    known = {"email": text("e-mails", language), "sms": text("SMS", language)}
    return known.get(channel, written(channel, language))


def total(baskets: Known, scope: Scope) -> tuple[float, float, float, int]:
    """Orders that the reminders of the last twelve months brought, with bounds, and the number of those reminders."""
    left, first = baskets.left, pd.Timestamp(scope.period.before(MONTHS - 1).start)
    inside = left["created_on"].between(first, pd.Timestamp(scope.period.end)) & left["is_reminded"]
    n = int(inside.sum())
    return (*(n * figure for figure in effect(baskets, scope.period).orders.absolute[:3]), n)


def naive(baskets: Known, scope: Scope) -> str:
    """Set what the tool credits to the reminders against what the holdout says they brought."""
    some, lang = pooled(baskets, scope.period), scope.language
    reminded = some[some["is_reminded"]]
    credited = int(reminded["is_credited"].sum())
    facts = {
        "credited": number(credited, "count", language=lang),
        "n": number(len(reminded), "count", language=lang),
        "share": number(credited / max(len(reminded), 1), "share", language=lang),
    }
    found = effect(baskets, scope.period)
    if not found.is_told or not credited:
        return text("The tool credits **{credited}** of **{n}** reminders with an order, **{share}**.", lang, **facts)  # fmt: skip
    brought = len(reminded) * found.orders.absolute.value
    return text(
        "The tool credits **{credited}** of **{n}** reminders with an order, **{share}**. Against the baskets held out they brought "
        "**{brought}** orders, **{part}** of what is credited.", lang, **facts, brought=number(brought, "count", language=lang),
        part=number(brought / credited, "share", language=lang),
    )  # fmt: skip


def finding(rows: list[KpiRow], scope: Scope) -> str:
    """Say as the title of the chart of both arms what the gap between them is."""
    row, lang = kpi.pick(rows, "reminder_effect"), scope.language
    if row.value is None:
        return text(
            "What reminders bring cannot be told: no lot says which orders would have come anyhow", lang
        )
    return text("A hundred reminders bring {orders} that would not have come", lang,
                orders=number(row.value, "orders", decimals=1, language=lang))  # fmt: skip


def subtitle(table: pd.DataFrame, scope: Scope) -> str:
    """Say under the chart of both arms what is drawn."""
    lang = scope.language
    return text(
        "baskets with an order within a week, % of baskets left, by the month the week ended; {level} intervals; n = {n}", lang,
        level=number(LEVEL, "share", language=lang), n=number(table["n"].sum(), "count", language=lang),
    )  # fmt: skip


def delay_finding(timing: Timing, scope: Scope) -> str:
    """Say as the title of the chart of delays which one is best, where the lot tells."""
    lang, beaten = scope.language, basket_timing.beaten(timing)
    if not timing.pairs:
        return text("Which delay is best: cannot tell. {why}", lang, why=timing.why).strip()
    if not beaten:
        return text("No delay is surely better than another", lang)
    return text("{channel} after {best} h bring more orders than after {worse} h", lang, best=timing.best,
                channel=plural_of(timing.channel, lang).capitalize() if timing.channel != "sms" else "SMS",
                worse=listed([str(hours) for hours, _, _ in beaten], lang, style="or"))  # fmt: skip


def delay_subtitle(scope: Scope) -> str:
    """Say under the chart of delays what is drawn."""
    return text(
        "orders more per 100 reminders than per 100 baskets held out, twelve months to {period}, {level} intervals", scope.language,
        period=scope.period.label(scope.language), level=number(LEVEL, "share", language=scope.language),
    )  # fmt: skip


def answer(rows: list[KpiRow], timing: Timing, scope: Scope) -> str:
    """Answer the page's question in one sentence a manager may say."""
    lang, row, money = scope.language, kpi.pick(rows, "reminder_effect"), kpi.pick(rows, "reminder_margin")
    if row.value is None:
        return row.sentence
    said = text(
        "A hundred reminders bring {orders} that would not have come ({interval}, n = {n}), {money} of {what} a month after the cost of sending "
        "({bounds})", lang, orders=number(row.value, "orders", decimals=1, language=lang), interval=kpi.interval(row, language=lang),
        n=number(row.n, "count", language=lang), money=number(money.value, "currency", currency=money.currency, language=lang),
        what=what(scope), bounds=interval(money.low, money.high, "currency", currency=money.currency, language=lang),
    )  # fmt: skip
    if not basket_timing.beaten(timing):
        return text("{said}. Which delay is best cannot be told yet.", lang, said=said)
    return text("{said}. {delay}.", lang, said=said, delay=delay_finding(timing, scope))
