"""Checks of the settings: typing errors, weak secrets, protections that are switched off."""

from __future__ import annotations

import ipaddress
import stat
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from connectassist.core.settings import PREFIX
from connectassist.features.checkup.findings import Check, Finding, error, hint, ok, warning
from connectassist.features.checkup.grounds import Grounds

ABOUT = "Settings"
SHORTEST_KEY, FEWEST_LETTERS = 32, 10
#: Settings that take a protection away, and what that means.
OFF = (("trust_bare_device_ids", True, "Devices are let in by their id alone, without a secret"),
       ("rate_limits", False, "Rate limits are off: passwords and codes can be guessed without end"))


def names(grounds: Grounds) -> Iterator[Finding]:
    """Are there variables that look like settings and are none?"""
    for name, nearest in grounds.strange.items():
        yield warning(f"There is no setting {name}, so it does nothing.",
                      f"Did you mean {nearest}?" if nearest else "Take it away; docs/settings.md lists them all.")
    if not grounds.strange:
        yield ok("Every setting is known.")


def secret_key(grounds: Grounds) -> Finding:
    """Is the key that everything is signed and encrypted with strong, and nobody else's?"""
    key, path = grounds.secret_key, grounds.settings.instance / "secret_key"
    if not key:
        if path.exists():
            return error("The secret key in the instance folder can't be read.", "Run this as the server's own user.")
        return hint("There is no secret key yet; the first start makes one.")
    if len(key) < SHORTEST_KEY or len(set(key)) < FEWEST_LETTERS:
        return error("The secret key is weak: whoever guesses it is an administrator.",
                     "Stop the server and change it with `connectassist rotate-keys`.")
    if not grounds.settings.secret_key and stat.S_IMODE(path.stat().st_mode) & 0o077:
        return error("Other users of this computer may read the secret key.", f"`chmod 600 {path}`")
    return ok("The secret key is strong, and only the server's.")


def public_url(grounds: Grounds) -> Finding:
    """Is it known where people reach the server, and is that protected?"""
    url = grounds.settings.public_url
    if not url:
        return warning("No public address is set; links in packages and mails are made from what a request claims.",
                       f"Set {PREFIX}PUBLIC_URL, as in https://support.example.")
    place = urlsplit(url)
    if place.scheme not in ("http", "https") or not place.hostname:
        return error(f"{url[:100]} is no address of a website.",
                     f"Set {PREFIX}PUBLIC_URL, as in https://support.example.")
    if place.scheme == "http" and not is_here(place.hostname):
        return error("People reach the server without encryption: passwords and screens can be read on the way, and "
                     "browsers don't share screens.",
                     "Put nginx with a certificate in front (docs/nginx.md).")
    return ok(f"People reach the server at {url}.")


def protections(grounds: Grounds) -> Iterator[Finding]:
    """Is a protection switched off?"""
    found = [(name, words) for name, bad, words in OFF if getattr(grounds.settings, name) is bad]
    for name, words in found:
        yield warning(f"{words}.", f"Take {PREFIX}{name.upper()} away, unless you know why it is there.")
    if grounds.settings.trust_localhost:
        yield (error if grounds.settings.proxy_hops or grounds.settings.public_url else warning)(
            "Every program on this computer counts as an administrator.", f"Take {PREFIX}TRUST_LOCALHOST away.")
    elif not found:
        yield ok("No protection is switched off.")


def first_password(grounds: Grounds) -> Finding:
    """Does the first password still lie about?"""
    if grounds.settings.admin_password:
        return hint("The first administrator's password still stands in the settings; it is only read at the first "
                    "start.", f"Take {PREFIX}ADMIN_PASSWORD away.")
    return ok("No password stands in the settings.")


def listening(grounds: Grounds) -> Finding:
    """Can anybody get past the proxy?"""
    host, hops = grounds.settings.host, grounds.settings.proxy_hops
    if hops and not is_here(host):
        return warning(f"The server listens on {host} itself, so whoever reaches that port gets past the proxy and may "
                       "claim any address.", f"Set {PREFIX}HOST to 127.0.0.1, or close the port to others.")
    return ok(f"The server listens on {host}, port {grounds.settings.port}.")


def relays(grounds: Grounds) -> Finding:
    """Does a relay lack its secret?"""
    turn = [url for url in grounds.settings.turn_urls if url.startswith("turn")]
    if turn and not grounds.settings.turn_secret:
        return error("A relay is named and has no secret, so nobody is given credentials for it.",
                     f"Set {PREFIX}TURN_SECRET to coturn's `static-auth-secret` (docs/turn.md).")
    if not turn:
        return hint("No relay is set; where firewalls are strict the picture comes as tiles, which is slower.",
                    "docs/turn.md tells how to set up coturn.")
    return ok("A relay is set, with its secret.")


def is_here(host: str) -> bool:
    """Is it this computer's own address, which nobody else can reach?"""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


CHECKS: Iterable[Check] = tuple(Check(name, ABOUT, run) for name, run in (
    ("names", names), ("secret key", secret_key), ("public url", public_url), ("protections", protections),
    ("first password", first_password), ("listening", listening), ("relay settings", relays)))
