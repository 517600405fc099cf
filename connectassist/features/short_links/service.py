"""Short links: made for a session, followed by customers, forgotten when they end."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete

from connectassist.core import clock, ids
from connectassist.core.db import db
from connectassist.core.errors import NotFound
from connectassist.features.short_links import queries
from connectassist.features.short_links.models import ShortLink
from connectassist.http import limits
from connectassist.http.guard import limiter
from connectassist.identity.principal import Principal

MOST = 20_000
_KEY = "wrong short code"


def make(path: str, *, expires_at: datetime) -> str:
    """A new code that leads to a path of this site. The caller commits."""
    _make_room()
    code = ids.short_code()
    while queries.is_taken(code):
        code = ids.short_code()
    db.session.add(ShortLink(code=code, path=path, expires_at=expires_at))
    db.session.flush()
    return code


def _make_room() -> None:
    """What is over goes; when there are very many all the same, the oldest go."""
    db.session.execute(delete(ShortLink).where(ShortLink.expires_at <= clock.now()))
    too_many = queries.count() - MOST + 1
    if too_many > 0:
        db.session.execute(delete(ShortLink).where(ShortLink.code.in_(queries.oldest(too_many))))


def follow(code: str, *, by: Principal) -> str:
    """Where a code leads. Wrong ones use up a budget of their network and one of all together; what can't be a code
    (scanners ask for all sorts of pages) costs nothing. Raises NotFound, RateLimited."""
    if not ids.is_short_code(code):
        raise NotFound()
    budgets = (limits.WRONG_SHORT_CODE, _KEY, limits.block_of(by.address)), (limits.WRONG_SHORT_CODES_OF_ALL, _KEY)
    for budget in budgets:
        limiter().require(*budget)
    path = queries.path_of(code)
    if path is None:
        for budget in budgets:
            limiter().spend(*budget)
        raise NotFound("This link is not there, or not any more", detail="Ask your technician for a new one.")
    return path
