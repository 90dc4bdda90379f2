"""Publication is one step; dead runs are told and removed; old runs go, shown ones stay."""

import threading

import pytest

from helpers.report import history, lock, pool, publish
from helpers.report.files import write_json

SCOPE = ("acme", "2017-12", "ALL", "en")


def make(reports, run_id: str, *, scope=SCOPE, shown: bool = False, links: bool | None = None):
    """A finished run."""
    run_dir = history.begin(reports, scope, run_id)
    write_json(run_dir / "run.json", {"run_id": run_id})
    (run_dir / "index.html").write_text(run_id)
    if shown:
        publish.switch(run_dir, reports.joinpath(*scope), links=links)
    history.finish(run_dir if run_dir.exists() else reports.joinpath(*scope))
    return run_dir


@pytest.mark.parametrize("links", [True, False])
def test_the_report_is_the_old_run_and_then_the_new_one_and_never_neither(tmp_path, links):
    report = tmp_path.joinpath(*SCOPE)
    make(tmp_path, "run-0", shown=True, links=links)
    seen, missing, over = set(), [], threading.Event()

    def read():
        while not over.is_set():
            try:
                seen.add((report / "index.html").read_text())
            except FileNotFoundError:
                missing.append(1)

    reader = threading.Thread(target=read)
    reader.start()
    for n in range(1, 40):
        make(tmp_path, f"run-{n}", shown=True, links=links)
    over.set()
    reader.join()
    assert (report / "index.html").read_text() == "run-39"
    assert seen <= {f"run-{n}" for n in range(40)}
    if links:
        assert not missing
    assert not list(report.parent.glob(".*"))


def test_a_folder_copied_by_hand_gives_way_to_a_link(tmp_path):
    report = tmp_path.joinpath(*SCOPE)
    make(tmp_path, "run-1", shown=True, links=False)
    make(tmp_path, "run-2", shown=True, links=True)
    assert report.is_symlink()
    assert (report / "index.html").read_text() == "run-2"
    make(tmp_path, "run-3", shown=True, links=False)
    assert not report.is_symlink()
    assert (report / "index.html").read_text() == "run-3"


def test_the_folder_of_reports_can_be_moved(tmp_path):
    make(tmp_path / "reports", "run-1", shown=True)
    (tmp_path / "reports").rename(tmp_path / "elsewhere")
    assert (tmp_path / "elsewhere").joinpath(*SCOPE, "index.html").read_text() == "run-1"


def test_a_run_that_died_between_rendering_and_publication_is_told_and_removed(tmp_path):
    make(tmp_path, "run-1", shown=True)
    dead = history.begin(tmp_path, SCOPE, "run-2")
    write_json(dead / "run.json", {})
    said = []
    with lock.hold(tmp_path, SCOPE, run_id="run-3"):
        history.bury_dead(tmp_path, own=SCOPE, say=said.append)
    assert said == ["run run-2 died before it was published; the report shown before is unchanged."]
    assert not dead.exists()
    assert tmp_path.joinpath(*SCOPE, "index.html").read_text() == "run-1"


def test_a_run_that_died_just_after_publication_stays(tmp_path):
    run_dir = make(tmp_path, "run-1", shown=True)
    write_json(run_dir / history.WORKING / "run.json", {"scope": SCOPE})
    said = []
    history.bury_dead(tmp_path, own=SCOPE, say=said.append)
    assert (said, history.unfinished(tmp_path)) == ([], [])
    assert tmp_path.joinpath(*SCOPE, "index.html").read_text() == "run-1"


def test_a_run_in_progress_elsewhere_is_left_alone_and_a_dead_one_is_not(tmp_path):
    other = ("acme", "2017-11", "ALL", "en")
    busy = history.begin(tmp_path, other, "run-1")
    write_json(history.progress_file(busy, "crm/01-a"), {"cell": 7, "of": 23})
    said = []
    with lock.hold(tmp_path, other, run_id="run-1"):
        history.bury_dead(tmp_path, own=SCOPE, say=said.append)
        assert busy.exists()
    history.bury_dead(tmp_path, own=SCOPE, say=said.append)
    assert said == [
        "run run-1 died while crm/01-a was in cell 7 of 23; the report shown before is unchanged."
    ]
    assert not busy.exists()


def test_pruning_keeps_the_newest_those_shown_and_those_in_progress(tmp_path):
    make(tmp_path, "run-1", shown=True, scope=("acme", "2017-11", "ALL", "en"))
    for n in range(2, 6):
        make(tmp_path, f"run-{n}", shown=True)
    history.begin(tmp_path, SCOPE, "run-0")
    dry = history.prune(tmp_path, keep=2, dry_run=True)
    assert [path.name for path in dry] == ["run-3", "run-2"]
    assert len(list((tmp_path / ".runs").iterdir())) == 6
    assert history.prune(tmp_path, keep=2) == dry
    assert sorted(path.name for path in (tmp_path / ".runs").iterdir()) == [
        "run-0",
        "run-1",
        "run-4",
        "run-5",
    ]
    history.prune(tmp_path, keep=0)
    assert (tmp_path / "acme" / "2017-11" / "ALL" / "en" / "index.html").read_text() == "run-1"


def test_what_is_taken_over_is_whole(tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    for name in ("crm/01-a.html", "crm/01-a.analyst.html", "notebooks/crm/01-a.ipynb", "crm/02-b.html"):
        (old / name).parent.mkdir(parents=True, exist_ok=True)
        (old / name).write_text(name)
    publish.bring("crm/01-a", old, new)
    made = sorted(path.relative_to(new).as_posix() for path in new.rglob("*") if path.is_file())
    assert made == ["crm/01-a.analyst.html", "crm/01-a.html", "notebooks/crm/01-a.ipynb"]


def test_processes_start_only_when_there_is_work():
    def refuse(jobs):
        raise AssertionError("opened")

    with pool.Workers(4, refuse) as workers:
        assert list(pool.fan_out(len, [], workers)) == []


def test_a_link_left_by_a_process_killed_while_it_published_shows_nothing_and_is_swept(tmp_path):
    make(tmp_path, "run-1", shown=True)
    report, dead = tmp_path.joinpath(*SCOPE), history.begin(tmp_path, SCOPE, "run-2")
    write_json(dead / "run.json", {})
    left, of_another = report.with_name(".en.4711"), report.with_name(".en_GB.4711")
    for link in (left, of_another):
        link.symlink_to(dead)
    assert history.published_runs(tmp_path) == {(tmp_path / ".runs" / "run-1").resolve()}
    said = []
    history.bury_dead(tmp_path, own=SCOPE, say=said.append)
    assert len(said) == 1 and not dead.exists()
    publish.sweep(report)
    assert not left.is_symlink() and of_another.is_symlink() and report.is_dir()
