"""Sealed values: what opens them, what does not, and what the keys may look like."""

import base64
import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.crypto import KEY_BYTES, KeyringError, Unsealable, parse_keys, seal, unseal

PLACE = {"table": "outbox_message", "row": "5f0c", "field": "params"}
KEY = base64.b64encode(b"K" * KEY_BYTES).decode()
OTHER_KEY = base64.b64encode(b"O" * KEY_BYTES).decode()
SHORT_KEY = base64.b64encode(b"S" * 31).decode()


@given(st.binary(max_size=2000))
def test_what_was_sealed_comes_back(plain: bytes) -> None:
    assert unseal(seal(plain, **PLACE), **PLACE) == plain


def test_the_plain_text_is_not_in_it_and_no_two_are_alike() -> None:
    plain = "Принтер не печатает".encode()
    first, second = seal(plain, **PLACE), seal(plain, **PLACE)
    assert plain not in first
    assert first != second


@pytest.mark.parametrize("other", [{"table": "botapp_dialog"}, {"row": "5f0d"}, {"field": "body"}])
def test_moved_to_another_place_it_does_not_open(other: dict[str, str]) -> None:
    sealed = seal(b"secret", **PLACE)
    with pytest.raises(Unsealable):
        unseal(sealed, **{**PLACE, **other})


def test_any_altered_byte_is_noticed() -> None:
    sealed = seal(b"secret", **PLACE)
    for position in range(len(sealed)):
        altered = bytearray(sealed)
        altered[position] ^= 1
        with pytest.raises(Unsealable):
            unseal(bytes(altered), **PLACE)


@pytest.mark.parametrize("cut", [b"", b"t1", b"t1\0", b"t1\0short"])
def test_a_truncated_value_is_refused(cut: bytes) -> None:
    with pytest.raises(Unsealable):
        unseal(cut, **PLACE)


def test_a_new_first_key_seals_and_the_old_one_still_opens(settings) -> None:  # type: ignore[no-untyped-def]
    settings.DATA_KEYS = f"k1:{KEY}"
    old = seal(b"from before", **PLACE)
    settings.DATA_KEYS = f"k2:{OTHER_KEY},k1:{KEY}"
    new = seal(b"from now", **PLACE)
    assert (old.partition(b"\0")[0], new.partition(b"\0")[0]) == (b"k1", b"k2")
    assert (unseal(old, **PLACE), unseal(new, **PLACE)) == (b"from before", b"from now")
    settings.DATA_KEYS = f"k2:{OTHER_KEY}"
    with pytest.raises(Unsealable) as caught:
        unseal(old, **PLACE)
    assert caught.value.reason == "no_key"


def test_another_key_under_the_same_name_does_not_open(settings) -> None:  # type: ignore[no-untyped-def]
    settings.DATA_KEYS = f"k1:{KEY}"
    sealed = seal(b"secret", **PLACE)
    settings.DATA_KEYS = f"k1:{OTHER_KEY}"
    with pytest.raises(Unsealable) as caught:
        unseal(sealed, **PLACE)
    assert caught.value.reason == "altered"


def test_keys_are_read_in_their_order() -> None:
    assert list(parse_keys(f" k2:{KEY} , k1:{OTHER_KEY},")) == ["k2", "k1"]


MALFORMED = {
    "empty": "",
    "commas only": " , ,",
    "no name": f":{KEY}",
    "no colon": KEY,
    "name with a sign": f"k-1:{KEY}",
    "name in Cyrillic": f"к1:{KEY}",
    "too short": f"k1:{SHORT_KEY}",
    "not base64": f"k1:{KEY[:-1]}!",
    "not ASCII": f"k1:{KEY[:-4]}ключ",
    "the same name twice": f"k1:{KEY},k1:{OTHER_KEY}",
    "good, then bad": f"k2:{KEY},k1:{SHORT_KEY}",
}


@pytest.mark.parametrize("text", MALFORMED.values(), ids=MALFORMED)
def test_malformed_keys_are_refused_without_showing_them(text: str) -> None:
    with pytest.raises(KeyringError) as caught:
        parse_keys(text)
    assert not [key for key in (KEY, OTHER_KEY, SHORT_KEY) if key[:8] in str(caught.value)]


def test_a_start_with_malformed_keys_names_the_setting_and_shows_no_key() -> None:
    environment = {**os.environ, "DATA_KEYS": f"k2:{KEY},k1:{SHORT_KEY}"}
    command = [sys.executable, "-c", "import tws.settings"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "DATA_KEYS" in done.stderr
    assert not [key for key in (KEY, SHORT_KEY) if key[:8] in done.stderr]
