"""All that can be read in the files of a report, whatever it is packed in. Loaded by path: see test_private."""

import base64
import html
import io
import json
import re
import zipfile
import zlib
from email import message_from_bytes, policy
from pathlib import Path
from urllib.parse import unquote

CODED = re.compile(r"base64,([A-Za-z0-9+/=\s]+)")
PLAIN = re.compile(r"data:[\w/+.;=-]*,([^\"'\s)]+)")
STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
UNREAD = "\ufffd"
GLYPH = re.compile(rb"<([0-9a-f]{4})> <([0-9a-f]+)>\s")
SHOWN = re.compile(rb"<([0-9a-f]+)>[^<\[\]]*?(?=<|\]|T[jJ])", re.IGNORECASE)
UTF16 = re.compile(rb"<feff([0-9a-f]+)>", re.IGNORECASE)
LITERAL = re.compile(rb"\(((?:[^()\\]|\\.)*)\)", re.DOTALL)


def files_of(report: Path) -> dict[str, str]:
    """What can be read of every file of a report, by its name."""
    return {
        path.relative_to(report).as_posix(): text_of(path.read_bytes(), path.suffix)
        for path in sorted(report.rglob("*"))
        if path.is_file()
    }


def holds(text: str, value: str) -> bool:
    """Whether a text holds a value, also where a line of a PDF or a mail breaks it."""
    return value in text or "".join(value.split()) in "".join(text.split())


def text_of(data: bytes, suffix: str = "") -> str:
    """The text of a file and of all that is packed in it; of a picture, its marks of text alone."""
    if suffix == ".eml":
        return _mail(data)
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "\n".join([name + "\n" + text_of(archive.read(name)) for name in archive.namelist()])
    if data.startswith(b"%PDF"):
        return _pdf(data)
    if data.startswith((b"\x89PNG", b"\xff\xd8", b"GIF8", b"RIFF")):
        return data.decode("latin-1")  # what is drawn cannot be read; titles and comments can
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")
    if suffix in (".json", ".ipynb"):
        text = "\n".join(_strings(json.loads(text)))
    inside = [text_of(base64.b64decode(coded)) for coded in CODED.findall(text)]
    bare = CODED.sub("", text)
    return "\n".join([html.unescape(bare), *map(unquote, PLAIN.findall(bare)), *inside])


def _mail(data: bytes) -> str:
    """Head lines and every part of a message, without the coding of the transport."""
    found = []
    for part in message_from_bytes(data, policy=policy.default).walk():
        found += [f"{name}: {value}" for name, value in part.items()]
        if not part.is_multipart():
            found.append(text_of(part.get_payload(decode=True)))
    return "\n".join(found)


def _strings(value: object) -> list[str]:
    """Keys and values of what JSON holds, each as text."""
    if isinstance(value, dict):
        return [one for key, inner in value.items() for one in (str(key), *_strings(inner))]
    if isinstance(value, list):
        if all(isinstance(one, str) for one in value):
            return ["".join(value), *value]  # a notebook keeps a text as its lines
        return [one for inner in value for one in _strings(inner)]
    return [str(value)]


def _pdf(data: bytes) -> str:
    """The words of a PDF: its glyphs through the tables that say what each stands for, and its titles and descriptions.

    Which font a glyph is of is not followed: each stream is read through every font's table, and one reading is right. A glyph that a table
    does not have leaves a mark, so that figures of two cells do not run together in the others.
    """
    streams = [STREAM.sub(b"", data), *map(_inflated, STREAM.findall(data))]
    streams = [one for one in streams if b"\0" not in one]  # the others are fonts and pictures
    tables = [dict(GLYPH.findall(one)) for one in streams if b"beginbfchar" in one]
    drawn = [b"".join(SHOWN.findall(one)).lower() for one in streams if re.search(rb"T[jJ]\b", one)]
    found = [_read(glyphs, table) for glyphs in drawn for table in tables]
    for one in streams:
        found += [_utf16(coded) for coded in UTF16.findall(one)]
        found += [literal.decode("latin-1") for literal in LITERAL.findall(one)]
    return "\n".join(found)


def _inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return stream if stream.isascii() else b""


def _read(glyphs: bytes, table: dict[bytes, bytes]) -> str:
    codes = (glyphs[at : at + 4] for at in range(0, len(glyphs), 4))
    return "".join(_utf16(table[code]) if code in table else UNREAD for code in codes)


def _utf16(coded: bytes) -> str:
    return bytes.fromhex(coded.decode()).decode("utf-16-be", errors="replace")
