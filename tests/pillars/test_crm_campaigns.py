"""The page of campaigns: the truths of the sample inside its intervals, small numbers by hand, and refusals that say what is missing."""

import json
from dataclasses import replace
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest

from helpers import company, kpi, tables
from helpers.company import Company, Scope
from helpers.errors import NothingToReportError
from helpers.periods import parse
from helpers.pillars.crm import KPIS, campaigns_decisions, next_action, referral
from helpers.pillars.crm import campaigns as mail
from helpers.pillars.crm import campaigns_telling as telling
from helpers.pillars.crm import campaigns_uplift as uplift

SHOP = Company("shop", Path(), "Shop", "EUR", ("FR",), "Europe/Paris", contribution_margin_rate=0.5)
HERE = Scope(SHOP, parse("2026-03"), "ALL", "en")


@pytest.fixture(scope="module")
def truth():
    known = json.loads((company.sample_dir() / "truth.json").read_text(encoding="utf-8"))
    return {(one["name"], one["segment"]): one["value"] for one in known["estimands"]}


@pytest.fixture(scope="module")
def here():
    return tables.scope("sample", "2026-09", "ALL", "en", grain="month")


@pytest.fixture(scope="module")
def sample(here):
    names = (
        "orders",
        "campaigns",
        "campaign_recipients",
        "crm_campaigns",
        "crm_events",
        "consents",
        "customers",
    )
    return {name: tables.load(name, here) for name in names}


@pytest.fixture(scope="module")
def tests(sample, here):
    asked = uplift.addressed(sample["campaign_recipients"], sample["campaigns"], sample["orders"], here)
    return uplift.trials(asked, here, planned_held_out=0.4, cost_per_contact=0.05)


@pytest.fixture(scope="module")
def now(sample, here):
    return next_action.base(
        sample["orders"], sample["consents"], sample["customers"], sample["crm_events"], here
    )


def held(estimate, value):
    return estimate.low <= value <= estimate.high


def test_the_sample_has_three_tests_and_their_effects_hold_the_truth(tests, truth):
    assert [one.id for one in tests] == ["crm_winback_2025", "crm_upsell_2026", "crm_birthday_2026"]
    for one in tests:
        effect, without = (truth[f"email_{name}", one.id] for name in ("effect_orders", "orders_without"))
        assert held(one.orders.absolute, effect), one.id
        assert held(one.orders.relative, effect / without), one.id
        assert uplift.is_sound(one) and one.qini is not None


def test_a_message_without_effect_has_none_in_any_group(tests, truth, here):
    """The birthday mail changes nothing in any class of need, so in no group either."""
    assert {
        v for (name, who), v in truth.items() if name == "email_relative_effect" and "birthday" in who
    } == {0.0}
    table = uplift.groups(tests, here)
    birthday = table[table["campaign"] == tests[-1].name]
    assert len(birthday) == 6 and ((birthday["low"] <= 0) & (birthday["high"] >= 0)).all()
    assert not table["is_driven_away"].any()
    assert held(tests[-1].qini, 0.0) and tests[-1].policy.verdict == "cannot tell"


def test_the_win_back_that_works_is_sent_and_the_one_that_does_nothing_is_not(tests, now, here):
    actions = next_action.actions(tests, now, cost_per_contact=0.05, frequency_cap=4, budget=500.0)
    by_id = {one.trial.id: one for one in actions}
    sent = by_id["crm_winback_2025"]
    assert sent.audience > sent.may > sent.rested >= sent.chosen > 1000
    assert 0 < sent.low < sent.value < sent.high and by_id["crm_birthday_2026"].chosen == 0
    made = campaigns_decisions.decisions(tests, actions, now, here, cost_per_contact=0.05)
    assert made[0].id == "send_crm_winback_2025" and made[0].effect == sent.value
    half = (sent.high - sent.low) / 2
    assert made[0].probability == pytest.approx(
        min(NormalDist().cdf(1.6449 * sent.value / half), 0.99), abs=1e-4
    )
    assert {one.verb for one in made if one.id == "send_crm_birthday_2026"} <= {"Do not send", "Test again"}
    assert next_action.table(actions, here).shape == (6, 3) and next_action.said(actions, now, here) == ""


def test_budget_and_cap_limit_how_many_are_chosen(tests, now):
    options = {"cost_per_contact": 0.05, "frequency_cap": 4}
    few = next_action.actions(tests, now, **options, budget=5.0)
    assert sum(one.chosen for one in few) == 100
    none = next_action.actions(tests, now, cost_per_contact=0.05, frequency_cap=0, budget=500.0)
    assert sum(one.chosen for one in none) == 0 and none[0].rested == 0


def test_clicks_of_those_written_to_more_often_hold_the_truth(sample, truth, here):
    sent = mail.mailings(sample["crm_campaigns"])
    found = mail.frequency(sent, sample["crm_events"], frequent_audience="every second subscriber")
    assert held(found.per_message.relative, truth["email_fatigue", ""])
    assert found.messages[0] > 2 * found.messages[1] and found.per_person.absolute.low > 0
    (decision,) = campaigns_decisions.how_often(found, here)
    assert decision.verb == "Write more often" and found.left_more.low <= 0 <= found.left_more.high
    tired = found._replace(per_person=found.per_person._replace(absolute=found.per_message.absolute))
    assert campaigns_decisions.how_often(tired, here)[0].verb == "Write less often"
    leaving = found._replace(left_more=found.left_more._replace(low=0.001))
    assert campaigns_decisions.how_often(leaving, here)[0].verb == "Go on testing"
    assert campaigns_decisions.how_often(None, here) == []
    assert mail.frequency(sent, sample["crm_events"], frequent_audience="nobody") is None
    assert mail.frequency(sent, None, frequent_audience="every second subscriber") is None


def test_machine_opens_hold_the_truth_and_no_open_is_read_without_consent(sample, truth, now, here):
    sent = mail.mailings(sample["crm_campaigns"])
    quarter = sent[sent["month"].isin(["2026-07", "2026-08", "2026-09"])]
    low, high = mail.wilson(quarter["machine_opens"].sum(), quarter["delivered"].sum(), level=0.90)
    assert low <= truth["email_machine_open_rate", ""] <= high
    found = mail.opens(sent, sample["crm_events"], now.consents, here)
    assert 0 < found.opened_agreed < found.sent_agreed < found.delivered and found.machine > found.counted / 2
    assert "65%" in mail.opens_said(found, here) and "nobody else's" in mail.opens_said(found, here)
    unseen = mail.opens(sent, sample["crm_events"], None, here)
    assert unseen.sent_agreed == 0 and "too few agreed" in mail.opens_said(unseen, here)


def test_every_figure_of_the_page_has_a_row_with_an_interval(sample, tests, now, here):
    brought = referral.known(sample["orders"], sample["customers"], here)
    rows = [
        *telling.kpis(tests, here),
        *mail.kpis(mail.mailings(sample["crm_campaigns"]), here),
        *next_action.contactable(now, sample["orders"], here),
        *referral.kpis(brought, here),
    ]
    names = {"campaign_effect", *mail.RATES, "contactable_share", "referral_rate"}
    assert {row.id for row in rows} == names <= set(KPIS)
    assert all(row.low <= row.value <= row.high for row in rows)
    for name in (*mail.RATES, "contactable_share", "referral_rate"):
        assert {one.base for one in kpi.pick(rows, name).comparisons} == {"previous", "year"}, name
    assert "no effect of recommending" in referral.value(brought, here)


def people(n=1200, *, effect=0.0, held_out=0.4, seed=1):
    """One campaign of the shop: who was addressed, what they had bought, what they bought then."""
    rng = np.random.default_rng(seed)
    alone = rng.random(n) < held_out
    orders = rng.poisson(np.where(alone, 0.2, 0.2 + effect))
    before = rng.integers(1, 8, n)
    return pd.DataFrame(
        {
            "customer_id": [f"c{i:05d}" for i in range(n)], "campaign_id": "spring", "name": "Spring",
            "starts_on": pd.Timestamp("2026-02-01"), "is_held_out": alone, "market": "FR", "n_orders": orders,
            "spend": orders * rng.gamma(4, 10, n), "n_before": before, "days_since": rng.integers(1, 90, n),
            "tenure": rng.integers(90, 900, n), "spend_before": rng.gamma(4, 10, n), "discounted": rng.random(n).round(),
        }
    )  # fmt: skip


def judged(frame, **options):
    return uplift.trials(frame, HERE, **{"planned_held_out": 0.4, "cost_per_contact": 0.05, **options})


def nobody():
    empty = pd.DataFrame(
        columns=["customer_id", "market", "n_before", "days_since", "tenure", "spend_before", "discounted"]
    )
    return next_action.Base(empty, None, pd.Series(dtype=int), "Import consents.", None, None)


def test_margin_is_half_of_spend_and_the_effect_is_the_difference_of_means():
    (made,) = judged(people(effect=0.3))
    sent = ~made.people["is_held_out"]
    means = made.people.groupby(sent)["spend"].mean()
    assert made.margin.absolute.value == pytest.approx((means[True] - means[False]) / 2)
    (row,) = telling.kpis([made], HERE)
    assert row.value == pytest.approx(made.margin.absolute.value) and "Spring" in row.reason


def test_a_sample_ratio_that_does_not_fit_fails_the_check_and_withdraws_the_figure():
    (made,) = judged(people(held_out=0.5))
    assert made.ratio.verdict == "mismatch" and not uplift.is_sound(made)
    status = {one.id: one.status for one in telling.checks([made], None, HERE, planned_held_out=0.4)}
    assert status["sample_ratio_spring"] == "fail"
    assert telling.kpis([made], HERE)[0].value is None
    (decision,) = campaigns_decisions.decisions([made], [], nobody(), HERE, cost_per_contact=0.05)
    assert decision.verb == "Repeat the test" and decision.effect is None


def test_groups_that_no_lot_would_make_fail_the_check():
    frame = people(effect=0.3)
    unlike = frame.assign(spend_before=frame["spend_before"] * np.where(frame["is_held_out"], 2.0, 1.0))
    (made,) = judged(unlike)
    status = {one.id: one.status for one in telling.checks([made], None, HERE, planned_held_out=0.4)}
    assert status["sample_ratio_spring"] == "pass" and status["balance_spring"] == "fail"


def test_a_test_with_a_group_under_30_is_not_read():
    frame = people(60, effect=0.3)
    (made,) = judged(frame)
    assert not uplift.is_readable(made) and uplift.is_sound(made)
    assert uplift.effects([made])["value"].isna().all() and uplift.curves([made], cost_per_contact=0.0).empty
    assert "too small or unlike" in telling.effects_finding([made], HERE)
    assert telling.answer([made], HERE).startswith(
        "Which campaign worked cannot be told. The last is “Spring”. "
    )
    (decision,) = campaigns_decisions.decisions([made], [], nobody(), HERE, cost_per_contact=0.05)
    assert decision.verb == "Test again" and decision.effect is None


def test_without_consents_a_campaign_that_works_names_what_is_missing():
    (made,) = judged(people(3000, effect=0.3))
    assert next_action.actions([made], nobody(), cost_per_contact=0.05, frequency_cap=4, budget=10.0) == []
    (decision,) = campaigns_decisions.decisions([made], [], nobody(), HERE, cost_per_contact=0.05)
    assert decision.verb == "Send" and decision.effect is None and "Import consents." in decision.sentence


def test_a_campaign_that_drives_customers_away_is_stopped_and_its_groups_are_named():
    (made,) = judged(people(4000, effect=-0.12))
    assert made.policy.verdict == "none"
    (decision,) = campaigns_decisions.decisions([made], [], nobody(), HERE, cost_per_contact=0.05)
    assert decision.verb == "Stop" and 0 < decision.low < decision.effect < decision.high
    table = uplift.groups([made], HERE)
    assert table["is_driven_away"].any() and telling.leave_alone(table, HERE).startswith(
        "Leave alone: Spring"
    )


@pytest.mark.parametrize("n", [12, 40])
def test_a_tiny_campaign_says_what_it_cannot_tell(n):
    frame = people(n)
    frame.loc[:2, "is_held_out"] = [True, False, True]
    (made,) = judged(frame.assign(n_orders=0, spend=0.0))
    assert made.policy is None and "a score from 5 folds" in made.refused
    assert telling.kpis([made], HERE)[0].value is None
    assert "cannot be told" in telling.leave_alone(uplift.groups([made], HERE), HERE)
    assert telling.rankings([made], HERE).iloc[0].tolist() == ["cannot tell", "cannot tell"]
    assert uplift.curves([made], cost_per_contact=0.0).empty
    (decision,) = campaigns_decisions.decisions([made], [], nobody(), HERE, cost_per_contact=0.05)
    assert decision.verb == "Test again"


def test_a_company_without_tests_is_told_to_make_one():
    asked = uplift.addressed(None, None, None, HERE)
    assert asked.empty and judged(asked) == []
    assert telling.kpis([], HERE)[0].value is None and "cannot be told" in telling.answer([], HERE)
    (alone,) = telling.checks([], None, HERE, planned_held_out=0.4, lacking="Import campaign_recipients.")
    assert alone.status == "review" and alone.remedy.endswith("by lot. Import campaign_recipients.")
    assert telling.effects_finding([], HERE).startswith("What the campaigns changed: cannot tell")
    assert uplift.groups([], HERE).empty and telling.rankings([], HERE).empty
    (decision,) = campaigns_decisions.decisions([], [], nobody(), HERE, cost_per_contact=0.05)
    assert decision.id == "test" and "by lot" in decision.sentence
    assert "Import consents." in next_action.said([], nobody(), HERE)


def test_wrong_parameters_are_refused():
    with pytest.raises(ValueError, match="planned_held_out"):
        judged(people(), planned_held_out=40)
    with pytest.raises(ValueError, match="cost_per_contact"):
        judged(people(), cost_per_contact=-1.0)


def mailings_of(**changes):
    rows = {
        "sent_on": pd.to_datetime(["2026-02-03", "2026-03-03", "2026-03-17"]), "campaign_id": ["a", "b", "c"], "variant": ["FR"] * 3,
        "market": ["FR"] * 3, "audience": ["subscribers"] * 3, "sent": [1000, 1000, 500], "delivered": [990, 980, None],
        "unique_clicks": [30, 40, 10], "unsubscribes": [2, 1, 0], "unique_opens": [300, 300, 100], "machine_opens": [100, 150, None],
    }  # fmt: skip
    return mail.mailings(pd.DataFrame({**rows, **changes}))


def test_rates_by_hand_leave_out_a_mailing_whose_deliveries_are_unknown():
    rows = {row.id: row for row in mail.kpis(mailings_of(), HERE)}
    assert rows["delivery_rate"].value == 980 / 1000 and rows["click_rate"].value == 40 / 980
    assert rows["unsubscribe_rate"].value == 1 / 980 and rows["unsubscribe_rate"].n == 980
    assert rows["click_rate"].comparisons[0].value == pytest.approx(40 / 980 - 30 / 990)
    table = mail.by_month(mailings_of())
    assert table["click_rate"].tolist() == pytest.approx([30 / 990, 40 / 980])
    assert (table["click_rate_low"] < table["click_rate"]).all()


def test_a_month_without_mailings_or_with_few_messages_has_no_rate():
    april = replace(HERE, period=parse("2026-04"))
    assert all(row.value is None and row.n == 0 for row in mail.kpis(mailings_of(), april))
    few = mailings_of(sent=[20] * 3, delivered=[20] * 3, unique_clicks=[1] * 3)
    assert mail.by_month(few)["click_rate"].isna().tolist() == [True, False]
    none = mail.opens(mailings_of(machine_opens=[None] * 3), None, None, HERE)
    assert "no opens that tell machines" in mail.opens_said(none, HERE)
    assert "cannot be told" in mail.fatigue_said(None, HERE)


def test_tests_are_told_without_a_sending_tool_and_the_rates_say_what_would_bring_them():
    none = mail.mailings(None)
    rows = mail.kpis(none, HERE, lacking="Import crm_campaigns.")
    assert [row.id for row in rows] == list(mail.RATES)
    assert all(row.value is None and row.reason == "Import crm_campaigns." for row in rows)
    assert mail.by_month(none).empty and "n = 0 to 0 a month" in mail.subtitle(mail.by_month(none), HERE)
    assert "no opens that tell machines" in mail.opens_said(mail.opens(none, None, None, HERE), HERE)
    assert mail.frequency(none, None, frequent_audience="") is None
    mail.check_any(none, people())
    mail.check_any(mailings_of(), people().head(0))


def test_without_a_mailing_and_without_a_test_the_page_is_one_line():
    with pytest.raises(NothingToReportError, match="neither counts of a sending tool"):
        mail.check_any(mail.mailings(None), uplift.addressed(None, None, None, HERE))


def test_referral_says_what_is_missing():
    found = referral.known(None, None, HERE, lacking="Import customers.")
    assert referral.kpis(found, HERE) == [] and referral.value(found, HERE) == "Import customers."
