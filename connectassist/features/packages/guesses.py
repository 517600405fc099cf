"""Six digits can be guessed, so wrong ones cost: a budget for each network and one for all together.

What reveals whether a code exists goes through `counted`: the installer, the download's name, the tracking.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from connectassist.core import audit, ids
from connectassist.core.db import db
from connectassist.core.errors import InvalidSupportCode, NotFound
from connectassist.http import limits
from connectassist.http.guard import limiter
from connectassist.identity.principal import Principal

_KEY = "wrong code"


@contextmanager
def counted(by: Principal) -> Iterator[None]:
    """Let a guess be made. Raises RateLimited, before the guess is looked at, when too many were wrong."""
    budgets = (limits.WRONG_CODES_OF_BLOCK, _KEY, limits.block_of(by.address)), (limits.WRONG_CODES_OF_ALL, _KEY)
    for budget in budgets:
        limiter().require(*budget)
    try:
        yield
    except (InvalidSupportCode, NotFound):
        for budget in budgets:
            limiter().spend(*budget)
        audit.record(by, "support_code.rejected", "A wrong or ended support code was tried", level="WARNING")
        db.session.commit()
        raise


def digits(given: Any) -> str:
    """What was typed, as six digits; a number lost its leading zeros on the way. Anything else is no guess
    and costs nothing. Raises InvalidSupportCode."""
    is_number = isinstance(given, int) and not isinstance(given, bool)
    text = f"{given:06d}" if is_number else ids.clean_support_code(given) if isinstance(given, str) else ""
    if not ids.SUPPORT_CODE.fullmatch(text):
        raise InvalidSupportCode()
    return text
