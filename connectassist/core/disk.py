"""A disk that fills up, told as what it is."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import OperationalError

from connectassist.core.errors import DiskFull

#: No space, quota of the file system, and the largest file that the process may write.
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_DATABASE_FULL = ("disk is full", "no space left", "could not extend file")


def is_full(problem: Exception) -> bool:
    """Does this error, our own writing's or the database's, say that there is no room left?"""
    if isinstance(problem, OSError):
        return problem.errno in _FULL
    return isinstance(problem, OperationalError) and any(words in str(problem).lower() for words in _DATABASE_FULL)


@contextmanager
def told_when_full() -> Iterator[None]:
    """Turn what a full disk raises into DiskFull."""
    try:
        yield
    except (OSError, OperationalError) as problem:
        if is_full(problem):
            raise DiskFull() from problem
        raise
