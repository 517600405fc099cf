"""How often passwords may be tried.

Wrong ones count for the name and the network that they come from, so that a stranger who guesses shuts nobody out but
their own neighbours. They count for the name alone too, wherever they come from, and when those are used up only
networks from which the account was signed in to lately may go on: whoever guesses from a thousand places gets no
further, and the account's owner is not kept out.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from sqlalchemy import select

from connectassist.core import clock
from connectassist.core.db import db
from connectassist.core.errors import RateLimited
from connectassist.http import guard, limits
from connectassist.identity.models import Login, User

LATELY = timedelta(days=30)
MOST_LOOKED_AT = 1000


def require(username: str, user: User | None, *, address: str) -> None:
    """May another password be tried? `user` is whose name it is, if anybody's. Raises RateLimited."""
    guard.limiter().require(*_of_network(username, address))
    try:
        guard.limiter().require(*_of_all(username))
    except RateLimited:
        if user is None or limits.block_of(address) not in _networks_of(user):
            raise


def count(username: str, *, address: str) -> None:
    """A password was wrong; it was one that might be tried."""
    for budget in (_of_network(username, address), _of_all(username)):
        with suppress(RateLimited):
            guard.limiter().spend(*budget)


def forgive(username: str, *, address: str) -> None:
    """A password was right."""
    guard.limiter().forgive(*_of_network(username, address))


def _of_network(username: str, address: str) -> tuple[str, str, str, str]:
    return limits.WRONG_PASSWORD, "wrong password", username.casefold(), limits.block_of(address)


def _of_all(username: str) -> tuple[str, str, str]:
    return limits.WRONG_PASSWORDS_OF_ALL, "wrong passwords", username.casefold()


def _networks_of(user: User) -> set[str]:
    found = db.session.scalars(select(Login.address).distinct().where(
        Login.user_id == user.id, Login.created_at > clock.now() - LATELY).limit(MOST_LOOKED_AT))
    return {limits.block_of(address) for address in found}
