"""How a text is encoded, proved from all of its bytes; a text whose letters are lost already is refused.

Nothing is guessed: a text is UTF-8 or UTF-16 where it says or proves so, else Windows-1252, which all tools of the trade that
do not write Unicode use. What can be none of these is refused in one sentence.
"""

from __future__ import annotations

import codecs
import gzip
import re
import zlib
from pathlib import Path
from typing import BinaryIO

from helpers.errors import DataError

BLOCK = 1 << 20
LONGEST_LINE = 2 * BLOCK  # bytes; no export has a longer one
DAMAGED = ("Ã©", "Ã¨", "Ãª", "Ã\u00a0", "Ã´", "Ã§", "Ã‰", "Ã¼", "Ã¶", "Ã¤", "â€™", "â€“", "Â\u00a0")
UNDEFINED_1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def encoding_of(path: Path, shown: str, start: bytes) -> str:
    """Name the encoding of a text; `start` are its first bytes, without packing.

    Raises
    ------
    DataError : it is no text, its letters are lost, or it has a line that no export has.
    """
    named = next((name for mark, name in BOMS if start.startswith(mark)), "")
    if not named and b"\x00" in start:
        even, odd = start[0::2].count(0), start[1::2].count(0)
        if max(even, odd) <= 0.3 * len(start) / 2 or min(even, odd):
            raise DataError(
                f"{shown}: this is no text, no workbook and no Parquet file. Export it as CSV, XLSX or JSON."
            )
        named = "utf-16-le" if odd else "utf-16-be"
    try:
        with (gzip.open if path.suffix == ".gz" else open)(path, "rb") as file:
            return _proved(
                file, shown, named, has_lines=not path.name.lower().endswith((".json", ".json.gz"))
            )
    except (EOFError, gzip.BadGzipFile, zlib.error) as fault:
        raise DataError(f"{shown}: the compressed file is cut off. Fetch it again.") from fault


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
