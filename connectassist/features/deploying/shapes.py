"""How deployments are shown."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from connectassist.features.deploying.runs import Run
from connectassist.http.openapi import Shape

_SHOWN = ("state", "step", "by", "started_at", "finished_at", "message", "error", "changes", "old", "new", "version",
          "rolled_back")


class DeployedView(Shape):
    success = fields.Boolean()
    message = fields.String()
    changes = fields.String()
    git_output = fields.String()


class DeploymentsView(Shape):
    success = fields.Boolean()
    enabled = fields.Boolean()
    branch = fields.String()
    running = fields.Boolean()
    last = fields.Dict(allow_none=True)
    history = fields.List(fields.Dict())


def answer(facts: dict[str, Any]) -> dict[str, Any]:
    """What whoever asked for a deployment is told, as contract 002 has it."""
    return {"success": True, "message": facts.get("message", ""), "changes": facts.get("changes", ""),
            "git_output": facts.get("git_output", "")}


def overview(known: list[Run], *, is_on: bool, branch: str) -> dict[str, Any]:
    """The last deployments; the newest one with all that happened in it."""
    last = {**row(known[0]), **{name: known[0].facts.get(name) for name in ("git_output", "output", "log")}} \
        if known else None
    return {"success": True, "enabled": is_on, "branch": branch, "running": bool(known) and known[0].is_open,
            "last": last, "history": [row(run) for run in known]}


def row(run: Run) -> dict[str, Any]:
    """One deployment in a list."""
    return {name: run.facts.get(name) for name in _SHOWN}
