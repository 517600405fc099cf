"""Passwords, hashed with argon2 in a real thread (a check costs some 50 ms of CPU)."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from connectassist.core import jobs
from connectassist.core.errors import ValidationFailed

SHORTEST, LONGEST = 10, 256
_hasher = PasswordHasher(time_cost=2, memory_cost=32 * 1024, parallelism=1)
_decoy = _hasher.hash("no account has this password")


def hashed(password: str) -> str:
    """The hash to keep. Raises ValidationFailed when the password is too short or absurdly long."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise ValidationFailed(f"A password needs {SHORTEST} to {LONGEST} characters")
    return jobs.run_blocking(_hasher.hash, password)


def matches(password_hash: str | None, password: str) -> bool:
    """Does the password fit? Costs the same when there is no such account, so that timing tells nothing."""
    if len(password) > LONGEST:
        return False
    return jobs.run_blocking(_verify, password_hash or _decoy, password) and password_hash is not None


def _verify(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False
