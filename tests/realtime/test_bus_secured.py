"""The bus over TLS, with a password, as an operator writes it: `rediss://:PASSWORD@…`."""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from connectassist.realtime import bus as buses
from tests.live.peers import Peer, wait_for
from tests.live.redis import Redis

SECRET, PASSWORD = "of a site whose Redis is locked away", "pass-word-of-redis"


def certify(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1, signed by itself, and its key."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "redis")])
    now = datetime.now(UTC)
    made = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
            .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), True).sign(key, hashes.SHA256()))
    paths = folder / "redis.crt", folder / "redis.key"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                           serialization.NoEncryption()))
    return paths


class LockedRedis(Redis):
    """One that speaks TLS only, and wants a password."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.certificate, key = certify(folder)
        self.url = self.url_with(PASSWORD)
        self._options = ("--port", "0", "--tls-port", str(self.port), "--tls-cert-file", str(self.certificate),
                         "--tls-key-file", str(key), "--tls-ca-cert-file", str(self.certificate),
                         "--tls-auth-clients", "no", "--requirepass", PASSWORD)

    def url_with(self, password: str) -> str:
        return f"rediss://:{password}@127.0.0.1:{self.port}/0?ssl_ca_certs={self.certificate}"


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[LockedRedis]:
    started = LockedRedis(tmp_path)
    started.start()
    yield started
    started.stop()


def test_two_hear_each_other_over_tls(locked: LockedRedis) -> None:
    first, second = (Peer(locked.url, secret=SECRET).start() for _ in range(2))
    wait_for(lambda: first.sees(second) and second.sees(first))
    first.bus.tell("news", {"over": "tls"})
    wait_for(lambda: second.heard == [{"over": "tls"}])
    for peer in (first, second):
        peer.bus.leave()


def test_a_wrong_password_is_an_outage_and_not_shown(locked: LockedRedis, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, buses.__name__):
        alone = Peer(locked.url_with("guessed-wrongly"), secret=SECRET).start()
    assert alone.bus.is_cut and alone.bus.is_alone and alone.lead.is_ours()
    alone.die()
    assert "guessed-wrongly" not in caplog.text and SECRET not in caplog.text
