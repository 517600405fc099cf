"""Which backups are kept: the newest ones, and the last of each of so many days, weeks and months."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from connectassist.features.backups import age, archive

STAMP = "%Y%m%dT%H%M%SZ"
_NAME = re.compile(r"connectassist-(\d{8}T\d{6}Z)(?:-\d+)?\.tar\.gz(?:\.age)?")
_PART = re.compile(r"\.connectassist-\d{8}T\d{6}Z(?:-\d+)?\.tar\.gz(?:\.age)?\.part")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How many are kept of each kind; all noughts keep everything."""

    newest: int = 0
    daily: int = 0
    weekly: int = 0
    monthly: int = 0

    @property
    def keeps_all(self) -> bool:
        return not (self.newest or self.daily or self.weekly or self.monthly)


def name_of(moment: datetime, *, number: int = 0, encrypted: bool) -> str:
    """How a backup is called; `number` tells several of one second apart."""
    return (f"connectassist-{moment.astimezone(UTC).strftime(STAMP)}{f'-{number}' if number else ''}.tar.gz"
            f"{'.age' if encrypted else ''}")


def kept(moments: Iterable[datetime], plan: Plan) -> set[datetime]:
    """Those that stay; the newest one always does."""
    ordered = sorted(set(moments), reverse=True)
    if plan.keeps_all:
        return set(ordered)
    return {*ordered[:max(1, plan.newest)],
            *_last_of(ordered, plan.daily, lambda each: each.date()),
            *_last_of(ordered, plan.weekly, lambda each: each.isocalendar()[:2]),
            *_last_of(ordered, plan.monthly, lambda each: (each.year, each.month))}


def _last_of(ordered: list[datetime], count: int, span: Callable[[datetime], object]) -> list[datetime]:
    newest: dict[object, datetime] = {}
    for each in ordered:
        newest.setdefault(span(each), each)
    return list(newest.values())[:count]


def prune(folder: Path, plan: Plan) -> list[Path]:
    """Delete the backups in a folder that the plan does not keep, and nothing else. Returns which."""
    found = {path: moment for path in folder.iterdir() if (moment := _made_at(path)) and _is_ours(path)}
    stays = kept(found.values(), plan)
    gone = sorted(path for path, moment in found.items() if moment not in stays)
    for path in gone:
        path.unlink()
    return gone


def drop_parts(folder: Path) -> None:
    """Delete what backups left that were killed. Nobody may be making one in this folder."""
    for path in folder.iterdir():
        if _PART.fullmatch(path.name) and path.is_file() and not path.is_symlink():
            path.unlink()


def _made_at(path: Path) -> datetime | None:
    match = _NAME.fullmatch(path.name)
    try:
        return datetime.strptime(match[1], STAMP).replace(tzinfo=UTC) if match else None
    except ValueError:
        return None


def _is_ours(path: Path) -> bool:
    """An ordinary file that begins as a backup does; the name alone is not enough to delete it."""
    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as source:
        return source.read(len(age.BEGINS)).startswith((age.BEGINS, archive.GZIP))
