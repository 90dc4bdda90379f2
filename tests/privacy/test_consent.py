"""Consent by use, on a day, by the last word and the rule of that day."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from helpers import rules
from helpers.errors import DataError
from helpers.privacy import consent

TODAY = date(2026, 9, 30)


def consents(*rows: tuple[str, str, str, str, str]) -> pd.DataFrame:
    """Rows of (customer, purpose, legal basis, status, day), recorded at noon."""
    made = pd.DataFrame(
        list(rows), columns=["customer_id", "purpose", "legal_basis", "status", "recorded_on"], dtype="str"
    )
    days = pd.to_datetime(made["recorded_on"]).astype("datetime64[us]")
    return made.assign(recorded_on=days, recorded_at=days + pd.Timedelta(hours=12))


def customers(*ids: str, b2b: tuple[str, ...] = ()) -> pd.DataFrame:
    return pd.DataFrame({"customer_id": [*ids, *b2b], "is_b2b": [False] * len(ids) + [True] * len(b2b)})


def who(given: pd.DataFrame, **options) -> list[str]:
    return consent.allowed(given, **{"on": TODAY, **options}).tolist()


def test_e_mail_needs_consent_or_an_earlier_purchase_of_the_like():
    given = consents(
        ("a", "email", "consent", "granted", "2026-01-01"),
        ("b", "email", "similar products", "granted", "2026-01-01"),
        ("c", "email", "legitimate interest", "granted", "2026-01-01"),
        ("d", "email", "consent", "denied", "2026-01-01"),
        ("e", "email", "consent", "unknown", "2026-01-01"),
        ("f", "sms", "consent", "granted", "2026-01-01"),
    )
    assert who(given, use="email", customers=customers("a", "g")) == ["a", "b"]


def test_a_company_may_rely_on_fewer_bases_than_the_law_permits():
    given = consents(
        ("a", "email", "consent", "granted", "2026-01-01"),
        ("b", "email", "similar products", "granted", "2026-01-01"),
    )
    assert who(given, use="email", bases=["consent"]) == ["a"]
    with pytest.raises(ValueError, match='"interest" is no legal basis. Use consent, contract'):
        who(given, use="email", bases=["interest"])


def test_the_last_word_up_to_the_day_counts():
    given = consents(
        ("a", "email", "consent", "granted", "2026-01-10"),
        ("a", "email", "consent", "withdrawn", "2026-02-10"),
        ("a", "email", "consent", "granted", "2026-03-10"),
    ).iloc[[2, 0, 1]]
    assert who(given, use="email", on=date(2026, 1, 9)) == []
    assert who(given, use="email", on=date(2026, 1, 10)) == ["a"]
    assert who(given, use="email", on=date(2026, 2, 10)) == []
    assert who(given, use="email", on=date(2026, 3, 9)) == []
    assert who(given, use="email", on=date(2026, 3, 10)) == ["a"]


def test_a_withdrawal_on_one_basis_ends_what_another_permitted():
    given = consents(
        ("a", "email", "similar products", "granted", "2026-01-01"),
        ("a", "email", "consent", "withdrawn", "2026-02-01"),
    )
    assert who(given, use="email") == []


def test_professionals_may_be_written_to_until_they_object():
    given = consents(("pro2", "email", "legitimate interest", "denied", "2026-01-01"))
    people = customers("person", b2b=("pro1", "pro2"))
    assert who(given, use="email", customers=people) == ["pro1"]
    assert who(given, use="email") == []  # without the table nobody is known to be a professional
    assert who(given, use="email", customers=people, bases=["consent", "similar products"]) == []


def test_the_telephone_needs_consent_from_11_august_2026():
    given = consents(
        ("a", "phone", "consent", "granted", "2026-01-01"), ("b", "phone", "consent", "denied", "2026-01-01")
    )
    people = customers("a", "b", "c")
    assert who(given, use="phone", customers=people, on=date(2026, 8, 10)) == ["a", "c"]
    assert who(given, use="phone", customers=people, on=date(2026, 8, 11)) == ["a"]


def test_the_open_pixel_needs_a_consent_of_its_own_from_12_march_2026():
    given = consents(
        ("a", "email", "consent", "granted", "2026-01-01"),
        ("b", "email", "consent", "granted", "2026-01-01"),
        ("b", "open_pixel", "consent", "granted", "2026-01-01"),
        ("c", "email", "consent", "granted", "2026-01-01"),
        ("c", "open_pixel", "consent", "denied", "2026-01-01"),
    )
    assert who(given, use="open_pixel", on=date(2026, 3, 11)) == ["a", "b"]
    assert who(given, use="open_pixel", on=date(2026, 3, 12)) == ["b"]
    assert who(given, use="open_pixel", customers=customers(b2b=("a", "b"))) == ["b"]  # professionals too


def test_statistics_are_on_all_customers_who_did_not_object():
    given = consents(("b", "statistics", "legitimate interest", "denied", "2026-01-01"))
    assert who(given, use="statistics", customers=customers("a", "b", "c")) == ["a", "c"]
    with pytest.raises(ValueError, match="said nothing: give customers"):
        who(given, use="statistics")


@pytest.mark.parametrize("use", ["sms", "tracking", "advertising", "personalisation"])
def test_unknown_means_not_allowed_where_consent_is_needed(use):
    given = consents(("a", use, "consent", "granted", "2026-01-01"))
    assert who(given, use=use, customers=customers("a", "b")) == ["a"]


def test_an_unknown_use_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match='use: "newsletter" is unknown. Use email, sms, phone, post'):
        who(consents(), use="newsletter")


def test_a_day_before_the_first_rule_is_refused():
    with pytest.raises(DataError, match="no rule for email on 2018-05-24; the first is of 2018-05-25"):
        who(consents(), use="email", on=date(2018, 5, 24))


def events(*rows: tuple) -> pd.DataFrame:
    made = pd.DataFrame(list(rows), columns=["customer_id", "event", "happened_at"])
    at = pd.to_datetime(made["happened_at"]).astype("datetime64[us]")
    return made.assign(happened_at=at, happened_on=at.dt.normalize())


def test_opens_without_consent_at_their_time_are_dropped_and_counted():
    given = consents(
        ("a", "open_pixel", "consent", "granted", "2026-04-10"),
        ("a", "open_pixel", "consent", "withdrawn", "2026-06-10"),
        ("b", "email", "consent", "granted", "2026-01-10"),
    )
    rows = events(
        ("a", "opened", "2026-04-10 11:59"),  # a minute too early
        ("a", "opened", "2026-04-10 12:01"),
        ("a", "opened", "2026-06-11 08:00"),
        ("a", "clicked", "2026-06-11 08:01"),
        (
            "b",
            "opened",
            "2026-03-11 23:00",
        ),  # the day before the deliberation: the e-mail's own permission is enough
        ("b", "opened", "2026-03-12 08:00"),
        (None, "opened", "2026-05-01 08:00"),
        ("c", "sent", "2026-05-01 08:00"),
    ).set_index(pd.Index(range(10, 18)))
    made = consent.drop_opens(rows, given)
    assert made.n_dropped == 4
    assert made.events.index.tolist() == [11, 13, 14, 17]
    pd.testing.assert_frame_equal(made.events, rows.loc[[11, 13, 14, 17]])


def test_an_open_without_a_time_needs_a_consent_of_the_day_before():
    given = consents(("a", "open_pixel", "consent", "granted", "2026-04-10"))
    rows = events(("a", "opened", "2026-04-10"), ("a", "opened", "2026-04-11")).drop(columns="happened_at")
    made = consent.drop_opens(rows, given)
    assert (made.n_dropped, made.events.index.tolist()) == (1, [1])


def test_without_consents_no_open_is_left():
    rows = events(("a", "opened", "2026-05-01 08:00"), ("a", "clicked", "2026-05-01 08:01"))
    made = consent.drop_opens(rows, consents())
    assert (made.n_dropped, made.events["event"].tolist()) == (1, ["clicked"])


def test_coverage_counts_everybody_once_a_purpose():
    given = consents(
        ("a", "email", "consent", "granted", "2026-01-01"),
        ("b", "email", "consent", "granted", "2026-01-01"),
        ("b", "email", "consent", "withdrawn", "2026-02-01"),
        ("c", "email", "consent", "denied", "2026-01-01"),
        ("d", "email", "consent", "unknown", "2026-01-01"),
        ("a", "newsletter", "consent", "granted", "2026-01-01"),
        ("a", "sms", "consent", "granted", "2026-12-01"),  # after the day
    )
    made = consent.coverage(given, customers("a", "b", "c", "x", "y"), TODAY).set_index("purpose")
    assert made.loc["email"].to_dict() == {
        "granted": 1, "denied": 1, "withdrawn": 1, "unknown": 3, "share": pytest.approx(1 / 6),
    }  # fmt: skip
    assert made.loc["sms", ["granted", "unknown"]].tolist() == [0, 6]
    assert made.index.tolist() == [*rules.consent_uses(), "newsletter"]
    assert (made[["granted", "denied", "withdrawn", "unknown"]].sum(axis=1) == 6).all()


def test_coverage_of_nobody_has_no_share():
    made = consent.coverage(consents(), customers(), TODAY)
    assert made["share"].isna().all()
    assert made["unknown"].sum() == 0


def test_the_sample_keeps_no_open_that_nobody_agreed_to():
    tidy = Path(__file__).parents[2] / "data" / "sample" / "tidy"
    events, given = (pd.read_parquet(tidy / name) for name in ("crm_events", "consents"))
    made = consent.drop_opens(events, given)
    assert (events["event"] == "opened").sum() > 10_000
    assert made.n_dropped == 0
    nobody = consent.drop_opens(events, given[given["purpose"] != "open_pixel"])
    assert nobody.n_dropped == (events["event"] == "opened").sum()
