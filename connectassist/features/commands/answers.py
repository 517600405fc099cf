"""What a device says of a command that it ran, read with care: what it did is done, so little is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from connectassist.core import clock
from connectassist.core.errors import TooLarge, ValidationFailed

SUCCESS, FAILURE, TIMEOUT, CANCELLED = "success", "failure", "timeout", "cancelled"
#: The words that devices use, those of the script runner among them, and what is kept.
OUTCOMES = {"success": SUCCESS, "failure": FAILURE, "timeout": TIMEOUT, "failed": FAILURE, "cancelled": CANCELLED}
LARGEST_OUTPUT, LARGEST_ERROR = 1024 * 1024, 64 * 1024
LONGEST_DURATION = 2**31 - 1
#: What could drive a terminal, turn a line round or is refused by a database.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Answer:
    """A result as it is kept; `executed_at` is the device's word, `duration` counts milliseconds."""

    outcome: str
    output: str | None
    error: str | None
    executed_at: datetime | None
    duration: int | None


def read(*, outcome: Any, output: Any, error: Any, executed_at: Any, duration: Any) -> Answer:
    """An outcome of no meaning is refused; a moment or a duration that makes no sense is left out.
    Raises ValidationFailed, TooLarge."""
    if not isinstance(outcome, str) or outcome not in OUTCOMES:
        raise ValidationFailed.of("status", "Must be one of: success, failure, timeout.")
    return Answer(OUTCOMES[outcome], _text(output, LARGEST_OUTPUT, "output"), _text(error, LARGEST_ERROR, "error"),
                  clock.read(executed_at), _duration(duration))


def _text(said: Any, largest: int, name: str) -> str | None:
    """Text without what can't be seen; anything else as JSON."""
    if said is None:
        return None
    words = said if isinstance(said, str) else orjson.dumps(said).decode()
    if len(words) > largest or len(words.encode(errors="replace")) > largest:
        raise TooLarge(f"The {name} is larger than {largest // 1024} KB. Nothing of this result was kept")
    return _UNSEEN.sub("", words)


def _duration(said: Any) -> int | None:
    if isinstance(said, bool) or not isinstance(said, int | float) or not 0 <= said <= LONGEST_DURATION:
        return None
    return int(said)
