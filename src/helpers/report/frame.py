"""What every page shares: the style sheet with its policy, the words of the frame, where the figures come from."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache, partial
from pathlib import Path

from babel import Locale
from jinja2 import Environment, FileSystemLoader, Template
from markupsafe import Markup

from helpers import i18n
from helpers.report import wording

TEMPLATE = Path(__file__).parent / "template"
PILLARS = {
    "scorecard": i18n.mark("Scorecard"),
    "positioning": i18n.mark("Positioning"),
    "activation": i18n.mark("Activation"),
    "crm": i18n.mark("CRM"),
    "brand": i18n.mark("Brand"),
    "csr": i18n.mark("CSR"),
    "learn": i18n.mark("Learning"),
}
COLOURS = re.compile(r"\x1b\[[0-9;]*m")  # of a terminal


@cache
def template(path: str) -> Template:
    """Return a template of a page that nbconvert does not make, by its path under template/."""
    loader = FileSystemLoader(str(TEMPLATE))
    made = Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return made.get_template(path)


@cache
def sheet() -> str:
    """Return the style sheet without its comments and indents."""
    lines = (TEMPLATE / "style.css").read_text(encoding="utf-8").split("*/")
    bare = "".join(part.split("/*")[0] for part in lines)
    return "\n".join(line.strip() for line in bare.splitlines() if line.strip())


@cache
def script(name: str) -> str:
    """Return a script of ours, `name`.js of the template folder, without its comments and indents."""
    bare = re.sub(r"/\*.*?\*/", "", (TEMPLATE / f"{name}.js").read_text(encoding="utf-8"), flags=re.DOTALL)
    return "\n".join(line.strip() for line in bare.splitlines() if line.strip())


def script_names() -> list[str]:
    """Return the names of our scripts."""
    return sorted(path.stem for path in TEMPLATE.glob("*.js"))


def policy(scripts: tuple[str, ...] = (), *, style: str | None = None) -> str:
    """Return the content security policy: nothing may load or run but this sheet, these scripts and pictures in the page.

    `style` is the sheet of a page that has another one than all others.
    """
    said = f"default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; style-src {_digest(style or sheet())}"
    return (
        " ".join([f"{said}; script-src", *(_digest(script(name)) for name in scripts)]) if scripts else said
    )


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def pillar_label(pillar: str, *, language: str) -> str:
    """Return the name of a pillar as a heading writes it."""
    return i18n.text(PILLARS[pillar], language) if pillar in PILLARS else pillar.capitalize()


def market_label(market: str, *, language: str) -> str:
    """Return the name of a market in the reader's language."""
    if market == "ALL":
        return i18n.text("All markets", language)
    return Locale.parse(language).territories.get(market, market)


def shared(run: dict, *, language: str, scripts: tuple[str, ...] = ()) -> dict:
    """Return what the frame's macros need, from a run or from a page of one.

    `run` has company_title, period_label, market and, as far as known, data_until, tables, commit, versions,
    seconds, run_id, finished_at. `scripts` names what the page needs, as `script` does.
    """
    return {
        "t": partial(i18n.text, language=language),
        "language": i18n.tag(language),
        "locale": language,
        "style": Markup(sheet()),
        "csp": policy(scripts),
        "scripts": [Markup(script(name)) for name in scripts],
        "company_title": run["company_title"],
        "period_label": run["period_label"],
        "market_label": market_label(run["market"], language=language),
        "provenance": _provenance(run, language),
        "sources": [
            {
                "name": name,
                "rows": i18n.number(table.get("rows"), "count", language=language),
                "hash": str(table.get("sha256", ""))[:12],
            }
            for name, table in sorted((run.get("tables") or {}).items())
        ],
    }


def nav(pillars: list[str], *, here: str, prefix: str = "", language: str) -> list[dict]:
    """Return the links to the front page, to each pillar on it, to the glossary and to the history.

    Parameters
    ----------
    pillars : those of the report; here : "index", "glossary", "history" or a pillar; prefix : "../" on a page of a pillar.
    """
    listed = [
        ("index", i18n.text("Overview", language), "index.html"),
        *((name, pillar_label(name, language=language), f"index.html#{name}") for name in pillars),
        ("glossary", i18n.text("Glossary", language), "glossary.html"),
        ("history", i18n.text("History", language), "history.html"),
    ]
    found = [{"text": text, "href": prefix + href, "here": key == here} for key, text, href in listed]
    if here in pillars:  # the page is one of several of its pillar, so the pillar stays a link
        found = [{**item, "here": False} for item in found]
    return found


def in_order(pillars: set[str]) -> list[str]:
    """Return pillars in the order of the report; one that is not known comes last."""
    known = list(PILLARS)
    return sorted(pillars, key=lambda name: (known.index(name) if name in known else len(known), name))


def editions(links: dict, edition: str, language: str) -> list[dict]:
    """Return the links to the editions of a page that exist."""
    names = (
        ("leadership", i18n.mark("Report")),
        ("analyst", i18n.mark("Analyst edition")),
        ("teaching", i18n.mark("Teaching edition")),
    )
    shown = [(key, name) for key, name in names if links.get(key)]
    return [
        {"text": i18n.text(name, language), "href": links[key], "here": key == edition} for key, name in shown
    ]


def notices(page: dict, edition: str) -> list[dict]:
    """Return the banners above the title: a page that is old, or a notebook that failed."""
    language, found = page["language"], []

    def notice(kind: str, label: str, text: str, **link: str) -> None:
        found.append({"kind": kind, "label": label, "text": text, **link})

    if page.get("stale_since"):
        since = wording.day(page["stale_since"], language=language)
        notice(
            "stale",
            i18n.text("Not updated since {since}.", language, since=since),
            i18n.text(
                "The latest run could not remake this page; what follows is the last good one.", language
            ),
        )
    failure = page.get("failure")
    if failure and edition == "analyst":
        label = i18n.text("Failed in cell {cell}.", language, cell=failure["cell"])
        link = i18n.text("Go to the cell", language)
        notice("failed", label, COLOURS.sub("", str(failure["error"])), href="#failure", link=link)
    elif page.get("status") in ("failed", "timeout") and not page.get("stale_since"):
        text = i18n.text("The run stopped before its end, and there is no earlier page to show.", language)
        notice("failed", i18n.text("Not finished.", language), text)
    return found


def _provenance(run: dict, language: str) -> list[tuple[str, str]]:
    seconds = run.get("seconds")
    versions = run.get("versions") or {}
    lines = [
        (i18n.mark("Period"), run["period_label"]),
        (i18n.mark("Market"), market_label(run["market"], language=language)),
        (i18n.mark("Data until"), wording.day(run.get("data_until"), language=language)),
        (i18n.mark("Made on"), wording.day(run.get("finished_at"), language=language)),
        (
            i18n.mark("Run time"),
            f"{i18n.number(seconds, 'ratio', language=language, decimals=1)} s"
            if seconds is not None
            else "",
        ),
        (i18n.mark("Commit"), str(run.get("commit") or "")[:12]),
        (i18n.mark("Versions"), ", ".join(f"{name} {version}" for name, version in versions.items())),
        (i18n.mark("Run"), run.get("run_id") or ""),
    ]
    return [(i18n.text(label, language), value) for label, value in lines if value]
