"""STUN and TURN (RFC 8489, RFC 8656), as much as it takes to see whether a relay relays."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import socket
import ssl
import struct

MAGIC = 0x2112A442
BINDING, ALLOCATE, REFRESH = 0x0001, 0x0003, 0x0004
SUCCESS, FAILURE = 0x0100, 0x0110
USERNAME, INTEGRITY, CODE, REALM, NONCE, RELAYED = 0x0006, 0x0008, 0x0009, 0x0014, 0x0015, 0x0016
LIFETIME, TRANSPORT, MAPPED = 0x000D, 0x0019, 0x0020
_UDP = struct.pack("!I", 17 << 24)
#: Seconds until a question over UDP is asked again; the last is how long the last answer may take.
TRIES = (0.5, 1.0, 2.0, 3.0)
STALE = 438
Attributes = dict[int, bytes]


class Refused(Exception):
    """The relay answered with a no. `code` is STUN's."""

    def __init__(self, code: int, reason: str, attributes: Attributes) -> None:
        super().__init__(f"{code} {reason}".strip())
        self.code, self.attributes = code, attributes


class Relay:
    """A conversation with one STUN or TURN server. A context manager. Raises OSError, Refused."""

    def __init__(self, host: str, port: int, *, transport: str, trust: ssl.SSLContext | None = None) -> None:
        self._is_udp = transport == "udp"
        kind = socket.SOCK_DGRAM if self._is_udp else socket.SOCK_STREAM
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=kind)[0]
        line = socket.socket(family, kind, protocol)
        line.settimeout(sum(TRIES))
        try:
            line.connect(address)
            self._line = trust.wrap_socket(line, server_hostname=host) if trust else line
        except BaseException:
            line.close()
            raise

    def __enter__(self) -> Relay:
        return self

    def __exit__(self, *problem: object) -> None:
        self._line.close()

    def own_address(self) -> str:
        """The address that the server sees us come from."""
        return address_in(self._ask(BINDING, {}).get(MAPPED, b""))

    def allocate(self, user: str, password: str) -> str:
        """Have an address relayed, and give it back at once. Returns the address."""
        wanted = {TRANSPORT: _UDP}
        try:
            self._ask(ALLOCATE, wanted)
        except Refused as asked:
            if asked.code != 401 or REALM not in asked.attributes:
                raise
            known = asked.attributes
        else:
            raise Refused(0, "it relays for anybody", {})
        try:
            found = self._signed(ALLOCATE, wanted, known, user, password)
        except Refused as stale:
            if stale.code != STALE:
                raise
            known = known | stale.attributes
            found = self._signed(ALLOCATE, wanted, known, user, password)
        self._signed(REFRESH, {LIFETIME: struct.pack("!I", 0)}, known, user, password)
        return address_in(found.get(RELAYED, b""))

    def _signed(self, method: int, wanted: Attributes, known: Attributes, user: str, password: str) -> Attributes:
        proofs = {USERNAME: user.encode(), REALM: known[REALM], NONCE: known[NONCE]}
        long_term = b":".join((user.encode(), known[REALM], password.encode()))
        return self._ask(method, wanted | proofs, key=hashlib.md5(long_term, usedforsecurity=False).digest())

    def _ask(self, method: int, attributes: Attributes, *, key: bytes = b"") -> Attributes:
        number = secrets.token_bytes(12)
        answer = self._exchange(written(method, number, attributes, key=key), number)
        kind, found = struct.unpack_from("!H", answer)[0], read(answer)
        if kind == method | SUCCESS:
            return found
        said = found.get(CODE, b"\0\0\0\0")
        raise Refused((said[2] & 7) * 100 + said[3], said[4:].decode(errors="replace")[:80], found)

    def _exchange(self, message: bytes, number: bytes) -> bytes:
        for patience in TRIES if self._is_udp else (sum(TRIES),):
            self._line.settimeout(patience)
            self._line.sendall(message)
            try:
                while True:
                    answer = self._line.recv(2048) if self._is_udp else self._read()
                    if len(answer) >= 20 and answer[8:20] == number:
                        return answer
            except TimeoutError:
                continue
        raise TimeoutError

    def _read(self) -> bytes:
        head = self._exactly(20)
        return head + self._exactly(struct.unpack_from("!H", head, 2)[0])

    def _exactly(self, size: int) -> bytes:
        found = b""
        while len(found) < size:
            more = self._line.recv(size - len(found))
            if not more:
                raise ConnectionResetError("the relay hung up")
            found += more
        return found


def written(method: int, number: bytes, attributes: Attributes, *, key: bytes = b"") -> bytes:
    """A request; with `key`, signed."""
    body = b"".join(struct.pack("!HH", kind, len(value)) + value + b"\0" * (-len(value) % 4)
                    for kind, value in attributes.items())
    if not key:
        return struct.pack("!HHI", method, len(body), MAGIC) + number + body
    head = struct.pack("!HHI", method, len(body) + 24, MAGIC) + number
    return head + body + struct.pack("!HH", INTEGRITY, 20) + hmac.digest(key, head + body, "sha1")


def read(message: bytes) -> Attributes:
    """The attributes of an answer, as far as they are whole."""
    found, at = {}, 20
    while at + 4 <= len(message):
        kind, size = struct.unpack_from("!HH", message, at)
        found.setdefault(kind, message[at + 4:at + 4 + size])
        at += 4 + size + -size % 4
    return found


def address_in(value: bytes) -> str:
    """What a XOR'd address says; empty when it is none."""
    if len(value) not in (8, 20):
        return ""
    if value[1] == 1:
        return socket.inet_ntoa(struct.pack("!I", struct.unpack_from("!I", value, 4)[0] ^ MAGIC))
    return "an IPv6 address"
