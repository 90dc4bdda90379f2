"""A second tiny company: 300 customers, eight months, two exports. Each page says something useful or refuses by design."""

import datetime
import html
import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from helpers import cli, ingest
from helpers.report.run import RunRequest, run

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted(f"crm/{path.stem}" for path in (ROOT / "notebooks/crm").glob("[0-9]*.ipynb"))
START, N_DAYS, N_CUSTOMERS, SEED = datetime.date(2025, 2, 1), 242, 300, 20251001
ORDERS_HEAD = (
    "Name,Email,Financial Status,Accepts Marketing,Currency,Subtotal,Shipping,Taxes,Total,Discount Amount,Created at,"
    "Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Shipping Country,Cancelled at,Refunded Amount,Source"
)
MAILS_HEAD = (
    'Title,Subject,List,"Send Date","Total Recipients","Successful Deliveries","Soft Bounces","Hard Bounces",'
    '"Unique Opens","Unique Clicks","Total Clicks",Unsubscribes,"Abuse Complaints","Unique Id"'
)


def shop(rng: np.random.Generator) -> str:
    """A shop's export: people come all the time, buy at their own rate, some leave for good; prices include 20 % tax."""
    sold: list[tuple[int, int, float]] = []
    rate, stays, level = rng.gamma(1.2, 0.012, N_CUSTOMERS), rng.geometric(0.25, N_CUSTOMERS), rng.gamma(6, 8, N_CUSTOMERS)  # fmt: skip
    for person, first in enumerate(np.linspace(0, N_DAYS - 1, N_CUSTOMERS)):
        day = float(first)
        for _ in range(stays[person]):
            sold.append((int(day), person, level[person] * rng.gamma(5, 0.2)))
            day += rng.exponential(1 / rate[person])
            if day >= N_DAYS:
                break
    rows = []
    for number, (day, person, value) in enumerate(sorted(sold)):
        on, back = START + datetime.timedelta(days=day), value if rng.random() < 0.02 else 0.0
        state, yes = ("partially_refunded" if back else "paid"), "yes" if person % 2 else "no"
        rows.append(
            f"#{number},p{person}@example.org,{state},{yes},EUR,{value:.2f},0.00,{value / 6:.2f},{value:.2f},0.00,"
            f"{on} 12:00:00 +0200,1,Tea,{value:.2f},TEA,FR,,{back / 2:.2f},web"
        )
    return "\n".join([ORDERS_HEAD, *rows]) + "\n"


def mails(rng: np.random.Generator) -> str:
    """A mail tool's export: a newsletter every second week to the half that takes e-mail."""
    rows = []
    for number, day in enumerate(range(6, N_DAYS, 14)):
        on, to = START + datetime.timedelta(days=day), 20 + number * 7
        opens, clicks, gone = rng.binomial(to, 0.4), rng.binomial(to, 0.05), rng.binomial(to, 0.01)
        rows.append(
            f'Letter {number},Tea of the month,Members,"{on:%b %d, %Y} 09:30 am",{to},{to},0,0,'
            f"{opens},{clicks},{clicks},{gone},0,{number:010x}"
        )
    return "\n".join([MAILS_HEAD, *rows]) + "\n"


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """The report of the seven pages, made as a small company makes it: start, two exports, ingest, run."""
    root = tmp_path_factory.mktemp("small") / "project"
    shutil.copytree(ROOT / "notebooks/crm", root / "notebooks/crm")
    shutil.copy(ROOT / "requirements.lock", root)
    rng = np.random.default_rng(SEED)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CMO_HOME", str(root))
        patch.setenv("CMO_PSEUDONYM_KEY", "7" * 64)
        patch.delenv("CMO_COMPANIES", raising=False)
        assert cli._main(["start", "petit-moulin", "--profile", "sme"]) == 0
        raw = root / "data/companies/petit-moulin/raw"
        (raw / "shopify/orders.csv").write_text(shop(rng), encoding="utf-8")
        (raw / "mailchimp/campaigns.csv").write_text(mails(rng), encoding="utf-8")
        made = ingest.ingest("petit-moulin")
        assert made.rows["customers"] == N_CUSTOMERS
        said: list[str] = []
        done = run(RunRequest("petit-moulin", jobs=2, say=said.append, warn=said.append))
        assert done.exit_code == 0, said
    ((folder, _),) = done.reports
    return folder


@pytest.fixture(scope="module")
def entries(report):
    """What run.json says of each page."""
    return {entry["name"]: entry for entry in json.loads((report / "run.json").read_text())["notebooks"]}


@pytest.fixture(scope="module")
def rows(report):
    """KPI, check and decision rows of each page that opened."""
    return json.loads((report / "kpis.json").read_text())


def words(page: Path) -> str:
    """What a reader sees of a page."""
    text = re.sub(r"(?s)<(style|script|svg)\b.*?</\1>", " ", page.read_text(encoding="utf-8"))
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", text)))


OPEN = (
    "crm/01-retention-cohorts",
    "crm/02-customer-lifetime-value",
    "crm/03-churn-risk",
    "crm/04-campaigns-and-uplift",
)
CLOSED = {
    "crm/05-basket-recovery": "carts",
    "crm/06-voice-of-customer": "surveys",
    "crm/07-pipeline": "opportunities",
}
# Words that a number leaves behind where there is none, and a command that was not set as one.
LEFT_OVER = re.compile(r"(?<![\"“«])\b(?:nan|NaN|None|NaT|inf|infinity)\b|<NA>|`|\{\w+\}|Traceback")
each = pytest.mark.parametrize("page", OPEN)


def test_the_test_knows_every_page():
    assert sorted([*OPEN, *CLOSED]) == PAGES


@each
def test_a_page_whose_tables_are_there_is_made(entries, page):
    assert (entries[page]["status"], entries[page]["error"]) == ("done", None)


@pytest.mark.parametrize(("page", "table"), CLOSED.items())
def test_a_page_whose_table_is_missing_names_the_table_and_what_brings_it(entries, report, page, table):
    entry = entries[page]
    assert entry["status"] == "skipped"
    assert f"petit-moulin has no table {table} (" in entry["error"]
    assert f"`cmo maps --table {table}`" in entry["error"] and "cmo ingest" in entry["error"]
    assert f"cmo maps --table {table} lists the exports" in re.sub(r"\s+", " ", words(report / "index.html"))


@each
def test_a_page_opens_with_a_sentence_and_ends_with_a_decision(rows, page):
    found = rows["notebooks"][page]
    assert len(found["answer"]) > 40 and found["answer"].rstrip("*").endswith(".")
    assert found["decisions"]
    for decision in found["decisions"]:
        assert (
            decision["sentence"].endswith(".")
            and decision["reverse_if"]
            and decision["owner"]
            and decision["due"]
        )
        assert (decision["effect"] is None) or (decision["low"] <= decision["effect"] <= decision["high"])


@each
def test_each_figure_has_its_interval_or_says_why_there_is_none(rows, page):
    for row in rows["notebooks"][page]["kpis"]:
        if row["value"] is None:
            assert re.search(r"cannot (?:be told|tell)", row["sentence"]), row["sentence"]
            assert re.search(r"n = \d|weeks of data|left customers alone|has no table", row["sentence"]), row[
                "sentence"
            ]
        elif row["kind"] != "counted":
            assert row["low"] <= row["value"] <= row["high"], row["id"]


@each
def test_each_page_says_what_could_make_it_wrong_and_what_to_do_then(rows, page):
    found = rows["notebooks"][page]["checks"]
    assert found
    assert all(check["remedy"] for check in found if check["status"] != "pass")


@each
def test_no_number_that_is_none_reaches_a_reader(report, page):
    said = words(report / f"{page}.html")
    assert not LEFT_OVER.findall(said)
    assert "No value can be shown" not in said
