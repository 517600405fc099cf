"""What a deployment makes of restarts that do not work, or that one before it owes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from connectassist.features.deploying import deployment, runs
from connectassist.features.deploying.deployment import Deployment
from connectassist.features.deploying.programs import Failed
from connectassist.features.deploying.runs import Run
from tests.features.deploying.project import APP, Project, git


class Server:
    """A server that is told to restart, and does, or doesn't."""

    is_there = True
    told: list[str] = []
    problem = ""

    def __init__(self, instance: Path) -> None:
        pass

    def restart(self) -> None:
        self.told.append("restart")
        if self.problem:
            raise Failed(self.problem)

    def revive(self) -> None:
        self.told.append("revive")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Server]]:
    monkeypatch.setattr(deployment, "Serving", Server)
    monkeypatch.setattr(deployment, "FAREWELL", 0)
    Server.told, Server.problem = [], ""
    yield Server


def begun(room: Path) -> Run:
    room.mkdir(exist_ok=True)
    return Run.begin(room, by="deploy key", is_waited_for=False)


def test_a_restart_that_fails_brings_the_old_version_back(app: Flask, project: Project, room: Path,
                                                         server: type[Server]) -> None:
    project.commit({"app.py": APP % "2", "package-lock.json": '{"new": 1}'})
    server.problem = "It does not start"
    run = begun(room)
    Deployment(app.extensions["settings"], run).carry_out()
    assert (run.facts["state"], run.facts["step"], run.facts["rolled_back"]) == ("failed", "restart", True)
    assert (project.head, project.is_clean) == (project.first, True)
    assert (project.site / "static/vendor/.stamp").read_text() == "{}"
    assert server.told == ["restart", "revive"]


def test_a_restart_that_was_owed_is_made_good(app: Flask, project: Project, room: Path, server: type[Server]) -> None:
    killed = begun(room)
    killed.enter("restart")
    killed.note(state=runs.RESTARTING)
    run = begun(room)
    Deployment(app.extensions["settings"], run).carry_out()
    assert (run.facts["state"], run.facts["changes"], server.told) == ("done", "Already up to date", ["restart"])
    again = begun(room)
    Deployment(app.extensions["settings"], again).carry_out()
    assert (again.facts["state"], server.told) == ("done", ["restart"])


def test_what_somebody_did_since_is_left_alone(app: Flask, project: Project, room: Path, server: type[Server]) -> None:
    """A deployment was killed behind its merge; then somebody mended the checkout by hand."""
    killed = begun(room)
    killed.note(old=project.first, new=project.commit({"docs/new.md": "new"}), targets=[])
    killed.enter("merge")
    by_hand = project.commit({"docs/mended.md": "mended"})
    git(project.site, "pull", "--quiet")
    run = begun(room)
    Deployment(app.extensions["settings"], run).carry_out()
    assert (run.facts["state"], project.head) == ("done", by_hand)
    told = Run.read(killed.path)
    assert told
    assert (told.facts["state"], told.facts["rolled_back"]) == ("interrupted", False)
