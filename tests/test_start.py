"""A new company: its folder is whole or not there, valid as it stands, and says in one language what to do next."""

import csv
import os
import re
import subprocess
import sys
import tomllib

import pytest

from helpers import company, tables
from helpers.errors import UsageError
from helpers.start import is_untouched, make, next_steps
from helpers.start.profiles import kept_by_hand, profiles

ENGLISH = re.compile(r"\b(the|of|and|with|which|every|row|day|first|export these)\b", re.IGNORECASE)
BOTH = pytest.mark.parametrize("language", ["en", "fr"])
EACH = pytest.mark.parametrize("profile", company.PROFILES)


def files(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_profiles_are_those_that_a_company_can_have():
    assert tuple(sorted(profiles())) == tuple(sorted(company.PROFILES))


@EACH
def test_what_a_profile_begins_with_exists(profile):
    begun = profiles()[profile]
    fed = {table for export in begun.exports for table in export.tables}
    assert {*fed, *begun.tables} <= set(tables.TABLES)
    assert not fed & set(begun.tables)  # a table comes from an export or from a person


@BOTH
@EACH
def test_a_new_company_is_valid_as_it_stands(project, profile, language):
    made = make("petit-moulin", profile=profile, language=language)
    read = company.read("petit-moulin")
    assert read == made
    assert (read.profile, read.language, read.adapter) == (profile, language, None)
    assert (read.title, read.currency, read.time_zone) == ("Petit Moulin", "EUR", "Europe/Paris")
    assert read.notes.is_dir() and list(read.notes.iterdir()) == []
    assert {path.name for path in read.raw.iterdir()} == set(profiles()[profile].folders)
    assert [path for path in read.raw.rglob("*") if path.is_file()] == []


@BOTH
@EACH
def test_a_template_has_the_columns_of_its_table_and_no_row(project, profile, language):
    folder = make("petit-moulin", profile=profile, language=language).folder
    assert {path.stem for path in folder.glob("*.csv")} == set(profiles()[profile].tables)
    for path in folder.glob("*.csv"):
        text = path.read_text(encoding="utf-8-sig")
        heads, *rows = csv.reader(text.splitlines(), delimiter=";" if language == "fr" else ",")
        columns = [tables.contract(path.stem).column(head) for head in heads]
        assert rows == [] and {column.name for column in columns} == set(tables.contract(path.stem).names)
        assert [column.required for column in columns] == sorted(
            (column.required for column in columns), reverse=True
        )
        assert is_untouched(path)


def test_a_french_template_opens_in_a_french_spreadsheet_program(project):
    french = make("un", profile="sme", language="fr").folder / "targets.csv"
    english = make("one", profile="sme").folder / "targets.csv"
    assert french.read_bytes() == b"\xef\xbb\xbfperiod;kpi;market;value;segment;owner\r\n"
    assert english.read_bytes() == b"period,kpi,market,value,segment,owner\r\n"


def test_a_company_that_has_filled_in_nothing_has_no_targets(project):
    for name, language in (("one", "en"), ("un", "fr")):
        assert tables.all_targets(make(name, profile="sme", language=language)).empty


@pytest.mark.parametrize(
    ("content", "untouched"),
    [
        (b"period,kpi\r\n", True),
        (b"period,kpi", True),
        (b'\xef\xbb\xbf"period";"kpi"\r\n;\r\n;;;\r\n\r\n', True),  # as spreadsheet programs leave it
        ("period\tkpi\r\n\t\r\n".encode("utf-16"), True),
        (b"period,kpi\n2026-09,nps\n", False),
        (b"period,kpi\r2026-09,nps\r", False),  # lines as old Macs end them
        ("period\tkpi\r\n2026-09\tnps\r\n".encode("utf-16"), False),
        (b"period,kpi\n" + b",\n" * 300 + b"0,\n", False),
        (b"", False),
        (b"\r\n;\r\n", False),
    ],
)
def test_heads_without_a_row_count_as_not_filled_in(tmp_path, content, untouched):
    path = tmp_path / "targets.csv"
    path.write_bytes(content)
    assert is_untouched(path) is untouched


@BOTH
def test_every_example_in_company_toml_can_be_used(project, language):
    made = make("moulin", profile="b2b", markets=("BE", "FR"), language=language)
    path = made.folder / "company.toml"
    used = re.sub(r"^#(?! )", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    values = tomllib.loads(used)
    months = values.pop("retention_months")
    assert set(months) <= set(tables.TABLES) and all(type(n) is int for n in months.values())
    read = company.of_values(values, name="moulin", folder=made.folder, where="test")
    assert [one["files"] for one in read.exports] == ["google_ads/*brand*", "survey/*"]
    assert read.exports[0]["market"] == "FR" and read.exports[1]["decimal"] == ","
    assert set(read.owners) == {"data", "media", "sales"} and read.contribution_margin_rate == 0.4


def test_a_title_may_hold_quotes_braces_and_accents(project):
    title = 'L’«Été» "d\\ici" {x} #1'
    assert make("moulin", profile="sme", title=title).title == company.read("moulin").title == title


def test_currency_and_time_zone_are_the_markets_own_where_they_have_one(project):
    made = make("uhr", profile="sme", markets=("CH",))
    assert (made.currency, made.time_zone) == ("CHF", "Europe/Zurich")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--profile", "sme", "--market", "FR", "--market", "CH"], "several (EUR, CHF). Name the currency"),
        (
            ["--profile", "sme", "--market", "DE"],
            "DE has several time zones (Europe/Berlin, Europe/Busingen)",
        ),
        (["--profile", "sme", "--market", "US"], "America/Anchorage, America/Boise, …). Name the company's"),
        (["--profile", "sme", "--market", "AQ", "--time-zone", "UTC"], "the market has none of its own"),
        (["--profile", "sme", "--market", "France"], 'market "France" is not an ISO country code'),
        (["--profile", "sme", "--market", "FR", "--market", "FR"], "markets names one twice"),
        (["--profile", "sme", "--currency", "EURO"], '"EURO" is not an ISO 4217 code'),
        (["--profile", "sme", "--time-zone", "Paris"], "Use one such as Europe/Paris"),
        (["--profile", "sme", "--language", "xx"], "Use one of en, fr"),
        (["--profile", "pme"], 'profile "pme" is unknown. Use --profile with one of b2c, retail, b2b, sme'),
        ([], "no profile is named. Use --profile with one of b2c, retail, b2b, sme"),
        (["--profile", "sme", "--title", "a\nb"], "is not a text"),
        (["--profile", "sme", "--title", "a\udcff"], "--title is not readable text"),
    ],
)
def test_a_wrong_option_is_one_sentence_and_nothing_is_made(project, cmo, options, says):
    code, out, err = cmo("start", "petit-moulin", *options)
    assert (code, out) == (2, "") and says in err
    assert len(err.strip().splitlines()) == 1
    assert [path.name for path in company.companies_dir().iterdir()] == ["acme"]


@pytest.mark.parametrize(
    "name", ["Acme2", "a b", "é", "../acme2", "a/b", "-a", "_a", ".a", "", "a" * 65, "a\n"]
)
def test_a_name_that_cannot_be_a_folder_is_refused(project, name):
    with pytest.raises(UsageError, match="Use lower-case letters, digits, - and _"):
        make(name, profile="sme")
    assert [path.name for path in company.companies_dir().iterdir()] == ["acme"]


def test_a_company_that_exists_is_left_as_it_is(project, cmo):
    before = files(company.companies_dir())
    code, out, err = cmo("start", "acme", "--profile", "sme")
    assert (code, out) == (2, "") and "acme exists already and is left as it is" in err
    assert files(company.companies_dir()) == before


def test_a_folder_without_a_company_is_left_as_it_is_too(project):
    (company.companies_dir() / "other").mkdir()
    with pytest.raises(UsageError, match="other exists already"):
        make("other", profile="sme")
    assert list((company.companies_dir() / "other").iterdir()) == []


def run(project, *words, **options):
    command = [sys.executable, "-m", "helpers.cli", "start", *words]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.Popen(
        command,
        cwd=project.root,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        **options,
    )


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on the size of files there")
def test_a_disk_that_is_full_leaves_nothing_behind(project):
    import resource

    def limit():  # enough for the heads of a table, too little for the text that explains them
        resource.setrlimit(resource.RLIMIT_FSIZE, (500, 500))

    process = run(project, "moulin", "--profile", "sme", preexec_fn=limit)
    out, err = process.communicate()
    assert (process.returncode, out) == (3, "")
    assert err.startswith("cmo: moulin: its folder cannot be written in") and len(err.splitlines()) == 1
    assert [path.name for path in company.companies_dir().iterdir()] == ["acme"]


def test_of_several_who_start_the_same_company_one_does(project):
    processes = [run(project, "moulin", "--profile", "sme") for _ in range(3)]
    said = [process.communicate() for process in processes]
    assert sorted(process.returncode for process in processes) == [0, 2, 2]
    assert sum("moulin exists already" in err for _, err in said) == 2
    assert {path.name for path in company.companies_dir().iterdir()} == {"acme", "moulin"}
    assert company.read("moulin").profile == "sme"


def test_the_first_exports_of_a_small_company_come_in_their_order(project, cmo):
    code, out, err = cmo("start", "petit-moulin", "--profile", "sme")
    assert (code, err) == (0, "")
    assert re.findall(r"^   1\.\d+  (.+?) → (.+)$", out, flags=re.MULTILINE) == [
        ("Google Analytics 4", "raw/ga4/"),
        ("Google Ads", "raw/google_ads/"),
        ("Meta Ads Manager", "raw/meta/"),
        ("Mailchimp", "raw/mailchimp/"),
        ("Web shop", "raw/shopify/ or raw/woocommerce/"),
    ]
    assert "docs/exporting.md#shopify or docs/exporting.md#woocommerce" in out
    commands = [line.strip() for line in out.splitlines() if line.startswith("   cmo ")]
    assert commands == [
        "cmo check data/companies/petit-moulin/raw/ga4/FILE.csv",
        "cmo ingest --company petit-moulin",
        "cmo run --company petit-moulin",
    ]
    assert out.index("secrets.token_hex(32)") < out.index("cmo check")


def test_an_export_names_the_pages_that_need_it(project):
    project.notebook("crm/01-a", profiles=["sme"])  # it reads orders
    project.notebook("crm/02-b", profiles=["b2b"])
    said = list(next_steps(make("petit-moulin", profile="sme")))
    assert [line.strip() for line in said if "Pages" in line] == ["Pages that need it: Question of crm/01-a"]
    assert next(i for i, line in enumerate(said) if "Pages" in line) > said.index(
        "   1.5  Web shop → raw/shopify/ or raw/woocommerce/"
    )


@EACH
def test_french_text_is_french(project, profile):
    (project.root / "docs").mkdir()
    (project.root / "docs" / "exporting.fr.md").touch()
    made = make("petit-moulin", profile=profile, language="fr")
    guide = (made.folder / "LISEZMOI.txt").read_text(encoding="utf-8")
    settings = (made.folder / "company.toml").read_text(encoding="utf-8")
    steps = "\n".join(next_steps(made))
    assert "docs/exporting.fr.md#google_ads" in steps and "Récupérez d’abord" in steps
    for text in (guide, settings, steps):
        prose = text.replace("as in the KPI", "")  # a word to be typed as it is
        assert [line for line in prose.splitlines() if ENGLISH.search(line)] == []
        assert not re.search(r"\w [:;?!»]", text)  # a space that may end the line
    assert all(f"{name}.csv" in guide for name in profiles()[profile].tables)


def test_the_guide_explains_every_column_of_every_table(project):
    for profile in company.PROFILES:
        folder = make(profile, profile=profile).folder
        guide = (folder / "README.txt").read_text(encoding="utf-8")
        said = " ".join(guide.split())
        for name in profiles()[profile].tables:
            for column in tables.contract(name).columns:
                assert f"{column.name}{' *' if column.required else ''}: " in said
                assert column.meaning in said
    assert set(kept_by_hand()) == {name for one in profiles().values() for name in one.tables}
