"""What to do with what the channels bring: lower what surely loses, test what nobody knows, mend what is not counted."""

from __future__ import annotations

from scipy.special import ndtr

from helpers.checks import SUREST, Decision
from helpers.company import Scope
from helpers.i18n import interval, number, text
from helpers.kpi import LEVEL, Z, money_word
from helpers.pillars.activation import channels_known, channels_spend, pages
from helpers.pillars.activation.channels import Page
from helpers.pillars.activation.channels_checks import APART, UNMAPPED
from helpers.pillars.activation.channels_choice import WHOLE
from helpers.pillars.activation.naming import listed_channels, shown


def decisions(made: Page, scope: Scope, *, owner: str = "") -> list[Decision]:
    """Channels that surely cost more than they bring, the channels to test first, and what is missing in taxonomy and books."""
    common = {
        "owner": owner or text("media manager", scope.language),
        "due": scope.next_review,
        "currency": scope.currency,
    }
    found = [make(made, scope, common) for make in (_lower, _hold, _test, _map, _ask)]
    found = [one for some in found for one in some]
    return found or [_keep(made, scope, common)]


def _lower(made: Page, scope: Scope, common: dict) -> list[Decision]:
    """One decision a channel, or pair, whose whole interval is below what it costs: less of it saves more than it loses."""
    lang, rate = scope.language, scope.margin_rate
    rows = made.spend.merge(made.choices, on="channel", sort=False)
    rows = rows[
        rows["source"].isin(WHOLE)
        & (rows["kind"] == "total")
        & (rows["spend"] > 0)
        & (rate * rows["high"] < 1)
    ]
    alone = rows["channel"].where(rows["source"] != "pair", "pair " + rows["high"].astype(str))
    kept = []
    for _, own in rows.groupby(alone, sort=False):
        row, spend = own.iloc[0], float(own["spend"].sum())
        effect, low, high = (spend * (1 - rate * row[name]) for name in ("value", "high", "low"))
        half = (high - low) / 2
        chance = min(float(ndtr(Z * effect / half)), SUREST) if half > 0 else None
        said = text(
            "Lower {channel}: for each {one} of the {spend} spent in {n} months it brought back {back} of {money} ({level} interval {bounds}), so less of it saves more "
            "than it loses. How far is for the page on the budget to say.", lang, channel=listed_channels(list(own["channel"]), lang),
            spend=_money(spend, scope), n=len(made.months), one=number(1, "currency", currency=scope.currency, language=lang),
            back=_each(rate * row["value"], scope), money=money_word(scope), level=number(LEVEL, "share", language=lang),
            bounds=interval(rate * row["low"], rate * row["high"], "currency", currency=scope.currency, decimals=2, language=lang),
        )  # fmt: skip
        kept.append(
            Decision(
                id=f"lower_{row['channel'] or 'unnamed'}", verb=text("Lower", lang), amount=_money(spend, scope), sentence=said, effect=effect,
                low=low, high=high, probability=chance, reverse_if=text("a later test is above its cost with its whole interval", lang),
                repeats=pages.TESTS if row["source"] == "test" else "", **common,
            )
        )  # fmt: skip
    return kept


def _hold(made: Page, scope: Scope, common: dict) -> list[Decision]:
    """Channels of which a test found that more spend brings less than it costs; what the spend before it brings is not known."""
    lang, rate, kept = scope.language, scope.margin_rate, []
    rows = made.spend.merge(made.choices, on="channel", sort=False)
    for row in rows[
        (rows["source"] == "increment") & (rows["spend"] > 0) & (rate * rows["high"] < 1)
    ].itertuples():
        one = number(1, "currency", currency=scope.currency, language=lang)
        said = text(
            "Add nothing to {channel}: for each {one} more its test found {back} of {money} ({level} interval {bounds}), less than it costs. What the {spend} "
            "before it bring is not tested.", lang, channel=shown(row.channel, lang), one=one, back=_each(rate * row.value, scope),
            money=money_word(scope), level=number(LEVEL, "share", language=lang), spend=_money(row.spend, scope),
            bounds=interval(rate * row.low, rate * row.high, "currency", currency=scope.currency, decimals=2, language=lang),
        )  # fmt: skip
        kept.append(
            Decision(
                id=f"hold_{row.channel or 'unnamed'}", verb=text("Hold", lang), amount=_money(row.spend, scope), sentence=said,
                reverse_if=text("a later test is above its cost with its whole interval", lang), repeats=pages.TESTS, **common,
            )
        )  # fmt: skip
    return kept


def _test(made: Page, scope: Scope, common: dict) -> list[Decision]:
    """Channels whose whole spend rests on no test, the largest first."""
    lang, rows = scope.language, made.spend.merge(made.choices, on="channel", sort=False)
    rows = rows[~rows["source"].isin(("test", "calibrated")) & (rows["spend"] > 0)]
    named = rows[rows["channel"] != channels_known.UNNAMED]
    if named.empty:
        return []
    untested, total = rows["spend"].sum(), made.spend["spend"].sum()
    facts = {"names": listed_channels(list(named["channel"]), lang), "spend": _money(untested, scope), "n": len(made.months),
             "share": number(untested / total, "share", language=lang)}  # fmt: skip
    said = text(
        "Test before money moves on {names}: {spend} in {n} months ({share} of media) rest on no test of the whole spend. The page on the budget "
        "ranks the tests by what they would teach.", lang, **facts,
    ) if len(named) == len(rows) else text(
        "Test before money moves on {names}: with what has no channel, {spend} in {n} months ({share} of media) rest on no test of the whole spend. The page "
        "on the budget ranks the tests by what they would teach.", lang, **facts,
    )  # fmt: skip
    return [
        Decision(
            id="test_first", verb=text("Test", lang), amount=_money(untested, scope), sentence=said,
            reverse_if=text("the power of such a test is too low for any effect that would matter", lang), repeats=pages.BUDGET, **common,
        )
    ]  # fmt: skip


def _map(made: Page, scope: Scope, common: dict) -> list[Decision]:
    lang, total = scope.language, made.spend["spend"].sum()
    bare = float(made.spend.loc[made.spend["channel"] == channels_known.UNNAMED, "spend"].sum())
    if not bare > UNMAPPED * total:
        return []
    said = text(
        "Give {spend} a channel: {share} of media in {n} months follows no naming rule, so no page knows what it brought.", lang, spend=_money(bare, scope),
        share=number(bare / total, "share", decimals=1, language=lang), n=len(made.months),
    )  # fmt: skip
    return [
        Decision(
            id="map_spend", verb=text("Name", lang), amount=_money(bare, scope), sentence=said,
            reverse_if=text("the campaigns belong to another company", lang), **common,
        )
    ]  # fmt: skip


def _ask(made: Page, scope: Scope, common: dict) -> list[Decision]:
    """Ask for the largest difference between invoices and exports, where it is more than one in a hundred."""
    lang, rows = scope.language, channels_spend.bridge(made.known, made.months)
    rows = rows[rows["gap"].abs() > APART * rows["exported"].abs()]
    if rows.empty:
        return []
    far = rows.loc[rows["gap"].abs().idxmax()]
    said = text(
        "Ask {platform} for {gap}: that is what invoices of {n} months are {side} its exports. Fees and credit notes are in no export.", lang,
        platform=far["platform"] or text("other suppliers", lang), gap=_money(abs(far["gap"]), scope), n=len(made.months),
        side=text("above", lang) if far["gap"] > 0 else text("below", lang),
    )  # fmt: skip
    return [
        Decision(
            id="ask_invoice", verb=text("Ask", lang), amount=_money(abs(far["gap"]), scope), sentence=said,
            reverse_if=text("the supplier names the fee or the credit note", lang), **{**common, "owner": text("finance", lang)},
        )
    ]  # fmt: skip


def _keep(made: Page, scope: Scope, common: dict) -> Decision:
    lang, total = scope.language, made.spend["spend"].sum()
    said = text(
        "Keep the split of {spend} for now: no channel is surely below its cost, and none waits for a test.",
        lang,
        spend=_money(total, scope),
    )
    return Decision(
        id="keep", verb=text("Keep", lang), amount=_money(total, scope), sentence=said, reverse_if=text("a test ends or a channel's number changes", lang), **common,
    )  # fmt: skip


def _money(value: float, scope: Scope) -> str:
    return number(value, "currency", currency=scope.currency, language=scope.language)


def _each(value: float, scope: Scope) -> str:
    return number(value, "currency", currency=scope.currency, decimals=2, language=scope.language)
