"""A sign-in that is under way at the provider: what its browser keeps, sealed, until it comes back."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from connectassist.core import clock, ids
from connectassist.core.vault import Vault, same

COOKIE = "remote.signin"
LIFE = timedelta(minutes=10)
SECONDS = int(LIFE.total_seconds())


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """`state` binds the way back to this browser, `nonce` the token and `verifier` the code to this attempt."""

    state: str
    nonce: str
    verifier: str
    target: str
    expires_at: int

    @property
    def ends(self) -> datetime:
        return clock.from_milliseconds(self.expires_at)


def begin(target: str) -> Attempt:
    """A new attempt that is to end at `target`, a path of this site."""
    return Attempt(state=ids.secret(), nonce=ids.secret(), verifier=ids.secret(), target=target,
                   expires_at=clock.milliseconds(clock.now() + LIFE))


def sealed(attempt: Attempt, vault: Vault) -> str:
    """The attempt as its browser keeps it: nobody can read it or make one up."""
    return vault.encrypt(json.dumps(asdict(attempt)))


def resumed(text: str, vault: Vault, *, state: str) -> Attempt | None:
    """The attempt that this browser began with this state; None when there is none, or it took too long."""
    try:
        attempt = Attempt(**json.loads(vault.decrypt(text) or "null"))
    except (TypeError, ValueError):
        return None
    return attempt if same(attempt.state, state) and attempt.ends > clock.now() else None
