"""What the budget page says in words: answer, findings, tables, the naive rule, and what is short-sighted."""

from __future__ import annotations

import pandas as pd

from helpers import i18n
from helpers.checks import SUREST
from helpers.company import Scope
from helpers.i18n import interval, listed, number, text, translate
from helpers.kpi import LEVEL
from helpers.methods import budget_moves
from helpers.pillars.activation import budget_plan
from helpers.pillars.activation.budget import Known, averages, builds, marginals
from helpers.pillars.activation.budget_plan import Page
from helpers.pillars.activation.naming import TOGETHER, listed_channels


def answer(made: Page, tests: pd.DataFrame, scope: Scope) -> str:
    """Answer the page's question in at most three short sentences: the move and its money, its doubt, what to test."""
    lang, first = scope.language, made.best
    if made.found.curves is None:
        said = text("Keep the split of the budget as it is: {why}", lang, why=made.found.why)
    elif made.refused:
        return text("No split is proposed. {why}", lang, why=refused_said(made, scope))
    elif made.is_new_total:
        said = new_total(made, scope)
    elif first is not None:
        said = text(
            "Move {amount} a month from {source} to {target}: {value} of {what} a month ({level} interval {bounds}), a gain with a chance of "
            "{chance}.", lang, **move_facts(first, scope),
        )  # fmt: skip
    else:
        said = unsure(made, scope)
        for row in made.kept_money[:1]:
            said += " " + text(
                "Taking {amount} a month out of {source} and keeping it is surer: {value} ({bounds}), chance {chance}.", lang,
                **move_facts(row, scope),
            )  # fmt: skip
    if len(tests):
        said += " " + test_first(tests, scope)
    return said


def new_total(made: Page, scope: Scope) -> str:
    """Say how a total that is not today's is split, and what that changes."""
    lang, before = scope.language, made.found.curves.spend
    money = {"unit": "currency", "currency": scope.currency, "language": lang}
    told = budget_moves.summary(made.plan.gain, level=LEVEL)
    changes = [
        f"{name} {signed(after - now, scope)}"
        for name, now, after in zip(made.found.curves.channels, before, made.plan.spend, strict=True) if abs(after - now) > 1
    ]  # fmt: skip
    return text(
        "Split {total} a month so: {changes}. Against today that is {value} of {what} a month ({level} interval {bounds}), a gain with a chance of "
        "{chance}.", lang, total=number(float(made.plan.spend.sum()), **money), changes=listed(changes, lang), value=signed(told["value"], scope),
        what=money_word(scope), level=number(LEVEL, "share", language=lang), bounds=interval(told["low"], told["high"], **money),
        chance=number(min(told["chance"], SUREST), "share", language=lang),
    )  # fmt: skip


def unsure(made: Page, scope: Scope) -> str:
    """Say that no move is proposed, and how near the likeliest one comes."""
    lang, near = scope.language, made.likeliest
    if not made.found.movable:
        return text("Keep the split as it is: no channel's figure may carry a move.", lang)
    if near is None:
        return text("Keep the split as it is: no move within the limits is expected to gain.", lang)
    return text(
        "Keep the split as it is: the best move, {amount} a month from {source} to {target}, gains {value} ({bounds}) with a chance of "
        "{chance}, below the {needed} asked for.", lang, **move_facts(near, scope), needed=number(made.min_chance, "share", language=lang),
    )  # fmt: skip


def test_first(tests: pd.DataFrame, scope: Scope) -> str:
    """Say what to test first: the test that is worth most after its cost, or the channel about which knowing would be worth most."""
    lang, first = scope.language, tests.iloc[0]
    money = {"unit": "currency", "currency": scope.currency, "language": lang}
    if first["net"] == first["net"] and first["net"] > 0:
        return text(
            "Test {channel} first: {weeks} weeks, worth {taught} a year for a cost of {cost}.", lang, channel=first["channel"],
            weeks=int(first["weeks"]), taught=number(first["taught"], **money), cost=number(first["cost"], **money),
        )  # fmt: skip
    return text(
        "Knowing what {channel} brings would be worth up to {worth} a year; no test of it can be planned from these data.", lang,
        channel=first["channel"], worth=number(first["worth"], **money),
    )  # fmt: skip


def move_facts(row, scope: Scope) -> dict:
    """What sentences on a move name."""
    lang = scope.language
    money = {"unit": "currency", "currency": scope.currency, "language": lang}
    return {
        "amount": number(row.amount, **money), "source": row.source, "target": row.target, "value": signed(row.value, scope),
        "bounds": interval(row.low, row.high, **money), "level": number(LEVEL, "share", language=lang), "what": money_word(scope),
        "chance": number(min(row.chance, SUREST), "share", language=lang),
    }  # fmt: skip


def signed(value: float, scope: Scope) -> str:
    """Money with its sign, a plus too."""
    return i18n.signed(value, "currency", currency=scope.currency, language=scope.language)


def money_word(scope: Scope) -> str:
    """Name what the page's money is: contribution margin after spend, or revenue after spend where the company states no rate."""
    if scope.company.contribution_margin_rate is None:
        return text("revenue after spend", scope.language)
    return text("margin after spend", scope.language)


def split_finding(made: Page, rows: pd.DataFrame, scope: Scope) -> str:
    """Say in words what the marginal returns show against what a unit of money costs."""
    lang, pays = scope.language, 1 / made.found.rate
    if rows.empty:
        return text("What the last unit of money brings: cannot tell", lang)
    told = rows[rows["can_move"]]
    if told.empty:
        return text("No channel's last unit of money may carry a decision", lang)
    under = list(told.loc[told["high"] < pays, "unit"])
    over = list(told.loc[told["low"] > pays, "unit"])
    if under and not over:
        return text(
            "The last unit of money does not earn itself back in {channels}",
            lang,
            channels=listed_channels(under, lang),
        )
    if over and not under:
        return text(
            "One more unit of money earns itself back in {channels}",
            lang,
            channels=listed_channels(over, lang),
        )
    if over:
        return text(
            "The last unit of money pays in {over}, and not in {under}", lang, over=listed_channels(over, lang), under=listed_channels(under, lang)
        )  # fmt: skip
    return text("Whether the last unit of money pays cannot be told in any channel", lang)


def split_subtitle(made: Page, scope: Scope) -> str:
    """Say under the chart of marginal returns what is drawn."""
    lang = scope.language
    return text(
        "revenue of the last unit of money, {level} interval; dashed: {pays}, at which a unit earns itself back; only channels that may carry a "
        "decision; n = {n} weeks", lang, level=number(LEVEL, "share", language=lang), n=made.found.weeks,
        pays=number(1 / made.found.rate, "ratio", decimals=2, language=lang),
    )  # fmt: skip


def ladder_said(made: Page, scope: Scope) -> str:
    """Say what the ladder of cuts shows, or why there is none."""
    lang = scope.language
    if made.ladder.empty:
        return text("What a smaller budget would cost cannot be told. {why}", lang, why=made.found.why)
    row = made.ladder[made.ladder["kind"] == "alike"].iloc[-1]
    money = {"unit": "currency", "currency": scope.currency, "language": lang}
    facts = {
        "cut": number(row["cut"], "share", language=lang), "saved": number(12 * row["saved"], **money),
        "lost": number(-12 * row["revenue"], **money), "bounds": interval(-12 * row["revenue_high"], -12 * row["revenue_low"], **money),
        "level": number(LEVEL, "share", language=lang),
    }  # fmt: skip
    return text(
        "A cut of {cut} in every channel saves {saved} a year and loses {lost} of this year's revenue ({level} interval {bounds}). What it loses in "
        "the years after is not in these figures: they hold what spend brings within weeks, and channels whose own figure is withheld are among them.", lang, **facts,
    )  # fmt: skip


def naive(made: Page, scope: Scope) -> str:
    """Say what the rule "give most to the best average return" would do, beside what its move is expected to bring."""
    lang, ends = scope.language, budget_plan.by_average(made.found)
    if ends is None:
        return text("There are no two channels that a rule could rank.", lang)
    (low, high), found, ratio = ends, made.found, {"unit": "ratio", "decimals": 2, "language": lang}
    facts = {
        "high": high.name, "low": low.name, "average": number(float(averages(found, high.channels).mean()), **ratio),
        "worse": number(float(averages(found, low.channels).mean()), **ratio), "why": high.why,
        "marginal": number(float(marginals(found, high.channels).mean()), **ratio),
    }  # fmt: skip
    said = text(
        "By the average of the model's draws **{high}** brings {average} per unit of money, the most of all, and {low} brings {worse}, so the rule moves "
        "money from the one to the other.", lang, **facts,
    )  # fmt: skip
    if not high.can_move:
        return said + " " + text("That figure may not be used: {why}.", lang, **facts)
    row = made.moves[(made.moves["source"] == low.name) & (made.moves["target"] == high.name)]
    said += " " + text(
        "What that money would meet is the last unit, which brings {marginal} in {high}.", lang, **facts
    )
    if row.empty:
        return said
    return said + " " + text(
        "Moving {amount} a month there is expected to change {what} by {value} and gains with a chance of {chance}.", lang,
        **move_facts(next(row.itertuples(index=False)), scope),
    )  # fmt: skip


def short_said(found: Known, scope: Scope) -> str:
    """Say what share of the budget builds for later years beside its share of what these weeks show, and what is not seen."""
    lang = scope.language
    share, months, _ = budget_plan.short_share(found, until=pd.Timestamp(scope.period.end))
    if not months:
        return text("No media spend of the last twelve months can be read.", lang)
    if share == 1:
        return text(
            "No channel and no stage of the company's taxonomy is named as building for later years ({names}), so whether the budget is "
            "short-sighted cannot be told. Name them in the parameter builders.", lang, names=listed(list(found.builders), lang),
        )  # fmt: skip
    facts = {
        "built": number(1 - share, "share", language=lang),
        "names": listed(list(found.builders), lang),
        "months": months,
    }
    said = text(
        "{built} of the media spend of {months} months goes to what builds for later years ({names}).",
        lang,
        **facts,
    )
    told = budget_plan.effect_share(found)
    if told is not None:
        value, low, high = (number(one, "share", language=lang) for one in told)
        said += " " + text(
            "Its share of what media bring within weeks is {value} ({level} interval {low} to {high}).", lang, value=value, low=low, high=high,
            level=number(LEVEL, "share", language=lang),
        )  # fmt: skip
    return said + " " + text(
        "These curves see what a week's money brings in the weeks after it. What it leaves in people's minds, and so in the base of later years, "
        "they cannot see: a move away from these channels looks better here than it is.", lang,
    )  # fmt: skip


def warning(source: str, found: Known, scope: Scope) -> str:
    """Say what a move out of channels that build leaves out; an empty text for others."""
    if not any(builds(found, one) for one in source.split(TOGETHER)):
        return ""
    return text("What {source} builds for later years is not in this figure.", scope.language, source=source)


def refused_said(made: Page, scope: Scope) -> str:
    """The reason why limits or target cannot be kept, as a sentence of the page."""
    return translate(made.refused, scope.language)
