"""Checks of the way that people take: is the server there, is the certificate good, does the proxy tell the truth?"""

from __future__ import annotations

import ipaddress
import json
import socket
import ssl
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from connectassist import VERSION
from connectassist.core import clock
from connectassist.core.settings import PREFIX
from connectassist.features.checkup import proof
from connectassist.features.checkup.configuration import is_here
from connectassist.features.checkup.findings import Check, Finding, error, hint, ok, warning
from connectassist.features.checkup.grounds import PATIENCE, Grounds, NoAnswer, said

ABOUT = "The way to the server"
#: Days that a certificate should still hold; few of them, and very few.
FEW, VERY_FEW = 14, 3
#: Seconds that clocks may differ.
APART = 5
#: OpenSSL's numbers.
EXPIRED, NOT_YET, SELF_SIGNED, SELF_SIGNED_ABOVE, NO_ISSUER, NO_FIRST, WRONG_NAME = 10, 9, 18, 19, 20, 21, 62
#: An address that nobody has (RFC 5737).
NOBODYS = "192.0.2.77"


def answers(grounds: Grounds) -> Finding:
    """Is the server there?"""
    try:
        answer = grounds.ask("/healthz")
        found = json.loads(answer.body) if answer.status == 200 else {}
    except NoAnswer as problem:
        return error(f"Nobody answers at {grounds.url}: {problem}.",
                     "Look whether the server runs, and whether name, port and firewall are right.")
    except ValueError:
        found = {}
    if not isinstance(found, dict) or found.get("status") != "ok":
        return error(f"At {grounds.url} somebody else answers ({answer.status}), or a proxy that does not reach the "
                     "server.", "Look at the proxy's configuration and log.")
    return ok(f"The server answers at {grounds.url}.")


def version(grounds: Grounds) -> Finding:
    """Is it this version that runs there?"""
    try:
        running = str(json.loads(grounds.ask("/version").body)["version"])[:40]
    except (NoAnswer, ValueError, KeyError, TypeError):
        return warning("The server does not tell its version.", "Look at its log.")
    if running != VERSION:
        return warning(f"Version {running} runs there, and this is {VERSION}.", "Restart the server.")
    return ok(f"Version {VERSION} runs there.")


def certificate(grounds: Grounds) -> Iterator[Finding]:
    """Is the certificate one that browsers and helpers take?"""
    if grounds.place.scheme != "https":
        return
    host = grounds.place.hostname or ""
    try:
        with socket.create_connection((host, grounds.port), PATIENCE) as line, \
                grounds.trust.wrap_socket(line, server_hostname=host) as secured:
            ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(secured.getpeercert()["notAfter"]), UTC)
    except ssl.SSLCertVerificationError as problem:
        yield _refused(problem, host)
        return
    except OSError as problem:
        yield error(f"No encrypted connection comes about: {said(problem)}.", "Look at the proxy's TLS settings.")
        return
    days = (ends - clock.now()).total_seconds() / 86_400
    level = error if days < VERY_FEW else warning if days < FEW else None
    if level:
        yield level(f"The certificate ends in {days:.0f} days.",
                    "See why it is not renewed (`certbot renew --dry-run`).")
    else:
        yield ok(f"The certificate is good for {days:.0f} more days, and its chain is whole.")


def _refused(problem: ssl.SSLCertVerificationError, host: str) -> Finding:
    code = problem.verify_code
    if code == EXPIRED:
        return error("The certificate is out of date: browsers warn, helpers don't connect.",
                     "Renew it (`certbot renew`) and reload the proxy.")
    if code == NOT_YET:
        return error("The certificate is not valid yet.",
                     "Look at this computer's clock and at the certificate's dates.")
    if code == WRONG_NAME or "hostname mismatch" in str(problem.verify_message).lower():
        return error(f"The certificate is not for {host}.",
                     f"Get one for that name, or set {PREFIX}PUBLIC_URL to its name.")
    if code in (NO_ISSUER, NO_FIRST):
        return error("The certificate's chain is incomplete, or nobody knows who issued it: some browsers show the "
                     "page all the same, helpers don't connect.",
                     "Let the proxy send the whole chain (`fullchain.pem`, not `cert.pem`).")
    if code in (SELF_SIGNED, SELF_SIGNED_ABOVE):
        return error("The certificate is signed by nobody that computers know.",
                     "Get one from Let's Encrypt, or install your own authority on every computer.")
    return error(f"The certificate is not accepted: {problem.verify_message}.", "Look at the proxy's certificate.")


def encryption(grounds: Grounds) -> Iterator[Finding]:
    """Is whoever types the plain address led to the encrypted one?"""
    if grounds.place.scheme != "https" or grounds.port != 443:
        return
    try:
        answer = grounds.ask("/login", url=f"http://{grounds.place.hostname}")
    except NoAnswer:
        yield hint("Nobody answers at the plain address (port 80), so who types the name alone may find nothing.",
                   "Redirect it to https (nginx/ does so).")
        return
    if answer.status in (301, 302, 307, 308) and answer.headers.get("Location", "").startswith("https://"):
        yield ok("Whoever comes without encryption is led to the encrypted address.")
    else:
        yield error("The server can be used without encryption.",
                    "Redirect http to https in the proxy (nginx/ does so).")


def proxies(grounds: Grounds) -> Iterator[Finding]:
    """Does the server know callers by their own addresses, and nobody by one that they made up?"""
    vault = grounds.vault
    if vault is None:
        yield hint("What the server sees of its callers can't be asked: that needs its secret key.",
                   "Run this on the server, as its own user.")
        return
    try:
        answer = grounds.ask("/api/checkup/seen", headers={
            proof.HEADER: proof.made(vault), "X-Forwarded-For": NOBODYS, "X-Real-IP": NOBODYS})
        seen = proof.Seen(**json.loads(answer.body)) if answer.status == 200 else None
    except (NoAnswer, ValueError, TypeError):
        seen = None
    if seen is None:
        yield hint("The server did not tell what it sees of its callers.",
                   "Run this with the server's own settings; its secret key may be another one.")
        return
    yield from judged(seen, hops=seen.hops, is_encrypted=grounds.place.scheme == "https")


def judged(seen: proof.Seen, *, hops: int, is_encrypted: bool) -> Iterator[Finding]:
    """What follows from a request that claimed to come from NOBODYS. Each proxy adds the address that it was called
    from, or puts it in the place of what was claimed."""
    chain = [part.strip() for part in seen.forwarded.split(",") if part.strip()]
    claimed = chain.index(NOBODYS) + 1 if NOBODYS in chain else 0
    actual = len(chain) - claimed
    right = f"Set {PREFIX}PROXY_HOPS to {actual}."
    if seen.address == NOBODYS:
        yield error("Anybody can claim to come from any address: limits and the log believe it.",
                    right if actual else f"Set {PREFIX}PROXY_HOPS to 0: no proxy stands in front, or it does not set "
                    "X-Forwarded-For (nginx/ does).")
    elif hops < actual:
        yield error(f"The server reckons with {hops} proxies, and {_proxies(actual)} in front: it takes everybody for "
                    "the proxy, so one guesser locks all out.", right)
    elif hops > actual:
        yield error(f"The server reckons with {hops} proxies, and {_proxies(actual)} in front.", right)
    elif hops == 0 and not is_encrypted and not _is_known(seen.address):
        yield ok("No proxy stands in front.")
    else:
        yield ok(f"The server knows callers by their own addresses ({_proxies(actual)} in front).")
    if is_encrypted and seen.scheme != "https":
        yield error("The server does not know that people come encrypted, so it refuses its own pages' sign-ins and "
                    "makes plain links.", "Let the proxy set `X-Forwarded-Proto $scheme`" + (
                        f", and set {PREFIX}PROXY_HOPS." if not hops else "."))


def _proxies(count: int) -> str:
    return {0: "no proxy stands", 1: "one proxy stands"}.get(count, f"{count} proxies stand")


def _is_known(address: str) -> bool:
    try:
        return not ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def time(grounds: Grounds) -> Iterator[Finding]:
    """Does the proxy's clock agree with ours?"""
    try:
        told = parsedate_to_datetime(grounds.ask("/healthz").headers.get("Date", ""))
    except (NoAnswer, ValueError, TypeError):
        return
    apart = abs((clock.now() - told).total_seconds())
    if apart > APART:
        yield warning(f"The clock of the server or its proxy and this one are {apart:.0f} seconds apart.",
                      "Have both set by NTP.")
    else:
        yield ok("The clocks agree.")


def guarded(grounds: Grounds) -> Finding:
    """Is what must not be open closed from outside?"""
    try:
        is_open = grounds.ask("/metrics").status == 200
    except NoAnswer:
        is_open = False
    if is_open and not is_here(grounds.place.hostname or ""):
        return error("Anybody can read /metrics.", "Update the server; look at the proxy, which may add a sign-in.")
    return ok("/metrics is closed to strangers.")


CHECKS: Iterable[Check] = (
    Check("certificate", ABOUT, certificate), *(Check(name, ABOUT, run, asks_the_server=True) for name, run in (
        ("version", version), ("encryption", encryption), ("proxies", proxies), ("time", time), ("guarded", guarded))))
ANSWERS = Check("answers", ABOUT, answers)
