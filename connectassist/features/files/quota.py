"""How much room there is: for all files, for one session's, and what uploads on their way take of it."""

from __future__ import annotations

from dataclasses import dataclass

from connectassist.core.errors import QuotaExceeded, TooLarge
from connectassist.features.files import queries
from connectassist.http.context import settings

MEGABYTE = 1024 * 1024
UNNAMED_LARGEST = 100 * MEGABYTE


@dataclass
class Allowance:
    """What one upload may take. The room was counted when it began; others on their way are added."""

    session_id: str
    largest: int
    free: int
    free_in_session: int
    taken: int = 0

    def take(self, count: int) -> None:
        """Count bytes that are about to be written. Raises TooLarge, QuotaExceeded."""
        self.taken += count
        if self.taken > self.largest:
            raise TooLarge(f"A file may have at most {self.largest // MEGABYTE} MB")
        others = [each for each in _on_their_way if each is not self]
        mine = sum(each.taken for each in others if each.session_id == self.session_id)
        if self.taken + sum(e.taken for e in others) > self.free or self.taken + mine > self.free_in_session:
            raise QuotaExceeded()

    def done(self) -> None:
        """The upload is kept or gone: it is not on its way any more."""
        if self in _on_their_way:
            _on_their_way.remove(self)


_on_their_way: list[Allowance] = []


def allow_unnamed() -> Allowance:
    """Let an upload begin that has not said yet which session it is for: only a small one."""
    allowance = Allowance("", UNNAMED_LARGEST, settings().upload_quota_mb * MEGABYTE - queries.bytes_kept(),
                          UNNAMED_LARGEST)
    _on_their_way.append(allowance)
    return allowance


def allow(session_id: str, *, expected: int) -> Allowance:
    """Let an upload of about `expected` bytes begin. Raises TooLarge, QuotaExceeded. Call `done` after it."""
    rules = settings()
    allowance = Allowance(session_id, rules.max_upload_mb * MEGABYTE,
                          rules.upload_quota_mb * MEGABYTE - queries.bytes_kept(),
                          rules.session_quota_mb * MEGABYTE - queries.bytes_kept(session_id))
    allowance.take(expected)
    allowance.taken = 0
    _on_their_way.append(allowance)
    return allowance
