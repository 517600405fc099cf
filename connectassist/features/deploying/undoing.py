"""The way back: whatever a deployment had begun is put as it was. It goes by the run's file, so that it works for one
that failed as for one that was killed."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from connectassist.core.settings import Settings
from connectassist.features.deploying import building, schema
from connectassist.features.deploying.checkout import Checkout
from connectassist.features.deploying.programs import Failed
from connectassist.features.deploying.runs import Run


def undo(run: Run, checkout: Checkout, settings: Settings, room: Path) -> list[str]:
    """Take back what the run had begun, the last first. What could not be taken back, in a sentence each."""
    begun, facts, problems = run.facts["begun"], run.facts, []
    ways: list[tuple[str, Callable[[], Any]]] = [
        ("migrate", lambda: _database(facts, checkout, settings, room)),
        ("merge", lambda: checkout.go_back(facts["old"], facts["new"])),
        ("requirements", lambda: _requirements(facts, checkout, room)),
        ("build", lambda: building.build(checkout.folder, facts["targets"])),
    ]
    for step, way in ways:
        if step in begun:
            try:
                way()
                run.log(step, "taken back")
            except Failed as problem:
                problems.append(f"{step}: {problem.sentence}")
                run.log(step, f"can't be taken back: {problem.sentence}\n{problem.output}")
    return problems


def emptied(room: Path) -> Path:
    """A folder with nothing in it, for what lasts no longer than a deployment."""
    shutil.rmtree(room, ignore_errors=True)
    room.mkdir(parents=True, mode=0o700)
    return room


def _requirements(facts: dict[str, Any], checkout: Checkout, room: Path) -> None:
    building.install(checkout.file(facts["old"], building.REQUIREMENTS), emptied(room))


def _database(facts: dict[str, Any], checkout: Checkout, settings: Settings, room: Path) -> None:
    """By the migration's own way back, which keeps what was written meanwhile; else, on SQLite, by the copy."""
    kept = Path(facts["kept"]) if facts["kept"] else None
    try:
        if schema.revision(settings) != facts["revision"]:
            code = emptied(room) / "code"
            checkout.export(facts["new"], code)
            schema.downgrade(code, settings, facts["revision"])
        elif kept and schema.structure(settings) != facts["structure"]:
            schema.restore(settings, kept)
    except Failed:
        if kept is None:
            raise
        schema.restore(settings, kept)
