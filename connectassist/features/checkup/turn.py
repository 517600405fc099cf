"""Checks of the relays for pictures: does each answer, and does it really relay for whom we give credentials?"""

from __future__ import annotations

import base64
import hmac
import ssl
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from connectassist.core import clock
from connectassist.core.settings import PREFIX
from connectassist.features.checkup.findings import Check, Finding, error, ok
from connectassist.features.checkup.grounds import Grounds, said
from connectassist.features.checkup.stun import Refused, Relay

ABOUT = "Relays"
PORTS = {"turn": 3478, "stun": 3478, "turns": 5349, "stuns": 5349}
LIFE = timedelta(minutes=5)


@dataclass(frozen=True)
class Address:
    """Where a relay is: `turn:host:port?transport=udp` in its parts."""

    scheme: str
    host: str
    port: int
    transport: str

    @classmethod
    def read(cls, url: str) -> Address:
        """Raises ValueError."""
        scheme, _, rest = url.partition(":")
        place, _, query = rest.partition("?")
        host, colon, port = place.rpartition(":") if not place.endswith("]") else (place, "", "")
        usual = "tcp" if scheme.endswith("s") else "udp"
        transport = query.removeprefix("transport=") or usual
        return cls(scheme, (host if colon else place).strip("[]"), int(port) if colon else PORTS[scheme], transport)


def relays(grounds: Grounds) -> Iterator[Finding]:
    """Each relay is asked, with credentials like those that helpers and pages get."""
    for url in grounds.settings.turn_urls:
        yield _asked(url, grounds)


def _asked(url: str, grounds: Grounds) -> Finding:
    try:
        found = Address.read(url)
        trust = grounds.trust if found.scheme.endswith("s") else None
        with Relay(found.host, found.port, transport=found.transport, trust=trust) as relay:
            if found.scheme.startswith("stun"):
                return ok(f"{url} tells addresses ({relay.own_address() or 'none'}).")
            if not grounds.settings.turn_secret:
                return ok(f"{url} answers ({relay.own_address() or 'without an address'}).")
            return ok(f"{url} relays (at {relay.allocate(*_credentials(grounds.settings.turn_secret))}).")
    except Refused as problem:
        return _refused(url, problem)
    except ssl.SSLCertVerificationError as problem:
        return error(f"{url} has a certificate that is not accepted: {problem.verify_message}.",
                     "Give coturn a whole chain (`cert=` with fullchain.pem).")
    except ValueError:
        return error(f"{url} is no address of a relay.", f"Write {PREFIX}TURN_URLS as docs/turn.md does.")
    except OSError as problem:
        reason = "no answer" if isinstance(problem, TimeoutError) else said(problem)
        return error(f"{url} does not answer: {reason}.",
                     "Look whether coturn runs, and open its port in the firewall, UDP and TCP.")


def _refused(url: str, problem: Refused) -> Finding:
    if problem.code == 0:
        return error(f"{url} relays for anybody, without credentials.", "Set `use-auth-secret` in coturn.")
    if problem.code == 401:
        return error(f"{url} does not take our credentials: its secret is another one, or its clock is wrong.",
                     f"Set {PREFIX}TURN_SECRET to coturn's `static-auth-secret`.")
    return error(f"{url} refuses to relay: {problem}.", "Look at coturn's log, its quotas and its relay ports.")


def _credentials(secret: str) -> tuple[str, str]:
    """Those of the server, for five minutes."""
    user = f"{int((clock.now() + LIFE).timestamp())}:check-up"
    return user, base64.b64encode(hmac.digest(secret.encode(), user.encode(), "sha1")).decode()


CHECKS: Iterable[Check] = (Check("relays", ABOUT, relays),)
