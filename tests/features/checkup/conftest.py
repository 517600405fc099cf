"""Servers with something wrong about them."""

from __future__ import annotations

import datetime
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from connectassist.core.settings import read
from connectassist.features.checkup.grounds import Grounds

ANSWER = (b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 15\r\nConnection: close\r\n\r\n"
          b'{"status":"ok"}')


@dataclass
class Signed:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)


def signed(name: str, *, by: Signed | None = None, is_authority: bool = False, days: float = 90) -> Signed:
    """A certificate, by an authority or by itself."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.datetime.now(datetime.UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (x509.CertificateBuilder().subject_name(subject).public_key(key.public_key())
               .issuer_name(by.certificate.subject if by else subject).serial_number(x509.random_serial_number())
               .not_valid_before(now - datetime.timedelta(days=30)).not_valid_after(now + datetime.timedelta(days=days))
               .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
               .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False))
    return Signed(builder.sign(by.key if by else key, hashes.SHA256()), key)


class Certificates:
    """An authority that is trusted, one below it, and servers by either."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._root = signed("root.test", is_authority=True)
        self._below = signed("below.test", by=self._root, is_authority=True)
        self.trust = ssl.create_default_context(cadata=self._root.pem.decode())

    def server(self, *, name: str = "localhost", days: float = 90, sends_whole_chain: bool = True,
               by_itself: bool = False) -> ssl.SSLContext:
        """What a server speaks TLS with."""
        made = signed(name, by=None if by_itself else self._below, days=days)
        chain, key = self._folder / "chain.pem", self._folder / "key.pem"
        chain.write_bytes(made.pem + (self._below.pem if sends_whole_chain else b""))
        key.write_bytes(made.key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                               serialization.NoEncryption()))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chain, key)
        return context


class Middle:
    """A TCP server in between: with `target`, it passes connections on, each first request changed by `rewrite`;
    without, it answers everything with a health of its own. With `tls`, it speaks that."""

    def __init__(self, *, target: int = 0, tls: ssl.SSLContext | None = None,
                 rewrite: Callable[[bytes], bytes] = bytes) -> None:
        self._target, self._tls, self._rewrite = target, tls, rewrite
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                line, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    def _serve(self, line: socket.socket) -> None:
        with suppress(OSError), line:
            line.settimeout(30)
            line = self._tls.wrap_socket(line, server_side=True) if self._tls else line
            head = line.recv(65536)
            if not self._target:
                line.sendall(ANSWER)
                line.close()
                return
            with socket.create_connection(("127.0.0.1", self._target), 30) as far:
                far.sendall(self._rewrite(head))
                while data := far.recv(65536):
                    line.sendall(data)


@pytest.fixture
def middle() -> Iterator[Callable[..., Middle]]:
    made: list[Middle] = []

    def make(**options: Any) -> Middle:
        made.append(Middle(**options))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture
def certificates(tmp_path: Path) -> Certificates:
    return Certificates(tmp_path)


@pytest.fixture
def grounds(tmp_path: Path) -> Callable[..., Grounds]:
    """What checks look at: `grounds(url="https://…", redis_url="redis://…")`."""
    def make(*, url: str = "", trust: ssl.SSLContext | None = None, **changes: Any) -> Grounds:
        values = {"instance": tmp_path / "instance", "downloads": tmp_path / "downloads"} | changes
        chosen = read({f"CONNECTASSIST_{name.upper()}": str(value) for name, value in values.items()})
        return Grounds(chosen, url, {}, trust or ssl.create_default_context())
    return make
