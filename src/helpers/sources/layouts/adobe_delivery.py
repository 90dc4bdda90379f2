"""The files of one delivery of an Adobe data feed: hits, lookup tables, manifest; which belong together, and whether they are whole.

Hits lie beside the others as `01-<suite>_<day>.tsv.gz` (a large day in several, 02-…), or with the lookup tables in one archive. The
hits have no heads: these are in `column_headers.tsv` of the lookup tables.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import re
import tarfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from helpers.errors import DataError
from helpers.sources.opening import BLOCK, File

HITS = re.compile(r"(?P<number>\d\d)-(?P<stem>.+)\.tsv(?:\.gz)?")
LOOKUP = "-lookup_data.tar.gz"
HEADERS, INSIDE = "column_headers.tsv", "hit_data.tsv"
CHANNELS = "marketing_channels.tsv"  # written by the company: number, tab, name
MANIFEST = b"Datafeed-Manifest-Version"
ENCODING = "iso-8859-1"
LARGEST = 64 << 20  # bytes of a lookup table
MANY = 20  # columns that hits have at least, where nothing lies beside them that says so
TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")


@dataclass(frozen=True)
class Delivery:
    """What belongs together: the file that stands for it, all files of hits, where the lookup tables are, and the manifest."""

    file: File
    hits: tuple[Path, ...]
    lookup: Path
    manifest: Path | None = None
    names: dict[str, str] = field(default_factory=dict, hash=False)

    @contextmanager
    def opened(self, hits: Path) -> Iterator[BinaryIO]:
        """Open a file of hits, unpacked."""
        if hits == self.lookup:
            with tarfile.open(hits) as archive:
                yield archive.extractfile(_member(archive, INSIDE))  # type: ignore[misc]
        else:
            with (gzip.open if hits.suffix == ".gz" else open)(hits, "rb") as file:
                yield file  # type: ignore[misc]

    def table(self, name: str) -> list[list[str]]:
        """Return the rows of a lookup table, none where the delivery has no such table."""
        if self.lookup.is_dir():  # unpacked from a ZIP
            found = next(iter(self.lookup.glob(f"*/{name}")), None)
            content = found.read_bytes() if found else b""
        else:
            with tarfile.open(self.lookup) as archive:
                member = _member(archive, name)
                if member is None:
                    return []
                if member.size > LARGEST:
                    raise DataError(
                        f"{self.lookup.name}: {name} has {member.size:,} bytes, which no lookup table has. Fetch the delivery again."
                    )
                content = archive.extractfile(member).read()  # type: ignore[union-attr]
        text = io.StringIO(content.decode(ENCODING), newline="")
        return [row for row in csv.reader(text, delimiter="\t", quoting=csv.QUOTE_NONE) if row]


def find(files: Sequence[File]) -> Delivery | None:
    """Return the delivery that files are, None where they are something else.

    Raises
    ------
    DataError : hits without their lookup tables or without another part that the manifest names, lookup tables without hits,
        a file that is not the one of the manifest.
    """
    first = files[0] if files else None
    if first is None:
        return None
    if len(files) > 1:  # of a ZIP
        inside = {one.path.name: one for one in files}
        if HEADERS in inside and INSIDE in inside:
            hits = inside[INSIDE]
            return Delivery(hits, (hits.path,), hits.path.parents[1])
        return None
    if first.kind == "archive":
        with _readable(first), tarfile.open(first.path) as archive:
            has_hits, has_heads = (_member(archive, name) is not None for name in (INSIDE, HEADERS))
        if has_heads and not has_hits:
            raise DataError(
                f"{first.shown}: these are the lookup tables of a data feed. Put the file of its hits (01-….tsv.gz) beside them."
            )
        return _named(Delivery(first, (first.path,), first.path)) if has_heads else None
    match = HITS.fullmatch(first.path.name)
    return _beside(first, match["stem"]) if match and first.kind == "text" else None


def main_of(path: Path) -> Path | None:
    """Return the file of hits together with which a file is read, None for a file that stands for itself."""
    name, folder = path.name, path.parent
    if (match := HITS.fullmatch(name)) and match["number"] != "01":
        stem = match["stem"]
    elif name.endswith(LOOKUP):
        stem = name.removesuffix(LOOKUP)
    elif path.suffix == ".txt" and _is_manifest(path):
        stem = path.stem
    elif name == CHANNELS:
        return next((one for one in sorted(folder.rglob("01-*.tsv*")) if HITS.fullmatch(one.name)), None)
    else:
        return None
    return next((one for one in _of(folder, stem) if one.name.startswith("01-")), None)


def companions(path: Path) -> list[Path]:
    """Return the files that are read together with a file of hits."""
    if not (match := HITS.fullmatch(path.name)):
        return []
    folder, stem = path.parent, match["stem"]
    near = [
        *_of(folder, stem),
        folder / f"{stem}{LOOKUP}",
        folder / f"{stem}.txt",
        folder / CHANNELS,
        folder.parent / CHANNELS,
    ]
    return [one for one in near if one != path and one.is_file()]


def _of(folder: Path, stem: str) -> list[Path]:
    """The files of hits of one delivery, in order."""
    return sorted(
        one for one in folder.glob("??-*.tsv*") if (m := HITS.fullmatch(one.name)) and m["stem"] == stem
    )


def _beside(first: File, stem: str) -> Delivery | None:
    folder = first.path.parent
    lookup, manifest = folder / f"{stem}{LOOKUP}", folder / f"{stem}.txt"
    if not lookup.is_file():
        with first.text() as text:
            cells = text.readline().split("\t")
        if len(cells) < MANY or not any(TIME.fullmatch(cell) for cell in cells):
            return None
        raise DataError(
            f"{first.shown}: it looks like hits of a data feed, whose heads are in {lookup.name}, and that is not beside it. Put all files of the delivery into one folder."
        )
    made = Delivery(first, tuple(_of(folder, stem)), lookup, manifest if _is_manifest(manifest) else None)
    _refuse_damaged(made)
    return _named(made)


def _named(made: Delivery) -> Delivery:
    """Give the delivery the names of the marketing channels that the company wrote down, beside it or one folder above."""
    folder = made.file.path.parent
    for path in (folder / CHANNELS, folder.parent / CHANNELS):
        if path.is_file():
            rows = [
                line.split("\t") for line in path.read_text(encoding="utf-8-sig").splitlines() if "\t" in line
            ]
            return Delivery(
                made.file,
                made.hits,
                made.lookup,
                made.manifest,
                {row[0].strip(): row[1].strip() for row in rows},
            )
    return made


def stated(manifest: Path) -> dict[str, dict[str, str]]:
    """Return what a manifest says of each file, by its name: MD5-Digest, File-Size, Record-Count."""
    made: dict[str, dict[str, str]] = {}
    facts: dict[str, str] = {}
    for line in manifest.read_text(encoding=ENCODING).splitlines():
        key, _, value = (part.strip() for part in line.partition(":"))
        if key in ("Lookup-File", "Data-File"):
            facts = made.setdefault(value, {})
        elif key:
            facts[key] = value
    return made


def _refuse_damaged(made: Delivery) -> None:
    """Refuse a delivery of which a file is missing or is not the one that its manifest describes."""
    if made.manifest is None:
        return
    folder, shown = made.file.path.parent, made.file.shown
    for name, facts in stated(made.manifest).items():
        path = folder / name
        if not path.is_file():
            raise DataError(
                f"{shown}: {made.manifest.name} names {name}, which is not beside it. Fetch the whole delivery again."
            )
        if (wanted := facts.get("MD5-Digest", "").lower()) and wanted != _md5(path):
            raise DataError(
                f"{shown}: {name} is not the file that {made.manifest.name} describes (another MD5): cut off, or changed. Fetch the delivery again."
            )


def _md5(path: Path) -> str:
    digest = hashlib.md5(usedforsecurity=False)
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _is_manifest(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(MANIFEST)) == MANIFEST


def _member(archive: tarfile.TarFile, name: str) -> tarfile.TarInfo | None:
    return next((one for one in archive if one.isfile() and Path(one.name).name == name), None)


@contextmanager
def _readable(file: File) -> Iterator[None]:
    try:
        yield
    except (tarfile.TarError, EOFError, OSError) as fault:
        raise DataError(f"{file.shown}: the archive is cut off or damaged. Fetch it again.") from fault
