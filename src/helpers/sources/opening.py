"""A file as received: what kind it is, how its text is encoded, and whether it can be an export at all.

Nothing is guessed: a text is UTF-8 or UTF-16 where it says or proves so, else Windows-1252, which all tools of the trade that
do not write Unicode use. What can be none of these is refused in one sentence.
"""

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
from pathlib import Path, PurePosixPath
from typing import BinaryIO, TextIO

from helpers.errors import DataError

BLOCK = 1 << 20
LONGEST_LINE = 2 * BLOCK  # bytes; no export has a longer one
LARGEST_MEMBER = 4 << 30  # bytes that one file of a ZIP may become
LARGEST_RATIO = 250  # times a file of a ZIP may grow
UNFINISHED = (".crdownload", ".part", ".partial", ".download", ".tmp")
DAMAGED = ("Ã©", "Ã¨", "Ãª", "Ã\u00a0", "Ã´", "Ã§", "Ã‰", "Ã¼", "Ã¶", "Ã¤", "â€™", "â€“", "Â\u00a0")
WEB_PAGE = re.compile(rb"^\s*(<!doctype html|<html|<head|<body)", re.IGNORECASE)
UNDEFINED_1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


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
        with path.open("rb") as file:
            start = file.read(4096)
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
    encoding = _encoding(path, shown, start)
    is_json = start.removeprefix(codecs.BOM_UTF8).lstrip()[:1] in (b"{", b"[") and _is_named_json(path)
    return File(path, shown, "json" if is_json else "text", encoding)


def _encoding(path: Path, shown: str, start: bytes) -> str:
    """Name the encoding of a text, proved from all of its bytes; refuse a line that no export has."""
    named = next((name for mark, name in BOMS if start.startswith(mark)), "")
    if not named and b"\x00" in start:
        even, odd = start[0::2].count(0), start[1::2].count(0)
        if max(even, odd) <= 0.3 * len(start) / 2 or min(even, odd):
            raise DataError(
                f"{shown}: this is no text, no workbook and no Parquet file. Export it as CSV, XLSX or JSON."
            )
        named = "utf-16-le" if odd else "utf-16-be"
    with (gzip.open if path.suffix == ".gz" else open)(path, "rb") as file:
        return _proved(file, shown, named, has_lines=not path.name.lower().endswith((".json", ".json.gz")))


def _is_named_json(path: Path) -> bool:
    """Whether a name says JSON: x.json, x.jsonl, x.ndjson, packed or not."""
    return ".json" in path.name.lower() or ".ndjson" in path.name.lower()


def _proved(file: BinaryIO, shown: str, named: str, *, has_lines: bool) -> str:
    decoder, is_utf8, strange, without = codecs.getincrementaldecoder("utf-8")(), not named, False, 0
    first = True
    while block := file.read(BLOCK):
        without = 0 if b"\n" in block or b"\r" in block else without + len(block)
        if has_lines and without >= LONGEST_LINE:
            raise DataError(
                f"{shown}: a line is longer than {LONGEST_LINE:,} bytes, which no export has. Export the file again."
            )
        if first:
            _refuse_damaged(block.decode(named or "utf-8", "ignore")[:65536], shown)
        if is_utf8:
            try:
                decoder.decode(block)
            except UnicodeDecodeError:
                is_utf8 = False
        strange = strange or (not named and bool(UNDEFINED_1252.search(block)))
        first = False
    if named or is_utf8:
        return named or "utf-8"
    if strange:
        raise DataError(
            f"{shown}: neither UTF-8 nor Windows text; letters would be lost. Export it again as UTF-8."
        )
    return "cp1252"


def _refuse_damaged(text: str, shown: str) -> None:
    """Refuse a text whose accents were spoilt by an earlier program: UTF-8 taken for Windows text and saved again."""
    if seen := next((one for one in DAMAGED if one in text), None):
        right = seen.encode("cp1252", "ignore").decode("utf-8", "ignore") or "the right letter"
        raise DataError(
            f"{shown}: accents are damaged ('{seen}' instead of '{right}'): the file was saved with the wrong encoding. Export it again."
        )


def _is_workbook(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except (zipfile.BadZipFile, OSError):
        return False


def _members(path: Path, shown: str, folder: Path) -> list[File]:
    """Unpack a ZIP under names of our own, with care, and say what its files are."""
    if path.suffix.lower() != ".zip":
        raise DataError(
            f"{shown}: this is an Excel workbook or a ZIP renamed {path.suffix or 'without ending'}: rename it .xlsx or .zip, or export CSV again."
        )
    try:
        with zipfile.ZipFile(path) as archive:
            wanted = [one for one in archive.infolist() if not one.is_dir() and not _is_litter(one.filename)]
            for one in wanted:
                _refuse_member(one, shown)
            if not wanted:
                raise DataError(f"{shown}: the ZIP is empty. Export it again.")
            made = []
            for number, one in enumerate(wanted):
                # ends as in the ZIP, so that its kind can be told; the name itself is ours
                target = folder / str(number) / PurePosixPath(one.filename.replace("\\", "/")).name
                target.parent.mkdir()
                _unpack(archive, one, target, shown)
                start = target.open("rb").read(4096)
                made.append(_file(target, f"{shown}/{one.filename}", start) if start else None)
            return [one for one in made if one]
    except (zipfile.BadZipFile, NotImplementedError, EOFError) as fault:
        raise DataError(f"{shown}: the ZIP is damaged or of an unknown kind. Fetch it again.") from fault


def _is_litter(name: str) -> bool:
    return name.startswith("__MACOSX/") or PurePosixPath(name).name in (".DS_Store", "Thumbs.db")


def _refuse_member(one: zipfile.ZipInfo, shown: str) -> None:
    parts = PurePosixPath(one.filename.replace("\\", "/"))
    if parts.is_absolute() or ".." in parts.parts or re.match(r"[A-Za-z]:", one.filename):
        raise DataError(
            f"{shown}: a file of the ZIP wants to lie outside its folder ({one.filename[:60]}). No tool exports that; do not use this file."
        )
    if one.flag_bits & 1:
        raise DataError(f"{shown}: the ZIP has a password. Unpack it and put its files here.")
    too_large = one.file_size > LARGEST_MEMBER
    if too_large or (
        one.file_size > 100 * BLOCK and one.file_size > LARGEST_RATIO * max(one.compress_size, 1)
    ):
        raise DataError(
            f"{shown}: a file of the ZIP would grow to {one.file_size:,} bytes. No tool exports that; do not use this file."
        )
    if parts.suffix.lower() == ".zip":
        raise DataError(
            f"{shown}: a ZIP within a ZIP ({one.filename[:60]}). Unpack it and put its files here."
        )


def _unpack(archive: zipfile.ZipFile, one: zipfile.ZipInfo, target: Path, shown: str) -> None:
    """Write one file of a ZIP, and no more of it than it says."""
    seen = 0
    with archive.open(one) as source, target.open("wb") as file:
        while block := source.read(BLOCK):
            seen += len(block)
            if seen > one.file_size:
                raise DataError(
                    f"{shown}: a file of the ZIP is larger than it says. No tool exports that; do not use this file."
                )
            file.write(block)


def _unreadable(path: Path, fault: OSError, shown: str = "") -> str:
    name = shown or path.name
    if isinstance(fault, PermissionError):
        return f"{name}: this account may not read it. Change its permissions ({os.strerror(fault.errno or 13)})."
    if isinstance(fault, FileNotFoundError):
        return f"{name}: there is no such file."
    if isinstance(fault, IsADirectoryError):
        return f"{name}: this is a folder. Name a file in it."
    return f"{name}: it cannot be read ({os.strerror(fault.errno or 5)})."
