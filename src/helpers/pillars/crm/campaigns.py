"""What becomes of the e-mails: delivered, clicked, unsubscribed; opens with those of machines apart; and what more of them cost."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from helpers import i18n, kpi, rollups
from helpers.checks import COUNTS_ONLY
from helpers.company import Scope
from helpers.errors import NothingToReportError
from helpers.i18n import interval, mark, number, text
from helpers.kpi import LEVEL, KpiRow
from helpers.methods.experiments import Arm, Effect, RatioArm, difference_of_means, difference_of_ratios
from helpers.methods.intervals import Estimate, difference_of_proportions, wilson
from helpers.periods import Period
from helpers.pillars.crm.definitions import KPIS
from helpers.pillars.crm.retention import share_row
from helpers.privacy.consent import permitted
from helpers.rollups import messages

RATES = {
    "delivery_rate": ("delivered", "sent"),
    "click_rate": ("unique_clicks", "delivered"),
    "unsubscribe_rate": ("unsubscribes", "delivered"),
}
OPENS = ("unique_opens", "machine_opens")
COUNTS = ("sent", "delivered", "unique_clicks", "unsubscribes", *OPENS)


class Frequency(NamedTuple):
    """What writing more often did: clicks a message and a person, share of people who left in each half and their difference, messages a person."""

    per_message: Effect
    per_person: Effect
    left: tuple[float, float]
    left_more: Estimate
    messages: tuple[float, float]
    n: int


class Opens(NamedTuple):
    """Opens of the month as the tool counts them, those of machines, and the share of messages opened by people who agreed."""

    counted: float
    machine: float
    delivered: float
    sent_agreed: int
    opened_agreed: int


def mailings(crm_campaigns: object | None) -> pd.DataFrame:
    """Counts of each mailing and variant with its day and audience, as the tool reports them: one row each; none without the table."""
    if crm_campaigns is None:
        crm_campaigns = pd.DataFrame(columns=["sent_on", "campaign_id", "variant", "market"])
    table = crm_campaigns.df() if hasattr(crm_campaigns, "df") else pd.DataFrame(crm_campaigns)
    for name in (*COUNTS, "audience"):
        table[name] = table.get(name)
    table["month"] = pd.to_datetime(table["sent_on"]).dt.to_period("M").astype(str)
    keys = ["sent_on", "campaign_id", "variant", "market"]
    return (
        table[["month", *keys, "audience", *COUNTS]].sort_values(keys, kind="stable").reset_index(drop=True)
    )


def check_any(sent: pd.DataFrame, asked: pd.DataFrame) -> None:
    """Refuse a page that would be empty.

    Parameters
    ----------
    sent : result of `mailings`. asked : customers of the tested campaigns, from `campaigns_uplift.addressed`.

    Raises
    ------
    NothingToReportError : there is neither a mailing nor a tested campaign.
    """
    if sent.empty and asked.empty:
        said = mark(
            "No e-mail is known: neither counts of a sending tool (crm_campaigns) nor a campaign by e-mail that left customers alone "
            "(campaigns and campaign_recipients). Import one of the two."
        )  # fmt: skip
        raise NothingToReportError(said)


def by_month(sent: pd.DataFrame) -> pd.DataFrame:
    """Rates of each month: month, and for each of RATES its share, _low, _high [Wilson] and n; NaN under 30 messages.

    A mailing counts for a rate where both its counts are known.
    """
    table = pd.DataFrame({"month": sorted(sent["month"].unique())})
    for name, (part, whole) in RATES.items():
        totals = _totals(sent, part, whole).reindex(table["month"]).reset_index(drop=True)
        few = totals[whole].fillna(0) < COUNTS_ONLY
        parts, wholes = totals[part].mask(few, 0).fillna(0), totals[whole].mask(few, 0).fillna(0)
        low, high = wilson(parts, wholes, level=LEVEL)
        share = (parts / wholes.where(wholes > 0)).to_numpy()
        table = table.assign(**{name: share, f"{name}_low": low, f"{name}_high": high, f"{name}_n": wholes})
    return table.assign(month=pd.to_datetime(table["month"].astype(str) + "-01"))


def _totals(sent: pd.DataFrame, part: str, whole: str) -> pd.DataFrame:
    counts = sent[[part, whole]].astype("float64")
    both = counts.notna().all(axis=1) & (counts[part] <= counts[whole])
    return counts[both].groupby(sent.loc[both, "month"]).sum()


def kpis(sent: pd.DataFrame, scope: Scope, *, lacking: str = "") -> list[KpiRow]:
    """Delivery, click and unsubscribe rate of the month with up to 13 months of history; `lacking` says why there are no mailings."""
    if lacking:
        return [kpi.row(KPIS[name], scope, None, n=0, reason=lacking) for name in RATES]
    months = {name: _totals(sent, *columns) for name, columns in RATES.items()}
    made = []
    for name, (part, whole) in RATES.items():
        totals = months[name]
        shown = [p for p in kpi.history(scope) if p.code in totals.index or p == scope.period]
        rows = [_share(name, totals, part, whole, scope, period) for period in shown]
        made.append(kpi.compared(KPIS[name], rows, scope))
    return made


def _share(name: str, totals: pd.DataFrame, part: str, whole: str, scope: Scope, period: Period) -> KpiRow:
    row = totals.loc[period.code] if period.code in totals.index else {part: 0, whole: 0}
    return share_row(name, scope, row[part], row[whole], period)


def subtitle(table: pd.DataFrame, scope: Scope) -> str:
    """Say under the chart of click rates what is drawn; `table` is the result of `by_month`."""
    lang, n = scope.language, table["click_rate_n"] if len(table) else pd.Series([0.0])
    return text(
        "messages with a click, % of those delivered, {level} interval, to {period}; n = {low} to {high} a month", lang,
        level=number(LEVEL, "share", language=lang), period=scope.period.label(lang),
        low=number(n.min(), "count", language=lang), high=number(n.max(), "count", language=lang),
    )  # fmt: skip


def opens(sent: pd.DataFrame, events: object | None, consents: pd.DataFrame | None, scope: Scope) -> Opens:
    """Count the opens of the month: by the tool, by machines, and by people who agreed to be seen opening."""
    month = sent[sent["month"] == scope.period.code]
    known = month[[*OPENS, "delivered"]].astype("float64").dropna()
    sums = known.sum()
    sent_agreed = opened = 0
    if events is not None and consents is not None:
        rolled = messages.messages_received(events, since=scope.period.start, until=scope.period.end)
        people = rollups.collect(rolled, may_be_empty=True)
        agreed = permitted(people["customer_id"], consents, use="open_pixel", on=scope.period.end)
        sent_agreed, opened = (int(people.loc[agreed, name].sum()) for name in ("n_sent", "n_opened"))
    return Opens(*(float(sums[name]) for name in (*OPENS, "delivered")), sent_agreed, opened)


def opens_said(found: Opens, scope: Scope) -> str:
    """Say how many opens were made by machines, and how often the people open who agreed to be seen."""
    lang = scope.language
    if not found.counted:
        return text("The tool counts no opens that tell machines from people, so none are read here.", lang)
    counted = text(
        "Of {counted} opens that the tool counts this month, {machine} were made by mail programs: {share} of the opens, {rate} of the "
        "messages delivered.", lang, counted=number(found.counted, "count", language=lang),
        machine=number(found.machine, "count", language=lang),
        share=number(found.machine / found.counted, "share", language=lang),
        rate=number(found.machine / found.delivered, "share", decimals=1, language=lang),
    )  # fmt: skip
    if found.sent_agreed < COUNTS_ONLY:
        return (
            counted
            + " "
            + text("Opens of single people are not read: too few agreed to the open pixel.", lang)
        )
    low, high = wilson(found.opened_agreed, found.sent_agreed, level=LEVEL)
    said = text(
        "People who agreed to the open pixel opened {share} of their messages ({bounds}, n = {n}); nobody else's opens are read.", lang,
        share=number(found.opened_agreed / found.sent_agreed, "share", decimals=1, language=lang),
        bounds=interval(low, high, "share", decimals=1, language=lang), n=number(found.sent_agreed, "count", language=lang),
    )  # fmt: skip
    return counted + " " + said


def frequency(sent: pd.DataFrame, events: object | None, *, frequent_audience: str) -> Frequency | None:
    """Compare those written to more often with the others; None where there was no such test or too few clicked.

    Parameters
    ----------
    sent : result of `mailings`.
    events : table `crm_events`, or None.
    frequent_audience : audience, as the tool names it, of the mailings that only one half was sent, by lot.
    """
    extra = sent[sent["audience"] == frequent_audience]
    if events is None or extra.empty:
        return None
    begin = extra["sent_on"].min()
    after = sent[(sent["audience"] != frequent_audience) & (sent["sent_on"] > begin)]
    regular = list(dict.fromkeys(after["campaign_id"]))
    if not regular:
        return None
    rolled = messages.message_arms(events, extra=sorted(extra["campaign_id"].unique()), regular=regular)
    arms = rollups.collect(rolled, may_be_empty=True).set_index("is_often")
    if not {0, 1} <= set(arms.index) or arms["n_clicked"].min() < COUNTS_ONLY:
        return None
    often, seldom = arms.loc[1], arms.loc[0]
    names = ("n", "n_clicked", "n_sent", "clicked_squared", "sent_squared", "product")
    per_message = difference_of_ratios(*(_arm(RatioArm, row, names) for row in (often, seldom)), level=LEVEL)
    names = ("n", "all_clicked", "all_clicked_squared")
    per_person = difference_of_means(*(_arm(Arm, row, names) for row in (often, seldom)), level=LEVEL)
    left, got = (
        tuple(float(row[name] / row["n"]) for row in (often, seldom)) for name in ("n_left", "all_sent")
    )
    more = difference_of_proportions(often["n_left"], often["n"], seldom["n_left"], seldom["n"], level=LEVEL)
    return Frequency(per_message, per_person, left, more, got, int(arms["n"].sum()))


def _arm(kind: type, row: pd.Series, names: tuple[str, ...]) -> tuple:
    return kind(int(row[names[0]]), *(float(row[name]) for name in names[1:]))


def fatigue_said(found: Frequency | None, scope: Scope) -> str:
    """Say what writing more often did to clicks."""
    lang = scope.language
    if found is None:
        return text(
            "Whether more messages tire their readers cannot be told: no half of the list was drawn by lot to get more.",
            lang,
        )
    each, whole = found.per_message.relative, found.per_person.relative
    return text(
        "Of {n} subscribers one half was sent {often} messages, the other {seldom}. With more of them a single message is clicked {each} "
        "({level} interval {each_bounds}); clicks per person over all messages: {whole} ({whole_bounds}). {left} of the first half left the list, "
        "{stayed} of the second.", lang, n=number(found.n, "count", language=lang),
        often=number(found.messages[0], "count", decimals=1, language=lang), seldom=number(found.messages[1], "count", decimals=1, language=lang),
        each=signed(each.value, lang), each_bounds=interval(each.low, each.high, "share", language=lang),
        level=number(LEVEL, "share", language=lang), whole=signed(whole.value, lang),
        whole_bounds=interval(whole.low, whole.high, "share", language=lang),
        left=number(found.left[0], "share", decimals=2, language=lang), stayed=number(found.left[1], "share", decimals=2, language=lang),
    )  # fmt: skip


def signed(share: float, language: str) -> str:
    """A change in per cent with its sign."""
    return i18n.signed(share, "share", language=language)
