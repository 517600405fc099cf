"""Deployments as the server sees them: begun, waited for, told of. The work itself is done by worker.py."""

from __future__ import annotations

import os
from pathlib import Path

from connectassist.core import audit, clock
from connectassist.core.db import db
from connectassist.core.errors import DeploymentFailed, DeploymentRunning, Unavailable
from connectassist.features.deploying import launching, runs
from connectassist.features.deploying.orders import Order
from connectassist.features.deploying.restarting import FOLDER
from connectassist.features.deploying.runs import Run
from connectassist.http import limits
from connectassist.http.context import settings
from connectassist.http.guard import limiter
from connectassist.identity.principal import SYSTEM, Principal
from connectassist.realtime.gateway import GATEWAY

#: Seconds between two looks at how far a deployment is.
LOOK = 0.2
#: Seconds that a deployment may take to leave after all is done.
PATIENCE = 10
BROKE_OFF = "The deployment broke off. The next one puts back what it had begun"


def start(order: Order, *, address: str) -> Run:
    """Begin a deployment, which goes on by itself. Raises DeploymentRunning, RateLimited, Unavailable."""
    folder = _folder()
    held = _place(folder)
    try:
        limiter().spend(limits.DEPLOYMENTS, "deployment")
        by = Principal(kind=SYSTEM, name=order.by, address=address, client_ids=None)
        audit.record(by, "deployment.start", f"Deployment of {settings().deploy_branch} started by {order.by}")
        db.session.commit()
        run = Run.begin(folder, by=order.by, is_waited_for=order.waits)
        launching.launch(run.path, held=held)
        return run
    except OSError as problem:
        raise Unavailable("The deployment can't be started", detail=problem.strerror) from problem
    finally:
        os.close(held)


def refuse(*, address: str) -> None:
    """Keep that somebody came with a wrong key."""
    by = Principal(kind=SYSTEM, name="anyone", address=address, client_ids=None)
    audit.record(by, "deployment.refused", "A deployment was asked for with a wrong key", level="WARNING")
    db.session.commit()


def outcome(run: Run) -> Run:
    """Wait for everything up to the restart. Raises DeploymentFailed, with the step that did not work."""
    while (found := Run.read(run.path) or run).facts["state"] == runs.RUNNING:
        if not runs.is_locked(run.path.parent) and (Run.read(run.path) or run).facts["state"] == runs.RUNNING:
            raise DeploymentFailed(BROKE_OFF, step=found.facts["step"], rolled_back=False)
        GATEWAY.socketio.sleep(LOOK)
    runs.answered(run.path).touch()
    facts = found.facts
    if facts["state"] == runs.FAILED:
        raise DeploymentFailed(facts["error"], step=facts["step"], rolled_back=facts["rolled_back"],
                               changes=facts["changes"], git_output=facts["git_output"], output=facts["output"])
    return found


def known() -> list[Run]:
    """The last deployments, newest first; one that says it runs, and of which nothing is left, was interrupted."""
    folder = _folder()
    found = runs.newest(folder)
    if found and found[0].is_open and not runs.is_locked(folder):
        found[0] = Run.read(found[0].path) or found[0]
        if found[0].is_open:
            found[0].facts |= {"state": runs.INTERRUPTED, "error": BROKE_OFF}
    return found


def _place(folder: Path) -> int:
    """The lock. One whose end is known already has it for a moment more. Raises DeploymentRunning."""
    deadline = clock.monotonic() + PATIENCE
    while (held := runs.lock(folder)) is None:
        if clock.monotonic() > deadline or not _is_ending(folder):
            raise DeploymentRunning(retry_after=10)
        GATEWAY.socketio.sleep(LOOK)
    return held


def _is_ending(folder: Path) -> bool:
    found = runs.newest(folder, limit=1)
    return bool(found) and not found[0].is_open


def _folder() -> Path:
    return settings().instance / FOLDER
