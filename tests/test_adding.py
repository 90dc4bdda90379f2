"""Each recipe of docs/adding.md, tried."""

import re
import shutil
import tomllib
from dataclasses import replace
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from helpers import catalogues, checks, company, docs, i18n, ingest, kpi, rollups, tables
from helpers.company import Company, Scope
from helpers.periods import parse
from helpers.pillars.crm import KPIS

ROOT = Path(__file__).resolve().parents[1]
HERE = Scope(Company("shop", Path(), "Shop", "EUR", ("FR",), "Europe/Paris"), parse("2026-03"), "ALL", "en")


def recipes():
    return re.findall(
        r"^## (.+)$", (ROOT / "docs" / "adding.md").read_text(encoding="utf-8"), flags=re.MULTILINE
    )


def test_every_recipe_is_tried_here():
    for recipe in recipes():
        name = "test_" + re.sub("[ -]", "_", recipe)
        assert name in globals(), f"docs/adding.md: '{recipe}' has no test {name}"


def test_a_figure(monkeypatch):
    new = replace(KPIS["monthly_retention"], id="referral", label="Referral")
    monkeypatch.setitem(KPIS, "referral", new)
    assert "`referral`" in docs.docs_kpis()
    assert kpi.row(new, HERE, 0.2, low=0.1, high=0.3, n=100).sentence.startswith(
        "Referral, March 2026: 20.0%"
    )


def test_a_rollup():
    """A rollup of one's own, from a table to a frame."""
    import narwhals as nw

    def orders_by_market(orders):
        return nw.from_native(orders).lazy().group_by("market").agg(n=nw.len()).to_native()

    given = pd.DataFrame({"market": ["FR", "BE", "FR"]})
    made = rollups.collect(orders_by_market(tables.connect().from_df(given))).set_index("market")
    assert made["n"].to_dict() == {"FR": 2, "BE": 1}


def test_a_chart():
    """A chart of one's own keeps title, subtitle and description."""
    import matplotlib.pyplot as plt

    from helpers.charts.frame import finish, theme

    theme("crm")
    _, ax = plt.subplots()
    ax.plot([0, 1], [0, 1])
    made = finish(ax, "Finding", "measure; n = 2", "Two points.")
    assert made.figure.get_label() == "Finding. Two points."
    plt.close(made.figure)


def test_a_check():
    made = checks.check("gap", False, "Two days are missing.", remedy="Import them.", otherwise="fail")
    assert "FAIL   Two days are missing. Import them." in repr(checks.show([made]))


def test_a_table(tmp_path, monkeypatch):
    from helpers.tables import contracts

    entry = """
[loyalty_points]
meaning = "Points that customers hold."
grain = "One row per customer."
key = ["customer_id"]
columns = [
  { use = "customer_id", required = true },
  { name = "points", type = "int", unit = "count", required = true, min = 0, public = true, meaning = "Points held." },
]
"""
    path = tmp_path / "tables.toml"
    path.write_text(contracts.CONTRACTS.read_text(encoding="utf-8") + entry, encoding="utf-8")
    monkeypatch.setattr(contracts, "CONTRACTS", path)
    contracts.all_tables.cache_clear()
    try:
        kept = tables.check(
            pd.DataFrame({"customer_id": ["a"], "points": [3], "e_mail": ["x@example.com"]}), "loyalty_points"
        )
        assert list(kept.columns) == ["customer_id", "points"]
        assert "loyalty_points" in docs.docs_tables()
    finally:
        contracts.all_tables.cache_clear()


def test_a_notebook(tmp_path):
    from helpers.report import plan  # finds notebooks by their place

    target = tmp_path / "notebooks" / "brand" / "09-new-question.ipynb"
    target.parent.mkdir(parents=True)
    shutil.copy(ROOT / "notebooks" / "_template.ipynb", target)
    notebook = nbformat.read(target, as_version=4)
    notebook.metadata.cmo.update(id="brand/09-new-question", pillar="brand")
    nbformat.write(notebook, target)
    assert [found.name for found in plan.sources(tmp_path)] == ["brand/09-new-question"]


@pytest.fixture
def companies(tmp_path, monkeypatch):
    monkeypatch.setenv("CMO_COMPANIES", str(tmp_path))
    monkeypatch.setenv("CMO_HOME", str(tmp_path))
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "company.toml").write_text(
        'title = "Mine"\ncurrency = "EUR"\nmarkets = ["FR"]\ntime_zone = "Europe/Paris"\n'
    )
    return tmp_path


def test_a_company(companies):
    assert company.read("mine").currency == "EUR"
    assert (
        tomllib.loads((ROOT / "data/companies/completejourney/company.toml").read_text())["adapter"]
        == "completejourney"
    )


ELEVENTH = """
name = "Régie locale daily report"
system = "regie_locale"
verified = false
source = "made up for this test"
vat = "excl"
key_column = "campaign"
[columns.day]
names = ["Date de diffusion"]
type = "date"
required = true
[columns.campaign]
names = ["Opération"]
type = "text"
required = true
[columns.cost]
names = ["Montant net HT"]
type = "money"
required = true
[columns.views]
names = ["Contacts"]
type = "int"
[[tables]]
table = "media_spend"
[tables.columns]
spent_on = "day"
platform = { value = "regie_locale" }
campaign = "campaign"
campaign_id = "campaign"
spend = "cost"
impressions = "views"
"""
FIXTURE = (
    "Régie locale\nSeptembre 2026\n\nDate de diffusion;Opération;Montant net HT (EUR);Contacts\n"
    "13/09/2026;Rentrée;1\u202f234,50;12\u00a0000\n14/09/2026;Rentrée;10,00;90\nTotal;;1\u202f244,50;12\u00a0090\n"
)


def test_an_export(companies, capsys):
    """An eleventh system is one TOML and a fixture; nothing else changes."""
    from helpers import cli

    folder = company.read("mine").folder
    (folder / "maps").mkdir()
    (folder / "maps" / "regie_locale_daily.toml").write_text(ELEVENTH, encoding="utf-8")
    raw = folder / "raw" / "regie_locale"
    raw.mkdir(parents=True)
    (raw / "septembre.csv").write_bytes(FIXTURE.encode("utf-8"))
    assert cli._main(["check", str(raw / "septembre.csv")]) == 0
    said = capsys.readouterr().out
    assert "Régie locale daily report (map regie_locale_daily, not verified" in said
    assert "2026-09-13 to 2026-09-14" in said
    assert "Montant net HT (EUR) 1,244.50, Contacts 12,090.00" in said
    ingest.ingest("mine")
    spend = pd.read_parquet(company.read("mine").tidy / "media_spend")
    assert spend["spend"].astype(float).tolist() == [1234.5, 10.0]
    assert spend["currency"].tolist() == ["EUR", "EUR"]


def test_a_data_set_that_comes_whole(companies, monkeypatch):
    import sys
    import types

    till = types.ModuleType("helpers.sources.adapters.mytill")

    def read(raw, *, currency, market, time_zone):
        order = {
            "order_id": "1",
            "customer_id": "a",
            "ordered_on": pd.Timestamp("2026-03-01"),
            "market": market,
        }
        money = {"status": "paid", "revenue_excl_vat": 10.0, "currency": currency, "phone": "0639981234"}
        yield "orders", pd.DataFrame([order | money]), "till.csv", 1

    till.read = read
    monkeypatch.setitem(sys.modules, "helpers.sources.adapters.mytill", till)
    monkeypatch.setattr(ingest.whole, "adapters", lambda: ["mytill"])
    toml = company.read("mine").folder / "company.toml"
    toml.write_text(toml.read_text() + '\nadapter = "mytill"\n')
    assert "1 rows from till.csv" in ingest.ingest("mine").lines[0]
    assert "phone" not in pd.read_parquet(company.read("mine").tidy / "orders").columns


def test_a_what_if_panel(monkeypatch):
    from helpers import whatif
    from helpers.whatif import panel

    def carbon(inputs, constants, draws):
        kilograms = [constants["orders"] * (1 - inputs["relay"]) * one for (one,) in draws]
        return {"figures": {"carbon": [kilograms[1], kilograms[0], kilograms[2]]}, "case": "told"}

    monkeypatch.setitem(panel.MODELS, "carbon", carbon)
    relay = whatif.Slider(id="relay", label="Relay", low=0.0, high=0.5, step=0.1, default=0.2, unit="share")
    made = whatif.Panel(
        id="carbon", title="What if?", model="carbon", constants={"orders": 100}, draws=[[0.8], [1.0], [1.1]], inputs=(relay,),
        figures=(whatif.Figure(id="carbon", label="Carbon", unit="ratio"),), data=("Orders.",), assumed=("A relay adds nothing.",),
        sentences={"told": "With {relay} by relay: {carbon} ({carbon_interval})."}, scenarios=({}, {"relay": 0.5}),
    )  # fmt: skip
    assert repr(whatif.show(made)) == "With 20% by relay: 80 (64 to 88).\nWith 50% by relay: 50 (40 to 55)."
    script = (ROOT / "src/helpers/report/template/whatif.js").read_text(encoding="utf-8")
    assert all(f"{name}(inputs, constants, draws)" in script for name in set(panel.MODELS) - {"carbon"})


def test_a_part_of_the_sample_world(monkeypatch):
    import types

    from helpers.sample import parts
    from helpers.sample.setting import Setting
    from helpers.sample.world import World

    late = types.ModuleType("helpers.sample.weather")
    late.market = lambda world: iter([("stores", pd.DataFrame({"rain": world.rng("weather").random(2)}))])
    known = parts.modules()
    monkeypatch.setattr(parts, "modules", lambda: [*known, late])
    given = [rows for part, rows in parts.each("market", World(Setting(1, 0.01))) if part == "weather"]
    assert [(table, len(frame)) for table, frame in given] == [("stores", 2)]


def test_a_language(tmp_path, monkeypatch):
    folder = tmp_path / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "crm.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "cannot tell"\nmsgstr "on ne peut pas conclure"\n',
        encoding="utf-8",
    )
    monkeypatch.setattr(i18n, "LOCALE", tmp_path)
    i18n.translations.cache_clear(), i18n._chain.cache_clear()
    try:
        assert i18n.languages() == ["en", "fr"]
        assert i18n.text("cannot tell", "fr") == "on ne peut pas conclure"
        assert i18n.text("no clear change", "fr") == "no clear change"
        assert i18n.number(0.123, "share", decimals=1, language="fr") == "12,3\u00a0%"
        assert (
            i18n.number(1234.5, "currency", currency="EUR", decimals=2, language="fr")
            == "1\u202f234,50\u00a0€"
        )
    finally:
        i18n.translations.cache_clear(), i18n._chain.cache_clear()


def test_a_message(tmp_path, monkeypatch):
    module = tmp_path / "fresh.py"
    module.write_text(
        'from helpers.i18n import mark, plural, text\nWORDS = {"a": mark("In a table")}\n'
        'text("Whole sentence with {place}", "fr", place=1)\nplural("{n} note", "{n} notes", 2)\n',
        encoding="utf-8",
    )
    monkeypatch.setattr(catalogues, "PACKAGE", tmp_path)
    found = [row.id for row in catalogues.messages(ROOT)["package"] if row.where == "fresh.py"]
    assert found == ["In a table", "Whole sentence with {place}", ("{n} note", "{n} notes")]


def test_an_edition_of_a_page():
    tags = (ROOT / "tests" / "test_notebooks.py").read_text(encoding="utf-8")
    for tag in ("leadership", "answer", "method", "teaching", "solution"):
        assert f'"{tag}"' in tags
