"""Which model is in force: the instance's own where it was retrained, else the one that the set-up trained."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfile

from connectassist.core.settings import ROOT
from connectassist.features.categorising import model
from connectassist.features.categorising.model import Model

SHIPPED = ROOT / "build" / "categories.json"
OWN, BEFORE = "categories.json", "categories.before.json"
log = logging.getLogger(__name__)
Stamp = tuple[int, int, int]


@dataclass(slots=True)
class Kept:
    """A file's model as it was when last looked; `model` is None where there is none, or none that is sound."""

    stamp: Stamp | None = None
    model: Model | None = None


_kept: dict[Path, Kept] = {}


def in_force(instance: Path) -> Model | None:
    """The model to guess with. A file that was replaced is read anew; a broken one is left aside, with a log line."""
    return _current(instance / OWN) or shipped()


def shipped() -> Model | None:
    """The model that the set-up trained, if it is there."""
    return _current(SHIPPED)


def _current(path: Path) -> Model | None:
    stamp = _stamp(path)
    kept = _kept.get(path)
    if kept is None or kept.stamp != stamp:
        kept = _kept[path] = Kept(stamp, _read(path) if stamp else None)
    return kept.model


def _stamp(path: Path) -> Stamp | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _read(path: Path) -> Model | None:
    try:
        return model.read(path)
    except (OSError, model.BadModel) as problem:
        log.error("The model for categories in %s is left aside: %s.", path, problem)
        return None


def put(candidate: Path, instance: Path) -> None:
    """Make a file the instance's own model, in one step, and keep the one before it for `undo`. The running server
    takes it up with its next guess."""
    own, before = instance / OWN, instance / BEFORE
    if own.exists():
        copyfile(own, before)
    else:
        before.unlink(missing_ok=True)
    candidate.replace(own)


def undo(instance: Path) -> bool:
    """Go back to the model before the last retraining: the instance's earlier one, else the shipped one. False where
    there is nothing to go back from."""
    own, before = instance / OWN, instance / BEFORE
    if not own.exists():
        return False
    if before.exists():
        before.replace(own)
    else:
        own.unlink()
    return True


def reset(instance: Path) -> bool:
    """Go back to the shipped model for good. False where it is in force already."""
    (instance / BEFORE).unlink(missing_ok=True)
    own = instance / OWN
    had = own.exists()
    own.unlink(missing_ok=True)
    return had
