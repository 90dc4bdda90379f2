"""Pseudonyms: keyed, the same for one id however it is written, and never the key itself."""

import hashlib
import re

import pandas as pd
import pytest

from helpers import company
from helpers.errors import DataError
from helpers.privacy import keys

KEY = "0123456789abcdef" * 4
TOML = 'title = "Shop"\ncurrency = "EUR"\nmarkets = ["FR"]\ntime_zone = "Europe/Paris"\n'


def hmac_by_hand(key: bytes, message: bytes) -> str:
    """HMAC-SHA256 as RFC 2104 writes it."""
    block = key.ljust(64, b"\0")
    inner = hashlib.sha256(bytes(b ^ 0x36 for b in block) + message).digest()
    return hashlib.sha256(bytes(b ^ 0x5C for b in block) + inner).hexdigest()


@pytest.fixture
def shop(tmp_path, monkeypatch):
    monkeypatch.setenv("CMO_COMPANIES", str(tmp_path))
    monkeypatch.setenv("CMO_HOME", str(tmp_path))
    monkeypatch.delenv(keys.VARIABLE, raising=False)

    def make(more: str = ""):
        (tmp_path / "shop").mkdir(exist_ok=True)
        (tmp_path / "shop" / "company.toml").write_text(TOML + more)
        return company.read("shop")

    return make


def test_the_hand_written_hmac_gives_the_published_vector_of_rfc_4231():
    said = hmac_by_hand(b"Jefe", b"what do ya want for nothing?")
    assert said == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"


def test_a_pseudonym_is_the_first_32_characters_of_the_hmac_of_space_and_id():
    made = keys.pseudonyms(pd.Series(["ada@example.org"]), key=KEY.encode(), space="email")
    assert made.tolist() == [hmac_by_hand(KEY.encode(), b"email\x1fada@example.org")[:32]]


def test_a_key_longer_than_a_block_is_hashed_first():
    long = b"x" * 65
    made = keys.pseudonyms(pd.Series(["a"]), key=long, space="shop")
    assert made.tolist() == [hmac_by_hand(hashlib.sha256(long).digest(), b"shop\x1fa")[:32]]


def test_one_address_written_in_several_ways_is_one_person():
    given = pd.Series(
        ["ada@example.org", " Ada@Example.ORG\t", "ada@example.org\u00a0", "ａｄａ＠example.org"]
    )
    assert keys.pseudonyms(given, key=b"k", space="email").nunique() == 1


def test_the_same_id_in_two_systems_is_two_people_until_something_joins_them():
    one = keys.pseudonym("1234", key=b"k", space="hubspot")
    assert one != keys.pseudonym("1234", key=b"k", space="shop")
    assert one != keys.pseudonym("1234", key=b"l", space="hubspot")


def test_space_and_id_cannot_run_into_each_other():
    assert keys.pseudonym("bc", key=b"k", space="a") != keys.pseudonym("c", key=b"k", space="ab")


def test_empty_ids_stay_empty_and_the_index_is_kept():
    made = keys.pseudonyms(pd.Series(["a", None, "  ", "A"], index=[7, 8, 9, 7]), key=b"k", space="shop")
    assert made.index.tolist() == [7, 8, 9, 7]
    assert made.isna().tolist() == [False, True, True, False]
    assert made.iloc[0] == made.iloc[3]
    assert made.dtype == "str"


def test_no_ids_give_no_pseudonyms():
    assert keys.pseudonyms(pd.Series([], dtype="str"), key=b"k", space="shop").tolist() == []
    assert keys.pseudonyms(pd.Series([None, float("nan")]), key=b"k", space="shop").isna().all()


def test_whole_numbers_are_ids_and_decimal_numbers_are_refused():
    numbers = keys.pseudonyms(pd.Series([1234]), key=b"k", space="shop")
    assert numbers.tolist() == [keys.pseudonym("1234", key=b"k", space="shop")]
    with pytest.raises(DataError, match="shop: the ids came as decimal numbers. Read the column as text"):
        keys.pseudonyms(pd.Series([1234.0, None]), key=b"k", space="shop")


@pytest.mark.parametrize("space", ["", "a\x1fb"])
def test_a_space_that_names_no_system_is_refused(space):
    with pytest.raises(ValueError, match="names no system"):
        keys.pseudonyms(pd.Series(["a"]), key=b"k", space=space)


def test_more_ids_than_are_hashed_at_once_keep_their_places():
    many = pd.Series([f"p{i}" for i in range(keys._AT_ONCE + 3)])
    made = keys.pseudonyms(many, key=b"k", space="shop")
    assert made.iloc[-1] == keys.pseudonym(many.iloc[-1], key=b"k", space="shop")
    assert made.nunique() == len(many)


def test_the_key_comes_from_the_environment(shop, monkeypatch):
    monkeypatch.setenv(keys.VARIABLE, f" {KEY}\n")
    assert keys.key_of(shop()) == KEY.encode()


def test_without_a_key_the_refusal_says_how_to_make_one(shop):
    with pytest.raises(DataError) as refused:
        keys.key_of(shop())
    said = str(refused.value)
    assert said.startswith("shop: exports about single people are refused without a key")
    assert 'python -c "import secrets; print(secrets.token_hex(32))"' in said
    assert "export CMO_PSEUDONYM_KEY=" in said
    assert "another key makes other pseudonyms" in said


@pytest.mark.parametrize("value", ["short-and-secret", "s" * 31])
def test_a_short_key_is_refused_without_being_shown(shop, monkeypatch, value):
    monkeypatch.setenv(keys.VARIABLE, value)
    with pytest.raises(DataError, match=f"has {len(value)} characters") as refused:
        keys.key_of(shop())
    assert value not in str(refused.value)


def test_a_key_of_32_characters_is_long_enough(shop, monkeypatch):
    monkeypatch.setenv(keys.VARIABLE, "s" * 32)
    assert keys.key_of(shop()) == b"s" * 32


def test_the_demo_key_is_of_synthetic_companies_alone(shop, monkeypatch):
    monkeypatch.setenv(keys.VARIABLE, KEY)
    assert keys.key_of(shop("synthetic = true\n")) == keys.DEMO_KEY  # the same tables on every machine
    monkeypatch.setenv(keys.VARIABLE, keys.DEMO_KEY.decode())
    with pytest.raises(DataError, match="is the published demo key, which protects nobody"):
        keys.key_of(shop())


def test_a_fingerprint_tells_keys_apart_and_gives_nothing_away():
    one, other = keys.fingerprint(KEY.encode()), keys.fingerprint(KEY.encode()[:-1])
    assert one != other
    assert re.fullmatch("[0-9a-f]{8}", one)
    assert one not in KEY
