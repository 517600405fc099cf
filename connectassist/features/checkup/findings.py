"""What a check found: how bad it is, a sentence, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from connectassist.features.checkup.grounds import Grounds

OK, HINT, WARNING, ERROR = "ok", "hint", "warning", "error"
LEVELS = (OK, HINT, WARNING, ERROR)


@dataclass(frozen=True)
class Finding:
    """One sentence, and how to mend it where there is something to mend."""

    level: str
    sentence: str
    fix: str = ""


@dataclass(frozen=True)
class Check:
    """One thing that is looked at. `about` is what it belongs to; one that `asks_the_server` is left out while nobody
    answers there."""

    name: str
    about: str
    run: Callable[[Grounds], Finding | Iterable[Finding]]
    asks_the_server: bool = False


@dataclass(frozen=True)
class Found:
    """A finding, and the check that it came from."""

    check: Check
    finding: Finding

    def row(self) -> dict[str, Any]:
        """As JSON shows it."""
        return {"check": self.check.name, "about": self.check.about, **asdict(self.finding)}


def ok(sentence: str) -> Finding:
    return Finding(OK, sentence)


def hint(sentence: str, fix: str = "") -> Finding:
    return Finding(HINT, sentence, fix)


def warning(sentence: str, fix: str = "") -> Finding:
    return Finding(WARNING, sentence, fix)


def error(sentence: str, fix: str = "") -> Finding:
    return Finding(ERROR, sentence, fix)


def worst(findings: Iterable[Finding]) -> str:
    """The worst level among them."""
    return max((each.level for each in findings), key=LEVELS.index, default=OK)
