import pytest

from helpers.report import notes


def written(tmp_path, text: str, name: str = "2026-09.en.md", language: str = "en"):
    (tmp_path / name).write_text(text, encoding="utf-8")
    return notes.read(tmp_path, "2026-09", language)


def test_a_period_without_a_note_has_none(tmp_path):
    assert notes.read(tmp_path, "2026-09", "en") is None
    assert notes.read(tmp_path / "not there", "2026-09", "en") is None


def test_an_approved_note_says_by_whom_and_when_and_for_whom_it_is(tmp_path):
    note = written(
        tmp_path, "status: approved by Jo Doe on 2026-10-05\ndistribution: the board\n\nAll **well**.\n"
    )
    assert note.signed == "Approved by Jo Doe on October 5, 2026" and note.approved
    assert note.distribution == "the board" and note.text == "All **well**." and not note.problem


def test_a_note_without_a_head_is_a_draft_for_internal_use(tmp_path):
    note = written(tmp_path, "Sales: up.\n\nMore to come.\n")
    assert (note.signed, note.approved, note.distribution) == ("Draft, not approved", False, "Internal")
    assert note.text == "Sales: up.\n\nMore to come."


def test_the_head_may_be_written_in_any_case_and_by_windows(tmp_path):
    note = written(tmp_path, "\ufeffStatus: Draft\r\nDistribution: team\r\n\r\nText.\r\n")
    assert (note.signed, note.distribution, note.text) == ("Draft, not approved", "team", "Text.")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "status: aproved by Jo on 2026-10-05\n\nx",
            'says status: aproved by Jo on 2026-10-05; write "draft" or',
        ),
        ("status: approved by Jo on 2026-13-05\n\nx", "says status: approved by Jo on 2026-13-05"),
        (
            "status: draft\nowner: Jo\n\nx",
            'has a line "owner:" that is not known; use status or distribution',
        ),
    ],
)
def test_a_head_that_cannot_be_understood_is_said_in_its_place(tmp_path, text, said):
    note = written(tmp_path, text)
    assert said in note.problem and "2026-09.en.md" in note.problem and not note.text


def test_a_file_in_another_encoding_is_said(tmp_path):
    (tmp_path / "2026-09.fr.md").write_bytes("Été".encode("latin-1"))
    assert "UTF-8" in notes.read(tmp_path, "2026-09", "fr").problem


def test_a_note_of_another_language_stands_in_and_says_which_it_is(tmp_path):
    note = written(tmp_path, "Tout va bien.", "2026-09.fr.md", "en")
    assert (note.language, note.text) == ("fr", "Tout va bien.")


def test_a_reader_with_a_region_gets_the_note_of_the_language_before_any_other(tmp_path):
    for language in ("de", "en", "fr_BE"):
        written(tmp_path, language, f"2026-09.{language}.md")
    assert notes.read(tmp_path, "2026-09", "fr_CH").language == "fr_BE"
    written(tmp_path, "fr", "2026-09.fr.md")
    assert notes.read(tmp_path, "2026-09", "fr_CH").language == "fr"
    written(tmp_path, "fr_CH", "2026-09.fr_CH.md")
    assert notes.read(tmp_path, "2026-09", "fr_CH").language == "fr_CH"


def test_an_approval_on_a_day_to_come_and_an_empty_line_are_said(tmp_path):
    assert (
        "status: approved by X on 2999-01-01"
        in written(tmp_path, "status: approved by X on 2999-01-01\n\nx").problem
    )
    assert 'nothing after "distribution:"' in written(tmp_path, "status: draft\ndistribution:  \n\nx").problem


def test_a_note_on_all_markets_is_not_shown_above_one_market(tmp_path):
    (tmp_path / "2026-09.en.md").write_text("All.", encoding="utf-8")
    assert notes.read(tmp_path, "2026-09", "en", market="CH") is None
    (tmp_path / "2026-09.CH.en.md").write_text("Swiss.", encoding="utf-8")
    assert notes.read(tmp_path, "2026-09", "en", market="CH").text == "Swiss."
    assert notes.read(tmp_path, "2026-09", "en").text == "All."
