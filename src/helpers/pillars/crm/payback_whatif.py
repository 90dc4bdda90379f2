"""The what-if panel of the payback: media spend, margin, and what media added or cut brings."""

from __future__ import annotations

from helpers.checks import COUNTS_ONLY
from helpers.company import Scope
from helpers.i18n import number, text
from helpers.kpi import LEVEL
from helpers.pillars.crm import payback
from helpers.whatif import Choice, Figure, Panel, Slider

STEP, LEAST, MOST = 0.05, 0.5, 2.0  # of today's media spend
LEAST_AGES = 4  # ages 0 to 3
POINT, POINTS, EDGE = 0.01, 25, 0.05  # of margin: a step, how many each way, how near to 0 and 1
NAMES = ("spend", "margin", "extra", "cac", "months", "months_interval", "within")


def panel(won: payback.Known, scope: Scope) -> Panel | str:
    """Return the panel, or the sentence that says why there is none.

    Its defaults are things as they are, so that it opens on the figures of the page.
    """
    found = payback.cost(won, scope.period)
    if refused := payback.refusal(won, scope):
        return refused
    curve, known = payback.table(won, scope.period, found)
    if len(curve.value) < LEAST_AGES:
        return text(
            "Too few new customers have been seen for three months to draw a curve, need n = {need}.",
            scope.language,
            need=COUNTS_ONLY,
        )
    inputs = _inputs(known["constants"]["spend"], scope.margin_rate, scope)
    return Panel(
        id="payback",
        title=text("What if media spend or the margin were different?", scope.language),
        model="payback",
        **known,
        inputs=inputs,
        figures=_figures(len(curve.value) - 1, scope),
        sentences=_sentences(len(curve.value) - 1, scope.language),
        data=_data(won, found, scope),
        assumed=_assumed(scope.language),
        scenarios=_scenarios(*inputs[:2]),
        chart=_chart(scope),
        level=LEVEL,
        language=scope.language,
    )


def _inputs(spend: float, rate: float, scope: Scope) -> tuple[Slider, Slider, Choice]:
    lang = scope.language
    down = min(POINTS, max(0, round((rate - EDGE) / POINT)))
    up = min(POINTS, max(0, round((1 - EDGE - rate) / POINT)))
    whole = abs(100 * rate - round(100 * rate)) < 1e-9
    money = {"unit": "currency", "currency": scope.currency}
    options = {
        "average": text("customers at today's average rate", lang),
        "half": text("half as many customers", lang),
        "none": text("no customer", lang),
    }
    return (
        Slider(
            id="spend",
            label=text("Media spend a month", lang),
            low=LEAST * spend,
            high=MOST * spend,
            step=STEP * spend,
            default=spend,
            help=text(
                "Today: {spend}, the mean of twelve months.", lang, spend=number(spend, language=lang, **money)
            ),
            **money,
        ),
        Slider(
            id="margin",
            label=text("Contribution margin", lang),
            low=rate - down * POINT,
            high=rate + up * POINT,
            step=POINT,
            default=rate,
            unit="share",
            decimals=0 if whole else 1,
            help=text("Of revenue without VAT; the company states {rate}.", lang,
                      rate=number(rate, "share", decimals=0 if whole else 1, language=lang)),
        ),
        Choice(
            id="extra",
            label=text("Media added or cut wins or loses", lang),
            options=options,
            default="average",
        ),
    )  # fmt: skip


def _figures(months: int, scope: Scope) -> tuple[Figure, ...]:
    lang, money = scope.language, {"unit": "currency", "currency": scope.currency, "decimals": 2}
    beyond = text("more than {months} months", lang, months=months)
    share = text("Paid back within {months} months, share of draws", lang, months=months)
    return (
        Figure(id="months", label=text("Paid back after", lang), unit="months", decimals=1, beyond=beyond),
        Figure(id="cac", label=text("Cost of winning a customer", lang), tabled="value", **money),
        Figure(id="within", label=share, unit="share", tabled="value"),
        Figure(id="customers", label=text("New customers a month", lang), unit="count", tabled="nothing"),
    )


def _sentences(months: int, language: str) -> dict[str, str]:
    """What is said in each case of the model; the names of figures stay, to be filled in the page."""
    named = {name: f"{{{name}}}" for name in NAMES}
    named |= {"level": number(LEVEL, "share", language=language), "limit": months}
    return {
        "at once": text(
            "At {spend} of media a month and a margin of {margin}, a new customer costs {cac} and has paid back with the first "
            "purchase, if media added or cut wins or loses {extra}.", language, **named),
        "told": text(
            "At {spend} of media a month and a margin of {margin}, a new customer costs {cac} and has paid back after {months} "
            "({level} interval {months_interval}), if media added or cut wins or loses {extra}.", language, **named),
        "open": text(
            "At {spend} of media a month and a margin of {margin}, a new customer costs {cac} and has paid back after {months} "
            "({level} interval {months_interval}; {within} of the draws within {limit} months), if media added or cut wins or "
            "loses {extra}.", language, **named),
        "beyond": text(
            "At {spend} of media a month and a margin of {margin}, a new customer costs {cac} and has not paid back within {limit} "
            "months in most draws ({within} have), if media added or cut wins or loses {extra}.", language, **named),
    }  # fmt: skip


def _data(won: payback.Known, found: payback.Cost, scope: Scope) -> tuple[str, ...]:
    lang = scope.language
    spend = number(found.spend, "currency", currency=scope.currency, language=lang, short=False)
    return (
        text(
            "All media cost {spend} over {months} months to {period}; {n} customers were won in them.", lang, spend=spend,
            months=found.months, period=scope.period.label(lang), n=number(found.customers, "count", language=lang)),
        text(
            "What {n} new customers have bought since their first purchase, by month of age, and how much that varies from one "
            "set of customers to another.", lang, n=number(payback.n_newcomers(won), "count", language=lang)),
    )  # fmt: skip


def _assumed(language: str) -> tuple[str, ...]:
    return (
        text("What media added or cut wins or loses: these data cannot say, a test in some regions can.", language),
        text("Customers won at another spend buy like those won today, and late ages look as they did for early customers.", language),
        text("One margin rate holds for every purchase.", language),
    )  # fmt: skip


def _scenarios(spend: Slider, margin: Slider) -> tuple[dict, ...]:
    more, less = 1.5 * spend.default, 0.75 * spend.default
    rich, poor = (min(max(margin.default + step, margin.low), margin.high) for step in (0.1, -0.1))
    return (
        {},
        {"spend": more, "extra": "average"},
        {"spend": more, "extra": "half"},
        {"spend": more, "extra": "none"},
        {"spend": less, "extra": "half"},
        {"margin": rich},
        {"margin": poor},
        {"spend": more, "margin": poor, "extra": "half"},
        {"spend": more, "margin": poor, "extra": "none"},
    )


def _chart(scope: Scope) -> dict:
    lang = scope.language
    level = number(LEVEL, "share", language=lang)
    caption = text(
        "Margin per new customer, added up; band: {level} interval; dashed: what winning one costs",
        lang,
        level=level,
    )
    words = {
        "caption": caption,
        "x": text("months since the first purchase", lang),
        "target": text("cost {cac}", lang, cac="{cac}"),
    }
    return words | {"unit": "currency", "currency": scope.currency}
