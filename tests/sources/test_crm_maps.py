"""The exports of customer systems, mail tools and shops: each fixture is recognised among all maps and keeps to its contracts."""

from pathlib import Path

import pytest
import reader

from helpers import tables
from helpers.sources import parsing

SYSTEMS = ("salesforce", "marketing_cloud", "hubspot", "mailchimp", "shopify", "woocommerce")
FIXTURES = Path(__file__).parent / "fixtures"
FILES = [path for path in sorted(FIXTURES.glob("*/*")) if path.parent.name.startswith(SYSTEMS)]
PRIVATE = ("example.org", "192.0.2.", "1 rue X", "48.8", "0199001234")


@pytest.fixture(scope="module", params=FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def got(request):
    """A fixture, read with all maps of the project."""
    return request.param, reader.read(request.param)


def test_a_fixture_is_recognised_among_all_maps(got):
    path, read = got
    assert [one.map.id for one in read.readings] == [path.parent.name]


def test_what_a_fixture_feeds_keeps_to_the_contracts(got):
    _, read = got
    maps = parsing.own_maps()
    for name, frame in read.tables.items():
        outputs = [one for one in maps[read.reading.map.id].tables if one.table == name]
        if any(one.once for one in outputs):
            frame = frame.drop_duplicates([key for key in tables.contract(name).key if key in frame])
        assert len(tables.check(frame, name)) > 0


def test_nothing_that_names_a_person_leaves_the_reader(got):
    _, read = got
    said = " ".join(frame.to_csv() for frame in read.tables.values()) + " ".join(read.reading.notes)
    assert [one for one in PRIVATE if one in said] == []


def test_every_row_of_a_fixture_is_kept_or_left_out_for_a_reason(got):
    for one in got[1].readings:
        assert one.rows_in == one.rows_kept + sum(one.left.values())


def test_every_map_has_a_fixture_unless_it_refuses_its_export():
    maps = parsing.own_maps()
    mine = {name for name, one in maps.items() if name.startswith(SYSTEMS) and not one.refuse}
    assert {path.parent.name for path in FILES} == mine
