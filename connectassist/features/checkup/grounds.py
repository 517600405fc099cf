"""What the checks look at: the settings, and the server at its address, as anybody there would call it. Nothing here
needs a running server, nor changes anything."""

from __future__ import annotations

import http.client
import ssl
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import SplitResult, urlsplit

from connectassist.core.settings import Settings
from connectassist.core.vault import Vault

PATIENCE = 10.0
MOST_READ = 256 * 1024
DEFAULT_PORTS = {"http": 80, "https": 443}


class NoAnswer(Exception):
    """Nobody answers there, or nothing that can be read; the message says how."""


@dataclass(frozen=True)
class Answer:
    """What a server said."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes


@dataclass
class Grounds:
    """`url` is where people reach the server; empty where nobody knows. `strange` are variables that look like settings
    and are none."""

    settings: Settings
    url: str = ""
    strange: dict[str, str] = field(default_factory=dict)
    trust: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    @property
    def place(self) -> SplitResult:
        """The address in its parts."""
        return urlsplit(self.url)

    @property
    def port(self) -> int:
        return self.place.port or DEFAULT_PORTS.get(self.place.scheme, 443)

    @cached_property
    def secret_key(self) -> str:
        """The server's own key, from the settings or the instance folder; empty where there is none, or not for us."""
        if self.settings.secret_key:
            return self.settings.secret_key
        try:
            return (self.settings.instance / "secret_key").read_text().strip()
        except OSError:
            return ""

    @property
    def vault(self) -> Vault | None:
        """The server's keys, where this program may read them."""
        return Vault(self.secret_key) if self.secret_key else None

    def ask(self, path: str, *, headers: dict[str, str] | None = None, url: str = "") -> Answer:
        """What the server answers to a GET, redirects not followed. Certificates are looked at by a check of their own,
        so that everything else can be told all the same. Raises NoAnswer."""
        try:
            place = urlsplit(url or self.url)
            with closing(self._line(place)) as line:
                line.request("GET", (place.path.rstrip("/") + path) or "/", headers=headers or {})
                answer = line.getresponse()
                return Answer(answer.status, answer.headers, answer.read(MOST_READ))
        except (OSError, http.client.HTTPException, ValueError) as problem:
            raise NoAnswer(said(problem)) from problem

    def _line(self, place: SplitResult) -> http.client.HTTPConnection:
        if place.scheme == "https":
            return http.client.HTTPSConnection(place.hostname or "", place.port, timeout=PATIENCE, context=unverified())
        return http.client.HTTPConnection(place.hostname or "", place.port, timeout=PATIENCE)


def unverified() -> ssl.SSLContext:
    """TLS with whoever is there: nothing secret is said over it."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def said(problem: BaseException) -> str:
    """An error in a few words."""
    if isinstance(problem, TimeoutError):
        return f"no answer within {PATIENCE:g} seconds"
    return (getattr(problem, "strerror", None) or str(problem) or type(problem).__name__)[:200].rstrip(". ")
