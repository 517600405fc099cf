"""What the secret key is good for: encryption at rest, derived tokens, the signing key.

Each use has a key of its own, derived with HKDF, so that no use can stand in for another.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

#: `mapped_column(…, info=SEALED)`: what this column holds is encrypted, and comes along when the key changes.
SEALED = {"sealed": True}


class Vault:
    """Encrypts, authenticates and signs with keys derived from one secret. What was encrypted with `other`, the other
    key while a change of keys is under way, is read as well. `signing` is the signing key where it has outlived the
    secret that it was derived from, sealed."""

    def __init__(self, secret_key: str, *, other: str = "", signing: str = "") -> None:
        self._secret = secret_key.encode()
        self._keys: dict[str, bytes] = {}
        self._signing = signing
        self._fernet = MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in (
            self._derive("encryption at rest"), *([_derived(other.encode(), "encryption at rest")] if other else []))])

    def _derive(self, purpose: str) -> bytes:
        if purpose not in self._keys:
            self._keys[purpose] = _derived(self._secret, purpose)
        return self._keys[purpose]

    def encrypt(self, text: str) -> str:
        """Text as it may lie in the database."""
        return self._fernet.encrypt(text.encode()).decode()

    def decrypt(self, sealed: str | None) -> str | None:
        """What encrypt was given; None when there is nothing or the key has changed."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode() if sealed else None
        except InvalidToken:
            return None

    def mac(self, purpose: str, message: str) -> str:
        """A 192-bit tag that only this server can make for this message and purpose."""
        tag = hmac.new(self._derive(purpose), message.encode(), hashlib.sha256).digest()[:24]
        return base64.urlsafe_b64encode(tag).decode()

    def jwt_key(self) -> str:
        """The key that signs staff tokens."""
        return self._derive("staff tokens").hex()

    def signing_key(self) -> Ed25519PrivateKey:
        """The key that signs package manifests."""
        kept = self.decrypt(self._signing)
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(kept) if kept else self._derive("package manifests"))

    def name(self) -> str:
        """Tells this secret from others, and nothing of what it is."""
        return self.mac("the key's name", "")[:12]


def _derived(secret: bytes, purpose: str) -> bytes:
    return HKDF(SHA256(), 32, None, purpose.encode()).derive(secret)


def digest(secret: str) -> str:
    """How a random 256-bit secret is kept: its SHA-256 (no slow hash is needed for full entropy)."""
    return hashlib.sha256(secret.encode()).hexdigest()


def same(left: str, right: str) -> bool:
    """Compare two secrets in constant time."""
    return hmac.compare_digest(left.encode(), right.encode())
