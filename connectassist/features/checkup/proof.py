"""How the check-up shows a running server that it knows the secret key, and what the server then tells of a request."""

from __future__ import annotations

from dataclasses import dataclass

from connectassist.core import clock, ids
from connectassist.core.vault import Vault, same

HEADER = "X-Checkup"
#: Seconds that a proof holds.
LIFE = 60
_PURPOSE = "check-up"


@dataclass(frozen=True)
class Seen:
    """What the server sees of a request: the caller's address and the scheme as it takes them, `hops` as it is set, and
    `forwarded` as the header says it."""

    address: str
    scheme: str
    host: str
    forwarded: str
    hops: int


def made(vault: Vault) -> str:
    """A proof that holds for a minute."""
    said = f"{int(clock.now().timestamp()) + LIFE}.{ids.handle()}"
    return f"{said}.{vault.mac(_PURPOSE, said)}"


def holds(shown: str, vault: Vault) -> bool:
    """Is it one of ours, and not too old?"""
    said, _, tag = shown.rpartition(".")
    until = said.partition(".")[0]
    now = int(clock.now().timestamp())
    return (same(tag, vault.mac(_PURPOSE, said)) and until.isascii() and until.isdigit() and len(until) < 12
            and now <= int(until) <= now + LIFE + 5)
