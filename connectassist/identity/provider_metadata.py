"""What a sign-in provider publishes of itself: its addresses and its keys. Fetched when needed, kept for a while.

All of it blocks, so callers are in a real thread. Two threads that fetch at once do no harm.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import requests
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from connectassist.core import clock
from connectassist.core.errors import ProviderUnavailable

KEPT = 3600.0
REST_AFTER_FAILURE = 5.0
TIMEOUT = (5, 10)
_NEEDED = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")


class Published:
    """The discovery document and the keys of one issuer."""

    def __init__(self, issuer: str) -> None:
        self._issuer = issuer.rstrip("/")
        self._documents: dict[str, tuple[float, dict[str, Any]]] = {}
        self._rests_until = 0.0

    def metadata(self) -> dict[str, Any]:
        """The provider's addresses. Raises ProviderUnavailable, also when the document isn't this issuer's."""
        found = self._kept(f"{self._issuer}/.well-known/openid-configuration")
        if any(not isinstance(found.get(name), str) for name in _NEEDED) \
                or found["issuer"].rstrip("/") != self._issuer:
            raise ProviderUnavailable(detail="The provider's description isn't that of the configured issuer.")
        if any(self._is_weaker(address) for name, address in found.items() if name.endswith(("endpoint", "_uri"))):
            raise ProviderUnavailable(detail="The provider names an address that isn't protected.")
        return found

    def keys(self, *, fresh: bool = False) -> KeySet:
        """The keys that its tokens are signed with. `fresh`: they may have been changed since they were fetched.
        Raises ProviderUnavailable."""
        found = self._kept(self.metadata()["jwks_uri"], fresh=fresh)
        try:
            return KeySet.import_key_set({"keys": [key for key in found["keys"] if key.get("kty") != "oct"]})
        except (JoseError, KeyError, TypeError, ValueError, AttributeError) as error:
            raise ProviderUnavailable(detail="The provider's keys can't be read.") from error

    def read(self, address: str, **options: Any) -> dict[str, Any]:
        """A JSON document at the provider. After a failure nothing is asked for some seconds, so that a provider
        that hangs doesn't hold up every thread. Raises ProviderUnavailable."""
        if clock.monotonic() < self._rests_until:
            raise ProviderUnavailable(retry_after=int(REST_AFTER_FAILURE))
        try:
            answer = requests.get(address, timeout=TIMEOUT, allow_redirects=False, **options)
            answer.raise_for_status()
            found = answer.json()
        except (requests.RequestException, ValueError) as error:
            raise self.failed() from error
        if not isinstance(found, dict):
            raise self.failed()
        return found

    def failed(self) -> ProviderUnavailable:
        """Note that the provider doesn't answer as it should; the error to raise."""
        self._rests_until = clock.monotonic() + REST_AFTER_FAILURE
        return ProviderUnavailable()

    def _kept(self, address: str, *, fresh: bool = False) -> dict[str, Any]:
        until, found = self._documents.get(address, (0.0, {}))
        if fresh or clock.monotonic() >= until:
            found = self.read(address)
            self._documents[address] = clock.monotonic() + KEPT, found
        return found

    def _is_weaker(self, address: Any) -> bool:
        """Would this address send in the clear what the issuer's own address protects?"""
        return urlsplit(self._issuer).scheme == "https" and urlsplit(str(address)).scheme != "https"
