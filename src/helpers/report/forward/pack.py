"""pack.html: the front page and every leadership page in one file that needs nothing else."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from pathlib import Path

from bs4 import BeautifulSoup, Tag
from markupsafe import Markup

from helpers import i18n
from helpers.errors import NotMadeError
from helpers.report import frame

LIMIT = 8_000_000  # bytes: what mail systems and phones take
NAMES = (
    "id",
    "for",
    "list",
    "headers",
    "aria-labelledby",
    "aria-describedby",
    "aria-controls",
    "aria-owns",
)
HEADING = re.compile("^h[1-6]$")


@dataclass(frozen=True)
class Chapter:
    """One leadership page as a part of the pack; `weight` says how late its pictures are left out."""

    anchor: str
    title: str
    pillar: str
    body: Tag
    weight: int
    scripts: set[str]


def build(folder: Path, run: dict, kpis: dict, index: str, *, limit: int = LIMIT) -> str:
    """Return pack.html.

    Parameters
    ----------
    folder : the run's folder with its pages; run, kpis : what run.json and kpis.json hold.
    index : the front page as HTML.
    limit : bytes; where the pack would be larger, the pictures of the pages that carry no decision and no headline
        figure go first, the last page of the report before the others; their descriptions stay in their place.

    Raises
    ------
    NotMadeError : larger than the limit even without pictures.
    """
    language = run["language"]
    front = BeautifulSoup(index, "html.parser")
    order = [a["href"] for a in front.select("main a[href]")]
    pages = {
        e["name"]: e["pages"]["leadership"]
        for e in run["notebooks"]
        if (e.get("pages") or {}).get("leadership")
    }
    names = sorted(pages, key=lambda name: order.index(pages[name]) if pages[name] in order else len(order))
    anchors = {pages[name]: f"page-{name.replace('/', '-')}" for name in names}
    chapters = [
        _chapter(
            folder, name, pages[name], anchors, _weight(kpis["notebooks"].get(name) or {}, len(names) - i)
        )
        for i, name in enumerate(names)
    ]
    main = _front(front, anchors)
    made = _assemble(front, main, chapters, run, language)
    for chapter in sorted(chapters, key=lambda one: one.weight):
        if len(made.encode()) <= limit:
            break
        if _drop_pictures(chapter.body, limit, language):
            made = _assemble(front, main, chapters, run, language)
    if len(made.encode()) > limit:
        raise NotMadeError(
            f"pack.html: {len(made.encode()) / 1e6:.1f} MB without pictures, over its {limit / 1e6:g} MB; it was not made."
        )
    return made


def _weight(rows: dict, place: int) -> int:
    """Return how important a page is: one with a decision before one with a headline figure before the others."""
    return (
        2000 * bool(rows.get("decisions"))
        + 1000 * any(r.get("headline") for r in rows.get("kpis") or [])
        + place
    )


def _front(front: BeautifulSoup, anchors: dict[str, str]) -> Tag:
    main = front.find("main")
    _relink(main, "", anchors, "")
    return main


def _chapter(folder: Path, name: str, href: str, anchors: dict[str, str], weight: int) -> Chapter:
    """Return a page as a section: its headings one step lower, its ids its own, its links inside the pack."""
    soup = BeautifulSoup((folder / href).read_text(encoding="utf-8"), "html.parser")
    main, anchor = soup.find("main"), anchors[href]
    for gone in main.select("nav.contents, nav.editions"):
        gone.decompose()
    heading = main.find("h1")
    for tag in main.find_all(HEADING):
        tag.name = f"h{min(int(tag.name[1]) + 1, 6)}"
    prefix = anchor.removeprefix("page-") + "-"
    for tag in main.find_all(True):
        for attribute in NAMES:
            if tag.get(attribute):
                tag[attribute] = " ".join(prefix + one for one in str(tag[attribute]).split())
    _relink(main, posixpath.dirname(href), anchors, prefix)
    heading["id"] = f"{anchor}-title"
    main.name = "section"
    pillar = name.split("/")[0]
    main.attrs = {"class": f"chapter wrap pillar-{pillar}", "id": anchor, "aria-labelledby": heading["id"]}
    return Chapter(anchor, heading.get_text(" ", strip=True), pillar, main, weight, _scripts(soup))


def _relink(main: Tag, folder: str, anchors: dict[str, str], prefix: str) -> None:
    """Point links at the parts of the pack; a link to what is not in it becomes its words, or goes with its list."""
    for link in main.find_all("a", href=True):
        href = link["href"]
        if link.has_attr("download") or re.match(r"(https?|mailto|data):", href):
            continue
        path, _, part = href.partition("#")
        if not path:
            link["href"] = f"#{prefix}{part}"
            continue
        target = posixpath.normpath(posixpath.join(folder, path))
        if target in anchors:
            inside = f"{anchors[target].removeprefix('page-')}-{part}" if part else anchors[target]
            link["href"] = f"#{inside}"
        elif target == "index.html":
            link["href"] = f"#{part or 'main'}"
        elif target == "history.html":  # it points away from the report, and says nothing here
            link.decompose()
        else:
            link.unwrap()
    for links in main.select(".links, .forward"):
        links.decompose()


def _drop_pictures(body: Tag, limit: int, language: str) -> bool:
    """Put the description of each picture in its place, and say so above them; formulas stay."""
    pictures = body.select("img:not(.formula)")
    for picture in pictures:
        words = Tag(name="p", attrs={"class": "muted described"})
        words.string = picture.get("alt", "")
        picture.replace_with(words)
    if pictures:
        said = i18n.text(
            "The pictures of this page are left out here, to keep this file under {size} MB. "
            "Their descriptions stand in their place; the page itself shows them.",
            language,
            size=i18n.number(limit / 1e6, "ratio", language=language),
        )
        notice = Tag(name="p", attrs={"class": "notice"})
        notice.string = said
        body.find(id=body["aria-labelledby"]).insert_after(notice)
    return bool(pictures)


def _assemble(front: BeautifulSoup, main: Tag, chapters: list[Chapter], run: dict, language: str) -> str:
    """Return the whole file: head, contents, front page, chapters, where the figures come from."""
    style = frame.sheet() + "\n" + _style()
    bodies = [str(main), *(str(chapter.body) for chapter in chapters)]
    needed = sorted(_scripts(front).union(*(chapter.scripts for chapter in chapters)))
    title = Markup("{} – {}").format(front.find("h1").get_text(" ", strip=True), run["company_title"])
    head = Markup(
        '<!DOCTYPE html>\n<html lang="{}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta http-equiv="Content-Security-Policy" content="{}">\n'
        '<meta name="color-scheme" content="light dark">\n<meta name="robots" content="noindex">\n'
        "<title>{}</title>\n<style>{}</style>\n</head>\n"
    ).format(i18n.tag(language), frame.policy(tuple(needed), style=style), title, Markup(style))
    scripts = "".join(f"<script>{frame.script(name)}</script>\n" for name in needed)
    header = front.find("header")
    for nav in header.find_all("nav"):
        nav.decompose()
    skip, footer = front.find("a", class_="skip"), front.find("footer")
    inner = (
        str(main).removesuffix("</main>")
        + str(_contents(chapters, language))
        + "".join(bodies[1:])
        + "</main>"
    )
    return f'{head}<body class="pack">\n{skip}\n{header}\n{inner}\n{footer}\n{scripts}</body>\n</html>\n'


def _scripts(soup: BeautifulSoup) -> set[str]:
    """Return the names of our scripts in a page."""
    held = {tag.string for tag in soup.find_all("script")}
    return {name for name in frame.script_names() if frame.script(name) in held}


def _contents(chapters: list[Chapter], language: str) -> Markup:
    """Return the table of contents, by pillar."""
    heading = i18n.text("Contents", language)
    parts = []
    for pillar in dict.fromkeys(chapter.pillar for chapter in chapters):
        items = Markup("").join(
            Markup('<li><a href="#{}">{}</a></li>').format(one.anchor, one.title)
            for one in chapters
            if one.pillar == pillar
        )
        label = frame.pillar_label(pillar, language=language)
        parts.append(Markup('<li class="pillar-{}"><p>{}</p><ol>{}</ol></li>').format(pillar, label, items))
    shape = '<nav class="book band" aria-labelledby="contents"><h2 id="contents">{}</h2><ul>{}</ul></nav>'
    return Markup(shape).format(heading, Markup("").join(parts))


def _style() -> str:
    text = (frame.TEMPLATE / "paper" / "book.css").read_text(encoding="utf-8")
    bare = "".join(part.split("/*")[0] for part in text.split("*/"))
    return "\n".join(line.strip() for line in bare.splitlines() if line.strip())
