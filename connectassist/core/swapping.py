"""What lies in the instance folder is replaced as a whole: everything new is laid out beside it, then a journal says
what goes and what comes, then the names change. Whoever finds the journal after a crash goes on by it."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

from connectassist.core import durable
from connectassist.core.occupancy import LOCK, STAGING

JOURNAL, NEW = "journal.json", "new"
#: How the folders begin that keep what was there before.
ASIDE = "before-restore-"


def stage(instance: Path) -> Path:
    """An empty folder to lay out in what is to come."""
    drop(instance)
    (instance / STAGING).mkdir(mode=0o700)
    (instance / STAGING / NEW).mkdir(mode=0o700)
    return instance / STAGING / NEW


def drop(instance: Path) -> None:
    """Throw away what was staged."""
    shutil.rmtree(instance / STAGING, ignore_errors=True)


def swap(instance: Path, *, stamp: str, stays: tuple[str, ...]) -> Path:
    """Put what is staged in place of what is there, `stays` apart. Returns where the old things lie now. Nobody else
    may work in the folder."""
    staging, aside = instance / STAGING, instance / f"{ASIDE}{stamp}"
    plan = {"aside": aside.name, "come": _names(staging / NEW),
            "go": [name for name in _names(instance, but=(STAGING, LOCK, ".gitkeep", *stays))
                   if not name.startswith(ASIDE)]}
    os.sync()  # what the journal promises is on the disk before it
    durable.write(staging / JOURNAL, json.dumps(plan).encode())
    finish(instance)
    return aside


def finish(instance: Path) -> None:
    """Do what a journal says is still to be done; nothing where there is none."""
    staging = instance / STAGING
    if not (staging / JOURNAL).exists():
        return
    plan = json.loads((staging / JOURNAL).read_text())
    new, aside = staging / NEW, instance / plan["aside"]
    aside.mkdir(mode=0o700, exist_ok=True)
    for name in plan["go"]:
        is_old = name not in plan["come"] or (new / name).exists()
        if is_old and (instance / name).exists() and not (aside / name).exists():
            (instance / name).rename(aside / name)
    for name in plan["come"]:
        if (new / name).exists():
            (new / name).rename(instance / name)
    os.sync()
    (staging / JOURNAL).unlink()
    shutil.rmtree(staging)


def _names(folder: Path, *, but: tuple[str, ...] = ()) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name not in but)
