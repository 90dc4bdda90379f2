"""Posting what was published: once, to Slack or Teams; a failure is told and never fails a run."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from helpers import company, i18n
from helpers.errors import DataError, UsageError
from helpers.report import frame, priority, rituals, sentences, site, tiles, wording
from helpers.report.digest import digest
from helpers.report.files import read_json, write_atomically, write_json
from helpers.report.posts import messages, post
from helpers.report.posts.cards import Post

MOST_FIGURES, MOST_OTHERS, MOST_KEPT = 8, 3, 500
MOST_WAIT_S = 300  # for another post of the same company
FAILED = "notify-failed.txt"
PDF = "page.pdf"
Say = Callable[[str], None]


def find(reports: Path, name: str, *, period: str, market: str, language: str, ritual: str | None) -> Path:
    """Return the report that was published last, of a period or a ritual where one is given.

    Raises
    ------
    DataError : there is none.
    """
    found = []
    for path in (reports / name).glob(f"{period or '*'}/{market}/{language}/run.json"):
        about = read_json(path) or {}
        if ritual is None or about.get("ritual") == ritual:
            found.append((str(about.get("finished_at")), path.parent))
    if not found:
        of = f" of the {ritual} ritual" if ritual else ""
        raise DataError(
            f"{name} has no published report{of} for {period or 'any period'}, {market}, {language}; run cmo run first."
        )
    return max(found)[1]


def of_report(report: Path, *, link: str = "") -> Post:
    """Return what is posted of a report: its answer, headline figures, what blocks, and the decisions to take."""
    run, kpis = read_json(report / "run.json"), read_json(report / "kpis.json")
    language, found = run["language"], digest(run, kpis)
    headline = [one.row for one in found.headline]
    figures = priority.foremost(found.headline, most=MOST_FIGURES)[0]
    broken = [
        (entry.get("title") or entry["name"], i18n.text("The page could not be made.", language))
        for entry in run["notebooks"]
        if entry["status"] in site.BROKEN
    ]
    blockers = broken + [
        (one.row["text"], one.row.get("remedy") or "") for one in found.doubts if one.row["status"] == "fail"
    ]
    decisions = [(one.row["sentence"], "") for one in found.decisions]
    sections = (
        ("", tuple(_figure(one.row, language) for one in figures)),
        (i18n.text("What blocks", language), tuple(blockers[:MOST_OTHERS])),
        (i18n.text("Decisions to take", language), tuple(decisions[:MOST_OTHERS])),
    )
    where = f"{run['company_title']} · {run['period_label']} · {frame.market_label(run['market'], language=language)}"
    return Post(
        title=rituals.heading(run.get("ritual"), language=language)
        or i18n.text("How did marketing do in {period}?", language, period=run["period_label"]),
        context=where,
        lead=sentences.summary(
            headline, [one.row for one in found.decisions], language=language, period=run["period"]
        ),
        sections=tuple(one for one in sections if one[1]),
        link=(i18n.text("Open the report", language), link) if link else None,
    )


def of_daily(last: messages.Last, *, link: str = "") -> Post:
    """Return what is posted of the last daily message.

    Raises
    ------
    DataError : no message has been said yet.
    """
    kept, language = last.read(), last.language
    if not kept:
        raise DataError(
            f"{last.company} has no daily message for {last.market}, {language}; run cmo run --ritual daily first."
        )
    sections = tuple(
        (
            one["what"],
            (
                (one["detail"], ""),
                (i18n.text("To do: {todo}", language, todo=one["todo"]), ""),
                (i18n.text("Owner: {owner}", language, owner=one["owner"]), ""),
            ),
        )
        for one in kept["blockers"]
    )
    ends = tuple((text, "") for text in (kept.get("more"), kept.get("rate")) if text)
    return Post(
        title=kept["title"],
        context="",
        lead="" if sections else i18n.text("Nothing blocks.", language),
        sections=(*sections, *((("", ends),) if ends else ())),
        link=(i18n.text("Open the report", language), link) if link else None,
    )


def _figure(row: dict[str, Any], language: str) -> tuple[str, str]:
    """A headline figure with its interval, and how it moved in words; or why it cannot be told."""
    label = wording.name(row)
    if row.get("value") is None:
        return label, wording.reason(row)
    value = wording.figure(row, row["value"], language=language)
    bounds = wording.interval(row, language=language)
    moved = [one.striptags() for one in tiles.changes(row, language=language)[:1]]
    return label, i18n.parted([f"{value} ({bounds})" if bounds else value, *moved], language)


def deliver(made: Post, folder: Path, *, name: str, channel: str | None, again: bool, say: Say) -> list[str]:
    """Post to every target that has not had it yet, and the one-page PDF beside it; return what went wrong.

    Parameters
    ----------
    made : what to post. folder : of the report, where page.pdf may lie.
    name : the company; its file .posted.json says what went where.
    again : also post what has been posted.

    Raises
    ------
    UsageError : the environment names no target.
    """
    reports, faults = company.root() / "reports", []
    places = post.targets(channel)
    fingerprint = hashlib.sha256(json.dumps(made.content, ensure_ascii=False).encode()).hexdigest()[:16]
    locks = reports / ".locks"
    locks.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(locks / f"{name}+posted.lock", timeout=MOST_WAIT_S):
            for place in places:
                try:
                    _once(
                        made,
                        folder,
                        place,
                        fingerprint,
                        reports / name / ".posted.json",
                        again=again,
                        say=say,
                    )
                except post.PostError as error:
                    faults.append(str(error))
    except Timeout:
        faults.append("another post of this company is under way; try again when it has ended.")
    return faults


def _once(
    made: Post, folder: Path, place: post.Target, fingerprint: str, record: Path, *, again: bool, say: Say
) -> None:
    """Post to one target what it has not had; each step is noted at once, so that none is done twice."""
    before = read_json(record) or {}
    key, file_key = f"{fingerprint} {place.key}", f"{fingerprint} {place.key} {PDF}"
    where = (before.get(key) or {}).get("where")
    if again or key not in before:
        where = place.send(made)
        _note(record, key, where)
        say(f"posted to {place.name}")
    else:
        say(f"already posted to {place.name}")
    pdf = folder / PDF
    if place.upload and where and pdf.is_file() and (again or file_key not in before):
        place.upload(pdf, made.title, where)
        _note(record, file_key, where)


def _note(record: Path, key: str, where: str | None) -> None:
    kept = read_json(record) or {}
    kept.pop(key, None)
    kept[key] = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "where": where}
    write_json(record, dict(list(kept.items())[-MOST_KEPT:]))


def after_run(report: Path, *, say: Say, warn: Say) -> None:
    """Post a report that was just published; what goes wrong is said and written beside it, and nothing fails."""
    _safely(lambda: of_report(report, link=link()), report, report / FAILED, say=say, warn=warn)


def after_daily(last: messages.Last, *, say: Say, warn: Say) -> None:
    """Post a daily message that was just said, as `after_run`."""
    _safely(
        lambda: of_daily(last, link=link()), last.folder, last.failed, say=say, warn=warn, name=last.company
    )


def link(given: str | None = None) -> str:
    """Return the address of the report: given, or CMO_REPORT_URL; empty where there is none.

    Raises
    ------
    UsageError : it is no web address.
    """
    found = (given or os.environ.get("CMO_REPORT_URL", "")).strip()
    if found and not found.lower().startswith(("https://", "http://")):
        raise UsageError(
            "the link to the report must begin with https:// or http://; give the whole address."
        )
    return found


def _safely(
    make: Callable[[], Post], folder: Path, note: Path, *, say: Say, warn: Say, name: str | None = None
) -> None:
    try:
        name = name or (read_json(folder / "run.json") or {})["company"]
        faults = deliver(make(), folder, name=name, channel=None, again=False, say=say)
    except (UsageError, DataError) as error:
        faults = [str(error)]
    except Exception as error:  # whatever it is, the report is out and stays out
        faults = [f"a fault of the program ({type(error).__name__})."]
    for text in faults:
        warn(f"not posted: {text} The report is not touched; try again with cmo notify.")
    if faults:
        write_atomically(note, "\n".join(faults) + "\n")
    else:
        note.unlink(missing_ok=True)
