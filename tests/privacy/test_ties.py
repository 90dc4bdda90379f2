"""What ties rows to people and to each other comes from the contracts alone."""

import pytest

from helpers.privacy.ties import in_order, table_of, ties
from helpers.tables.contracts import all_tables


def test_lines_returns_carts_and_journeys_hang_on_orders():
    for table in ("order_lines", "returns", "journeys", "support_cases"):
        assert ("order_id", "order_id") in ties(table).references
    assert ties("carts").references == (("recovered_order_id", "order_id"),)
    assert ties("orders").key == "order_id"
    assert ties("orders").references == ()


def test_who_recommended_is_somebody_else():
    assert (ties("customers").owner, ties("customers").others) == ("customer_id", ("referred_by",))


def test_ids_that_are_the_key_of_no_table_are_a_person_under_another_name():
    assert ties("touchpoints").aliases == ("visitor_id", "session_id")
    assert (ties("surveys").aliases, ties("surveys").scope) == (("respondent_id",), ("survey_id",))
    assert (ties("identities").aliases, ties("identities").scope) == (("system_id",), ("system",))


def test_a_business_is_nobodys_alias():
    for known in all_tables():
        assert not {"account_id", "opportunity_id"} & set(ties(known).aliases)


@pytest.mark.parametrize("table", ["media_spend", "products", "targets", "campaigns", "site_daily"])
def test_tables_about_nobody_lead_to_nobody(table):
    assert not ties(table).leads_to_people


def test_every_table_with_a_customer_or_a_column_about_a_person_is_looked_at():
    for name, known in all_tables().items():
        if "customer_id" in known.names:
            assert ties(name).owner == "customer_id"
        for column in known.columns:
            if column.person and column.is_a:
                assert column.name in ties(name).columns


def test_what_others_hang_on_comes_first():
    order = in_order(all_tables())
    assert sorted(order) == sorted(all_tables())
    for child, parent in (
        ("order_lines", "orders"), ("carts", "orders"), ("opportunity_stages", "opportunities"), ("leads", "opportunities"),
        ("customers", "accounts"),
    ):  # fmt: skip
        assert order.index(parent) < order.index(child)


@pytest.mark.parametrize(
    ("words", "table"),
    [
        (["0-orders-0", "9f3a"], "orders"),
        (["part-0", "order_lines", "9f3a"], "order_lines"),
        (["orders-12", "9f3a"], "orders"),
        (["orders"], "orders"),
        (["people", "9f3a"], ""),
        ([], ""),
    ],
)
def test_the_table_of_a_file_is_told_by_its_path(words, table):
    assert table_of(words) == table
