"""A world on disk: under contract, the same twice, larger than memory, and never half-made."""

import hashlib
import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers import company, tables
from helpers.company import Company
from helpers.errors import UsageError
from helpers.sample import build, chunk, parts, realism
from helpers.sample.parts import books, effects
from helpers.sample.setting import CURRENCIES, MARKETS, TIME_ZONE, Setting
from helpers.sample.truth import Estimand
from helpers.sample.world import World

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "data" / "sample"
CORE = {
    "calendar", "promotions", "orders", "customers", "stores", "product_events", "carts", "consents", "campaigns",
    "campaign_recipients", "crm_campaigns", "crm_events", "surveys", "support_cases", "returns", "media_spend", "media_reach",
    "media_conversions", "campaign_map", "taxonomy", "site_daily", "touchpoints", "experiments", "finance_actuals", "fx_rates",
    "accounts", "leads", "opportunities", "opportunity_stages", "arr_movements", "events", "choices",
    "market_sales", "population_margins", "prices", "brand_tracker", "competitor_spend", "search_interest", "social_mentions",
    "social_posts", "influencers", "earned_media", "reviews", "ideas", "advocates",
    "csr_claims", "csr_proofs", "csr_metrics", "csr_topics", "products", "deliveries", "responsible_offers", "services",
}  # fmt: skip


def at(folder):
    return Company("world", folder, "", CURRENCIES[0], MARKETS, TIME_ZONE)


def read(folder, table):
    return pd.read_parquet(folder / "tidy" / table)


def hashes(folder):
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != ".checked"
    }


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    folder = tmp_path_factory.mktemp("worlds") / "small"
    build.make(folder, seed=7, scale=0.05)
    return folder


# ---- Bad input ----


def test_a_folder_that_holds_something_is_refused_and_nothing_is_touched(tmp_path):
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "letter.txt").write_text("keep me")
    with pytest.raises(UsageError, match="the folder is not empty. Name a new one"):
        build.make(mine, seed=1, scale=0.05)
    assert hashes(mine).keys() == {"letter.txt"} and list(tmp_path.iterdir()) == [mine]


def test_a_file_in_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "mine").write_text("keep me")
    with pytest.raises(UsageError, match="is not empty"):
        build.make(tmp_path / "mine", seed=1, scale=0.05)
    assert (tmp_path / "mine").read_text() == "keep me"


def test_a_world_that_fails_on_the_way_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(build, "_write_truth", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        build.make(tmp_path / "mine", seed=1, scale=0.05)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--seed", "", "--out", "new"], "seed: '' is not a whole number from 0 on. Use one such as 7."),
        (["--scale", "", "--out", "new"], "scale: '' is not a number from 0.01 on."),
        (["--seed", "x", "--out", "new"], "seed: 'x' is not a whole number from 0 on. Use one such as 7."),
        (["--seed", "1.5", "--out", "new"], "seed: '1.5' is not a whole number"),
        (["--scale", "0", "--out", "new"], "scale: 0.0 is not a number from 0.01 on"),
        (["--scale", "big", "--out", "new"], "scale: 'big' is not a number"),
        (["--seed", "3"], "--seed and --scale make another world; say where with --out DIR."),
        (["--out", "full"], "full: the folder is not empty."),
    ],
)
def test_the_command_refuses_in_one_sentence(tmp_path, monkeypatch, capsys, words, says):
    from helpers import cli

    monkeypatch.chdir(tmp_path)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_text("x")
    with pytest.raises(SystemExit) as left:
        cli.main(["sample", *words])
    said = capsys.readouterr().err
    assert left.value.code == 2 and says in said and len(said.strip().splitlines()) == 1
    assert not (tmp_path / "new").exists()


def test_a_sample_that_cannot_be_put_in_place_leaves_the_old_one(tmp_path, monkeypatch):
    home = tmp_path / "data" / "sample"
    monkeypatch.setattr(company, "sample_dir", lambda: home)
    build.make(home, seed=7, scale=0.01)
    (home / "notes").mkdir()
    before = hashes(home)
    monkeypatch.setattr(
        build, "make", lambda folder, **_: (folder / "tidy").mkdir(parents=True)
    )  # nothing else is there
    with pytest.raises(FileNotFoundError):
        build.remake()
    assert hashes(home) == before and (home / "notes").is_dir()
    assert not home.with_name(".sample.new").exists()


def test_the_sample_is_made_again_in_place(tmp_path, monkeypatch):
    home = tmp_path / "data" / "sample"
    monkeypatch.setattr(company, "sample_dir", lambda: home)
    build.make(home, seed=7, scale=0.01)
    (home / "notes").mkdir()
    (home / "notes" / "2026-09.en.md").write_text("My own words.")
    first, made = hashes(home), build.make
    monkeypatch.setattr(build, "make", lambda folder, **options: made(folder, seed=8, scale=0.01, **options))
    build.remake()
    again = hashes(home)
    assert again["notes/2026-09.en.md"] == first["notes/2026-09.en.md"]
    assert again["truth.json"] != first["truth.json"] and set(again) == set(first)


# ---- What is written ----


def test_all_tables_of_the_core_are_there_and_keep_to_their_contracts(small):
    assert tables.available(at(small)) == CORE
    for table in CORE:
        frame = read(small, table)
        assert len(tables.check(frame, table)) == len(frame) > 0, table
        assert tables.fault(table, at(small)) is None


def test_the_same_seed_gives_the_same_bytes_and_another_seed_another_world(small, tmp_path):
    build.make(tmp_path / "again", seed=7, scale=0.05)
    assert hashes(tmp_path / "again") == hashes(small)
    build.make(tmp_path / "other", seed=8, scale=0.05)
    assert not read(tmp_path / "other", "orders").head(50).equals(read(small, "orders").head(50))


def test_a_later_part_joins_without_changing_any_other_file(small, tmp_path, monkeypatch):
    import types

    late = types.ModuleType("helpers.sample.late")
    late.market = lambda world: iter([("coupons", _coupons(world))])
    late.truth = lambda world, totals: iter([Estimand("late", 1.0, "count", "A figure of the new part.")])
    monkeypatch.setattr(parts, "modules", _with(parts.modules(), late))
    build.make(tmp_path / "more", seed=7, scale=0.05)
    before, after = hashes(small), hashes(tmp_path / "more")
    changed = {name for name in after if after[name] != before.get(name)}
    assert changed == {"tidy/coupons/part-0.parquet", "truth.json"}


def _with(known, late):
    return lambda: [*known, late]


def _coupons(world):
    numbers = world.rng("late").integers(100, 900, 3).astype(str)
    return pd.DataFrame(
        {"coupon_id": numbers, "product_id": "machine", "campaign_id": ["a", "b", "c"], "market": "FR"}
    )


def test_a_world_in_several_chunks_has_no_key_twice(tmp_path):
    build.make(tmp_path / "two", seed=3, scale=1.05)
    assert len(list((tmp_path / "two" / "tidy" / "orders").glob("*.parquet"))) == 2
    for table in CORE:
        frame = read(tmp_path / "two", table)
        assert not frame.duplicated(list(tables.contract(table).key)).any(), table
    assert tables.rows("customers", at(tmp_path / "two")) == pytest.approx(31_000 * 1.05, rel=0.05)


def test_truths_are_named_once_finite_and_said_in_words(small):
    known = json.loads((small / "truth.json").read_text(encoding="utf-8"))
    assert known["world"] == {"seed": 7, "scale": 0.05, "first_day": "2023-10-01", "last_day": "2026-09-30"}
    names = [(e["name"], e["period"], e["market"], e["segment"]) for e in known["estimands"]]
    assert len(set(names)) == len(names) > 100
    for one in known["estimands"]:
        assert np.isfinite(one["value"]) and one["about"].endswith(".") and one["unit"], one["name"]
    assert known["parameters"]["media"]["RESPONSE"]["display"] == {
        "alpha": 0.5,
        "kappa": 1.0,
        "first": 0.0,
        "repeat": 0.0,
    }
    assert known["parameters"]["onboarding"]["HURT"] == ["phone_check", "contacts_import", "long_quiz"]


# ---- Integrity: the tables agree with each other ----


def test_ids_lead_to_where_they_point(small):
    orders, customers = read(small, "orders"), read(small, "customers")
    people = set(customers["customer_id"])
    for table in (
        "orders",
        "carts",
        "consents",
        "campaign_recipients",
        "crm_events",
        "product_events",
        "support_cases",
        "touchpoints",
    ):
        assert set(read(small, table)["customer_id"].dropna()) <= people, table
    carts = read(small, "carts")
    assert set(carts["recovered_order_id"].dropna()) <= set(orders["order_id"])
    held = carts["is_held_out"].fillna(value=False).astype(bool)
    assert (
        carts.loc[held, "reminded_at"].isna().all()
        and carts.loc[carts["reminded_at"].isna(), "recovered_order_id"].isna().all()
    )
    assert set(customers["referred_by"].dropna()) <= people
    assert set(read(small, "campaign_recipients")["campaign_id"]) <= set(
        read(small, "campaigns")["campaign_id"]
    )
    assert set(orders["store_id"].dropna()) <= set(read(small, "stores")["store_id"])


def test_first_orders_are_first_and_customers_of_before_have_none(small):
    orders, customers = read(small, "orders"), read(small, "customers").set_index("customer_id")
    first = orders[orders["is_first_order"]].set_index("customer_id")["ordered_on"]
    assert (
        first.index.is_unique
        and (first == orders.groupby("customer_id")["ordered_on"].min().reindex(first.index)).all()
    )
    old = customers.index[pd.to_datetime(customers["first_order_on"]) < "2023-10-01"]
    assert len(old) > 100 and not set(old) & set(first.index)


def test_vat_and_amounts_of_an_order_agree(small):
    orders = read(small, "orders").astype(
        {"revenue_excl_vat": float, "revenue_incl_vat": float, "vat_rate": float}
    )
    by_hand = (orders["revenue_excl_vat"] * (1 + orders["vat_rate"])).round(2)
    assert (orders["revenue_incl_vat"] - by_hand).abs().max() < 0.011
    swiss = orders[orders["market"] == "CH"].assign(day=lambda t: pd.to_datetime(t["ordered_on"]))
    assert set(swiss.loc[swiss["day"] < "2024-01-01", "vat_rate"]) == {0.077}
    assert set(swiss.loc[swiss["day"] >= "2024-01-01", "vat_rate"]) == {0.081} and set(swiss["currency"]) == {
        "CHF"
    }


def test_the_books_agree_with_orders_and_platforms_but_for_what_is_planted(small):
    known = {
        (e["name"], e["market"]): e["value"]
        for e in json.loads((small / "truth.json").read_text(encoding="utf-8"))["estimands"]
    }
    ledger = read(small, "finance_actuals").assign(
        amount=lambda t: t["amount"].astype(float), month=lambda t: pd.to_datetime(t["month"])
    )
    orders = (
        read(small, "orders").query("status == 'paid'").assign(day=lambda t: pd.to_datetime(t["ordered_on"]))
    )
    year = ledger[ledger["month"] >= "2025-10-01"]
    for market in MARKETS:
        booked = year.query("nature == 'revenue' and market == @market")["amount"].sum()
        sold = (
            orders.query("market == @market and day >= '2025-10-01'")["revenue_excl_vat"].astype(float).sum()
        )
        assert booked - sold == pytest.approx(known["books_revenue_cut_off", market], abs=0.2), market
    spend = read(small, "media_spend").assign(
        spend=lambda t: t["spend"].astype(float), day=lambda t: pd.to_datetime(t["spent_on"])
    )
    for supplier, gap in (
        ("google_ads", known["books_google_fee", "FR"]),
        ("meta", 0.0),
        ("dv360", 0.0),
        ("linkedin", 0.0),
    ):
        invoiced = year.query("nature == 'media' and supplier == @supplier and market == 'FR'")[
            "amount"
        ].sum()
        shown = spend.query("platform == @supplier and market == 'FR' and day >= '2025-10-01'")["spend"].sum()
        assert invoiced - shown == pytest.approx(gap, abs=3.0), (
            supplier
        )  # days are rounded to the cent, months too
    is_meta = (ledger["nature"] == "media") & (ledger["supplier"] == "meta") & (ledger["market"] == "FR")
    january = ledger.loc[is_meta & (ledger["month"] == pd.Timestamp("2025-01-01")), "amount"].sum()
    shown = spend.query(
        "platform == 'meta' and market == 'FR' and day >= '2025-01-01' and day < '2025-02-01'"
    )["spend"].sum()
    assert january - shown == pytest.approx(known["books_meta_credit", "FR"], abs=0.5)
    table = ledger[ledger["supplier"].isna()].pivot_table(
        index=["month", "market"], columns="nature", values="amount"
    )
    by_hand = table["revenue"] + table["shipping"] - table[list(books.COSTS)].sum(axis=1)
    assert (table["contribution margin"] - by_hand).abs().max() < 0.011


def test_the_margin_of_orders_is_the_margin_of_the_books():
    drawn = chunk.draw(World(Setting(7, 0.05)), 0)
    paid = drawn.sales[drawn.sales["status"] == "paid"]
    booked = effects.booked_margin(paid)
    totals = books.count(drawn)
    french = (drawn.market == 0)[paid["customer"]]
    sums = {name: totals[f"books_{name}"][:, 0].sum() for name in ("revenue", "shipping", *books.COSTS)}
    by_hand = sums["revenue"] + sums["shipping"] - sum(sums[name] for name in books.COSTS)
    assert booked[french].sum() == pytest.approx(by_hand)


def test_subscriptions_in_the_books_are_a_twelfth_of_the_recurring_revenue(small):
    ledger = (
        read(small, "finance_actuals")
        .query("nature == 'subscriptions'")
        .assign(amount=lambda t: t["amount"].astype(float))
    )
    last = ledger[pd.to_datetime(ledger["month"]) == "2026-09-01"].set_index("market")["amount"]
    arr = read(small, "accounts").assign(arr=lambda t: t["arr"].astype(float)).groupby("market")["arr"].sum()
    assert (last - arr / 12).abs().max() < 0.011


def test_nothing_in_a_table_could_name_a_person(small):
    for table in CORE:
        frame = read(small, table)
        for name in frame.columns:
            if frame[name].dtype in ("str", object):
                texts = frame[name].dropna().astype(str).drop_duplicates()
                assert not texts.str.contains(r"@|\+33|\b0[1-9](?: ?\d\d){4}\b", regex=True).any(), (
                    f"{table}.{name}"
                )


# ---- Realism ----


@pytest.mark.parametrize("seed", [2, 3])
def test_other_worlds_look_real_too(tmp_path, seed):
    build.make(tmp_path / "world", seed=seed, scale=0.4)
    found = realism.realism(at(tmp_path / "world"))
    assert found["is_inside"].all(), found[~found["is_inside"]].to_string()


def test_the_check_of_realism_can_fail(tmp_path, small, monkeypatch):
    absurd = realism.Range("average basket", "SELECT avg(revenue_incl_vat) FROM orders", 1e6, 2e6, "nobody")
    monkeypatch.setattr(realism, "RANGES", (absurd,))
    assert realism.realism(at(small))["is_inside"].tolist() == [False]
    assert build.looks_real(small) == "0 of 1 figures lie where a real brand's would; outside: average basket"


def test_every_range_has_a_source():
    for one in realism.RANGES:
        assert one.low < one.high and len(one.source) > 20, one.name


# ---- The committed sample ----


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    folder = tmp_path_factory.mktemp("worlds") / "fresh"
    build.make(folder)
    return folder


def test_the_committed_sample_is_what_the_code_makes(fresh):
    """Equal to nine digits, on any machine; `make sample` writes it again after a change on purpose."""
    assert {p.name for p in (SAMPLE / "tidy").iterdir()} == {p.name for p in (fresh / "tidy").iterdir()}
    for table in sorted(CORE):
        made, kept = read(fresh, table), read(SAMPLE, table)
        pd.testing.assert_frame_equal(made, kept, rtol=1e-9, obj=table)
    for name in build.COPIED:
        assert (SAMPLE / name).read_bytes() == (fresh / name).read_bytes(), name
    made, kept = (
        json.loads((folder / build.TRUTH).read_text(encoding="utf-8")) for folder in (fresh, SAMPLE)
    )
    assert made["parameters"] == kept["parameters"] and made["world"] == kept["world"]
    for one, other in zip(made["estimands"], kept["estimands"], strict=True):
        assert one.pop("value") == pytest.approx(other.pop("value"), rel=1e-9) and one == other


def test_the_committed_sample_has_the_size_that_was_agreed():
    files = [path for path in SAMPLE.rglob("*") if path.is_file() and "raw" not in path.parts]
    assert sum(path.stat().st_size for path in files) <= 13_600_000
    n = {table: tables.rows(table, at(SAMPLE)) for table in CORE}
    assert (
        27_000 <= n["customers"] <= 33_000
        and 140_000 <= n["orders"] <= 165_000
        and n["touchpoints"] <= 200_000
    )
    assert 55 <= n["campaigns"] <= 70


def test_the_committed_sample_looks_real():
    found = realism.realism(at(SAMPLE))
    assert found["is_inside"].all(), found[~found["is_inside"]].to_string()


def test_the_sample_is_the_company_that_a_command_uses_by_default():
    assert company.default_name() == "sample" and company.read("sample").synthetic
    assert company.read("sample").folder == SAMPLE


def test_the_story_names_every_truth_and_every_trap():
    story = (ROOT / "docs" / "sample.md").read_text(encoding="utf-8")
    known = json.loads((SAMPLE / build.TRUTH).read_text(encoding="utf-8"))
    listed = set(re.findall(r"`(\w+)`", story))
    missing = {one["name"] for one in known["estimands"]} - listed
    assert not missing, f"docs/sample.md does not name {sorted(missing)}"
    for word in (
        "Brand search",
        "Television and video",
        "Display",
        "claim",
        "sample ratio",
        "stopped early",
        "phone_check",
        "last day",
    ):
        assert word in story, word


def test_a_part_is_a_file_and_a_line():
    for module in parts.modules():
        assert any(hasattr(module, name) for name in ("market", "people", "count", "books", "truth")), (
            module.__name__
        )
    assert len(set(parts.PARTS)) == len(parts.PARTS)
    assert World(Setting(1)) == World(Setting(1)) != World(Setting(2))
