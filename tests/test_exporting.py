"""The pages on getting files out of the tools say the same in both languages, section by section."""

import re
from pathlib import Path

import pytest

from helpers import tables
from helpers.sources import parsing
from helpers.start.profiles import profiles

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGES = ("exporting.md", "exporting.fr.md")
SYSTEMS = (
    *(
        "google_ads",
        "meta",
        "linkedin",
        "cm360",
        "dv360",
        "sa360",
        "ga4",
        "adobe",
        "salesforce",
        "marketing_cloud",
    ),
    *(
        "hubspot",
        "mailchimp",
        "hootsuite",
        "sprinklr",
        "slack",
        "shopify",
        "woocommerce",
        "survey",
        "brand_lift",
    ),
    *(
        "panel",
        "official",
        "csr",
        "reviews",
        "earned_media",
        "stores",
        "events",
        "community",
        "finance",
        "learning",
        "fivetran",
    ),
)
EACH = pytest.mark.parametrize("page", PAGES)


def text(page):
    return (DOCS / page).read_text(encoding="utf-8")


def sections(page):
    """Anchor -> the text under its heading."""
    parts = re.split(r'^<a id="([a-z0-9_]+)"></a>\n', text(page), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@EACH
def test_every_system_has_its_section_with_a_heading(page):
    assert tuple(sections(page)) == ("all", *SYSTEMS)
    assert all(body.startswith("## ") and body.count("\n## ") == 0 for body in sections(page).values())


def test_both_pages_have_the_same_exports_with_the_same_steps():
    shapes = [
        {
            name: re.findall(r"^(###|\d+\.|-) ", body, flags=re.MULTILINE)
            for name, body in sections(page).items()
        }
        for page in PAGES
    ]
    assert shapes[0] == shapes[1]


@EACH
def test_every_export_is_a_list_of_steps_that_ends_in_a_folder_or_a_file(page):
    for name, body in sections(page).items():
        if name == "all":
            continue
        assert "`raw/" in body or ".csv`" in body, name
        for export in body.split("\n### ")[1:]:
            steps = re.findall(r"^(\d+)\. ", export, flags=re.MULTILINE)
            assert steps == [str(n) for n in range(1, len(steps) + 1)] and steps, export.splitlines()[0]


@EACH
def test_a_folder_is_named_like_its_system(page):
    for name, body in sections(page).items():
        folders = set(re.findall(r"`raw/([a-z0-9_]+)/", body))
        assert folders <= {name, *(["till"] if name == "stores" else [])}, name


@EACH
def test_the_table_of_contents_leads_to_every_section(page):
    listed = re.findall(r"\]\(#([a-z0-9_]+)\)", text(page))
    assert listed == list(sections(page))


@EACH
def test_tables_and_links_that_are_named_exist(page):
    named = set(re.findall(r"`([a-z_]+)\.csv`", text(page)))
    assert named and named <= set(tables.TABLES)
    for link in re.findall(r"\]\(([^#)]+)\)", text(page)):
        assert (DOCS / link).is_file()


@EACH
def test_what_cmo_start_and_the_maps_speak_of_has_a_section(page):
    asked = {
        section for profile in profiles().values() for one in profile.exports for section in one.sections
    }
    maps = parsing.own_maps()
    systems = {"fivetran" if name.startswith("fivetran_") else one.system for name, one in maps.items()}
    systems = {{"influencers": "events"}.get(one, one) for one in systems}
    assert asked | systems <= set(sections(page))


def test_the_same_names_of_files_settings_and_commands_stand_in_both():
    words = {"FICHIER": "FILE", "NOM": "NAME"}
    found = []
    for page in PAGES:
        code = re.findall(r"`([^`]+)`", re.sub(r"\s+", " ", text(page)))
        found.append([re.sub("|".join(words), lambda word: words[word[0]], one) for one in code])
    localised = ["Résultats", "Montant dépensé (EUR)"]
    english = ["Results", "Amount spent (EUR)"]
    assert [dict(zip(localised, english, strict=True)).get(one, one) for one in found[1]] == found[0]


def test_the_french_page_is_set_as_french_readers_expect():
    prose = re.sub(r"`[^`]*`|<a [^>]*>|\]\([^)]*\)", "", text("exporting.fr.md"))
    assert not re.search(r"[^\u00a0\s(][;?!»]|[a-zé)*]:(?![/\w])", prose.replace("**", ""))
    assert not re.search(r" [:;?!»%]|« ", prose)
    assert "'" not in prose  # the curly apostrophe everywhere
    assert not re.search(r"\b(tu|ton|ta|tes|toi)\b", prose)
    assert "vous" in prose
