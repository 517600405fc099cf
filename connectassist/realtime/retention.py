"""How long something is kept. A feature says so once:

    prune = Rule("finished commands and their results", "command_days", Command.id, queries.finished_before)

and what `prune()` would delete now, `prune.waiting()` counts: both ask the same question.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import InstrumentedAttribute

from connectassist.core.db import db
from connectassist.http.context import settings
from connectassist.realtime import sweeps

#: As many are counted at most; beyond it is "so many or more".
MOST_COUNTED = 100_000
Find = Callable[..., list[Any]]


class Rule:
    """Rows that are deleted when they are older than so many days. `kept` is a number of days or the name of the
    setting that holds it, where 0 keeps them for ever; `find(days, limit=…)` gives the keys of the oldest ones.
    `remove(keys)`, for what is more than a row, deletes and commits."""

    def __init__(self, what: str, kept: int | str, key: InstrumentedAttribute[Any], find: Find, *,
                 remove: Callable[[list[Any]], Any] | None = None) -> None:
        self.what, self._kept, self._key, self._find, self._remove = what, kept, key, find, remove

    @property
    def setting(self) -> str | None:
        """The setting that says how long; None where nobody may choose."""
        return self._kept if isinstance(self._kept, str) else None

    @property
    def days(self) -> int:
        """How many days they are kept; 0 is for ever."""
        return getattr(settings(), self._kept) if isinstance(self._kept, str) else self._kept

    def __call__(self) -> int:
        """Delete those whose time is over. Returns how many."""
        if not self.days:
            return 0
        return sweeps.delete_old(self._key, self._overdue, remove=self._remove)

    def waiting(self) -> int:
        """How many would be deleted now, 100,000 at most."""
        found = len(self._overdue(MOST_COUNTED)) if self.days else 0
        db.session.rollback()
        return found

    def _overdue(self, limit: int) -> list[Any]:
        return self._find(self.days, limit=limit)
