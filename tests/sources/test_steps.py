"""Named steps, groups of lines, notes: what a map can say beyond one column for one column."""

import io
import zipfile

import pytest
import reader
import xlsxwriter

from helpers.errors import DataError
from helpers.sources import parsing, rows

SHOP = """
name = "Shop orders"
system = "shop"
verified = false
source = "made up"
vat = "incl"
group = "order"
[columns.order]
names = ["Order"]
type = "id"
required = true
fill_down = true
[columns.email]
names = ["Email"]
type = "email"
fill_down = true
[columns.day]
names = ["Day"]
type = "date"
required = true
fill_down = true
[columns.total]
names = ["Total"]
type = "money"
required = true
fill_down = true
adds = false
[columns.tax]
names = ["Tax"]
type = "money"
fill_down = true
adds = false
[columns.item]
names = ["Item"]
type = "id"
required = true
[columns.quantity]
names = ["Quantity"]
type = "decimal"
[columns.price]
names = ["Price"]
type = "money"
adds = false
[derived]
line = { number = "order" }
untaxed = { minus = ["total", "tax"] }
value = { times = ["quantity", "price"] }
value_in_all = { total = "value" }
share = { divide = ["value", "value_in_all"] }
of_line = { times = ["untaxed", "share"] }
n_items = { total = "quantity" }
agrees = { near = ["total", "value_in_all"] }
[[notes]]
says = "orders whose lines do not add up"
where = { line = "1", agrees = "false" }
worth = "total"
[[tables]]
table = "orders"
where = { line = "1" }
[tables.columns]
order_id = "order"
customer_id = { person = ["email"] }
ordered_on = "day"
status = { value = "paid" }
revenue_excl_vat = "untaxed"
n_items = "n_items"
[[tables]]
table = "order_lines"
when = "email"
[tables.columns]
order_id = "order"
line = "line"
ordered_on = "day"
product_id = "item"
quantity = "quantity"
revenue_excl_vat = "of_line"
"""
HEAD = "Order,Email,Day,Total,Tax,Item,Quantity,Price\n"
ORDERS = (
    HEAD
    + "1,ada@example.org,2026-09-01,120.00,20.00,A,2,36.00\n"
    + ",,,,,B,1,48.00\n"
    + "2,,2026-09-02,60.00,10.00,A,1,36.00\n"
    + "2,,,,,C,1,24.00\n"
    + "3,bo@example.org,2026-09-03,24.00,4.00,C,1,20.00\n"
)


@pytest.fixture
def shop(ads):
    """Read a text with the small map of a shop."""
    return lambda text, **more: ads(text, toml=SHOP, **more)


@pytest.mark.parametrize("at_once", [1, 2, 3, 50_000])
def test_lines_of_an_order_stay_together_however_the_file_is_cut(shop, monkeypatch, at_once):
    monkeypatch.setattr(rows, "ROWS", at_once)
    got = shop(ORDERS)
    assert got["orders"]["order_id"].tolist() == ["1", "3"]
    assert got["orders"]["n_items"].tolist() == [3, 1]
    lines = got["order_lines"]
    assert lines["line"].tolist() == [1, 2, 1]
    assert lines["revenue_excl_vat"].tolist() == [60.0, 40.0, 20.0]
    assert got.lines["order_lines"] == [2, 3, 6]


def test_what_stands_on_the_first_line_of_a_group_never_reaches_the_next_group(shop):
    got = shop(ORDERS)
    assert "2" not in got["orders"]["order_id"].tolist()
    assert "2" not in got["order_lines"]["order_id"].tolist()


def test_rows_that_name_nobody_are_left_out_with_their_worth(shop):
    one = shop(ORDERS).reading
    assert one.left == {"no customer_id for orders": 1, "feeds no table": 1}
    assert one.rows_in == one.rows_kept + sum(one.left.values())
    assert (
        "1 rows name nobody and orders needs a customer_id: left out, worth 50.00 EUR of revenue_excl_vat"
        in one.notes
    )


def test_a_note_counts_its_rows_and_adds_up_their_worth(shop):
    assert "1 orders whose lines do not add up, worth 24.00" in shop(ORDERS).reading.notes
    assert not any("add up" in said for said in shop(ORDERS.replace("20.00\n", "24.00\n")).reading.notes)


LIST = """
name = "List of deals"
system = "crm"
verified = false
source = "made up"
vat = "excl"
total_pattern = '(sub)?total|count'
[columns.name]
names = ["Deal"]
type = "text"
required = true
[columns.stage]
names = ["Stage"]
type = "text"
required = true
[columns.amount]
names = ["Amount"]
type = "money"
[columns.chance]
names = ["Chance (%)"]
type = "percent"
[columns.people]
names = ["People"]
type = "int"
[columns.email]
names = ["Email"]
type = "email"
[columns.tags]
names = ["Tags"]
type = "list"
separator = ","
[columns.entered]
like = '^Entered (?P<key>.+)$'
type = "date"
[derived]
made = { digest = ["name", "email"] }
[derived.outcome]
of = "stage"
words = { "Won" = "true" }
otherwise = "false"
[[tables]]
table = "opportunities"
[tables.columns]
opportunity_id = { first = ["made"] }
stage = "stage"
amount = "amount"
probability = "chance"
is_closed = { first = ["outcome"] }
type = { band = "people", edges = [1, 10, 50] }
lead_source = "tags"
[[tables]]
table = "opportunity_stages"
when = "entered"
[tables.columns]
opportunity_id = { first = ["made"] }
stage = "entered_key"
entered_on = "entered"
"""


@pytest.fixture
def deals(ads):
    """Read a text with the small map of deals."""
    return lambda text, **more: ads(text, toml=LIST, **more)


def test_melted_columns_do_not_repeat_what_does_not_speak_of_them(deals):
    text = "Deal,Stage,Amount,Entered Won,Entered Lost\nA,Won,5.00,2026-09-01,2026-09-02\nB,Open,1.50,,\nTotal,,6.50,,\n"
    got = deals(text)
    assert got["opportunities"]["amount"].tolist() == [5.0, 1.5]
    assert got["opportunity_stages"]["stage"].tolist() == ["Won", "Lost"]
    assert [(one.stated, one.found) for one in got.reading.controls] == [(6.5, 6.5)]
    assert got.reading.rows_kept == 2


def test_words_that_the_map_does_not_list_are_named_with_what_they_count_as(deals):
    got = deals("Deal,Stage\nA,Won\nB,Verbal yes\nC,Verbal yes\n")
    assert got["opportunities"]["is_closed"].tolist() == ["true", "false", "false"]
    assert "outcome: the map does not list 'Verbal yes'; it counts as false" in got.reading.notes


def test_a_made_number_stays_the_same_and_shows_neither_name_nor_address(deals):
    text = "Deal,Stage,Email\nAcme,Won,ada@example.org\nacme ,Won,ADA@example.org\nAcme,Won,bo@example.org\n"
    got = deals(text)
    one, same, other = got["opportunities"]["opportunity_id"]
    assert one == same != other
    assert len(one) == 16 and set(one) <= set("0123456789abcdef")
    assert (
        "opportunity_id: made of name and email where the file has none, so it changes when they do"
        in got.reading.notes
    )


def test_numbers_fall_into_bands_that_say_their_ends(deals):
    got = deals("Deal,Stage,People\nA,Won,0\nB,Won,9\nC,Won,10\nD,Won,400\nE,Won,\n")
    assert got["opportunities"]["type"].tolist()[:4] == ["under 1", "1-9", "10-49", "50+"]
    assert got["opportunities"]["type"].isna().tolist() == [False] * 4 + [True]


@pytest.mark.parametrize("cell", ['"""VIP"",""Blog"""', '"VIP, Blog"', '"""VIP"""', "VIP"])
def test_of_a_list_the_first_is_taken_without_its_quotation_marks(deals, cell):
    assert (
        deals(f"Deal,Stage,Tags\nA,Won,{cell}\nB,Won,\n")["opportunities"]["lead_source"].tolist()[0] == "VIP"
    )


def test_a_column_of_lists_that_is_empty_throughout_is_read(deals):
    assert deals("Deal,Stage,Tags\nA,Won,\n")["opportunities"]["lead_source"].isna().all()


def test_a_list_of_ids_that_excel_shortened_is_refused(deals):
    with pytest.raises(DataError, match=r"line 2: '1.2E\+17' in 'Tags' was shortened by Excel"):
        deals("Deal,Stage,Tags\nA,Won,1.2E+17\n")


@pytest.fixture
def workbook(deals):
    """Read rows as a workbook with the small map of deals; the first row of each column may be merged with the next."""

    def of(*given, merged=()):
        made = io.BytesIO()
        with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
            sheet = book.add_worksheet("Report")
            for at, cells in enumerate(given):
                sheet.write_row(at, 0, cells)
            for range_, value in merged:
                sheet.merge_range(range_, value)
        return deals(made.getvalue(), name="x.xlsx")

    return of


def test_a_merged_cell_speaks_for_all_its_rows(workbook):
    got = workbook(["Stage", "Deal"], ["", "A"], ["", "B"], ["Lost", "C"], merged=[("A2:A3", "Won")])
    assert got["opportunities"]["stage"].tolist() == ["Won", "Won", "Lost"]


def test_subtotals_and_counts_are_left_out_and_only_the_total_is_held_against_the_rows(workbook):
    got = workbook(
        ["Stage ↑", "Deal", "Amount"],
        ["Won", "A", 5],
        ["Subtotal", "", 5],
        ["", "Count", 1],
        ["Open", "B", 1.5],
        ["Subtotal", "", 1.5],
        ["Total", "", 6.5],
        ["", "Count", 2],
    )
    assert got["opportunities"]["amount"].sum() == 6.5
    assert got.reading.left == {"subtotal row": 4, "total row": 1}
    assert [(one.line, one.stated, one.agrees) for one in got.reading.controls] == [(7, 6.5, True)]


@pytest.mark.parametrize(
    ("cells", "shares"),
    [
        ([1, "50%"], [1.0, 0.5]),  # as Excel stores percents
        ([0.25, 0], [0.25, 0.0]),
        ([100, 1], [1.0, 0.01]),  # plain numbers
        (["100%", "50 %"], [1.0, 0.5]),
    ],
)
def test_percents_of_a_workbook_are_read_as_they_are_stored(workbook, cells, shares):
    got = workbook(["Deal", "Stage", "Chance (%)"], ["A", "Won", cells[0]], ["B", "Won", cells[1]])
    assert got["opportunities"]["probability"].tolist() == shares


def test_percents_of_a_text_are_percents_however_small(deals):
    assert deals("Deal,Stage,Chance (%)\nA,Won,1\n")["opportunities"]["probability"].tolist() == [0.01]


@pytest.mark.parametrize(
    "line", ["As of 2026-09-18 09:12:00 Heure CET", "À compter du 18 septembre 2026", "As of Sep 18, 2026"]
)
def test_the_day_of_a_list_is_read_from_the_lines_above_it(deals, line):
    got = deals(f'"{line}",\nDeal,Stage\nA,Won\n', name="deals_2025-01-01.csv")
    assert got["opportunities"]["as_of"].dt.strftime("%Y-%m-%d").tolist() == ["2026-09-18"]


def packed(**members):
    """Texts as the files of a ZIP."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, text in members.items():
            archive.writestr(f"{name}.csv", text)
    return made.getvalue()


def test_of_a_zip_a_file_without_rows_and_one_that_no_map_reads_are_told(deals):
    got = deals(packed(full="Deal,Stage\nA,Won\n", empty="Deal,Stage\n", notes="x,y\n1,2\n"), name="x.zip")
    assert got["opportunities"]["stage"].tolist() == ["Won"]
    assert got.reading.notes[-2:] == [
        "x.zip/empty.csv: the header is there but there are no data rows",
        "x.zip/notes.csv: fits no map and was not read",
    ]


def test_a_zip_of_nothing_but_heads_is_refused(deals):
    with pytest.raises(
        DataError, match="x.zip/a.csv: the header is there .line 1. but there are no data rows"
    ):
        deals(packed(a="Deal,Stage\n", b="Deal,Stage\n"), name="x.zip")


def test_the_files_of_a_zip_are_told_apart_however_many_maps_are_tried(tmp_path):
    maps = {}
    for number in range(30):
        maps |= reader.of(reader.ADS.replace("Cost", f"Cost {number}"), f"ads_{number}")
    texts = {f"f{n}": f"Day,Campaign,Cost {n}\n2026-09-01,C{n},{n}.25\n" for n in (3, 11, 29)}
    path = tmp_path / "x.zip"
    path.write_bytes(packed(**texts))
    got = reader.read(path, maps=maps)
    assert sorted(one.map.id for one in got.readings) == ["ads_11", "ads_29", "ads_3"]
    assert sorted(got["media_spend"]["spend"]) == [3.25, 11.25, 29.25]


def test_a_workbook_of_the_same_name_is_read_anew(workbook):
    head = ["Deal", "Stage", "Amount"]
    assert workbook(head, ["A", "Won", 1])["opportunities"]["amount"].tolist() == [1.0]
    assert workbook(head, ["A", "Won", 2])["opportunities"]["amount"].tolist() == [2.0]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('group = "order"', 'group = "ordr"'), "group names no column of this map. Did you mean order"),
        (('group = "order"\n', ""), "[derived] line: number needs a group. Add group = "),
        (("line = {", "total = {"), "[derived] total: there is a column of that name."),
        (('{ number = "order" }', '{ number = ["order"] }'), "[derived] line: number names one column, as a text."),
        (('revenue_excl_vat = "untaxed"', 'revenue_excl_vat = { total = "price" }'), "Put it under [derived] and name it here."),
        (('customer_id = { person = ["email"] }', 'customer_id = { person = ["order"] }'), 'order is no column of type "email" or "person".'),
        (('worth = "total"', 'worth = "totl"'), "[[notes]] 1: there is no [columns.totl] in this map. Did you mean total"),
        (('says = "orders whose lines do not add up"\n', ""), "[[notes]] 1: says is missing."),
        (('{ near = ["total", "value_in_all"] }', '{ near = ["total"] }'), "near names an amount, then those that it may be."),
        (('{ near = ["total", "value_in_all"] }', '{ band = "total", edges = [5, 1] }'), "band needs edges that rise"),
        (('{ near = ["total", "value_in_all"] }', '{ hours = ["day"] }'), "hours names two columns, the earlier moment first."),
    ],
)  # fmt: skip
def test_a_step_that_cannot_be_is_refused_with_its_name(change, said):
    text = SHOP.replace(*change)
    assert text != SHOP
    with pytest.raises(DataError) as caught:
        parsing.of_text(text, "x", "maps/x.toml")
    assert said in str(caught.value)
