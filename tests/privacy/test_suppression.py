"""The list of those who asked to be forgotten: read strictly, written whole, and obeyed."""

import runpy
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from helpers.errors import DataError
from helpers.privacy import identities, suppression
from helpers.privacy.marking import Gone
from helpers.privacy.ties import in_order

people = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("people.py"))))
ADA, ADA_SHOP, BEN, HERS = people.ADA, people.ADA_SHOP, people.BEN, people.HERS
HEAD = "pseudonym,forgotten_on,reason,key\n"
DAY = date(2026, 10, 5)


def test_a_company_of_which_nobody_asked_has_an_empty_list(shop):
    listed = suppression.read(shop.company)
    assert (len(listed), listed.columns.tolist()) == (0, ["pseudonym", "forgotten_on", "reason", "key"])


def test_who_is_added_is_read_again_and_added_once(shop):
    assert suppression.add(shop.company, [ADA, BEN, ADA], on=DAY, reason="asked, twice", key="0a1b2c3d") == 2
    assert suppression.add(shop.company, [ADA], on=date(2026, 12, 1), reason="again") == 0
    listed = suppression.read(shop.company)
    assert listed["pseudonym"].tolist() == sorted([ADA, BEN])
    assert listed["reason"].tolist() == ["asked, twice"] * 2
    assert listed["forgotten_on"].tolist() == [pd.Timestamp(DAY)] * 2
    assert [path.name for path in shop.folder.glob("*suppressed*")] == ["suppressed.csv"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1: the columns must be pseudonym,forgotten_on,reason,key"),
        ("pseudonym;forgotten_on;reason;key\n", "line 1: the columns must be"),
        (f"{HEAD}{ADA},2026-10-05,asked\n", "line 2: 3 cells where 4 belong"),
        (f"{HEAD}{ADA},2026-10-05,asked,\nada@example.org,2026-10-05,asked,\n", "line 3: the first cell is no pseudonym"),
        (f"{HEAD},2026-10-05,asked,\n", "line 2: the first cell is no pseudonym"),
        (f"{HEAD}{ADA},05/10/2026,asked,\n", 'line 2: "05/10/2026" is not a day'),
        (f"{HEAD}{ADA},2026-13-05,asked,\n", 'line 2: "2026-13-05" is not a day'),
        (f"{HEAD}{ADA},2026-10-05, ,\n", "line 2: the reason is empty"),
        (f"{HEAD}{ADA},2026-10-05,asked,key\n", "line 2: the last cell is no fingerprint"),
        (f"{HEAD}{ADA},2026-10-05,asked,\n\n{ADA},2026-10-06,asked,\n", "line 4: the pseudonym stands on an earlier line too"),
    ],
)  # fmt: skip
def test_a_line_that_was_mended_wrongly_is_refused_without_quoting_anybody(shop, text, said):
    suppression.path_of(shop.company).write_text(text)
    with pytest.raises(DataError, match=f"acme/suppressed.csv, {said}") as refused:
        suppression.read(shop.company)
    assert "@" not in str(refused.value)
    assert ADA not in str(refused.value)


def test_a_list_saved_by_a_spreadsheet_with_a_mark_and_other_line_ends_is_read(shop):
    text = f"\ufeff{HEAD}{ADA},2026-10-05,asked,\n".replace("\n", "\r\n")
    suppression.path_of(shop.company).write_bytes(text.encode())
    assert suppression.read(shop.company)["pseudonym"].tolist() == [ADA]


def test_a_list_in_another_encoding_is_refused(shop):
    suppression.path_of(shop.company).write_bytes(f"{HEAD}{ADA},2026-10-05,demandé,\n".encode("latin-1"))
    with pytest.raises(DataError, match="not a CSV file in UTF-8"):
        suppression.read(shop.company)


def test_another_key_would_let_people_come_back_and_is_refused(shop):
    suppression.add(shop.company, [ADA], on=DAY, reason="asked", key="0a1b2c3d")
    suppression.add(shop.company, ["4711"], on=DAY, reason="asked")  # an id of the company's own knows no key
    listed = suppression.read(shop.company)
    suppression.check_key(listed, "0a1b2c3d", shop.company)
    with pytest.raises(DataError, match="1 of 2 pseudonyms were made with another key"):
        suppression.check_key(listed, "ffffffff", shop.company)


def test_a_new_id_of_someone_on_the_list_is_on_it_too():
    pairs = pd.DataFrame({"a": ["new", "e1", "b1"], "b": ["e1", "s1", "b2"]})
    joined = identities.canonical(pairs)
    assert suppression.widened(["s1", "elsewhere"], joined) == {"s1", "e1", "new", "elsewhere"}
    assert suppression.widened([], joined) == set()


def left_of(given: dict[str, pd.DataFrame], who: tuple[str, ...]) -> dict[str, pd.DataFrame]:
    gone = Gone(who)
    return {table: suppression.without(given[table], table, gone).frame for table in in_order(given)}


def test_what_an_import_brings_again_is_left_out_with_all_that_hangs_on_it():
    left = left_of(people.tidy_tables(), HERS)
    assert not any(who in left[table].to_csv() for table in left for who in HERS)
    assert left["orders"]["order_id"].tolist() == ["order3"]
    assert left["order_lines"]["order_id"].tolist() == ["order3"]
    assert left["carts"]["cart_id"].tolist() == ["k3", "k4"]
    assert left["touchpoints"]["touch_id"].tolist() == ["t3", "t4"]
    assert left["customers"]["referred_by"].isna().all()


def test_frames_that_hold_nobody_of_the_list_are_what_they_were():
    given = people.tidy_tables()
    left = left_of(given, ("0" * 32,))
    for table, frame in given.items():
        pd.testing.assert_frame_equal(left[table], frame)


def test_the_frame_given_is_not_changed_and_the_index_is_kept():
    orders = people.tidy_tables()["orders"].set_index(pd.Index([5, 6, 7]))
    before = orders.copy()
    made = suppression.without(orders, "orders", Gone([ADA]))
    assert (made.n_rows, made.n_cells, made.frame.index.tolist()) == (2, 0, [7])
    pd.testing.assert_frame_equal(orders, before)


def test_a_visitor_who_logs_in_only_in_a_later_row_is_found():
    rows = people.tidy_tables()["touchpoints"].iloc[[3, 0, 1]]
    assert suppression.without(rows, "touchpoints", Gone([ADA])).frame["touch_id"].tolist() == ["t4"]


def test_an_empty_frame_and_an_empty_list_take_nothing_out():
    orders = people.tidy_tables()["orders"]
    assert suppression.without(orders.iloc[:0], "orders", Gone([ADA])).n_rows == 0
    assert suppression.without(orders, "orders", Gone()).n_rows == 0
