import pytest

from helpers import checks
from helpers.checks import Check


def test_a_check_that_warns_needs_a_remedy():
    with pytest.raises(ValueError, match="needs a remedy"):
        Check("stale", "fail", "The data are old.")


def test_an_unknown_status_is_refused():
    with pytest.raises(ValueError, match='"ok" is unknown'):
        Check("stale", "ok", "Fine.")


@pytest.mark.parametrize(
    ("n", "policy"),
    [(0, "counts only"), (29.9, "counts only"), (30, "no trend"), (99, "no trend"), (100, "full")],
)
def test_the_small_sample_policy_changes_at_30_and_100(n, policy):
    assert checks.small_sample(n) == policy


def test_a_small_sample_says_what_it_would_need():
    assert "cannot tell, need n = 30" in checks.sample_check("n", 12, "customers").text
    assert "cannot tell, need n = 100" in checks.sample_check("n", 45, "customers").text
    assert checks.sample_check("n", 2469, "customers").status == "pass"


def test_checks_are_shown_worst_first():
    shown = checks.show(
        [
            Check("a", "pass", "Good."),
            Check("b", "review", "Hm.", "Look."),
            Check("c", "fail", "No.", "Stop."),
        ]
    )
    assert [row["status"] for row in shown.rows] == ["fail", "review", "pass"]
    assert repr(shown).splitlines()[0] == "FAIL   No. Stop."


def test_a_page_without_checks_or_decisions_still_shows():
    assert "none" in checks.show_decisions([])._repr_mimebundle_()["text/html"]
