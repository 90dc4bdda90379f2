"""Which tested campaign worked, for whom, and what the next one of its kind should do: results of each campaign with customers left alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers import rollups
from helpers.checks import COUNTS_ONLY, NO_TREND
from helpers.company import Scope
from helpers.errors import DataError
from helpers.i18n import mark, text
from helpers.kpi import LEVEL
from helpers.methods.experiments import Effect, arm_of, difference_of_means
from helpers.methods.intervals import Estimate
from helpers.methods.randomisation import SampleRatio, balance, sample_ratio
from helpers.methods.uplift import effects_by_group, qini_interval
from helpers.methods.uplift_policy import Policy, best_share, policy_curve
from helpers.methods.uplift_scores import response_model, two_models
from helpers.rollups import campaigns as rolled

CHANNEL = "email"
ADDRESSED = (
    "customer_id", "campaign_id", "name", "starts_on", "is_held_out", "market", "n_orders", "spend", "n_before", "days_since", "tenure",
    "spend_before", "discounted",
)  # fmt: skip
MOST = 4  # campaigns that one page can show, the latest ones
ALIKE = 0.1  # standard deviations that hardly move a mean
CHANCE = 3.3  # standard errors that one of a dozen differences passes by lot once in a hundred tests
WORDS = {
    "1": mark("one order before"),
    "2": mark("2 or 3 orders before"),
    "4": mark("4 orders or more before"),
}
DISCOUNT = {"n": mark("never at a discount"), "y": mark("at a discount too")}


@dataclass(frozen=True, eq=False)
class Trial:
    """One campaign that left some customers alone: who, what came of it, and what to do with the next one.

    people : one row a customer, as the rollup `addressed`, with margin [money] and is_sent.
    ratio, unlike, is_alike : sample ratio against the plan; the largest standardised difference of what was known before, and
        whether a lot makes such differences.
    orders, margin : effect a customer addressed.
    policy, qini, by_response : None, with the reason in `refused`, where the campaign is too small to rank its customers.
    """

    id: str
    name: str
    starts_on: pd.Timestamp
    people: pd.DataFrame
    ratio: SampleRatio
    unlike: float
    is_alike: bool
    orders: Effect
    margin: Effect
    policy: Policy | None
    qini: Estimate | None
    by_response: Estimate | None
    refused: str

    @property
    def n(self) -> int:
        """Customers in the test, those left alone included."""
        return len(self.people)


def addressed(
    recipients: object | None,
    campaigns: object | None,
    orders: object,
    scope: Scope,
    *,
    window_days: int = 28,
) -> pd.DataFrame:
    """Collect the rollup `addressed` of the campaigns by e-mail; empty without one of the tables `campaign_recipients` and `campaigns`."""
    if recipients is None or campaigns is None:
        return pd.DataFrame(columns=ADDRESSED)
    until, channel = scope.period.end, CHANNEL if "channel" in campaigns.columns else None
    made = rolled.addressed(recipients, campaigns, orders, until=until, days=window_days, channel=channel)
    return rollups.collect(made, may_be_empty=True)


def trials(
    asked: pd.DataFrame, scope: Scope, *, planned_held_out: float, cost_per_contact: float
) -> list[Trial]:
    """Judge each tested campaign, the earliest first, at most the last four.

    Parameters
    ----------
    asked : result of `addressed`.
    planned_held_out : share of the customers that the lot was to leave alone.
    cost_per_contact : money that one message takes, what comes with it included.

    Raises
    ------
    ValueError : the share is not strictly between 0 and 1, or the cost is below 0.
    """
    if not 0 < planned_held_out < 1:
        raise ValueError(f"planned_held_out must be between 0 and 1, not {planned_held_out!r}")
    if not cost_per_contact >= 0:
        raise ValueError(f"cost_per_contact must be 0 or more, not {cost_per_contact!r}")
    people = asked.sort_values(["starts_on", "campaign_id", "customer_id"]).reset_index(drop=True)
    rate = scope.margin_rate
    people = people.assign(margin=rate * people["spend"], is_sent=~people["is_held_out"].astype(bool))
    ids = list(dict.fromkeys(people["campaign_id"]))[-MOST:]
    return [
        _judged(
            people[people["campaign_id"] == one].reset_index(drop=True), planned_held_out, cost_per_contact
        )
        for one in ids
    ]


def _judged(people: pd.DataFrame, held_out: float, cost: float) -> Trial:
    sent = people["is_sent"].to_numpy()
    sizes = int(sent.sum()), int((~sent).sum())
    known = features(people)
    table = balance(known.assign(is_sent=sent), arm="is_sent", columns=list(known))
    unlike, is_alike = float(table["difference"].abs().max()), _alike(table)
    effects = [
        difference_of_means(arm_of(people.loc[sent, name]), arm_of(people.loc[~sent, name]), level=LEVEL)
        for name in ("n_orders", "margin")
    ]
    first = people.iloc[0]
    common = (first["campaign_id"], first["name"], first["starts_on"], people)
    ratio = sample_ratio(sizes, (1 - held_out, held_out))
    answered = (people["n_orders"] > 0).astype(int).to_numpy()
    try:
        score, fold = two_models(known, sent, answered, seed=1)
        by_who, _ = response_model(known, sent, answered, seed=1)
    except DataError as refusal:
        return Trial(*common, ratio, unlike, is_alike, *effects, None, None, None, refusal.args[0])
    policy = best_share(people["margin"], score, fold, sent, cost=cost, level=LEVEL)
    found = (qini_interval(answered, one, sent, level=LEVEL, seed=2) for one in (score, by_who))
    people["score"] = score
    return Trial(*common, ratio, unlike, is_alike, *effects, policy, *found, "")


def features(people: pd.DataFrame) -> pd.DataFrame:
    """What was known of each customer before the campaign: nothing that it could have changed."""
    return pd.DataFrame(
        {
            "orders": np.log1p(people["n_before"].to_numpy(dtype=float)),
            "days_since": people["days_since"].to_numpy(dtype=float, na_value=np.nan),
            "tenure": np.log1p(people["tenure"].to_numpy(dtype=float, na_value=np.nan)),
            "spend": np.log1p(
                np.clip(people["spend_before"].to_numpy(dtype=float, na_value=np.nan), 0, None)
            ),
            "discounted": people["discounted"].to_numpy(dtype=float, na_value=np.nan),
            "market": people["market"].to_numpy(),
        }
    )


def _alike(table: pd.DataFrame) -> bool:
    """Whether a lot makes differences such as these, of what is known of enough customers to tell."""
    enough = table["error"] < np.sqrt(2 / COUNTS_ONLY)
    return bool((table["difference"].abs() <= np.maximum(ALIKE, CHANCE * table["error"]))[enough].all())


def is_sound(trial: Trial) -> bool:
    """Whether the arms may be compared: sizes that fit the plan, and no difference before that a lot would hardly make."""
    return trial.ratio.verdict != "mismatch" and trial.is_alike


def is_readable(trial: Trial) -> bool:
    """Whether a result is read: a sound test with at least 30 customers in each group."""
    sent = int(trial.people["is_sent"].sum())
    return is_sound(trial) and min(sent, trial.n - sent) >= COUNTS_ONLY


def effects(found: list[Trial], *, of: str = "margin") -> pd.DataFrame:
    """Effect of each campaign a customer addressed: campaign, value, low, high, treated, control, n; no value of a test that is not read.

    `of` is "margin" or "orders".
    """
    rows = []
    for trial in found:
        effect = getattr(trial, of)
        read = effect.absolute[:3] if is_readable(trial) else (np.nan,) * 3
        rows.append((trial.name, *read, effect.treated, effect.control, trial.n))
    return pd.DataFrame(rows, columns=["campaign", "value", "low", "high", "treated", "control", "n"])


def curves(found: list[Trial], *, cost_per_contact: float) -> pd.DataFrame:
    """What sending to each share of a campaign's ranking would have brought: campaign, share, value, low, high [money a customer]."""
    made = [
        policy_curve(t.people["margin"], t.people["score"], t.people["is_sent"], cost=cost_per_contact, level=LEVEL)
        .assign(campaign=t.name)
        for t in found if t.policy is not None and is_readable(t)
    ]  # fmt: skip
    names = ["campaign", "share", "value", "low", "high"]
    return pd.concat(made, ignore_index=True)[names] if made else pd.DataFrame(columns=names)


def groups(found: list[Trial], scope: Scope) -> pd.DataFrame:
    """Effect on orders in groups by what customers had bought before, all intervals of the page at once.

    Returns
    -------
    One row a campaign and group of at least 100: campaign, group [in words], n, value, low, high [orders a customer addressed],
    is_driven_away [the whole interval is below zero].
    """
    found = [trial for trial in found if is_readable(trial)]
    parts = [_grouped(trial) for trial in found]
    among = max(1, sum(part["group"].nunique() for part in parts))
    tables = [
        effects_by_group(
            part, group="group", treated="is_sent", outcome="n_orders", level=LEVEL, among=among
        ).assign(campaign=trial.name)
        for trial, part in zip(found, parts, strict=True)
    ]
    names = ["campaign", "group", "n", "value", "low", "high"]
    table = pd.concat(tables, ignore_index=True)[names] if tables else pd.DataFrame(columns=names)
    lang = scope.language
    said = [f"{text(WORDS[code[0]], lang)}, {text(DISCOUNT[code[1]], lang)}" for code in table["group"]]
    return table.assign(group=said, is_driven_away=table["high"] < 0)


def _grouped(trial: Trial) -> pd.DataFrame:
    """Customers of a campaign with the code of their group, those of groups under 100 left out."""
    some = trial.people[trial.people["n_before"] > 0]
    orders = np.select([some["n_before"] >= 4, some["n_before"] >= 2], ["4", "2"], "1")
    cheap = np.where(some["discounted"].fillna(0).to_numpy(dtype=float) > 0, "y", "n")
    some = some.assign(group=np.char.add(orders.astype("U1"), cheap.astype("U1")))
    sizes = some["group"].value_counts()
    return some[some["group"].isin(sizes.index[sizes >= NO_TREND])]
