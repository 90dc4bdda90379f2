from pathlib import Path

from helpers.pillars.activation import naming, pages


def test_a_channel_stands_as_the_company_writes_it_and_none_is_said():
    assert naming.shown("search_brand", "en") == "search_brand"
    assert naming.shown("", "en") == "without a channel"
    assert naming.shown("tv + video", "fr") == "tv + video"


def test_a_group_alone_is_said_together_and_beside_others_keeps_its_sign():
    assert naming.listed_channels(["tv + video"], "en") == "tv and video together"
    assert naming.listed_channels(["tv + video"], "fr") == "tv et video ensemble"
    assert naming.listed_channels(["social", "tv + video"], "en") == "social and tv + video"
    assert naming.listed_channels([], "en") == ""


def test_each_channel_of_a_group_counts_for_the_verb():
    assert [naming.count(names) for names in ([], ["tv"], ["tv + video"], ["tv", "social + search"])] == [
        0,
        1,
        2,
        3,
    ]


def test_the_pages_that_take_decisions_on_channels_are_notebooks():
    notebooks = Path(__file__).parents[2] / "notebooks"
    assert all((notebooks / f"{name}.ipynb").is_file() for name in (pages.BUDGET, pages.TESTS))
