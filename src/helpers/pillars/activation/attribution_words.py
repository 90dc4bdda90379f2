"""What the paths say, in words: checks, findings, the naive sum and the answer of the page."""

from __future__ import annotations

import pandas as pd

from helpers import i18n
from helpers.checks import COUNTS_ONLY, Check, check, sample_check, sentence
from helpers.company import Scope
from helpers.i18n import interval, number, plural, text
from helpers.kpi import LEVEL
from helpers.methods.attribution_draws import RULES, SHARING, Attributed
from helpers.pillars.activation.attribution import Known, by_channel, spread, unseen

NAMES = {
    "last_touch": i18n.mark("last touch"),
    "last_non_direct": i18n.mark("last non-direct touch"),
    "first_touch": i18n.mark("first touch"),
    "position": i18n.mark("position"),
    "time_decay": i18n.mark("time decay"),
    "markov": i18n.mark("Markov"),
    "shapley": i18n.mark("Shapley"),
    "exposure": i18n.mark("exposure regression"),
}
DRAWN = ("last_touch", "first_touch", "markov", "exposure")  # rules that differ in kind; the table has all
ALIKE = 1.25  # rules agree on a channel where the highest is at most this many times the lowest
WELL_COVERED = 0.5


def rule_name(rule: str, scope: Scope) -> str:
    """Name a rule in the language of the page."""
    return text(NAMES[rule], scope.language)


def checks(
    found: Known, split: Attributed | None, spend: pd.Series, scope: Scope, *, months: int
) -> list[Check]:
    """What could make the paths wrong: who is followed, channels that no path can see, months, lengths, and rules that cannot be computed."""
    lang = scope.language
    if found.span is None:
        remedy = text("Import contacts by person (GA4 or Adobe visits), or the table journeys.", lang)
        return [check("paths", False, found.lacking, remedy=remedy, otherwise="fail")]
    covered = found.n_followed / found.n_orders if found.n_orders else 0.0
    facts = {
        "share": number(covered, "share", language=lang), "n": number(found.n_followed, "count", language=lang),
        "all": number(found.n_orders, "count", language=lang), "days": i18n.days(*found.span, lang),
    }  # fmt: skip
    none = int(found.rows["n"].sum()) - found.n_followed
    made = [
        check(
            "coverage", covered >= WELL_COVERED,
            text("{share} of the paid orders have a path: {n} of {all}, {days}. Only people who agreed to be followed are in it.", lang, **facts),
            remedy=text("Read the figures as shares of the followed orders. Those who agree may buy otherwise than those who do not.", lang),
        ),
        sample_check("followed", found.n_followed, text("orders with a path", lang), language=lang),
        check(
            "ended_in_nothing", none > 0,
            plural("{n} path ends in nothing.", "{n} paths end in nothing.", none, lang) if none
            else text("No path ends in nothing: contacts of people who did not buy are missing.", lang),
            remedy=text("Import all contacts, not those of buyers alone: without them Markov and the exposure regression mean nothing.", lang),
            otherwise="fail",
        ),
    ]  # fmt: skip
    begin = scope.period.before(months - 1).start
    made.append(
        check("span", found.span.since <= begin,
              text("The paths cover {days}; {months} were asked for.", lang, days=facts["days"], months=number(months, "months", language=lang)),
              remedy=text("Contacts begin later than that: a longer series brings narrower intervals and other seasons.", lang))
    )  # fmt: skip
    gone = unseen(found, spend)
    if len(spend):
        paid = number(spend[gone].sum() / spend.sum(), "share", language=lang)
        made.append(
            check("unseen", not gone,
                  text("Paths cannot see {channels}, which took {share} of the media spend: what they bring is given to others here.", lang,
                       channels=i18n.listed(gone, lang), share=paid) if gone
                  else text("Every channel with media spend stands in some path.", lang),
                  remedy=text("No rule can judge them. Use the mix model or a test by region.", lang))
        )  # fmt: skip
    if "n_cut" in found.rows and (cut := int(found.rows["n_cut"].sum())):
        said = plural("{n} path has more than 30 contacts; its last 30 are kept.",
                      "{n} paths have more than 30 contacts; their last 30 are kept.", cut, lang)  # fmt: skip
        made.append(
            check(
                "long_paths", False, said, remedy=text("Choose a shorter window, or look for robots.", lang)
            )
        )
    if not found.is_made:
        said = text(
            "The paths come from the table journeys, which does not say when each contact was: there is no time decay.",
            lang,
        )
        made.append(
            check(
                "ages",
                False,
                said,
                remedy=text("Import the contacts themselves for time decay and for one window.", lang),
            )
        )
    for guard in () if split is None else split.guards:
        remedy = text("Use the other rules; none of them shows a cause.", lang)
        made.append(check("exposure", False, sentence(guard, lang), remedy=remedy))
    return made


def compared(split: Attributed | None, tests: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Rows of the chart: channel, reading [name of the rule, or the tests], orders, low, high; channels by last touch, the most first."""
    table = by_channel(split)
    order = table[table["rule"] == "last_touch"].sort_values(
        ["orders", "channel"], ascending=[False, True], kind="stable"
    )["channel"]
    parts = [
        table[table["rule"] == rule]
        .set_index("channel")
        .loc[list(order)]
        .reset_index()
        .assign(reading=rule_name(rule, scope))
        for rule in DRAWN
        if rule in set(table["rule"])
    ]
    if len(tests):
        named = tests[tests["channel"].isin(list(order))].drop_duplicates("channel", keep="last")
        parts.append(named.assign(reading=text("test by region", scope.language)))
    columns = ["channel", "reading", "orders", "low", "high"]
    return (
        pd.concat([part[columns] for part in parts], ignore_index=True)
        if parts
        else pd.DataFrame(columns=columns)
    )


def table(split: Attributed | None, scope: Scope) -> pd.DataFrame:
    """Orders by channel and rule, one column a rule, rounded; the channel with most by last touch first."""
    if split is None:
        return pd.DataFrame()
    rules = [rule for rule in RULES if rule in split.value]
    wide = pd.DataFrame(
        {rule_name(rule, scope): split.value[rule] for rule in rules}, index=list(split.channels)
    )
    wide = wide.sort_values(wide.columns[0], ascending=False, kind="stable")
    return wide.map(lambda one: number(one, "count", language=scope.language))


def finding(split: Attributed | None, spend: pd.Series, scope: Scope) -> str:
    """Say in words how far the rules lie apart."""
    lang, apart = scope.language, widest(split, spend)
    if apart is None:
        return text("What the rules make of the paths cannot be told", lang)
    said = {"channel": apart.channel, **ends(apart, lang)}
    return text("The rules disagree: {channel} gets {least} orders or {most}", lang, **said)


def subtitle(found: Known, scope: Scope) -> str:
    """Say under the chart what is drawn."""
    lang = scope.language
    if found.span is None:
        return ""
    return text(
        "followed orders that each rule gives a channel; {level} interval; {days}, n = {n}", lang,
        level=number(LEVEL, "share", language=lang), days=i18n.days(*found.span, lang), n=number(found.n_followed, "count", language=lang),
    )  # fmt: skip


def agreement(split: Attributed | None, scope: Scope) -> str:
    """Say what the rules agree on."""
    lang = scope.language
    if split is None:
        return text("Fewer than {need} orders have a path: no rule is shown.", lang, need=COUNTS_ONLY)
    wide = pd.DataFrame(
        {rule: split.value[rule] for rule in SHARING if rule in split.value}, index=list(split.channels)
    )
    alike = [name for name, row in wide.iterrows() if row.min() > 0 and row.max() <= ALIKE * row.min()]
    firsts = set(wide.idxmax())
    first = (
        text("All rules that give away every order put {channel} first.", lang, channel=next(iter(firsts)))
        if len(firsts) == 1
        else text("They do not even agree on which channel is first.", lang)
    )
    rest = (
        text(
            "They are within a quarter of one another for {channels}, and nowhere else.",
            lang,
            channels=i18n.listed(alike, lang),
        )
        if alike
        else text("For no channel are they within a quarter of one another.", lang)
    )
    return f"{first} {rest}"


def tested_said(tests: pd.DataFrame, split: Attributed | None, scope: Scope) -> str:
    """Hold the rules against the tests by region, channel by channel."""
    lang = scope.language
    if split is None or tests.empty:
        return text(
            "No finished test by region names a channel with media spend: nothing here can be held against a cause.",
            lang,
        )
    lines = []
    for one in tests.itertuples():
        bounds = interval(one.low, one.high, "count", language=lang)
        facts = {
            "channel": one.channel,
            "test": one.test,
            "value": number(one.orders, "count", language=lang),
            "bounds": bounds,
        }
        if one.channel not in split.channels:
            lines.append(
                text(
                    "- **{channel}**: {test} leads to expect {value} followed orders ({bounds}); it stands in no path.",
                    lang,
                    **facts,
                )
            )
            continue
        at = split.channels.index(one.channel)
        inside = [
            rule_name(rule, scope) for rule in split.value if one.low <= split.value[rule][at] <= one.high
        ]
        said = (
            text("Inside it: {rules}.", lang, rules=i18n.listed(inside, lang))
            if inside
            else text("No rule is inside it.", lang)
        )
        head = text(
            "- **{channel}**: {test} leads to expect {value} followed orders ({bounds}).", lang, **facts
        )
        lines.append(f"{head} {said}")
    return "\n".join(lines)


def naive(found: Known, claims: pd.Series, scope: Scope) -> str:
    """Say what the claims of the platforms add up to, beside the books."""
    lang = scope.language
    if found.span is None or claims.empty:
        return text("No platform says what it claims in these days, so nothing can be added up.", lang)
    ordered = claims.sort_values(ascending=False, kind="stable")
    each = i18n.listed(
        [f"{name} {number(value, 'count', language=lang)}" for name, value in ordered.items()], lang
    )
    return text(
        "Claimed in these days: {each}. Together **{sum}** purchases, {ratio} for each of the **{orders}** paid orders in the books, many of "
        "which followed no advertisement.", lang, each=each, sum=number(claims.sum(), "count", language=lang),
        orders=number(found.n_orders, "count", language=lang), ratio=number(claims.sum() / max(found.n_orders, 1), "ratio", decimals=1, language=lang),
    )  # fmt: skip


def answer(found: Known, split: Attributed | None, spend: pd.Series, scope: Scope, *, rule: str) -> str:
    """Answer the page's question in at most three short sentences."""
    lang, apart = scope.language, widest(split, spend)
    if found.span is None:
        return text("Which contacts stand before orders cannot be told. {reason}", lang, reason=found.lacking)
    if apart is None:
        return text("Fewer than {need} orders have a path: no rule is shown.", lang, need=COUNTS_ONLY)
    money = {"currency": scope.currency, "language": lang}
    first = text(
        "Move no budget on these figures: for {channel} ({spend}) the rules say {least} to {most} orders.", lang, channel=apart.channel,
        spend=number(apart.spend, "currency", **money), **ends(apart, lang),
    ) if apart.spend == apart.spend else text(
        "Move no budget on these figures: for {channel} the rules say {least} to {most} orders.", lang, channel=apart.channel, **ends(apart, lang)
    )  # fmt: skip
    covered = number(found.n_followed / max(found.n_orders, 1), "share", language=lang)
    second = text("Paths cover {share} of orders, and no rule shows a cause.", lang, share=covered)
    third = text("Report by {rule}; decide on tests.", lang, rule=rule_name(rule, scope))
    return f"{first} {second} {third}"


def widest(split: Attributed | None, spend: pd.Series):
    """The paid channel on which the rules lie furthest apart; any channel where none is paid."""
    rows = spread(split, spend)
    if rows.empty:
        return None
    paid = rows[rows["spend"].notna()]
    return next((paid if len(paid) else rows).itertuples())


def ends(apart, lang: str) -> dict[str, str]:
    """The lowest and the highest of the rules for a channel, in words."""
    return {
        "least": number(apart.least, "count", language=lang),
        "most": number(apart.most, "count", language=lang),
    }
