"""Debian's nginx before real servers: the site file that users install, with other ports, paths and certificates."""

from __future__ import annotations

import datetime
import ipaddress
import os
import re
import shutil
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.cast import PASSWORD, Member
from tests.live.server import ROOT, Http, Server, free_port
from tests.live.sockets import Socket
from tests.stage.server import SignedIn

SITE = ROOT / "nginx" / "connectassist.conf"
NAME = "127.0.0.1"
PATIENCE = 30
_MAIN = """
{user}
daemon off;
worker_processes 2;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 4096; }}
http {{
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    client_body_temp_path {folder}/temp-body;
    proxy_temp_path {folder}/temp-proxy;
    fastcgi_temp_path {folder}/temp-fastcgi;
    uwsgi_temp_path {folder}/temp-uwsgi;
    scgi_temp_path {folder}/temp-scgi;
    include {folder}/site.conf;
}}
"""


class Nginx:
    """A proxy at `url` (TLS) and `plain_url` before servers on `ports`. `authority` is the file of the throw-away
    authority that its certificate is from."""

    def __init__(self, folder: Path, *, ports: list[int], web_folder: Path) -> None:
        self.folder, self.port, self.plain_port = folder, free_port(), free_port()
        self.url, self.plain_url = f"https://{NAME}:{self.port}", f"http://{NAME}:{self.plain_port}"
        self.authority, self.access_log = folder / "authority.pem", folder / "connectassist.log"
        folder.mkdir(parents=True, exist_ok=True)
        _certify(folder)
        (folder / "site.conf").write_text(self._site(ports, web_folder))
        user = "user root;" if os.geteuid() == 0 else ""
        (folder / "nginx.conf").write_text(_MAIN.format(folder=folder, user=user))
        self._process: subprocess.Popen[bytes] | None = None

    def _site(self, ports: list[int], web_folder: Path) -> str:
        """The file itself. Each change must meet what it changes."""
        text = SITE.read_text()
        for number, port in enumerate(ports):
            text = text.replace(f"    #server 127.0.0.1:{5001 + number}", f"    server 127.0.0.1:{5001 + number}")
            text = text.replace(f"#upstream connectassist_{number} ", f"upstream connectassist_{number} ")
            text = text.replace(f"server 127.0.0.1:{5001 + number}", f"server 127.0.0.1:{port}")
        for old, new in ((r"listen \[::\]:.*;", ""), (r"listen 80;", f"listen 127.0.0.1:{self.plain_port};"),
                         (r"listen 443 ", f"listen 127.0.0.1:{self.port} "),
                         (r"support\.example\.com;", f"{NAME};"),
                         (r"/etc/letsencrypt/live/[^;]*fullchain\.pem", str(self.folder / "site.pem")),
                         (r"/etc/letsencrypt/live/[^;]*privkey\.pem", str(self.folder / "site.key")),
                         (r"/var/log/nginx", str(self.folder)),
                         (r"/var/cache/connectassist-web(?=[/;])", str(web_folder))):
            text, count = re.subn(old, new, text)
            assert count, f"{old} is not in {SITE}"
        return text

    @staticmethod
    def program() -> str:
        """Where nginx is."""
        found = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin")
        assert found, "nginx is missing: scripts/system_packages.sh test installs it"
        return found

    def check(self) -> subprocess.CompletedProcess[str]:
        """`nginx -t`."""
        return subprocess.run([*self._command(), "-t"], capture_output=True, text=True, timeout=PATIENCE)

    def _command(self) -> list[str]:
        return [self.program(), "-p", str(self.folder), "-e", str(self.folder / "error.log"), "-c",
                str(self.folder / "nginx.conf")]

    def start(self) -> Nginx:
        with open(self.folder / "out.log", "ab") as log:
            self._process = subprocess.Popen(self._command(), stdout=log, stderr=log)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self._process.poll() is None:
            with suppress(OSError), socket.create_connection((NAME, self.port), timeout=5):
                return self
            time.sleep(0.05)
        raise AssertionError(f"nginx did not start:\n{(self.folder / 'error.log').read_text()[-4000:]}")

    def stop(self) -> None:
        if self._process and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(PATIENCE)


class Proxied:
    """A server, or several, as everybody reaches them: through nginx. For what asks for a server in the tests."""

    def __init__(self, server: Server, nginx: Nginx) -> None:
        self.server, self.nginx = server, nginx
        self.url, self.cast, self.folder = nginx.url, server.cast, server.folder

    def http(self, name: str = "nobody") -> Http:
        """A member of the cast over HTTPS."""
        member: Member = self.cast[name]
        caller = Http(self.url, member)
        caller._session.verify = str(self.nginx.authority)
        return caller

    def socket(self, name: str = "nobody", **options: Any) -> Socket:
        """A member of the cast over Socket.IO, connected."""
        return Socket(self.url, **{"auth": self.cast[name].socket_auth, **options})

    def sign_in(self, username: str = "admin", password: str = PASSWORD) -> SignedIn:
        """Sign a person in."""
        return SignedIn(self.url, username, password, authority=self.nginx.authority)

    def raw(self, path: str, **options: Any) -> requests.Response:
        """A bare request of nobody: GET, unless `method` says otherwise."""
        with requests.Session() as session:
            session.trust_env = False
            return session.request(options.pop("method", "GET"), self.url + path, timeout=60, allow_redirects=False,
                                   verify=str(self.nginx.authority), **options)


def _certify(folder: Path) -> None:
    """Make an authority and its certificate for our address."""
    authority_key, authority = ec.generate_private_key(ec.SECP256R1()), _name("A throw-away authority")
    root = _certificate(authority, authority, key=authority_key).add_extension(
        x509.BasicConstraints(ca=True, path_length=0), critical=True).add_extension(
        x509.SubjectKeyIdentifier.from_public_key(authority_key.public_key()), critical=False).sign(
        authority_key, hashes.SHA256())
    key = ec.generate_private_key(ec.SECP256R1())
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(NAME)), x509.DNSName("localhost")])
    site = _certificate(_name(NAME), authority, key=key).add_extension(names, critical=False) \
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()),
                       critical=False).sign(authority_key, hashes.SHA256())
    (folder / "authority.pem").write_bytes(root.public_bytes(serialization.Encoding.PEM))
    (folder / "site.pem").write_bytes(site.public_bytes(serialization.Encoding.PEM))
    (folder / "site.key").write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _certificate(subject: x509.Name, issuer: x509.Name, *,
                 key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    return x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key()) \
        .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(days=1)) \
        .not_valid_after(now + datetime.timedelta(days=2))
