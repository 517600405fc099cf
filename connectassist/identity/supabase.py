"""Customers who are signed in at a Supabase project: whether a token of theirs is good, and whom it is about.

Signatures are joserfc's work; what counts as good enough is said here. A token's `alg` chooses between the two keys
that the settings name, the shared secret and the published ones, and neither can stand in for the other: what is public
is never used as a secret.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from connectassist.core import clock, foreign
from connectassist.core.errors import Unauthorized
from connectassist.core.settings import SUPABASE_KEYS, Settings
from connectassist.identity.supabase_keys import Key, Keys

WHO, ROLE = "authenticated", "authenticated"
#: By which kind of key each is made. What isn't here is refused, `none` first of all.
ALGORITHMS = {"ES256": "EC", "RS256": "RSA", "EdDSA": "OKP", "Ed25519": "OKP"}
SECRET_ALGORITHM = "HS256"
#: What a token's header may say: nothing that brings a key along (`jwk`, `jku`, `x5u`) or asks for more (`crit`).
HEADER = frozenset(("alg", "typ", "kid"))
LONGEST, LONGEST_NAME, LONGEST_EMAIL = 8192, 255, 254
CLOCKS_DIFFER_BY = 30
_SHAPE = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody at the Supabase project. `email` is what the project has; nothing in a token tells whether it was ever
    confirmed."""

    issuer: str
    subject: str
    email: str
    ends: datetime


class Supabase:
    """The one project that the settings name."""

    def __init__(self, settings: Settings) -> None:
        self.issuer = settings.supabase_issuer or settings.supabase_jwks_url.removesuffix(SUPABASE_KEYS)
        self._secret = OctKey.import_key(settings.supabase_jwt_secret) if settings.supabase_jwt_secret else None
        self._keys = Keys(settings.supabase_jwks_url) if settings.supabase_jwks_url else None

    def read(self, token: str) -> Person:
        """Whom a good token is about. May wait for the project's keys. Raises Unauthorized, ProviderUnavailable."""
        header, claims = _parts(token)
        key = self._key(header)
        try:
            jws.deserialize_compact(token, key, algorithms=[header["alg"]])
        except (JoseError, ValueError, TypeError) as error:
            raise Unauthorized() from error
        return self._person(claims)

    def _key(self, header: dict[str, Any]) -> OctKey | Key:
        """The key that the token must be made with. Raises Unauthorized, ProviderUnavailable."""
        algorithm, kid = header.get("alg"), header.get("kid")
        if header.keys() - HEADER or str(header.get("typ", "JWT")).upper() != "JWT" or not isinstance(algorithm, str):
            raise Unauthorized()
        if algorithm == SECRET_ALGORITHM and self._secret is not None:
            return self._secret
        found = self._keys.find(kid) if self._keys and algorithm in ALGORITHMS and isinstance(kid, str) else None
        if found is None or found.key_type != ALGORITHMS[algorithm] or found.get("alg", algorithm) != algorithm:
            raise Unauthorized()
        return found

    def _person(self, claims: dict[str, Any]) -> Person:
        """Raises Unauthorized for a token that is out of date, of another project or meant for something else, and for
        the keys of programs (`anon`, `service_role`) and visitors without an account."""
        issuer, subject, ends, heard_by = claims.get("iss"), claims.get("sub"), claims.get("exp"), claims.get("aud")
        now = clock.now().timestamp()
        good = (
            _is_name(issuer) and (not self.issuer or issuer == self.issuer) and _is_name(subject)
            and (heard_by == WHO or (isinstance(heard_by, list) and WHO in heard_by))
            and _is_moment(ends) and ends > now
            and ("nbf" not in claims or (_is_moment(claims["nbf"]) and claims["nbf"] <= now + CLOCKS_DIFFER_BY))
            and claims.get("role") == ROLE and claims.get("is_anonymous") in (None, False))
        if not good:
            raise Unauthorized("This sign-in is out of date, or not meant for here")
        email = claims.get("email")
        return Person(issuer=issuer, subject=subject, ends=clock.from_milliseconds(ends * 1000),
                      email=email if isinstance(email, str) and len(email) <= LONGEST_EMAIL else "")


def configured(settings: Settings) -> Supabase | None:
    """The project that the settings name; None where there is none."""
    return Supabase(settings) if settings.supabase_jwt_secret or settings.supabase_jwks_url else None


def _parts(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A token's header and claims, not proved yet. Raises Unauthorized."""
    if len(token) > LONGEST or not _SHAPE.fullmatch(token):
        raise Unauthorized()
    try:
        header, claims = (_read(part) for part in token.split(".")[:2])
    except (ValueError, RecursionError, binascii.Error) as error:
        raise Unauthorized() from error
    return header, claims


def _read(part: str) -> dict[str, Any]:
    """An object in which no name stands twice, for two readers could take either. Raises ValueError."""
    text = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode()
    found = json.loads(text, object_pairs_hook=_once, parse_constant=_refuse)
    if not isinstance(found, dict):
        raise ValueError("not an object")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is no JSON")


def _is_name(said: Any) -> bool:
    return isinstance(said, str) and 0 < len(said) <= LONGEST_NAME and foreign.line(said) == said


def _is_moment(said: Any) -> bool:
    return isinstance(said, int | float) and not isinstance(said, bool) and abs(said) < 2**53
