"""The HTML of notebook cells made safe and readable: only known tags, real alt texts, tables with heads, formulas as pictures."""

from __future__ import annotations

import re

from bs4 import BeautifulSoup, NavigableString, Tag
from bs4.element import (
    PreformattedString,  # a comment, CDATA, <?…> or <!…>: browsers end them elsewhere than the parser
)
from markupsafe import Markup, escape

from helpers.i18n import MINUS
from helpers.report import formulas

GONE = ("style", "link", "meta", "base", "template")
TEXT = (
    "script",
    "iframe",
    "object",
    "embed",
    "form",
    "input",
    "button",
    "textarea",
    "select",
    "svg",
    "audio",
    "video",
)
KNOWN = (
    "a abbr b bdi blockquote br caption cite code dd del details div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img "
    "kbd li ol p pre q s samp small span strong sub summary sup table tbody td tfoot th thead time tr u ul var"
)
TAGS = frozenset(KNOWN.split())
ATTRIBUTES = {
    "a": ("href", "title"), "img": ("src", "alt", "width", "height"), "td": ("colspan", "rowspan"),
    "th": ("colspan", "rowspan", "scope"), "abbr": ("title",), "ol": ("start",), "details": ("open",), "time": ("datetime",),
}  # fmt: skip
ANYWHERE = ("lang", "dir")
LINK = re.compile(r"(https?:|mailto:|#|[\w./-]+(?:[?#]|$))", re.IGNORECASE)
PICTURE = re.compile(r"data:image/(png|jpeg|gif|webp|svg\+xml);base64,[A-Za-z0-9+/=\s]+$")
NUMBER = re.compile(r"^[\s\u00a0\u202f]*[-+−–]?[$€£]?[\d\s\u00a0\u202f.,]+\s*(%|€|[a-z]{1,8})?$")
COUNT = re.compile(r"\bn = (?=\d)")  # stays on one line
JOINER = "\u2060"  # no line ends here
MONEY = re.compile(
    rf"{MINUS}(?=[$\u00a2-\u00a5\u20a0-\u20cf])"
)  # a browser may end a line before the sign of a currency
UNSPOKEN = ("code", "pre", "script", "style", "template")
SHORT = 20  # a cell of so many characters stays on one line
BOUND = re.compile(r"\D{1,12}\s\d[\d.,\s]*%$")  # "under 1%", "moins de 1 %": a number among numbers
MATHS = re.compile(r"\$\$(.+?)\$\$|\$(?![\s$])([^$\n]+?)(?<!\s)\$(?!\d)", re.DOTALL)


def clean(html: str) -> str:
    """Return the HTML with known tags and attributes only; a script or a form shows as the text that it is."""
    soup = BeautifulSoup(html, "html.parser")
    for unseen in soup.find_all(string=lambda text: isinstance(text, PreformattedString)):
        unseen.extract()
    for tag in soup.find_all(True):
        if tag.decomposed or tag.parent is None:
            continue
        if tag.name in GONE:
            tag.decompose()
        elif tag.name in TEXT:
            tag.replace_with(NavigableString(str(tag)))
        elif tag.name not in TAGS or "anchor-link" in (tag.get("class") or ()):
            tag.decompose() if tag.name == "a" else tag.unwrap()
        else:
            _clean_attributes(tag)
    for text in soup.find_all(string=MATHS):
        if text.find_parent(["code", "pre", "a"]) is None:
            text.replace_with(BeautifulSoup(_with_formulas(str(text)), "html.parser"))
    for table in soup.find_all("table"):
        dress_table(table)
    return str(soup)


def below(html: str, level: int) -> str:
    """Return a cleaned piece of HTML with all its headings at one level, to stand under a heading of the page."""
    return re.sub(r"(</?)h[1-6]\b", rf"\1h{level}", html)


def text_of(html: str) -> str:
    """Return the words of a piece of HTML in one line."""
    words = re.split(r"[ \t\r\n]+", BeautifulSoup(html, "html.parser").get_text(" "))
    return " ".join(words).strip()


def finish(html: str, *, table_label: str, of_section: str, contents_label: str) -> str:
    """Return the page with headings in order, a caption on every table and the list of its sections.

    The h1 belongs to the frame: a heading of a cell starts at h2 and goes one step down at a time.
    """
    soup = BeautifulSoup(html, "html.parser")
    article = soup.find(class_="article")
    level, sections, heading = 1, [], ""
    for tag in article.find_all(re.compile("^(h[1-6]|table)$")):
        if tag.name == "table":
            _caption(soup, tag, of_section.replace("{heading}", heading) if heading else table_label)
            continue
        heading = tag.get_text(" ", strip=True)
        level = min(max(int(tag.name[1]), 2), level + 1)
        tag.name = f"h{level}"
        if level == 2 and tag.find_parent("details") is None:
            tag["id"] = f"section-{len(sections) + 1}"
            sections.append((tag["id"], heading))
    for block in article.find_all("pre"):
        block["tabindex"] = "0"
    _fill_contents(soup, sections, contents_label)
    return _written(soup)


def together(html: str) -> str:
    """Return a page without sections, such as the front page, with each "n =" and its number, and each minus and its currency, on one line."""
    return _written(BeautifulSoup(html, "html.parser"))


def _written(soup: BeautifulSoup) -> str:
    for text in soup.find_all(string=COUNT):
        if text.find_parent(UNSPOKEN) is None:
            text.replace_with(NavigableString(COUNT.sub("n\u00a0=\u00a0", str(text))))
    _join_minus(soup)
    return "<!DOCTYPE html>\n" + str(soup).removeprefix("<!DOCTYPE html>").lstrip()


def _join_minus(soup: BeautifulSoup) -> None:
    """Keep the minus before a currency on its line, in what is read; not in code, nor in the sentence that a button copies."""
    for text in soup.find_all(string=MONEY):
        is_read = type(text) is NavigableString and text.find_parent(UNSPOKEN) is None
        if is_read and text.find_parent(class_="quote") is None:
            text.replace_with(NavigableString(MONEY.sub(MINUS + JOINER, str(text))))


def dress_table(table: Tag) -> None:
    """Give each head its scope, align numbers, and put the table in a region that scrolls on a narrow screen."""
    for th in table.find_all("th"):
        if not th.get_text(strip=True) and not th.find("img"):
            th.name = "td"
            th.attrs.pop("scope", None)
        else:
            th["scope"] = "col" if th.find_parent("thead") else "row"
    for td in table.find_all("td"):
        if NUMBER.match(td.get_text()) and any(letter.isdigit() for letter in td.get_text()):
            td["class"] = "num"
        elif len(td.get_text(strip=True)) <= SHORT and td.get("class") != "num":
            td["class"] = "whole"
    rows = [row.find_all(["td", "th"]) for row in table.find_all("tr")]
    for row in rows:
        for i, head in enumerate(row if row and row[0].find_parent("thead") else []):
            below = [r[i] for r in rows if len(r) == len(row) and not r[i].find_parent("thead")]
            filled = [cell for cell in below if cell.get_text(strip=True)]
            numbers = [cell for cell in filled if cell.get("class") == "num" or BOUND.match(cell.get_text(strip=True))]  # fmt: skip
            if not below or (filled and 2 * len(numbers) <= len(filled)):
                continue
            # A column is one of numbers where most of its cells are: a dash or an interval among them stands with them.
            for cell in [head, *(one for one in filled if one.get("class") == "whole")]:
                cell["class"] = "num"
    if "scroll" not in (table.parent.get("class") or ()):
        table.wrap(Tag(name="div", attrs={"class": "scroll", "role": "region", "tabindex": "0"}))


def formula(tex: str, *, block: bool = False) -> str:
    """Return a formula as a picture with its TeX as alt text; what cannot be drawn shows its TeX as code."""
    made = formulas.picture(tex, block=block) or Markup("<code>{}</code>").format(tex.strip())
    return str(Markup('<span class="formula-block">{}</span>').format(made) if block else made)


def _with_formulas(text: str) -> str:
    made, at = [], 0
    for found in MATHS.finditer(text):
        made.append(str(escape(text[at : found.start()])))
        made.append(formula(found[1] or found[2], block=bool(found[1])))
        at = found.end()
    return "".join([*made, str(escape(text[at:]))])


def _clean_attributes(tag: Tag) -> None:
    allowed = (*ATTRIBUTES.get(tag.name, ()), *ANYWHERE)
    number = "right" in str(tag.get("style", "")) and tag.name in ("td", "th")
    tag.attrs = {key: value for key, value in tag.attrs.items() if key in allowed}
    if number:
        tag["class"] = "num"
    if tag.name == "a" and not LINK.match(tag.get("href", "").strip()):
        tag.attrs.pop("href", None)
    if tag.name == "img" and not PICTURE.match(tag.get("src", "")):
        tag.replace_with(NavigableString(tag.get("alt", "")))


def _caption(soup: BeautifulSoup, table: Tag, text: str) -> None:
    caption = table.find("caption")
    if caption is None:
        caption = soup.new_tag("caption")
        caption["class"] = "hidden"
        caption.string = text
        table.insert(0, caption)
    region = table.find_parent(class_="scroll")
    if region is not None and not region.get("aria-label"):
        region["aria-label"] = caption.get_text(" ", strip=True)


def _fill_contents(soup: BeautifulSoup, sections: list[tuple[str, str]], label: str) -> None:
    nav = soup.find("nav", class_="contents")
    if len(sections) < 3:
        nav.decompose()
        return
    title = soup.new_tag("p")
    title.string = label
    listed = soup.new_tag("ul")
    for anchor, heading in sections:
        item, link = soup.new_tag("li"), soup.new_tag("a", href=f"#{anchor}")
        link.string = heading
        item.append(link)
        listed.append(item)
    nav.extend([title, listed])
