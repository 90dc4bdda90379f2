"""Paper: HTML to tagged PDF through WeasyPrint, which is loaded only here and may lack its system libraries."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import io
import logging
import re
import sys
from functools import cache

from bs4 import BeautifulSoup

from helpers.errors import NotMadeError
from helpers.report import frame

PACKAGES = {
    "linux": "on Debian or Ubuntu: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
    "darwin": "on macOS: brew install pango",
    "win32": "on Windows: install the GTK 3 runtime, for example with MSYS2: pacman -S mingw-w64-ucrt-x86_64-pango",
}
COLOURS = re.compile(r"--(\w+): (#[0-9a-f]{6});")


@cache
def weasyprint():
    """Return the module of WeasyPrint, with its warnings off the terminal.

    Raises
    ------
    NotMadeError : the package or one of its system libraries is missing.
    """
    for name in ("weasyprint", "fontTools"):
        logging.getLogger(name).addHandler(logging.NullHandler())
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        with contextlib.redirect_stdout(io.StringIO()):  # it prints a page of advice before it fails
            import weasyprint
    except OSError:
        how = PACKAGES.get(sys.platform, PACKAGES["linux"])
        raise NotMadeError(f"no PDF was made: the libraries of Pango are missing; {how}.") from None
    except ImportError:
        raise NotMadeError(
            "no PDF was made: the package weasyprint is missing; make setup installs it."
        ) from None
    return weasyprint


def document(html: str, style: str):
    """Return the laid-out document of a page with one more style sheet; nothing is fetched but data: addresses.

    The sheet goes to the end of the head: given to WeasyPrint beside the page, it would rank before the page's own.
    """
    engine = weasyprint()
    from weasyprint.urls import URLFetcher

    fetcher = URLFetcher(allowed_protocols=("data",))
    styled = html.replace("</head>", f"<style>{style}</style></head>", 1)
    source = engine.HTML(string=styled, url_fetcher=fetcher, base_url=None)
    return source.render(pdf_variant="pdf/ua-1", pdf_tags=True)


def write(made, html: str) -> bytes:
    """Return a document as PDF/UA; equal HTML gives equal bytes."""
    identifier = hashlib.sha256(html.encode()).hexdigest()[:32].encode()
    return made.write_pdf(pdf_variant="pdf/ua-1", pdf_tags=True, pdf_identifier=identifier)


def pack(html: str) -> bytes:
    """Return pack.html as PDF: page numbers, a table of contents with them, bookmarks and a running head.

    Raises
    ------
    NotMadeError : WeasyPrint or its libraries are missing.
    """
    ready = for_paper(html)
    return write(document(ready, style("pack")), ready)


def style(name: str) -> str:
    """Return a style sheet of template/paper."""
    return (frame.TEMPLATE / "paper" / f"{name}.css").read_text(encoding="utf-8")


def for_paper(html: str) -> str:
    """Return a page without what paper cannot do, and with its small charts in colours of their own.

    WeasyPrint draws an SVG apart from the page, whose style sheet does not reach it.
    """
    soup = BeautifulSoup(html, "html.parser")
    for tag in soup.select("script, button, .keep, .actions, .skip, [hidden]"):
        tag.decompose()
    for folded in soup.find_all("details"):
        folded["open"] = ""
    rules = {name: _spark(accent) for name, accent in _accents().items()}
    for chart in soup.select("svg.spark"):
        tile = chart.find_parent(class_=re.compile("^pillar-"))
        pillar = next((c[7:] for c in tile.get("class", ()) if c.startswith("pillar-")), "") if tile else ""
        label = chart.get("aria-label", "")
        picture = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-6 -6 212 60" preserveAspectRatio="none" width="212" height="60"><style>{rules.get(pillar, rules["scorecard"])}</style>{chart.decode_contents()}</svg>'
        coded = base64.b64encode(picture.encode()).decode()
        chart.replace_with(
            soup.new_tag(
                "img", attrs={"class": "spark", "alt": label, "src": f"data:image/svg+xml;base64,{coded}"}
            )
        )
    return str(soup)


@cache
def _accents() -> dict[str, str]:
    """Return the colours that the style sheet names, those for light paper."""
    light = frame.sheet().split("@media", 1)[0]
    return dict(COLOURS.findall(light))


def _spark(accent: str) -> str:
    return (
        ".band{fill:#d5d9de;fill-opacity:.6}.past{fill:none;stroke:#5a616b;stroke-width:2}"
        ".target{stroke:#5a616b;stroke-width:1.2;stroke-dasharray:4 3}"
        f".now{{stroke:{accent};stroke-width:9;stroke-linecap:round}}"
    )
