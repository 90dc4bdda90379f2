"""The keys of a map that say which rows of a file count, for which day, and for which table; each on a file of a few lines."""

from pathlib import Path

import pandas as pd
import pytest

from helpers.errors import DataError
from helpers.sources import mapping, parsing, reading
from helpers.sources.settings import Settings

BASIC = """
name = "Toy report"
system = "toy"
source = "made up"
vat = "excl"
key_column = "campaign"
{keys}
[columns.day]
names = ["Day"]
type = "date"
required = true
{day}
[columns.campaign]
names = ["Campaign"]
type = "text"
required = true
[columns.cost]
names = ["Cost"]
type = "money"
required = true
{columns}
[[tables]]
table = "media_spend"
when = "cost"
{output}
[tables.columns]
spent_on = "day"
platform = {{ value = "toy" }}
campaign = "campaign"
spend = "cost"
"""
LIFT = """
name = "Toy lift"
system = "toy"
source = "made up"
[columns.people]
names = ["People"]
type = "int"
required = true
[columns.ended]
names = ["End"]
type = "date"
[[tables]]
table = "experiments"
[tables.columns]
experiment_id = {{ {id} }}
arm = {{ value = "exposed" }}
kind = {{ value = "holdout" }}
measured_on = {{ {day} }}
units = "people"
"""


def toy(keys: str = "", day: str = "", columns: str = "", output: str = "", tables: str = "") -> mapping.Map:
    text = BASIC.format(keys=keys, day=day, columns=columns, output=output) + tables
    return parsing.of_text(text, "toy", "maps/toy.toml")


@pytest.fixture
def read(tmp_path: Path):
    """Read a text under one map; gives the reading and the rows of each table."""

    def run(text: str, chosen: mapping.Map, **settings) -> tuple[reading.Reading, dict[str, pd.DataFrame]]:
        path = tmp_path / "toy.csv"
        path.write_text(text, encoding="utf-8")
        got: dict[str, list[pd.DataFrame]] = {}
        (made,) = reading.read(
            path,
            {chosen.id: chosen},
            Settings(**{"market": "FR", "currency": "EUR", **settings}),
            lambda table, frame, lines: got.setdefault(table, []).append(frame),
        )
        return made, {table: pd.concat(parts, ignore_index=True) for table, parts in got.items()}

    return run


# ---- instead, one_day, daily ----

SPANS = """
[columns.starts]
names = ["Starts"]
type = "date"
[columns.ends]
names = ["Ends"]
type = "date"
"""


def test_a_column_may_stand_for_a_required_one(read):
    chosen = toy(day='instead = ["starts"]', columns=SPANS)
    made, _ = read("Starts,Campaign,Cost\n2026-09-01,A,10.00\n", chosen)
    assert made.header_line == 1


def test_without_the_one_and_the_other_the_file_is_refused(read):
    with pytest.raises(DataError, match="lacks day"):
        read("Campaign,Cost\nA,10.00\n", toy(day='instead = ["starts"]', columns=SPANS))


def test_a_row_over_several_days_is_refused_with_both_days(read):
    chosen = toy('one_day = ["starts", "ends"]', 'instead = ["starts"]', SPANS)
    text = "Starts,Ends,Campaign,Cost\n2026-09-01,2026-09-01,A,10.00\n2026-09-02,2026-09-08,A,20.00\n"
    with pytest.raises(DataError, match="line 3: the row covers 2026-09-02 to 2026-09-08.*by day"):
        read(text, chosen)


def test_where_the_file_has_the_day_of_a_row_its_two_others_are_only_the_reports(read):
    chosen = toy('one_day = ["starts", "ends", "day"]', 'instead = ["starts"]', SPANS)
    text = "Starts,Ends,Day,Campaign,Cost\n2026-09-01,2026-09-30,2026-09-04,A,10.00\n"
    _, got = read(text, chosen)
    assert got["media_spend"]["spent_on"].tolist() == [pd.Timestamp("2026-09-04")]


def test_a_map_whose_one_day_names_no_column_is_refused():
    with pytest.raises(DataError, match="one_day names no column of this map. Known: campaign, cost, day"):
        toy('one_day = ["begins", "day"]')


PERIOD = "Start date: September 1, 2026\nEnd date: September 30, 2026\n"


def test_rows_that_all_bear_the_first_day_of_a_longer_period_are_refused(read):
    text = PERIOD + "Day,Campaign,Cost\n2026-09-01,A,10.00\n2026-09-01,B,20.00\n"
    with pytest.raises(DataError, match="2026-09-01 to 2026-09-30 and all its rows bear the first day"):
        read(text, toy("daily = true"))


def test_rows_of_two_days_are_taken_as_daily(read):
    text = PERIOD + "Day,Campaign,Cost\n2026-09-01,A,10.00\n2026-09-02,A,20.00\n"
    made, _ = read(text, toy("daily = true"))
    assert made.rows_kept == 2


def test_a_period_of_one_day_is_taken_as_daily(read):
    text = PERIOD.replace("30", "1") + "Day,Campaign,Cost\n2026-09-01,A,10.00\n"
    made, _ = read(text, toy("daily = true"))
    assert made.rows_kept == 1


@pytest.mark.parametrize("head", ["Week", "Semaine", "Monat", "Année"])
def test_a_report_by_a_longer_time_says_which_column_holds_it(read, head):
    with pytest.raises(DataError, match=f"it is not by day: its column of time is '{head}'"):
        read(f"{head},Campaign,Cost\n2026-08-31,A,10.00\n", toy())


# ---- sums, only, empties ----


def test_a_row_whose_cell_says_that_it_sums_others_up_is_left_out_and_is_no_control(read):
    text = "Day,Campaign,Cost\nAll,A,30.00\n2026-09-01,A,10.00\n2026-09-02,A,20.00\n,A,30.00\n"
    made, got = read(text, toy(day='sums = ["", "all"]'))
    assert got["media_spend"]["spend"].sum() == 30
    assert (made.left, made.named) == ({"subtotal row": 2}, {"subtotal row": [2, 5]})
    assert made.controls == []


ONLY = '[columns.scope]\nnames = ["Scope"]\ntype = "text"\nonly = ["Lifetime", "Insgesamt"]\nremedy = "Choose Lifetime."'


def test_a_cell_that_is_none_of_the_only_words_is_refused_with_the_remedy(read):
    text = "Day,Campaign,Cost,Scope\n2026-09-01,A,1.00,lifetime\n2026-09-02,A,1.00,Daily\n"
    with pytest.raises(
        DataError, match="line 3: 'Daily' in 'Scope' is not Lifetime or Insgesamt. Choose Lifetime"
    ):
        read(text, toy(columns=ONLY))


def test_a_file_without_the_column_of_only_words_is_read(read):
    made, _ = read("Day,Campaign,Cost\n2026-09-01,A,1.00\n", toy(columns=ONLY))
    assert made.rows_kept == 1


@pytest.mark.parametrize("before", ["", "Day,Campaign,Cost\n"])
def test_a_report_that_says_it_is_empty_is_refused_in_its_own_words(read, before):
    with pytest.raises(DataError, match='the report is empty: it says "Nothing found."'):
        read(f"Report Fields\n{before}Nothing found.\n", toy('empties = ["Nothing found."]'))


# ---- where, unless, else ----

LEADS = """
[[tables]]
table = "media_conversions"
when = "results"
{rule}
[tables.columns]
converted_on = "day"
platform = {{ value = "toy" }}
conversion_action = {{ first = ["kind"], else = "results" }}
counted_by = {{ value = "platform" }}
conversions = "results"
"""
RESULTS = """
[columns.results]
names = ["Results"]
type = "decimal"
[columns.kind]
names = ["Kind"]
type = "text"
"""
ROWS = "Day,Campaign,Cost,Results,Kind\n2026-09-01,A,1.00,5,lead\n2026-09-01,B,1.00,7,reach\n2026-09-01,C,1.00,2,\n"


@pytest.mark.parametrize(
    ("rule", "kept"),
    [
        ('[tables.where]\nkind = "*"', [5, 7]),
        ('[tables.unless]\nkind = ["Reach"]', [5, 2]),
        ('[tables.unless]\nkind = "*"', [2]),
        ('[tables.where]\nkind = "*"\n[tables.unless]\nkind = "reach"', [5]),
    ],
)
def test_where_and_unless_choose_rows_by_their_words_and_a_star_is_any(read, rule, kept):
    _, got = read(ROWS, toy(columns=RESULTS, tables=LEADS.format(rule=rule)))
    assert got["media_conversions"]["conversions"].tolist() == kept


def test_else_stands_where_no_column_holds_anything_and_where_the_file_has_none(read):
    chosen = toy(columns=RESULTS, tables=LEADS.format(rule=""))
    _, got = read(ROWS, chosen)
    assert got["media_conversions"]["conversion_action"].tolist() == ["lead", "reach", "results"]
    _, got = read("Day,Campaign,Cost,Results\n2026-09-01,A,1.00,5\n", chosen)
    assert got["media_conversions"]["conversion_action"].tolist() == ["results"]


def lift(
    name: str = 'value = "t1"', day: str = 'first = ["ended"], else = { setting = "ends_on" }'
) -> mapping.Map:
    return parsing.of_text(LIFT.format(id=name, day=day), "lift", "maps/lift.toml")


def test_else_may_be_the_last_day_that_the_lines_above_the_table_name(read):
    _, got = read(PERIOD + "People,End\n100,2026-09-15\n200,\n", lift())
    days = pd.to_datetime(got["experiments"]["measured_on"]).dt.strftime("%Y-%m-%d")
    assert days.tolist() == ["2026-09-15", "2026-09-30"]


def test_a_day_that_neither_the_rows_nor_the_lines_above_name_is_asked_for(read):
    with pytest.raises(
        DataError, match="the lines above the table name no period, and measured_on needs one"
    ):
        read("People\n100\n", lift())


def test_what_only_the_company_can_say_is_asked_for_where_a_table_needs_it(read):
    chosen = lift('setting = "account_id"', 'value = "2026-09-30"')
    with pytest.raises(DataError, match='nothing says experiment_id. Add account_id = "…" for this file'):
        read("People\n100\n", chosen)
    _, got = read("People\n100\n", chosen, account_id="study 7")
    assert got["experiments"]["experiment_id"].tolist() == ["study 7"]


def test_else_may_join_columns(read):
    tables = LEADS.format(rule="").replace(
        'else = "results"', 'else = { join = ["campaign", "campaign"], with = "/" }'
    )
    text = "Day,Campaign,Cost,Results,Kind\n2026-09-01,A,1.00,5,lead\n2026-09-01,B,1.00,7,\n"
    _, got = read(text, toy(columns=RESULTS, tables=tables))
    assert got["media_conversions"]["conversion_action"].tolist() == ["lead", "B/B"]


def test_else_names_columns_that_the_map_has():
    tables = LEADS.format(rule="").replace('else = "results"', 'else = { join = ["nothing"] }')
    with pytest.raises(DataError, match="there is no \\[columns.nothing\\]"):
        toy(columns=RESULTS, tables=tables)


def test_else_makes_no_new_number():
    with pytest.raises(DataError, match="else is a text, a number, "):
        lift(day='first = ["ended"], else = { times = ["people", 2] }')


# ---- date order, taxonomy ----


def test_the_order_that_the_company_states_wins_over_the_order_of_the_map(read):
    chosen = toy(day='date_order = "mdy"')
    text = "Day,Campaign,Cost\n03/04/2026,A,1.00\n"
    assert read(text, chosen)[1]["media_spend"]["spent_on"].tolist() == [pd.Timestamp("2026-03-04")]
    stated = read(text, chosen, date_order="dmy")[1]
    assert stated["media_spend"]["spent_on"].tolist() == [pd.Timestamp("2026-04-03")]


def test_rows_of_a_table_without_a_campaigns_name_get_their_market_by_it_all_the_same(read):
    rules = pd.DataFrame(
        {"rule": [1, 2], "platform": "toy", "campaign_pattern": ["BE_*", "FR_*"], "market": ["BE", "FR"]}
    )
    text = (
        "Day,Campaign,Cost,Results,Kind\n2026-09-01,BE_Brand,1.00,5,lead\n2026-09-01,FR_Brand,1.00,7,lead\n"
    )
    chosen = toy(columns=RESULTS, tables=LEADS.format(rule=""))
    _, got = read(text, chosen, market="", markets=("FR", "BE"), taxonomy=rules)
    assert got["media_conversions"]["market"].tolist() == ["BE", "FR"]


def test_a_constant_may_stand_only_where_a_column_is_filled(read):
    tables = LEADS.format(rule="").replace('{ value = "platform" }', '{ value = "platform", when = "kind" }')
    _, got = read(ROWS, toy(columns=RESULTS, tables=tables))
    assert got["media_conversions"]["counted_by"].isna().tolist() == [False, False, True]
    _, got = read("Day,Campaign,Cost,Results\n2026-09-01,A,1.00,5\n", toy(columns=RESULTS, tables=tables))
    assert got["media_conversions"]["counted_by"].isna().all()


def test_the_words_of_a_column_get_one_name_in_every_language_and_others_stay(read):
    device = '[columns.device]\nnames = ["Device"]\ntype = "text"\nwords = { "Mobile phones" = "mobile", "Téléphones mobiles" = "mobile" }'
    rows = "2026-09-01,A,1.00,mobile phones\n2026-09-02,A,1.00,Telephones mobiles\n2026-09-03,A,1.00,Watch\n2026-09-04,A,1.00,--\n"
    tables = '\n[[tables]]\ntable = "media_spend"\n[tables.columns]\nspent_on = "day"\nplatform = { value = "toy" }\nspend = "cost"\ndevice = "device"\n'
    chosen = toy(columns=device, output='[tables.where]\ncampaign = "none"', tables=tables)
    _, got = read("Day,Campaign,Cost,Device\n" + rows, chosen)
    assert got["media_spend"]["device"].fillna("").tolist() == ["mobile", "mobile", "Watch", ""]


def test_a_share_of_a_whole_is_a_product_over_a_column_and_missing_where_a_factor_is(read):
    share = 'conversions = { times = ["cost", "results"], over = "all" }'
    tables = LEADS.format(rule="").replace('conversions = "results"', share)
    whole = '[columns.all]\nnames = ["All"]\ntype = "decimal"\n[columns.price]\nnames = ["Price"]\ntype = "decimal"\n'
    text = "Day,Campaign,Cost,Results,All\n2026-09-01,A,10.00,1,4\n2026-09-01,B,10.00,0,0\n"
    _, got = read(text, toy(columns=RESULTS + whole, tables=tables))
    assert got["media_conversions"]["conversions"].fillna(-1).tolist() == [2.5, -1]
    _, got = read(text, toy(columns=RESULTS + whole, tables=tables.replace('["cost"', '["price"')))
    assert got["media_conversions"]["conversions"].isna().all()


def test_a_setting_may_have_something_that_stands_for_it(read):
    chosen = lift('setting = "account_id", else = "the only study"', 'value = "2026-09-30"')
    assert read("People\n100\n", chosen)[1]["experiments"]["experiment_id"].tolist() == ["the only study"]
    named = read("People\n100\n", chosen, account_id="study 7")[1]
    assert named["experiments"]["experiment_id"].tolist() == ["study 7"]
