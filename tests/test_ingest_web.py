"""Visits that stand in several reports: a month gives way to its days, other breakdowns stand beside them, nothing counts twice."""

import pandas as pd
import pytest

from helpers import company, ingest, rollups, tables
from helpers.errors import DataError

TOML = 'title = "Mine"\ncurrency = "EUR"\nmarkets = ["FR"]\ntime_zone = "Europe/Paris"\nsynthetic = true\n'
CHANNEL = "Session primary channel group (Default Channel Group)"

ADOBE = """# Acme
# Suite de rapports : acmefr
# Date : 1 août 2026 - 3 août 2026

##############################################
# Tableau à structure libre
##############################################
;Visites
;Visites
Jour;24
1 août 2026;7
2 août 2026;8
3 août 2026;9
"""


def write(folder, name, *tables_of_file, first="20260801", last="20260831", account="Acme"):
    """Write a GA4 report of some tables: heads and rows as text."""
    above = f"# Report\n# Property: {account}\n# Start date: {first}\n# End date: {last}\n"
    (folder / "raw" / name).write_text("\n".join(above + one for one in tables_of_file))


def channels(n=100):
    return f"{CHANNEL},Sessions\nDirect,{n}\nEmail,{n}\n"


def curve(*counts):
    return "Nth day,Sessions\n" + "".join(f"{at:04},{n}\n" for at, n in enumerate(counts))


def days(first, last, n=10):
    rows = "".join(f"202608{day:02},Direct,{n}\n" for day in range(first, last + 1))
    return "Date,Session default channel group,Sessions\n" + rows


def site():
    frame = pd.read_parquet(company.read("mine").tidy / "site_daily")
    return frame.assign(
        n_days=(pd.to_datetime(frame["ends_on"]) - pd.to_datetime(frame["visited_on"])).dt.days.fillna(0) + 1
    )


@pytest.mark.parametrize("names", [("a.csv", "b.csv"), ("b.csv", "a.csv")])
def test_a_month_by_channel_gives_way_to_its_days_whichever_comes_first(mine, names):
    write(mine, names[0], channels())
    ingest.ingest("mine")
    assert site()["sessions"].sum() == 200
    write(mine, names[1], days(1, 31))
    made = ingest.ingest("mine")
    assert site()["sessions"].sum() == 310
    assert set(site()["n_days"]) == {1}
    assert "a.csv" in str(made.cuts[0])


def test_a_month_of_which_only_a_part_is_there_by_day_stays_and_is_no_day(mine):
    write(mine, "a.csv", channels())
    write(mine, "b.csv", days(10, 31), first="20260810")
    ingest.ingest("mine")
    made = site()
    assert sorted(made.groupby("n_days")["sessions"].sum().to_dict().items()) == [(1.0, 220), (31.0, 200)]
    by_day = rollups.visits(tables.connect().from_arrow(_arrow(made)))
    assert by_day.aggregate("sum(sessions)").fetchall() == [(220,)]


def _arrow(frame):
    import pyarrow as pa

    return pa.Table.from_pandas(frame, preserve_index=False)


def test_reports_of_other_things_stand_beside_each_other(mine):
    write(mine, "channels.csv", channels(), curve(5, 6))
    write(mine, "pages.csv", "Page path and screen class,Views,Active users\n/,7,3\n")
    write(mine, "countries.csv", "Country,Active users,Engaged sessions\nFrance,4,2\n")
    made = ingest.ingest("mine")
    assert made.rows == {"site_daily": 6}
    assert made.cuts == []
    by_day = rollups.visits(tables.connect().from_arrow(_arrow(site())))
    assert by_day.aggregate("sum(sessions)").fetchall() == [(11,)]


def test_landing_pages_stand_beside_channels_but_not_beside_pages(mine):
    write(mine, "channels.csv", channels())
    write(mine, "landing.csv", "Landing page,Sessions\n/,90\n")
    assert ingest.ingest("mine").rows == {"site_daily": 3}
    write(mine, "pages.csv", "Page path and screen class,Views,Active users\n/,7,3\n")
    with pytest.raises(
        DataError, match=r"pages.csv: landing.csv already gives site_daily of ga4 for 2026-08-01"
    ):
        ingest.ingest("mine")


def test_a_later_report_takes_the_place_of_its_own_table_of_an_earlier_file_alone(mine):
    write(mine, "a.csv", channels(), curve(5, 6))
    ingest.ingest("mine")
    write(mine, "b.csv", channels(120))
    made = ingest.ingest("mine")
    frame = site()
    assert frame[frame["n_days"] > 1]["sessions"].tolist() == [120, 120]
    assert frame[frame["n_days"] == 1]["sessions"].tolist() == [5, 6]
    assert [str(cut) for cut in made.cuts] == [
        "site_daily: b.csv takes the place of a.csv from 2026-08-01 to 2026-08-01: sessions 200.00 becomes 240.00"
    ]


def test_a_later_report_that_cuts_through_a_month_is_refused(mine):
    write(mine, "a.csv", channels())
    ingest.ingest("mine")
    write(mine, "b.csv", channels(), first="20260815", last="20260914")
    with pytest.raises(
        DataError,
        match=r"b.csv: its days \(2026-08-15 to 2026-09-14\) cut through rows of a.csv that cover several days",
    ):
        ingest.ingest("mine")


def test_two_properties_that_the_files_name_stand_beside_each_other(mine):
    write(mine, "a.csv", channels(), account="Shop")
    write(mine, "b.csv", f"{CHANNEL},Sessions\nPaid Search,30\n", account="Blog")
    made = ingest.ingest("mine")
    assert (made.cuts, site()["sessions"].sum()) == ([], 230)
    assert set(pd.read_parquet(mine / "ledger.parquet")["account_id"]) == {"Shop", "Blog"}


def test_the_visits_of_two_markets_stand_beside_each_other(mine):
    said = "".join(f'\n[[exports]]\nfiles = "{one}.csv"\nmarket = "{one}"\n' for one in ("FR", "BE"))
    (mine / "company.toml").write_text(TOML.replace('["FR"]', '["FR", "BE"]') + said)
    write(mine, "FR.csv", channels())
    write(mine, "BE.csv", channels(7))
    made = ingest.ingest("mine")
    assert (made.cuts, site()["sessions"].sum()) == ([], 214)


def test_visits_of_one_market_from_two_tools_stand_beside_each_other_and_one_of_them_counts(mine):
    write(mine, "a.csv", days(1, 4), last="20260804")
    (mine / "raw" / "b.csv").write_text(ADOBE, encoding="utf-8")
    made = ingest.ingest("mine")
    assert site().groupby("tool")["sessions"].sum().to_dict() == {"adobe": 24, "ga4": 40}
    assert any("site_daily of FR: adobe and ga4 both count 3 days" in note for note in made.notes)
    counted = rollups.visits(tables.connect().from_arrow(_arrow(site()))).df()
    assert counted["sessions"].sum() == 40
    said = "".join(f'\n[[exports]]\nfiles = "{one}.csv"\naccount_id = "site {one}"\n' for one in "ab")
    (mine / "company.toml").write_text(TOML + said)
    ingest.ingest("mine")
    counted = rollups.visits(tables.connect().from_arrow(_arrow(site()))).df()
    assert counted["sessions"].sum() == 64


def test_the_company_s_word_for_the_account_goes_before_that_of_the_file(mine):
    (mine / "company.toml").write_text(TOML + '\n[[exports]]\nfiles = "a.csv"\naccount_id = "ga4-fr"\n')
    write(mine, "a.csv", channels())
    ingest.ingest("mine")
    assert pd.read_parquet(mine / "ledger.parquet")["account_id"].tolist() == ["ga4-fr"]


def test_the_same_days_by_two_kinds_of_export_are_refused(mine):
    write(mine, "a.csv", days(1, 3), last="20260803")
    write(mine, "b.csv", "Date,Device category,Sessions\n20260801,mobile,7\n", last="20260803")
    with pytest.raises(DataError, match="already gives site_daily of ga4 for 2026-08-01"):
        ingest.ingest("mine")


def test_the_measure_of_visits_is_their_number_though_a_row_may_lack_it(mine):
    write(mine, "a.csv", f"{CHANNEL},Sessions\nDirect,100\nTotal,100\n")
    ingest.ingest("mine")
    row = pd.read_parquet(mine / "ledger.parquet").iloc[0]
    assert (row["measure"], row["control_stated"], row["control_found"]) == ("sessions", 100.0, 100.0)
