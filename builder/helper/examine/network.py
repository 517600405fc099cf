"""The network as the helper needs it: its own server's name, the way there, and the adapters. Nobody else is asked."""

from __future__ import annotations

import socket
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from .facts import fact
from .profile import adapters

_CONNECT_SECONDS = 4.0
_ATTEMPTS = 3


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where the helper's server is."""

    host: str
    port: int

    @property
    def is_address(self) -> bool:
        """Is it named by an address, so that no name is looked up?"""
        return any(fact(socket.inet_pton, family, self.host) for family in (socket.AF_INET, socket.AF_INET6))


def target(server: str) -> Target | None:
    """The host and port of a URL, or None when it names none."""
    parts = fact(urlsplit, server)
    port = fact(lambda: parts.port) if parts else None
    if not parts or not parts.hostname:
        return None
    return Target(host=parts.hostname, port=port or (80 if parts.scheme in ("http", "ws") else 443))


def look(server: str) -> dict[str, Any]:
    """Whether the server's name is known, whether and how fast (ms, to open a connection) it is reached.

    None stands for what could not be tried. Where the helper goes through a proxy, the direct way may be closed
    although the helper works: that is told as it is.
    """
    found = adapters()
    up = [one for one in found if one["Status"] == "Up" and one["IPv4"]] or [one for one in found
                                                                          if one["Status"] == "Up"]
    told: dict[str, Any] = {"internetReachable": None, "pingMs": None, "dnsWorking": None,
                            "adapterStatus": "Up" if up else "Down", "adapters": found}
    if (wanted := target(server)) is None:
        return told
    addresses = fact(lambda: socket.getaddrinfo(wanted.host, wanted.port, type=socket.SOCK_STREAM)) or []
    fastest = _fastest(addresses)
    return {**told, "target": f"{wanted.host}:{wanted.port}", "pingMs": fastest,
            "dnsWorking": None if wanted.is_address else bool(addresses), "internetReachable": fastest is not None}


def _fastest(addresses: list[Any]) -> float | None:
    """The shortest of a few times that opening a connection took, in ms; None when none was opened."""
    for family, kind, protocol, _, address in addresses[:4]:
        times = [_open(family, kind, protocol, address)]
        if times[0] is None:
            continue
        times += [_open(family, kind, protocol, address) for _ in range(_ATTEMPTS - 1)]
        return round(min(one for one in times if one is not None), 1)
    return None


def _open(family: int, kind: int, protocol: int, address: Any) -> float | None:
    started = time.monotonic()
    try:
        with socket.socket(family, kind, protocol) as way:
            way.settimeout(_CONNECT_SECONDS)
            way.connect(address)
    except OSError:
        return None
    return (time.monotonic() - started) * 1000
