"""Encrypted backups are age's own format, both ways, and whatever is changed in one is found out."""

from __future__ import annotations

import base64
import io
import os

import pytest

from connectassist.features.backups import age, bech32

#: Made by age 1.1.1 itself.
SECRET = "AGE-SECRET-KEY-1YL20C2G6JPKPAK28JLGNHKQR2269JN8R84D3VMQM66AXRHS0ZYRSTNHS8A"
PUBLIC = "age1g8vqjc2u9usm4468pxr2ptdhthgmmm3nszjh8t73msawgymcjuus8zlu8s"
FOR_A_KEY = (
    "YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBDa2lidUVFUlluOUdJSVdHVkxDbkFIK2VPTmQ1VVJ6Q2FWa3JDRGV1UkQ0"
    "Cm5CVWVVTk8xZ2d2ZHNQZjFxa1pONUtQZHFnQkNtcHRQRkFocGN3eHFEMTQKLS0tIG1vOU9SNitlblVMMGhsczB4SnpNN3QycU8x"
    "M1VxSy9IR1c0V01uSVp2dkUKNOznmlgkSbPeA5k+XHX1fsSSk4NUgryW8ovemYs4YFuEmJx3vOCaCjSz4CsCAHZW")
BY_A_PASSPHRASE = (
    "YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IHNjcnlwdCA1dFpneFdyUXQ0cTE3NmxadE5iNWFRIDE4CmdlU0dXUDZyL2FKYjJkWVFr"
    "R2trbDdUa0FrNmU3V3BDMGhUVTVYaERWQlEKLS0tIFgzNFB3aHdmUnlLTEd2cTQvUEd1SVovQmhPbzNJeGxJQVBNd0tLVTUrV2MK"
    "paEdakpXhpmZlJETOpjKLiSKdQbRAKu5gytPn908YfG7IOmokK13DyzgoXqUhOXc")
TEXT = "ConnectAssist ü".encode()
PASSPHRASE = "grüße horse"


@pytest.fixture(autouse=True)
def less_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """A passphrase is made slow to guess; here it need not be."""
    monkeypatch.setattr(age, "WORK", 4)


def sealed(data: bytes, **keys: object) -> bytes:
    target = io.BytesIO()
    with age.Sealing(target, age.Keys(**keys)) as into:  # type: ignore[arg-type]
        for at in range(0, len(data), 50_000):
            into.write(data[at:at + 50_000])
    return target.getvalue()


def opened(data: bytes, **keys: object) -> bytes:
    return age.opened(io.BytesIO(data), age.Keys(**keys)).read()  # type: ignore[arg-type]


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 65_537, 131_072, 200_000])
def test_what_goes_in_comes_out(size: int) -> None:
    data = os.urandom(size)
    assert opened(sealed(data, passphrase=PASSPHRASE), passphrase=PASSPHRASE) == data
    assert opened(sealed(data, recipients=(PUBLIC,)), identities=(SECRET,)) == data


def test_files_of_age_itself_are_opened() -> None:
    assert opened(base64.b64decode(FOR_A_KEY), identities=(SECRET,)) == TEXT
    assert opened(base64.b64decode(BY_A_PASSPHRASE), passphrase=PASSPHRASE) == TEXT


def test_several_people_can_each_open_it() -> None:
    other = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"  # age's own example
    data = sealed(TEXT, recipients=(PUBLIC, PUBLIC))
    assert opened(data, identities=(other, SECRET)) == TEXT
    with pytest.raises(age.WrongKey):
        opened(data, identities=(other,))


def test_a_wrong_passphrase_opens_nothing() -> None:
    data = sealed(TEXT, passphrase=PASSPHRASE)
    for keys in ({"passphrase": "grusse horse"}, {}, {"identities": (SECRET,)}):
        with pytest.raises(age.WrongKey):
            opened(data, **keys)


def test_bits_that_nobody_reads_are_looked_at_too() -> None:
    """Of the last character of base64 without its padding, two bits say nothing."""
    with pytest.raises(age.Damaged):
        age._bytes(base64.b64encode(bytes(32)).rstrip(b"=")[:-1] + b"B")
    assert age._bytes(base64.b64encode(bytes(32)).rstrip(b"=")) == bytes(32)


@pytest.mark.parametrize("size", [100, 200_000])
def test_a_flipped_bit_is_found_wherever_it_is(size: int) -> None:
    data = sealed(os.urandom(size), passphrase=PASSPHRASE)
    places = [*range(0, 220, 7), *range(220, len(data), 9_973), len(data) - 1]
    for place in places:
        bad = bytearray(data)
        bad[place] ^= 1
        with pytest.raises((age.Damaged, age.WrongKey)):
            opened(bytes(bad), passphrase=PASSPHRASE)


def test_what_is_cut_off_put_in_another_order_or_repeated_is_found() -> None:
    data = sealed(os.urandom(65_536 * 3), passphrase=PASSPHRASE)
    chunk, head = 65_536 + 16, len(data) - 3 * (65_536 + 16)
    first, second, third = (data[head + n * chunk:head + (n + 1) * chunk] for n in range(3))
    for content in (first + second, first, b"", second + first + third, first + first + second + third,
                    first + second + third + third, first + second + third + b"\0", first + second + third[:-1]):
        with pytest.raises(age.Damaged):
            opened(data[:head] + content, passphrase=PASSPHRASE)
    for length in range(0, head, 11):
        with pytest.raises((age.Damaged, age.WrongKey)):
            opened(data[:length], passphrase=PASSPHRASE)


def test_a_strange_file_asks_for_no_endless_work() -> None:
    data = sealed(TEXT, passphrase=PASSPHRASE)
    with pytest.raises(age.Damaged):
        opened(data.replace(b" 4\n", b" 60\n", 1), passphrase=PASSPHRASE)
    with pytest.raises(age.Damaged):
        opened(age.BEGINS + b"-> x\n\n" * 100_000, passphrase=PASSPHRASE)


@pytest.mark.parametrize("text", ["", "age1", PUBLIC[:-1], PUBLIC[:-1] + "q", PUBLIC.replace("age1", "ags1"), SECRET,
                                  PUBLIC.upper()[:5] + PUBLIC[5:], PUBLIC + "ü"])
def test_a_mistyped_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        age.require_recipient(text)


def test_a_key_is_read_in_capitals_too() -> None:
    assert bech32.decoded(SECRET.lower(), prefix=age.SECRET) == bech32.decoded(SECRET, prefix=age.SECRET)
    assert age.require_recipient(PUBLIC) == PUBLIC
