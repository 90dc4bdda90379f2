"""The files of a ZIP, unpacked with care: none outside its folder, none with a password, none that grows beyond all measure."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from helpers.errors import DataError
from helpers.sources.encodings import BLOCK

LARGEST_MEMBER = 4 << 30  # bytes that one file of a ZIP may become
LARGEST_RATIO = 250  # times a file of a ZIP may grow


def unpacked(path: Path, shown: str, folder: Path) -> Iterator[tuple[Path, str]]:
    """Unpack a ZIP under names of our own; give each file, and what it is called, before the next is unpacked.

    Raises
    ------
    DataError : it is no ZIP by its name, is empty, or holds what no tool exports.
    zipfile.BadZipFile, NotImplementedError : it is damaged or of an unknown kind.
    """
    if path.suffix.lower() != ".zip":
        raise DataError(
            f"{shown}: this is an Excel workbook or a ZIP renamed {path.suffix or 'without ending'}: rename it .xlsx or .zip, or export CSV again."
        )
    with zipfile.ZipFile(path) as archive:
        wanted = [one for one in archive.infolist() if not one.is_dir() and not _is_litter(one.filename)]
        for one in wanted:
            _refuse_member(one, shown)
        if not wanted:
            raise DataError(f"{shown}: the ZIP is empty. Export it again.")
        for number, one in enumerate(wanted):
            # ends as in the ZIP, so that its kind can be told; the name itself is ours
            target = folder / str(number) / PurePosixPath(one.filename.replace("\\", "/")).name
            target.parent.mkdir()
            _unpack(archive, one, target, shown)
            yield target, f"{shown}/{one.filename}"


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
