"""What-if panels as HTML: controls for a reader with scripts, the table of scenarios for every reader."""

from __future__ import annotations

import json
import math
import re

from markupsafe import Markup

from helpers import i18n
from helpers.report import fragments, wording

DIGITS = re.compile(r"\d(?:.*\d)?", re.DOTALL)


def panels(rows: list[dict], *, language: str) -> Markup:
    """Return the panels of one output; one that cannot be shown is a line that says why."""
    absent = Markup("<p>{}</p>")
    shown = (
        absent.format(wording.commands(row["absent"])) if "absent" in row else panel(row, language=language)
        for row in rows
    )
    return Markup("").join(shown)


def panel(row: dict, *, language: str) -> Markup:
    """Return one panel, as `helpers.whatif.payload` describes it.

    Without scripts the controls stay hidden and the table of scenarios stands open; the script shows the ones and folds
    the other. What the script needs stands beside it as JSON.
    """
    told = row["told"]["values"]
    controls = Markup("").join(_control(row["id"], one, told, language) for one in row["inputs"])
    results = Markup("").join(_figure(one, row, told) for one in row["figures"])
    return Markup(PANEL).format(
        id=row["id"],
        title=row["title"],
        controls=controls,
        reset=i18n.text("Back to today", language),
        results=results,
        chart=_chart(row),
        sentence=row["told"]["sentence"],
        basis=_basis(row, language),
        summary=i18n.text("Scenarios as a table", language),
        table=_table(row, language),
        data=Markup(_data(row, language)),
    )


PANEL = """<section class="whatif" aria-labelledby="{id}-title">
<h3 id="{id}-title">{title}</h3>
<div class="play" hidden>
<div class="controls">{controls}<button type="button">{reset}</button></div>
<div class="results"><dl>{results}</dl></div>
{chart}
<output aria-live="polite">{sentence}</output>
</div>
{basis}
<details open><summary>{summary}</summary>{table}</details>
<script type="application/json">{data}</script>
</section>"""


def _control(panel_id: str, one: dict, told: dict, language: str) -> Markup:
    """A slider with its label and value, or a choice as a group of buttons of which one is on."""
    name = f"{panel_id}-{one['id']}"
    help_ = Markup('<p class="help" id="{}-help">{}</p>').format(name, one["help"]) if one["help"] else ""
    described = Markup(' aria-describedby="{}-help"').format(name) if one["help"] else ""
    if "options" in one:
        box = Markup(
            '<label><input type="radio" name="{}" value="{}" autocomplete="off"{}> <span>{}</span></label>'
        )
        on = Markup(" checked")
        boxes = Markup("").join(
            box.format(name, value, on if value == one["default"] else "", label)
            for value, label in one["options"].items()
        )
        return Markup("<fieldset{}><legend>{}</legend>{}{}</fieldset>").format(
            described, one["label"], boxes, help_
        )
    shape = """<div class="slider"><label for="{name}">{label}</label><span class="at" data-of="{id}">{value}</span>
<input type="range" id="{name}" name="{name}" min="0" max="{steps}" step="1" value="{start}" aria-valuetext="{value}" autocomplete="off"{described}>
<p class="ends" aria-hidden="true"><span>{low}</span><span>{high}</span></p>{help}</div>"""
    return Markup(shape).format(
        name=name,
        id=one["id"],
        label=one["label"],
        value=told[one["id"]],
        steps=one["steps"],
        start=one["start"],
        low=one["ends"][0],
        high=one["ends"][1],
        described=described,
        help=help_,
    )


def _figure(one: dict, row: dict, told: dict) -> Markup:
    bounds = told[f"{one['id']}_interval"]
    named = row["interval_label"].format(bounds=bounds) if bounds else ""
    shape = '<div><dt>{}</dt><dd class="value" data-of="{}">{}</dd><dd class="muted" data-of="{}_interval">{}</dd></div>'
    return Markup(shape).format(one["label"], one["id"], told[one["id"]], one["id"], named)


def _chart(row: dict) -> Markup | str:
    if not row["chart"]:
        return ""
    shape = '<figure><figcaption>{}</figcaption><svg role="img" aria-label="{}"></svg></figure>'
    return Markup(shape).format(row["chart"]["caption"], row["told"]["sentence"])


def _basis(row: dict, language: str) -> Markup:
    """What is known and what is taken for granted, apart."""
    parts = (
        (i18n.text("From the data", language), row["data"]),
        (i18n.text("Assumed", language), row["assumed"]),
    )
    item = Markup("<dd>{}</dd>")
    listed = Markup("").join(
        Markup("<div><dt>{}</dt>{}</div>").format(head, Markup("").join(item.format(said) for said in lines))
        for head, lines in parts
    )
    return Markup('<dl class="basis">{}</dl>').format(listed)


def _table(row: dict, language: str) -> Markup:
    kinds = ["" if "options" in one else "num" for one in row["inputs"]]
    heads, rows = row["table"]["heads"], row["table"]["rows"]
    kinds += ["num"] * (len(heads) - len(kinds))
    head = Markup("").join(
        Markup('<th scope="col" class="{}">{}</th>').format(*pair) for pair in zip(kinds, heads, strict=True)
    )
    cell = Markup('<td class="{}">{}</td>')
    body = Markup("").join(
        Markup("<tr>{}</tr>").format(
            Markup("").join(cell.format(*pair) for pair in zip(kinds, cells, strict=True))
        )
        for cells in rows
    )
    caption = i18n.text("{title}: scenarios", language, title=row["title"])
    table = Markup(
        '<table><caption class="hidden">{}</caption><thead><tr>{}</tr></thead><tbody>{}</tbody></table>'
    )
    return fragments.scroll(table.format(caption, head, body), caption)


def _data(row: dict, language: str) -> str:
    """What the script needs, as JSON that no text in it can end."""
    kept = ("id", "model", "constants", "draws", "interval", "interval_label", "sentences")
    needed = {name: row[name] for name in kept}
    needed["inputs"] = [
        one if "options" in one else {**one, "format": _pattern_of(one, language)} for one in row["inputs"]
    ]
    needed["figures"] = [
        {**one, "format": _pattern_of(one, language), "first": _pattern_of(one, language, counted=False)}
        for one in row["figures"]
    ]
    needed["chart"] = row["chart"]
    if row["chart"]:
        needed["chart"] = {**row["chart"], "format": _pattern_of({**row["chart"], "decimals": 0}, language)}
    made = json.dumps(needed, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return made.replace("<", "\\u003c")


def _pattern_of(one: dict, language: str, *, counted: bool = True) -> list[dict]:
    unit = one["unit"] if counted or one["unit"] not in i18n.COUNTED else "count"
    return pattern(unit, language=language, currency=one["currency"], decimals=one["decimals"])


def pattern(unit: str, *, language: str = "en", currency: str | None = None, decimals: int = 0) -> list[dict]:
    """Return how `i18n.number` writes figures of a unit, for a script that shall write them alike.

    Returns
    -------
    One entry a range of size, the smallest first: from [absolute value], only [the one value it is for], shift [powers of
    ten], decimals, plus and minus [what stands before and after the digits], group and least [mark between thousands,
    digits from which it stands], decimal [mark].
    """

    thousands = _digits(i18n.number(12345, "count", language=language))[2]
    mark = _digits(i18n.number(1.5, "ratio", decimals=1, language=language))[1]
    least = 4 if thousands in i18n.number(1234, "count", language=language) else 5
    marks = {"group": thousands, "least": least, "decimal": mark}
    probes = [(0.0, 0.6, None)]  # not less: what rounds to nothing has no sign
    if unit == "currency":
        probes += [(size, 1.25 * size, None) for size in (i18n.SHORT_FROM, i18n.BILLION)]
    if unit in i18n.COUNTED:  # a noun of its own for one, and for two and more
        probes += [(1.0, 1.0, 1.0), (2.0, 2.0, None)]
    made = []
    for size, probe, only in probes:
        texts = [
            i18n.number(value, unit, language=language, currency=currency, decimals=decimals)
            for value in (probe, -probe)
        ]
        digits = _digits(texts[0])
        plus, minus = (list(text.partition(digits)[::2]) for text in texts)
        scale = i18n.BILLION if size >= i18n.BILLION else i18n.MILLION
        shift = 2 if unit == "share" else -round(math.log10(scale)) if unit == "currency" and size else 0
        shown = len(digits.partition(mark)[2])
        made.append(
            {"from": size, "only": only, "shift": shift, "decimals": shown, "plus": plus, "minus": minus}
            | marks
        )
    return made


def _digits(text: str) -> str:
    return DIGITS.search(text)[0]
