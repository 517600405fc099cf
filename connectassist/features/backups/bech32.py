"""Bech32 (BIP 173): how age writes its keys, `age1…` and `AGE-SECRET-KEY-1…`."""

from __future__ import annotations

_LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_STEPS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


def decoded(text: str, *, prefix: str) -> bytes:
    """The bytes of a key with this prefix. Raises ValueError for anything else, a typing error too."""
    if text not in (text.lower(), text.upper()):
        raise ValueError("capitals and small letters are mixed")
    found, _, rest = text.lower().rpartition("1")
    values = [_LETTERS.index(letter) for letter in rest]
    if found != prefix.lower() or len(values) < 6 or _checked([*_spread(found), *values]) != 1:
        raise ValueError("this is no such key")
    return _regrouped(values[:-6])


def _spread(prefix: str) -> list[int]:
    return [ord(letter) >> 5 for letter in prefix] + [0] + [ord(letter) & 31 for letter in prefix]


def _checked(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, step in enumerate(_STEPS):
            check ^= step if top >> bit & 1 else 0
    return check


def _regrouped(values: list[int]) -> bytes:
    """Groups of five bits as bytes; what is left over must be less than a group, and nothing."""
    number = 0
    for value in values:
        number = number << 5 | value
    bits = len(values) * 5
    left = bits % 8
    if left >= 5 or number & ((1 << left) - 1):
        raise ValueError("this is no such key")
    return (number >> left).to_bytes(bits // 8, "big")
