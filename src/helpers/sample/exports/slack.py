"""An export of a Slack channel, for the library of what was learnt. Drawn; users are ids and nothing else.

A ZIP of users.json, channels.json and one file a channel and day, as Slack exports a workspace (general knowledge, not
measured): `ts` counts seconds in UTC, &, < and > are written as entities, users and links stand in angle brackets.

The convention: a message whose text begins with one of three words is kept, all else is talk. Lines below the first may be
`key: value`.
    #decision what was decided   keys: kpi, expected, due, owner   -> decisions
    #learning what was learnt    keys: expected, happened, rule    -> postmortems
    #question what is asked      keys: decision, test, due         -> questions
"""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from helpers.sample.exports.forms import archive
from helpers.sample.exports.tidy import Export, Truth, in_utc

CHANNEL = "insights"
USERS = ("U01AAAAAAA", "U02BBBBBBB")
SAID = (
    ("2026-09-03 09:12", "Bonjour, les chiffres d'août sont là &amp; le rapport aussi."),
    ("2026-09-03 09:40", "#decision Couper la vidéo en Belgique jusqu'en novembre\nkpi: roas\nexpected: 1200\ndue: 2026-11-30\nowner: media manager"),
    ("2026-09-03 10:02", "<@U02BBBBBBB> d'accord, on garde FR &gt; BE"),
    ("2026-09-08 23:30", "#learning Le rappel par SMS ne fait pas mieux que l'e-mail\nexpected: un tiers de paniers en plus\nhappened: aucun écart\nrule: pas de SMS avant un test plus grand"),
    ("2026-09-15 11:05", "#question Le parrainage amène-t-il de vrais nouveaux clients ?\ndecision: garder ou couper la prime\ntest: prime retirée dans six départements\ndue: 2026-12-15"),
    ("2026-09-15 11:20", "on en parle #learning demain"),
    ("2026-09-22 08:55", "#decision Prix du cylindre inchangé en Suisse &amp; en Belgique\nkpi: revenue\ndue: 2027-01-31\nowner: CRM manager"),
)  # fmt: skip


def _messages() -> pd.DataFrame:
    made = pd.DataFrame(SAID, columns=["clock", "text"])
    made["clock"] = pd.to_datetime(made["clock"])
    return made.assign(at=in_utc(made["clock"]))


def _export(folder: Path) -> bytes:
    """Days of the export are days in UTC."""
    users = [{"id": one, "deleted": False, "is_bot": False, "profile": {}} for one in USERS]
    channels = [{"id": "C01INSIGHTS", "name": CHANNEL, "created": 1700000000, "is_archived": False, "members": list(USERS)}]  # fmt: skip
    files = {"users.json": _json(users), "channels.json": _json(channels)}
    joined = {"type": "message", "subtype": "channel_join", "user": USERS[1], "ts": "1788220000.000100", "text": "<@U02BBBBBBB> has joined the channel"}  # fmt: skip
    found = _messages()
    for number, (day, rows) in enumerate(found.groupby(found["at"].dt.strftime("%Y-%m-%d"))):
        said = [
            {"type": "message", "user": USERS[place % 2], "text": row.text, "ts": f"{int(row.at.timestamp())}.{place:06d}", "team": "T01"}
            for place, row in enumerate(rows.itertuples(index=False), start=1)
        ]  # fmt: skip
        files[f"{CHANNEL}/{day}.json"] = _json([joined, *said] if number == 0 else said)
    return archive(files)


def _json(values: list) -> str:
    return json.dumps(values, ensure_ascii=False, indent=1)


def _kept(word: str) -> pd.DataFrame:
    """Messages of one kind: their day in local time, what stands after the word, and their keys."""
    found = _messages()
    found = found[found["text"].str.startswith(f"#{word} ")].reset_index(drop=True)
    parts = [text.replace("&amp;", "&").replace("&gt;", ">").split("\n") for text in found["text"]]
    keys = pd.DataFrame([dict(line.split(": ", 1) for line in lines[1:]) for lines in parts])
    made = pd.DataFrame(
        {"day": found["clock"].dt.normalize(), "first": [p[0].split(" ", 1)[1] for p in parts]}
    )
    return made.join(keys)


def _truth(folder: Path) -> Truth:
    decided, learnt, asked = _kept("decision"), _kept("learning"), _kept("question")
    decisions = pd.DataFrame(
        {"decided_on": decided["day"], "decision": decided["first"], "kpi": decided["kpi"]}
    )
    decisions = decisions.assign(
        expected=pd.to_numeric(decided["expected"]), due_on=pd.to_datetime(decided["due"])
    )
    return {
        "decisions": decisions.assign(owner=decided["owner"]),
        "postmortems": learnt.rename(columns={"day": "held_on", "first": "cause"}),
        "questions": asked.rename(columns={"day": "asked_on", "first": "question"}).assign(
            due=pd.to_datetime(asked["due"])
        ).rename(columns={"due": "due_on"}),
    }  # fmt: skip


EXPORTS = {"slack/insights.zip": Export(_export, "", _truth, {"time_zone": "Europe/Paris"})}
