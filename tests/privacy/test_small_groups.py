import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import privacy


@pytest.mark.parametrize(
    ("sizes", "gone"),
    [
        ([50, 40, 30], [False, False, False]),
        ([50, 40, 4], [False, True, True]),  # 4 is small; 40 would give it away as the rest of 94
        ([50, 3, 4], [True, True, True]),  # 3 + 4 = 7 is still a group of fewer than ten
        ([50, 6, 7], [False, True, True]),  # two hidden groups hold 13 people together
        ([4], [True]),
        ([0, 50, 10], [False, False, False]),  # nobody and ten are no small groups
        ([], []),
    ],
)
def test_a_small_group_is_hidden_with_the_one_that_would_give_it_away(sizes, gone):
    assert privacy.hidden(sizes) == gone


def test_without_a_known_total_only_the_small_group_is_hidden():
    assert privacy.hidden([50, 40, 4], total_is_known=False) == [False, False, True]


@given(st.lists(st.integers(0, 60), max_size=8))
def test_what_is_hidden_can_never_be_had_by_subtraction(sizes):
    gone = privacy.hidden(sizes)
    out = [size for size, hidden in zip(sizes, gone, strict=True) if hidden]
    assert all(hidden for size, hidden in zip(sizes, gone, strict=True) if 0 < size < 10)
    shown = [size for size, hidden in zip(sizes, gone, strict=True) if size and not hidden]
    if out and shown:
        assert len(out) > 1 and sum(out) >= 10


def test_every_page_can_hide_small_groups_without_bringing_in_what_reads_files():
    heavy = "duckdb", "pandas", "pyarrow", "scipy"
    asked = f"import sys, helpers.privacy; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
