"""A file as received: what kind it is, and whether it can be an export at all; one that cannot is refused in one sentence."""

from __future__ import annotations

import codecs
import gzip
import hashlib
import os
import re
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TextIO

from helpers.errors import DataError
from helpers.sources import zips
from helpers.sources.encodings import BLOCK, encoding_of

OTHERS = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"PK\x05\x06": "an empty ZIP",
}
UNFINISHED = (".crdownload", ".part", ".partial", ".download", ".tmp")
WEB_PAGE = re.compile(rb"^\s*(<!doctype html|<html|<head|<body)", re.IGNORECASE)


@dataclass(frozen=True)
class File:
    """A file that can be read: where it lies, what a user calls it, its kind and encoding.

    `kind`: text, workbook, parquet, json or archive (tar, packed or not, which only some layouts read). `stamp`: its size and time, so that another content is another file. A file of a ZIP lies in a folder for temporary files; `shown` then names both.
    """

    path: Path
    shown: str
    kind: str
    encoding: str = ""
    stamp: tuple[int, int] = (0, 0)

    @contextmanager
    def text(self) -> Iterator[TextIO]:
        """Open the text, decoded."""
        opened = gzip.open if self.path.suffix == ".gz" else open
        try:
            with opened(self.path, "rt", encoding=self.encoding, newline="") as file:
                yield file
        except UnicodeDecodeError as fault:
            raise DataError(
                f"{self.shown}: it begins as {self.encoding} and does not go on so. Export it again."
            ) from fault
        except (EOFError, gzip.BadGzipFile) as fault:
            raise DataError(f"{self.shown}: the compressed file is cut off. Fetch it again.") from fault


def sha256(path: Path) -> str:
    """Return the fingerprint of a file.

    Raises
    ------
    DataError : it cannot be read.
    """
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                digest.update(block)
    except OSError as fault:
        raise DataError(_unreadable(path, fault)) from fault
    return digest.hexdigest()


@contextmanager
def opened(path: Path, shown: str = "") -> Iterator[list[File]]:
    """Give the files that a path holds: itself, or those of a ZIP; they can be read until the block ends.

    Raises
    ------
    DataError : it cannot be read, is empty, is still being written, or is no export.
    """
    shown = shown or path.name
    if path.suffix.lower() in UNFINISHED or path.name.startswith("~$"):
        raise DataError(
            f"{shown}: the file is still being downloaded or is open in Excel. Wait for it, then try again."
        )
    try:
        before = path.stat()
        start = _start(path)
    except OSError as fault:
        raise DataError(_unreadable(path, fault, shown)) from fault
    with tempfile.TemporaryDirectory(prefix="cmo-") as folder:
        if start[:4] == b"PK\x03\x04" and not _is_workbook(path):
            yield _members(path, shown, Path(folder))
        else:
            yield [_file(path, shown, start)]
    try:
        after = path.stat()
    except OSError as fault:
        raise DataError(_unreadable(path, fault, shown)) from fault
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise DataError(
            f"{shown}: the file changed while it was read: it is still being written. Wait for it, then try again."
        )


def _members(path: Path, shown: str, folder: Path) -> list[File]:
    """Say what the files of a ZIP are; an empty one is passed over."""
    try:
        starts = ((one, name, _start(one)) for one, name in zips.unpacked(path, shown, folder))
        return [_file(one, name, start) for one, name, start in starts if start]
    except (zipfile.BadZipFile, NotImplementedError, EOFError) as fault:
        raise DataError(f"{shown}: the ZIP is damaged or of an unknown kind. Fetch it again.") from fault


def _start(path: Path) -> bytes:
    """The first bytes of a file."""
    with path.open("rb") as file:
        return file.read(4096)


def _file(path: Path, shown: str, start: bytes) -> File:
    """Say what one file is; `start` are its first bytes."""
    about = path.stat()
    return replace(_kind(path, shown, start), stamp=(about.st_size, about.st_mtime_ns))


def _kind(path: Path, shown: str, start: bytes) -> File:
    if not start:
        raise DataError(
            f"{shown}: the file is empty. Export it again; if it stays empty, the chosen dates hold nothing."
        )
    if WEB_PAGE.match(start.removeprefix(codecs.BOM_UTF8)):
        raise DataError(
            f"{shown}: this is a web page, not an export: the download link probably needed a login. Log in and download it again."
        )
    if what := next((name for mark, name in OTHERS.items() if start.startswith(mark)), ""):
        raise DataError(f"{shown}: this is {what}, in which no table can be read. Export CSV, XLSX or JSON.")
    if start[:4] == b"PK\x03\x04":
        if path.suffix.lower() not in (".xlsx", ".xlsm"):
            raise DataError(
                f"{shown}: this is an Excel workbook or a ZIP renamed {path.suffix or 'without ending'}: rename it .xlsx, or export CSV again."
            )
        if not _is_workbook(path):
            raise DataError(f"{shown}: the workbook is damaged. Export it again.")
        return File(path, shown, "workbook")
    if start[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise DataError(
            f"{shown}: this is an old Excel file or one with a password. Save it as .xlsx without password, or export CSV."
        )
    if start[:4] == b"PAR1":
        return File(path, shown, "parquet")
    if start[:2] == b"\x1f\x8b":
        if path.suffix not in (".gz", ".tgz"):
            raise DataError(f"{shown}: this is a compressed file without the ending .gz. Rename it.")
        with gzip.open(path, "rb") as file:
            try:
                start = file.read(4096)
            except (EOFError, OSError) as fault:
                raise DataError(f"{shown}: the compressed file is cut off. Fetch it again.") from fault
    if start[257:262] == b"ustar":
        return File(path, shown, "archive")
    encoding = encoding_of(path, shown, start)
    is_json = start.removeprefix(codecs.BOM_UTF8).lstrip()[:1] in (b"{", b"[") and _is_named_json(path)
    return File(path, shown, "json" if is_json else "text", encoding)


def _is_named_json(path: Path) -> bool:
    """Whether a name says JSON: x.json, x.jsonl, x.ndjson, packed or not."""
    return ".json" in path.name.lower() or ".ndjson" in path.name.lower()


def _is_workbook(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except (zipfile.BadZipFile, OSError):
        return False


def _unreadable(path: Path, fault: OSError, shown: str = "") -> str:
    name = shown or path.name
    if isinstance(fault, PermissionError):
        return f"{name}: this account may not read it. Change its permissions ({os.strerror(fault.errno or 13)})."
    if isinstance(fault, FileNotFoundError):
        return f"{name}: there is no such file."
    if isinstance(fault, IsADirectoryError):
        return f"{name}: this is a folder. Name a file in it."
    return f"{name}: it cannot be read ({os.strerror(fault.errno or 5)})."
