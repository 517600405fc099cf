"""The keys that a Supabase project publishes for its tokens: fetched when needed, kept, and fetched again when a token
names one that isn't there."""

from __future__ import annotations

import logging
import threading
from typing import Any

import orjson
import requests
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey, import_key

from connectassist.core import clock, jobs
from connectassist.core.errors import ProviderUnavailable

log = logging.getLogger(__name__)
Key = ECKey | OKPKey | RSAKey
#: Seconds: how long keys are good without a look, how long nothing is asked after a look, and of that after one that
#: brought nothing while no key is known.
KEPT, REST, SHORT_REST = 600.0, 30.0, 5.0
TIMEOUT, WHOLE_TIME = (3, 5), 8.0
LARGEST, MOST_KEYS, LONGEST_KID = 64 * 1024, 50, 200
SMALLEST_RSA = 2048
_KINDS = {"EC": ECKey, "OKP": OKPKey, "RSA": RSAKey}


class Keys:
    """The keys at one address. Those that are known stay good while it doesn't answer."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._known: dict[str, Key] = {}
        self._fetched_at = self._asked_at = float("-inf")
        self._is_asking, self._answered = threading.Lock(), threading.Event()

    def find(self, kid: str) -> Key | None:
        """The key of that name. One that isn't known is looked for, once in a while. Raises ProviderUnavailable while
        no key has ever been had."""
        is_known = kid in self._known
        if not is_known or clock.monotonic() > self._fetched_at + KEPT:
            self._refresh(waits=not is_known)
        if not self._known:
            raise ProviderUnavailable(retry_after=int(SHORT_REST))
        return self._known.get(kid)

    def _refresh(self, *, waits: bool) -> None:
        """One asks; with whoever else needs the answer it waits for it, though not for ever: the server there may
        answer by a letter a second."""
        if self._is_asking.acquire(blocking=False):
            if clock.monotonic() < self._asked_at + (REST if self._known else SHORT_REST):
                return self._is_asking.release()
            self._asked_at = clock.monotonic()
            self._answered.clear()
            threading.Thread(target=self._ask, daemon=True).start()
            waits = True
        if waits:
            self._answered.wait(WHOLE_TIME)
        return None

    def _ask(self) -> None:
        try:
            self._known = jobs.run_blocking(_fetched, self._url)
            self._fetched_at = clock.monotonic()
        except Exception as problem:  # the network's, of three libraries, or what was sent makes no sense
            log.warning("the keys at %s can't be had: %s", self._url, problem)
        finally:
            self._is_asking.release()
            self._answered.set()


def _fetched(url: str) -> dict[str, Key]:
    """The keys at an address, as far as they can sign tokens. Blocks. Raises ValueError, and what the network does."""
    until = clock.monotonic() + WHOLE_TIME
    with requests.get(url, headers={"Accept-Encoding": "identity"}, timeout=TIMEOUT, allow_redirects=False,
                      stream=True) as answer:
        if answer.status_code != 200:
            raise ValueError(f"the answer is {answer.status_code}")
        text = b""
        while part := answer.raw.read1(8192):  # what has come, without waiting for more; nothing is unpacked
            text += part
            if len(text) > LARGEST:
                raise ValueError(f"the answer is larger than {LARGEST // 1024} KB")
            if clock.monotonic() > until:
                raise ValueError(f"the answer took longer than {WHOLE_TIME:.0f} seconds")
    return read(orjson.loads(text))


def read(document: Any) -> dict[str, Key]:
    """The keys of a key set by their names; those that are none, or too weak, are passed over. Raises ValueError when
    there is none at all."""
    listed = document.get("keys") if isinstance(document, dict) else None
    found = [(told["kid"], key) for told in (listed if isinstance(listed, list) else [])[:MOST_KEYS]
             if isinstance(told, dict) and (key := _key(told)) is not None]
    if not found:
        raise ValueError("there is no key in the answer")
    return dict(reversed(found))


def _key(told: dict[str, Any]) -> Key | None:
    kid, kind = told.get("kid"), told.get("kty")
    if not isinstance(kid, str) or not 0 < len(kid) <= LONGEST_KID or not isinstance(kind, str) \
            or kind not in _KINDS or told.get("use", "sig") != "sig":
        return None
    try:
        key = import_key(told)
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    is_weak = isinstance(key, RSAKey) and key.public_key.key_size < SMALLEST_RSA
    return None if is_weak or not isinstance(key, ECKey | OKPKey | RSAKey) else key
