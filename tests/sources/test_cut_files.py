"""Files that end before their end, and maps and dates that once led to a traceback: each is one sentence."""

import gzip
import random
from datetime import date

import pytest

from helpers import cli
from helpers.errors import DataError
from helpers.sources import dates, expressions
from helpers.sources.proving import Days

HEAD = "Day,Campaign,Currency code,Cost,Clicks\n"


def test_a_compressed_file_that_is_cut_off_late_is_refused(tmp_path, capsys):
    drawn = random.Random(1)
    rows = "".join(f"2026-09-01,{drawn.random()},EUR,{drawn.random():.2f},1\n" for _ in range(20_000))
    path = tmp_path / "x.csv.gz"
    path.write_bytes(gzip.compress((HEAD + rows).encode())[:-5000])
    assert cli._main(["check", str(path)]) == 3
    assert capsys.readouterr().err == "cmo: x.csv.gz: the compressed file is cut off. Fetch it again.\n"


def test_a_day_with_its_time_is_settled_by_the_period_above():
    days = Days("")
    days.add([(5, "03/04/2026 10:15")], "Date", are_edges=False)
    april = (date(2026, 4, 1), date(2026, 4, 30))
    assert days.settle("x.csv", span=april, read=dates.day) == "dmy"
    march = (date(2026, 3, 1), date(2026, 3, 31))
    assert days.settle("x.csv", span=march, read=dates.day) == "mdy"
    with pytest.raises(DataError, match="can be read day first or month first"):
        days.settle("x.csv", span=(date(2026, 1, 1), date(2026, 12, 31)), read=dates.day)


@pytest.mark.parametrize("find", [True, 3, ["a"], {"a": "b"}])
def test_a_pattern_that_is_no_text_is_refused(find):
    with pytest.raises(DataError, match="find is no text"):
        expressions.parse({"of": "name", "find": find}, "maps/x.toml")


@pytest.mark.parametrize("n_lines", range(1, 13))
def test_a_workspace_file_that_is_cut_anywhere_is_one_sentence_or_rows(tmp_path, capsys, n_lines):
    lines = (
        "#====\n# Acme\n# Suite de rapports : acmefr\n# Date : 1 août 2026 - 3 août 2026\n\n####\n# Tableau à structure libre\n####\n"
        ";Visites\n;Visites\nNavigateur;24\nFirefox;7\n"
    ).splitlines(keepends=True)
    path = tmp_path / "x.csv"
    path.write_text("".join(lines[:n_lines]), encoding="utf-8")
    code = cli._main(["check", str(path)])
    told = capsys.readouterr()
    assert code in (0, 3)
    assert "Traceback" not in told.err and told.err.count("\n") == (code == 3)
