"""Pseudonyms: an id becomes a keyed fingerprint, the same in every table, that nobody without the key can turn back."""

from __future__ import annotations

import hashlib
import hmac
import os
import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from helpers.company import Company
from helpers.errors import DataError

VARIABLE = "CMO_PSEUDONYM_KEY"
SHORTEST = 32  # characters
# Published on purpose: a synthetic company has nobody to protect, and its tables must be the same on every machine.
DEMO_KEY = b"published demo key of synthetic companies, protects nobody"
EMAIL = "email"  # the space of an e-mail address, whatever the system it comes from
SEPARATOR = "\x1f"
PSEUDONYM = re.compile(r"[0-9a-f]{32}")
MAKE_ONE = (
    f'Make a key once with `python -c "import secrets; print(secrets.token_hex(32))"`, then `export {VARIABLE}=…` '
    "with what it printed, and keep it in a password safe: another key makes other pseudonyms."
)
_BLOCK = 64  # bytes of a block of SHA-256
_AT_ONCE = 50_000  # ids; a list of all of them would take gigabytes
_HEX = np.array([f"{byte:02x}" for byte in range(256)], dtype="S2")


def key_of(company: Company) -> bytes:
    """Return the key that makes the company's pseudonyms. Its value is never printed.

    A company marked `synthetic = true` uses the published demo key, whatever the environment holds; any other the
    environment variable CMO_PSEUDONYM_KEY.

    Raises
    ------
    DataError : there is no key, it is shorter than 32 characters, or it is the demo key for real people. The message says
        how to make one and never holds the value.
    """
    if company.synthetic:
        return DEMO_KEY
    given = os.environ.get(VARIABLE, "").strip()
    if not given:
        raise DataError(
            f"{company.name}: exports about single people are refused without a key for their pseudonyms. {MAKE_ONE}"
        )
    if len(given) < SHORTEST:
        raise DataError(
            f"{VARIABLE} has {len(given)} characters, which could be guessed; it needs {SHORTEST} or more. {MAKE_ONE}"
        )
    if hmac.compare_digest(given.encode(), DEMO_KEY):
        raise DataError(f"{VARIABLE} is the published demo key, which protects nobody. {MAKE_ONE}")
    return given.encode()


def fingerprint(key: bytes) -> str:
    """Return 8 hexadecimal characters that tell keys apart and give nothing away of them."""
    return hmac.digest(key, b"fingerprint of a pseudonym key", "sha256").hex()[:8]


def pseudonyms(values: pd.Series, *, key: bytes, space: str) -> pd.Series:
    """Return the pseudonym of each id.

    Parameters
    ----------
    values : ids as text or whole numbers, of any index. They are normalised (Unicode NFKC), stripped of outer blanks and put
        in lower case first, so that one address written in two ways is one person.
    key : as `key_of`.
    space : whose ids they are: "email", or the system that gave them, such as "hubspot".

    Returns
    -------
    Text of 32 hexadecimal characters a row, of the same index; empty where the id is empty or blank.

    Raises
    ------
    DataError : the ids are decimal numbers, which may have lost digits.
    ValueError : `space` is empty or holds the separator.

    Formula: the first 128 bits of HMAC-SHA256(key, space + "\\x1f" + id), RFC 2104.
    """
    if not space or SEPARATOR in space:
        raise ValueError(f"space: {space!r} names no system. Give email, or the system such as hubspot.")
    if pd.api.types.infer_dtype(values) in ("floating", "mixed-integer-float") and values.notna().any():
        raise DataError(
            f"{space}: the ids came as decimal numbers. Read the column as text: long numbers lose digits."
        )
    text = pa.array(values.astype("str"), from_pandas=True)
    text = pc.utf8_lower(pc.utf8_trim_whitespace(pc.utf8_normalize(text, form="NFKC")))
    text = pc.if_else(pc.equal(text, ""), None, text)
    unique = pc.dictionary_encode(text)
    made = _hashed(unique.dictionary, key, f"{space}{SEPARATOR}".encode())
    return pd.Series(made.take(unique.indices).to_pandas(), dtype="str").set_axis(values.index)


def pseudonym(value: str, *, key: bytes, space: str) -> str:
    """Return the pseudonym of one id, as `pseudonyms`; an empty text for an empty one."""
    return pseudonyms(pd.Series([value], dtype="str"), key=key, space=space).fillna("").iloc[0]


def _hashed(ids: pa.Array, key: bytes, prefix: bytes) -> pa.ChunkedArray:
    """HMAC of each id, cut to 32 hexadecimal characters.

    The two blocks that hold the key are made once; `hmac.digest`, which makes them for every id, takes three times as long.
    """
    sha256 = hashlib.sha256
    block = (key if len(key) <= _BLOCK else sha256(key).digest()).ljust(_BLOCK, b"\0")
    inner, outer = bytes(byte ^ 0x36 for byte in block) + prefix, bytes(byte ^ 0x5C for byte in block)
    made = []
    for start in range(0, len(ids), _AT_ONCE):
        some = ids.slice(start, _AT_ONCE).cast(pa.large_binary()).to_pylist()
        digests = b"".join([sha256(outer + sha256(inner + one).digest()).digest() for one in some])
        half = np.frombuffer(digests, dtype="uint8").reshape(-1, 32)[:, :16]
        letters, ends = np.ascontiguousarray(_HEX[half]), np.arange(len(some) + 1, dtype="int64") * 32
        made.append(pa.LargeStringArray.from_buffers(len(some), pa.py_buffer(ends), pa.py_buffer(letters)))
    return pa.chunked_array(made, type=pa.large_string())
