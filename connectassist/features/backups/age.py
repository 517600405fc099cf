"""Encrypted files in the format of age (age-encryption.org/v1), which `age -d` opens as well as we do.

A file key encrypts the content in chunks of 64 KiB, each with its number and the last one marked: what is cut off,
changed, repeated or put in another order is found out. The file key itself is wrapped by a passphrase (scrypt), or for
one or more public keys, whose owners alone can open it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import io
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from connectassist.features.backups import bech32

BEGINS = b"age-encryption.org/v1\n"
CHUNK, TAG = 64 * 1024, 16
#: 2**17 is 128 MB and half a second; of a file from elsewhere at most 1 GB is asked for.
WORK, MOST_WORK = 17, 20
LONGEST_LINE, MOST_LINES = 200, 100
PUBLIC, SECRET = "age", "age-secret-key-"


class WrongKey(ValueError):
    """The passphrase or the key does not open this file."""


class Damaged(ValueError):
    """The file was changed, is cut off, or is no such file."""


@dataclass(frozen=True)
class Keys:
    """What opens or closes a file. `recipients` are public keys, `identities` secret ones."""

    passphrase: str = ""
    recipients: tuple[str, ...] = ()
    identities: tuple[str, ...] = ()

    @property
    def closes(self) -> bool:
        """Is there anything to encrypt with?"""
        return bool(self.passphrase or self.recipients)


def _derived(key: bytes, *, salt: bytes | None, purpose: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt, purpose).derive(key)


def _stretched(passphrase: str, salt: bytes, work: int) -> bytes:
    return Scrypt(b"age-encryption.org/v1/scrypt" + salt, 32, 2**work, 8, 1).derive(passphrase.encode())


def _agreed(shared: bytes, theirs: bytes, own: bytes) -> bytes:
    return _derived(shared, salt=theirs + own, purpose=b"age-encryption.org/v1/X25519")


def _wrapped(file_key: bytes, key: bytes) -> bytes:
    return ChaCha20Poly1305(key).encrypt(bytes(12), file_key, None)


def _text(data: bytes) -> bytes:
    return base64.b64encode(data).rstrip(b"=")


def _bytes(text: bytes) -> bytes:
    """The only way to write them is the one taken: bits that nobody reads are part of what was written, too."""
    try:
        found = base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
    except binascii.Error as problem:
        raise Damaged("The file's head is damaged") from problem
    if _text(found) != text:
        raise Damaged("The file's head is damaged")
    return found


def _by_passphrase(file_key: bytes, passphrase: str) -> bytes:
    salt = os.urandom(16)
    return b"-> scrypt %s %d\n%s\n" % (_text(salt), WORK, _text(_wrapped(file_key, _stretched(passphrase, salt, WORK))))


def _for_recipient(file_key: bytes, recipient: str) -> bytes:
    public = bech32.decoded(recipient, prefix=PUBLIC)
    once = X25519PrivateKey.generate()
    share = once.public_key().public_bytes_raw()
    key = _agreed(once.exchange(X25519PublicKey.from_public_bytes(public)), share, public)
    return b"-> X25519 %s\n%s\n" % (_text(share), _text(_wrapped(file_key, key)))


def _sealed_head(head: bytes, file_key: bytes) -> bytes:
    return hmac.new(_derived(file_key, salt=None, purpose=b"header"), head, hashlib.sha256).digest()


class Sealing(io.RawIOBase):
    """A file to write into; what is written is encrypted into another one. Closing it writes the last chunk."""

    def __init__(self, target: IO[bytes], keys: Keys) -> None:
        file_key, nonce = os.urandom(16), os.urandom(16)
        ways = ([_by_passphrase(file_key, keys.passphrase)] if keys.passphrase
                else [_for_recipient(file_key, each) for each in keys.recipients])
        head = BEGINS + b"".join(ways) + b"---"
        target.write(head + b" " + _text(_sealed_head(head, file_key)) + b"\n" + nonce)
        self._cipher = ChaCha20Poly1305(_derived(file_key, salt=nonce, purpose=b"payload"))
        self._target, self._waiting, self._number = target, bytearray(), 0

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self._waiting += data
        while len(self._waiting) > CHUNK:
            self._put(bytes(self._waiting[:CHUNK]), is_last=False)
            del self._waiting[:CHUNK]
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._put(bytes(self._waiting), is_last=True)
        super().close()

    def _put(self, chunk: bytes, *, is_last: bool) -> None:
        self._target.write(self._cipher.encrypt(_nonce(self._number, is_last), chunk, None))
        self._number += 1


def _nonce(number: int, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])


class _Opening(io.RawIOBase):
    """The content of an encrypted file, chunk by chunk. It only ends where its last chunk says so."""

    def __init__(self, source: IO[bytes], file_key: bytes) -> None:
        nonce = source.read(16)
        self._cipher = ChaCha20Poly1305(_derived(file_key, salt=nonce, purpose=b"payload"))
        self._source, self._number, self._ready = source, 0, memoryview(b"")
        self._next = source.read(CHUNK + TAG)
        self._is_over = False

    def readable(self) -> bool:
        return True

    def readinto(self, room) -> int:  # type: ignore[no-untyped-def, override]
        if not self._ready and not self._is_over:
            self._ready = memoryview(self._chunk())
        count = min(len(room), len(self._ready))
        room[:count], self._ready = self._ready[:count], self._ready[count:]
        return count

    def _chunk(self) -> bytes:
        sealed, self._next = self._next, self._source.read(CHUNK + TAG)
        self._is_over = not self._next
        try:
            found = self._cipher.decrypt(_nonce(self._number, self._is_over), sealed, None)
        except InvalidTag as problem:
            raise Damaged("The file is damaged or cut off") from problem
        if not found and self._number:
            raise Damaged("The file is damaged")
        self._number += 1
        return found


def opened(source: IO[bytes], keys: Keys) -> IO[bytes]:
    """The content of an encrypted file. Raises WrongKey; Damaged, also while it is read."""
    head, ways = b"", []
    while not (line := source.readline(LONGEST_LINE)).startswith(b"---"):
        head += line
        if not line.endswith(b"\n") or head.count(b"\n") > MOST_LINES or not head.startswith(BEGINS):
            raise Damaged("The file's head is damaged")
        if line.startswith(b"-> "):
            body = source.readline(LONGEST_LINE)
            head += body
            ways.append((line[3:].split(), body.strip()))
    file_key = _file_key(ways, keys)
    if not hmac.compare_digest(_sealed_head(head + b"---", file_key), _bytes(line[4:].strip())):
        raise Damaged("The file's head was changed")
    return io.BufferedReader(_Opening(source, file_key), CHUNK)


def _file_key(ways: Sequence[tuple[list[bytes], bytes]], keys: Keys) -> bytes:
    for words, body in ways:
        for key in _tried(words, keys):
            try:
                return ChaCha20Poly1305(key()).decrypt(bytes(12), _bytes(body), None)
            except InvalidTag:
                continue
    raise WrongKey("That passphrase or key does not open this archive")


def _tried(words: list[bytes], keys: Keys) -> list[Callable[[], bytes]]:
    """The keys that might unwrap what one way in holds; each costs its work only when it is its turn."""
    if words[:1] == [b"scrypt"] and len(words) == 3 and keys.passphrase:
        salt, work = _bytes(words[1]), int(words[2]) if words[2].isdigit() and len(words[2]) < 3 else MOST_WORK + 1
        if work > MOST_WORK:
            raise Damaged("The file's head is damaged")
        return [lambda: _stretched(keys.passphrase, salt, work)]
    if words[:1] == [b"X25519"] and len(words) == 2:
        share = _bytes(words[1])
        return [lambda each=each: _exchanged(each, share) for each in keys.identities]
    return []


def _exchanged(identity: str, share: bytes) -> bytes:
    own = X25519PrivateKey.from_private_bytes(bech32.decoded(identity, prefix=SECRET))
    try:
        shared = own.exchange(X25519PublicKey.from_public_bytes(share))
    except ValueError as problem:
        raise Damaged("The file's head is damaged") from problem
    return _agreed(shared, share, own.public_key().public_bytes_raw())


def require_recipient(text: str) -> str:
    """A public key as age writes it. Raises ValueError for anything else."""
    if len(bech32.decoded(text, prefix=PUBLIC)) != 32:
        raise ValueError("this is no such key")
    return text


def lines_of(text: str, *, begins: str) -> tuple[str, ...]:
    """The keys in a file of age's: one a line, `#` begins a comment."""
    return tuple(line.strip() for line in text.splitlines() if line.strip().lower().startswith(begins))
